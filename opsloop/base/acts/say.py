"""Pydantic speaks English only: its kinds of error in the reader's language, the same for every door."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pydantic
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from opsloop.base.things.errors import Invalid, Text

SAY: dict[str, Text] = {
    "missing": _("Please fill this in."),
    "string_too_short": _("At least {min_length} characters."),
    "string_too_long": _("At most {max_length} characters."),
    "string_type": _("Text, please."),
    "string_unicode": _("This text holds signs that cannot be stored."),
    "int_parsing": _("A whole number, please."),
    "int_type": _("A whole number, please."),
    "int_from_float": _("A whole number, please."),
    "int_parsing_size": _("This number is too big."),
    "finite_number": _("A number, please."),
    "decimal_max_digits": _("At most {max_digits} digits."),
    "decimal_max_places": _("At most {decimal_places} digits after the point."),
    "decimal_whole_digits": _("At most {whole_digits} digits before the point."),
    "float_parsing": _("A number, please."),
    "float_type": _("A number, please."),
    "decimal_parsing": _("A number, please."),
    "decimal_type": _("A number, please."),
    "date_parsing": _("A date like 2026-01-31."),
    "datetime_from_date_parsing": _("A date and time like 2026-01-31 08:30."),
    "datetime_object_invalid": _("A date and time like 2026-01-31 08:30."),
    "date_type": _("A date like 2026-01-31."),
    "date_from_datetime_parsing": _("A date like 2026-01-31."),
    "date_from_datetime_inexact": _("A date like 2026-01-31."),
    "datetime_parsing": _("A date and time like 2026-01-31 08:30."),
    "datetime_type": _("A date and time like 2026-01-31 08:30."),
    "bool_parsing": _("Yes or no."),
    "bool_type": _("Yes or no."),
    "enum": _("One of: {expected}."),
    "greater_than_equal": _("At least {ge}."),
    "less_than_equal": _("At most {le}."),
    "greater_than": _("More than {gt}."),
    "less_than": _("Less than {lt}."),
    "list_type": _("A list, please."),
    "model_type": _("A row of fields, please."),
    "model_attributes_type": _("A row of fields, please."),
    "dict_type": _("A row of fields, please."),
    "extra_forbidden": _("There is no such field."),
    "json_invalid": _("This is not valid JSON."),
}


def said(items: Iterable[Any], skip: int = 0) -> Invalid:
    """Pydantic's errors as Invalid: dotted field -> texts. `skip` drops leading parts of the place."""
    errors: dict[str, list[str]] = {}
    for item in items:
        errors.setdefault(".".join(map(str, item["loc"][skip:])), []).append(_one(item["type"], item))
    return Invalid(errors)


def _one(kind: str, item: Any) -> str:
    words, given = SAY.get(kind), dict(item.get("ctx", {}))
    if words is None:
        return str(item["msg"])
    if kind == "enum":
        given["expected"] = ", ".join(re.findall(r"'([^']*)'", given["expected"])) or given["expected"]
    if kind == "string_too_short" and given.get("min_length") == 1:
        words = SAY["missing"]
    return str(words).format(**given)


def check(model: type[BaseModel], raw: dict[str, Any]) -> BaseModel:
    """Validate plain values. Raises Invalid in the reader's language."""
    try:
        return model.model_validate(raw)
    except pydantic.ValidationError as error:
        raise said(error.errors(include_url=False, include_input=False)) from None


def no_such(label: str) -> str:
    return _t("No such {what}, or not for you.").format(what=label)
