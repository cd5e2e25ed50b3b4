"""From a function's signature to typed, translated, checkable arguments."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING as NOTHING
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Choices, Field, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from opsloop.base.acts.limits import limits
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text

RESERVED = frozenset({"on", "confirm", "by"})
"""Words of the doors' own: the objects of a bulk act, the reasons for soft rules, who acts."""
PLAIN_TYPES = (str, int, float, bool, Decimal, date, datetime)
Pick = Callable[[Person, Any], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arg:
    """What a type cannot say. All optional: label, help and limits come from the object's model field of that name.

    pick: (by, object) -> the rows that may be chosen; without it, what `by` may see.
    ref: names a thing as `risks.risk:12`; pages fill it in, nobody is asked to type it.
    """

    label: Text | None = None
    help: Text | None = None
    min: Any = None
    max: Any = None
    long: bool = False
    pick: Pick | None = None
    ref: bool = False


# words that many acts share: said once, translated once
Reason = Annotated[
    str, Arg(label=_("Reason"), help=_("Others will read this in the ledger."), min=3, max=2000, long=True)
]
Note = Annotated[str, Arg(label=_("Note"), max=2000, long=True)]
Day = Annotated[date, Arg(label=_("Day"))]
Money = Annotated[Decimal, Arg(label=_("Amount"), min=0)]


class _Missing:
    """The default of an argument that has none."""


MISSING: Any = _Missing()


@dataclass
class Param:
    """One argument: its bare type, whether it is a list or may be None, and what the object's field says of it."""

    name: str
    type: Any
    many: bool
    optional: bool
    default: Any
    arg: Arg
    mirror: Field[Any, Any] | None

    @property
    def label(self) -> str:
        """In the reader's language."""
        if self.arg.label:
            return str(self.arg.label)
        return str(self.mirror.verbose_name) if self.mirror else self.name.replace("_", " ").capitalize()

    @property
    def help(self) -> str:
        return str(self.arg.help or (self.mirror.help_text if self.mirror else ""))

    @property
    def max(self) -> Any:
        """The longest text or biggest number, for a form's widget."""
        if self.arg.max is None and self.type is str:
            return getattr(self.mirror, "max_length", None)
        return self.arg.max

    @property
    def is_model(self) -> bool:
        return isinstance(self.type, type) and issubclass(self.type, Model)

    @property
    def is_rows(self) -> bool:
        return self.many and is_dataclass(self.type)

    @property
    def required(self) -> bool:
        return self.default is MISSING

    def pydantic(self) -> tuple[Any, Any]:
        """(annotation, Field) for `pydantic.create_model`."""
        base: Any = self.row_model if self.is_rows else int if self.is_model else self.type
        hint: Any = base
        for one in limits(base, self.arg.min, self.arg.max, self.mirror, self.required):
            hint = Annotated[hint, one]
        if self.many:
            hint = list[hint]
        if self.optional:
            hint = hint | None
        default = ... if self.required else self.default
        return hint, pydantic.Field(default, json_schema_extra=self._say)

    def _say(self, schema: dict[str, Any]) -> None:
        """Called when the schema is asked for: labels in the reader's language."""
        schema["title"] = self.label
        if self.help:
            schema["description"] = self.help
        if self.is_model:
            schema["x-object"] = self.type._meta.label_lower
        if isinstance(self.type, type) and issubclass(self.type, Choices):
            schema["x-labels"] = {str(value): str(label) for value, label in self.type.choices}

    @cached_property
    def row_params(self) -> list[Param]:
        """The columns of a nested row."""
        hints = typing.get_type_hints(self.type, include_extras=True)
        return [read(f.name, hints[f.name], MISSING if f.default is NOTHING else f.default) for f in fields(self.type)]

    @cached_property
    def row_model(self) -> type[BaseModel]:
        return model_of(self.type.__name__, self.row_params)


def read(name: str, hint: Any, default: Any, subject: type[Model] | None = None) -> Param:
    """Take an annotation apart. Raises TypeError naming the argument for a type that cannot travel."""
    arg = Arg()
    optional = many = False
    while (origin := get_origin(hint)) is not None:
        if origin is Annotated:
            arg = next((m for m in hint.__metadata__ if isinstance(m, Arg)), arg)
            hint = hint.__origin__
        elif origin in (Union, types.UnionType):
            rest = [a for a in get_args(hint) if a is not type(None)]
            if len(rest) != 1:
                raise TypeError(f"{name}: of unions only X | None is allowed")
            optional, hint = True, rest[0]
        elif origin is list and not many:
            many, hint = True, get_args(hint)[0]
        else:
            raise TypeError(f"{name}: {hint!r} cannot travel in an act")
    if not _may_travel(hint, many):
        raise TypeError(
            f"{name}: {hint!r} cannot travel in an act; plain types, enums, models and lists of frozen dataclasses can"
        )
    return Param(name, hint, many, optional, default, arg, _mirror(name, subject))


def _may_travel(hint: Any, many: bool) -> bool:
    if is_dataclass(hint):
        return many and bool(getattr(hint, "__dataclass_params__").frozen)  # noqa: B009  # typeshed hides it
    return hint in PLAIN_TYPES or (isinstance(hint, type) and issubclass(hint, Enum | Model))


def _mirror(name: str, subject: type[Model] | None) -> Field[Any, Any] | None:
    if subject is None:
        return None
    try:
        found = subject._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def model_of(name: str, params: list[Param]) -> type[BaseModel]:
    """The one validator of these arguments."""
    made: type[BaseModel] = pydantic.create_model(  # type: ignore[call-overload]
        name,
        __config__=pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False),
        **{p.name: p.pydantic() for p in params},
    )
    return made


