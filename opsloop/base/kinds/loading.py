"""Back from JSON to the typed object of a kind's class: the inverse of `fields.plain`.

For what was checked before it was kept (a compiled row's definition); files are read by the playbook's own reader.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from opsloop.base.kinds.fields import Choice, Either, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.says import Prose

T = TypeVar("T")


def typed(cls: type[T], json: dict[str, Any]) -> T:
    """The object whose `plain(cls, object)` is `json`. A Markdown body comes back as text, its sections unsplit.

    Keys that the class does not have (any more) are passed over; a missing required one raises TypeError.
    """
    one: Any = cls
    found = {f.name: _value(f.shape, json[f.key]) for f in fields_of(one) if f.key in json}
    return cls(**found)


def _value(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    match shape:
        case Many(item):
            return tuple(_value(item, one) for one in value)
        case Keyed(inner):
            return {key: _value(inner, one) for key, one in value.items()}
        case Group(cls):
            return typed(cls, value)
        case OneOf():
            return typed(shape.member(set(value)).cls, value)
        case Choice(options):
            return options(value)
        case Either():
            return tuple(value) if isinstance(value, list) else value
        case Whole(cls):
            return Prose(value, value) if cls is Prose else cls(value)
        case Plain(cls):
            return _plain(cls, value)


def _plain(cls: type, value: Any) -> Any:
    if cls is Decimal:
        return Decimal(str(value))
    return date.fromisoformat(value) if cls is date and isinstance(value, str) else value
