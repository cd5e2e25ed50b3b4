"""What a case is about, as conditions see it: `subject.window.end` is the end of the window of the object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Manager, Model

from opsloop.base.acts.about import model_of
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing

PLAIN = (bool, int, float, str, Decimal, date, timedelta)


def found(label: str, pk: int | None) -> Thing | None:
    """The object, None where there is none any more."""
    model = model_of(label) if pk is not None else None
    return model.objects.filter(pk=pk).first() if model is not None else None


class Seen(Mapping[str, object]):
    """The public values of an object by their names; what cannot be read is missing, as conditions have it."""

    def __init__(self, of: object) -> None:
        self._of = of

    def __getitem__(self, name: str) -> object:
        if self._of is None or name.startswith("_"):
            raise KeyError(name)
        try:
            value = getattr(self._of, name)
        except (AttributeError, ObjectDoesNotExist, ValueError):
            raise KeyError(name) from None
        if callable(value) or isinstance(value, Manager):
            raise KeyError(name)
        return _seen(value)

    def __iter__(self) -> Iterator[str]:
        return iter([one.name for one in self._of._meta.concrete_fields] if isinstance(self._of, Model) else [])

    def __len__(self) -> int:
        return sum(1 for _name in self)


def _seen(value: Any) -> object:
    if value is None or isinstance(value, PLAIN):
        return value
    if isinstance(value, Person):
        return value.pk
    return [_seen(one) for one in value] if isinstance(value, list | tuple) else Seen(value)
