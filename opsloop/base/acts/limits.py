"""What fits into a value: from `Arg`, from the object's model field, and from what both databases can hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pydantic
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Field
from django.utils import timezone
from pydantic_core import PydanticCustomError

RANGES = BaseDatabaseOperations.integer_field_ranges


def limits(base: Any, low: Any, high: Any, mirror: Field[Any, Any] | None, required: bool) -> list[Any]:
    """Pydantic's metadata for one value of type `base`."""
    if base is str:
        high = getattr(mirror, "max_length", None) if high is None else high
        low = 1 if low is None and required else low  # required means not empty
        return [_field(min_length=low, max_length=high), pydantic.AfterValidator(_no_nul)]
    if base is int:
        smallest, biggest = RANGES["BigIntegerField"]
        if mirror is not None and mirror.get_internal_type() in RANGES:
            smallest, biggest = RANGES[mirror.get_internal_type()]
        return [_field(ge=smallest if low is None else low, le=biggest if high is None else high)]
    if base is Decimal:
        digits, places = getattr(mirror, "max_digits", None), getattr(mirror, "decimal_places", None)
        return [_field(ge=low, le=high, max_digits=digits, decimal_places=places)]
    if base is datetime:
        return [pydantic.AfterValidator(_aware), _field(ge=low, le=high)]
    return [_field(ge=low, le=high)] if base in (date, float) else []


def _field(**said: Any) -> Any:
    return pydantic.Field(**{name: value for name, value in said.items() if value is not None})


def _no_nul(text: str) -> str:
    """PostgreSQL holds no NUL in text."""
    if "\0" in text:
        raise PydanticCustomError("string_unicode", "text without NUL")
    return text


def _aware(moment: datetime) -> datetime:
    """A moment without a zone is meant in the zone of the organisation."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
