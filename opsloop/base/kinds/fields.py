"""A kind's class taken apart: the shape of every field, in the only place that looks at type hints.

Shapes: Plain (text, number, yes/no, date), Choice (an enum), Many, Keyed (a mapping), Group (nested fields),
OneOf (groups told apart by a marking key), Either (one text or a list of them) and Whole (a Markdown body or a SELECT).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from django.db.models import Choices

from opsloop.base.kinds.says import Prose, Query, Says

PLAIN = (str, int, Decimal, bool, date)


@dataclass(frozen=True, slots=True)
class Plain:
    type: type


@dataclass(frozen=True, slots=True)
class Choice:
    options: type[Choices]


@dataclass(frozen=True, slots=True)
class Many:
    item: Shape


@dataclass(frozen=True, slots=True)
class Keyed:
    value: Shape


@dataclass(frozen=True, slots=True)
class Group:
    """A nested frozen dataclass. Its class may name in `short` the field that a value written alone stands for."""

    cls: type

    @property
    def short(self) -> str:
        """The key in the file of that field; empty when fields must be written out."""
        return str(getattr(self.cls, "short", "")).rstrip("_")

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.cls)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Several dataclasses at one place; each but one names in `marks` the key by which it is known.

    Where no single key tells them apart a class has a method `fits(keys) -> bool` instead.
    """

    members: tuple[Group, ...]

    def member(self, keys: set[str]) -> Group:
        """The group whose marking key is among `keys`, or which they fit; else the one without a mark."""
        for one in self.members:
            fits = getattr(one.cls, "fits", None)
            if getattr(one.cls, "marks", None) in keys or (fits is not None and fits(keys)):
                return one
        plain_ones = (one for one in self.members if not hasattr(one.cls, "marks") and not hasattr(one.cls, "fits"))
        return next(plain_ones, self.members[0])


@dataclass(frozen=True, slots=True)
class Either:
    """`str | tuple[str, ...]`: one text, or a list of texts."""


@dataclass(frozen=True, slots=True)
class Whole:
    type: type


Shape = Plain | Choice | Many | Keyed | Group | OneOf | Either | Whole


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind or of a nested row. `key` is its name in the file; `required` has no default.

    `default` is the value that a missing field has, as JSON; None for required ones.
    """

    name: str
    says: Says
    shape: Shape
    required: bool
    optional: bool
    default: Any = None

    @property
    def key(self) -> str:
        return self.name.rstrip("_")


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of a frozen dataclass. Raises TypeError naming the field whose type cannot stand in a file."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(_field(cls, f.name, hints[f.name], f) for f in fields(cls))


def _field(cls: type, name: str, hint: Any, f: Any) -> Field:
    where = f"{cls.__name__}.{name}"
    says: Says | None = None
    if get_origin(hint) is Annotated:
        says = next((one for one in hint.__metadata__ if isinstance(one, Says)), None)
        hint = hint.__origin__
    if says is None:
        raise TypeError(f"{where}: a field of a kind carries Annotated[..., Says(label=...)]")
    optional = False
    if get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
        rest = [one for one in get_args(hint) if one is not type(None)]
        optional, hint = True, rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007  # made at run time
    shape = _shape(where, hint)
    if f.default is MISSING and f.default_factory is MISSING:
        return Field(name, says, shape, True, optional)
    default = f.default if f.default is not MISSING else f.default_factory()
    return Field(name, says, shape, False, optional, _plain(shape, default))


def _shape(where: str, hint: Any) -> Shape:
    if get_origin(hint) is Annotated:
        hint = hint.__origin__
    origin, inside = get_origin(hint), get_args(hint)
    if hint in (Prose, Query):
        return Whole(hint)
    if isinstance(hint, type) and issubclass(hint, Choices):
        return Choice(hint)
    if hint in PLAIN:
        return Plain(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return Group(hint)
    if origin is tuple and len(inside) == 2 and inside[1] is Ellipsis:
        return Many(_shape(where, inside[0]))
    if origin is dict and inside[0] is str:
        return Keyed(_shape(where, inside[1]))
    if origin in (Union, types.UnionType) and (found := _union(where, inside)):
        return found
    raise TypeError(f"{where}: {hint!r} cannot stand in a playbook file")


def _union(where: str, inside: tuple[Any, ...]) -> Shape | None:
    if set(inside) == {str, tuple[str, ...]}:
        return Either()
    members = [one for one in (_shape(where, hint) for hint in inside) if isinstance(one, Group)]
    return OneOf(tuple(members)) if len(members) == len(inside) else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One plain value somewhere in an object, or one key of a mapping, with its dotted path from 0."""

    path: str
    says: Says
    value: Any
    is_key: bool = False


def leaves(cls: type, obj: Any, path: str = "") -> Iterator[Leaf]:
    """Every plain value of an object of a kind, depth first, in the order of the class."""
    for f in fields_of(cls):
        value = getattr(obj, f.name)
        if value is not None:
            yield from _leaves(f.shape, f.says, value, f"{path}{f.key}")


def _leaves(shape: Shape, says: Says, value: Any, path: str) -> Iterator[Leaf]:
    if isinstance(shape, Many) or (isinstance(shape, Either) and isinstance(value, tuple)):
        item = shape.item if isinstance(shape, Many) else Plain(str)
        for i, one in enumerate(value):
            yield from _leaves(item, says, one, f"{path}.{i}")
    elif isinstance(shape, Keyed):
        for key, one in value.items():
            if says.keys is not None:
                yield Leaf(f"{path}.{key}", says.keys, key, is_key=True)
            yield from _leaves(shape.value, says, one, f"{path}.{key}")
    elif isinstance(shape, Group | OneOf):
        yield from leaves(type(value), value, f"{path}.")
    elif isinstance(shape, Whole):
        yield Leaf(path, says, value.text)
    else:
        yield Leaf(path, says, value)


def plain(cls: type, obj: Any) -> dict[str, Any]:
    """The object as JSON values, keyed as in the file; what equals its default is left out."""
    out: dict[str, Any] = {}
    for f in fields_of(cls):
        value = _plain(f.shape, getattr(obj, f.name))
        if f.required or value != f.default:
            out[f.key] = value
    return out


def _plain(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, Many):
        return [_plain(shape.item, one) for one in value]
    if isinstance(shape, Either):
        return list(value) if isinstance(value, tuple) else value
    if isinstance(shape, Keyed):
        return {key: _plain(shape.value, one) for key, one in value.items()}
    if isinstance(shape, Group | OneOf):
        return plain(type(value), value)
    if isinstance(shape, Whole):
        return value.text
    if isinstance(shape, Choice):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