def made_by(fn: Callable[..., Any]) -> type[Model] | None:
    """The model that a function is annotated to answer, or None."""
    answer = typing.get_type_hints(fn).get("return")
    if get_origin(answer) in (Union, types.UnionType):
        answer = next((one for one in get_args(answer) if one is not type(None)), None)
    return answer if isinstance(answer, type) and issubclass(answer, Model) else None


def params_of(fn: Callable[..., Any]) -> tuple[Param | None, list[Param]]:
    """(the object before the *, the values after it). Called after all apps are loaded; raises TypeError."""
    hints = typing.get_type_hints(fn, include_extras=True)
    parts = inspect.signature(fn).parameters
    if "by" not in parts or parts["by"].kind is not inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"{fn.__qualname__}: an act takes by: Person after the *")
    subject: Param | None = None
    rest: list[Param] = []
    for p in (p for name, p in parts.items() if name != "by"):
        default = MISSING if p.default is p.empty else p.default
        if p.name in RESERVED:
            raise TypeError(f"{fn.__qualname__}: {p.name} is a word of the doors; take another")
        if p.kind is p.POSITIONAL_OR_KEYWORD:
            if subject is not None:
                raise TypeError(f"{fn.__qualname__}: one object before the *, the values after it")
            subject = read(p.name, hints[p.name], default)
        elif p.kind is p.KEYWORD_ONLY:
            about = subject.type if subject is not None else made_by(fn)
            rest.append(read(p.name, hints[p.name], default, about))
        else:
            raise TypeError(f"{fn.__qualname__}: {p.name}: an act takes no *args or **kwargs")
    _check(fn, subject, rest)
    return subject, rest


def _check(fn: Callable[..., Any], subject: Param | None, rest: list[Param]) -> None:
    if subject is not None and (not subject.is_model or subject.optional or not subject.required):
        raise TypeError(f"{fn.__qualname__}: before the * stands a model or a list of one, and it is needed")
    hidden: frozenset[str] = getattr(subject.type, "ledger_private", frozenset()) if subject else frozenset()
    if subject is not None and subject.many and (named := hidden & {p.name for p in rest}):
        raise TypeError(f"{fn.__qualname__}: {', '.join(named)}: a personal value belongs to one object, not to many")
