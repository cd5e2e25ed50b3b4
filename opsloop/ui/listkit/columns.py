"""Columns of a list: how a value is taken from a row, shown, sorted and exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import masked
from opsloop.base.things.errors import Text
from opsloop.ui import formats

Value = Callable[[Any], Any]
KINDS: dict[str, Callable[[Any], str]] = {
    "number": formats.number,
    "short": formats.short,
    "money": formats.money,
    "percent": formats.percent,
    "day": formats.day,
    "moment": formats.moment,
    "minutes": formats.minutes,
}
RIGHT = {"number", "short", "money", "percent", "minutes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. Label, kind and sorting come from the model's field of this name where there is one.

    name: a field, or a path such as department.title; with `value` any word.
    kind: text number short money percent day moment minutes choice flag.
    sort: the order_by path, False for none. on: shown without being asked for. link: opens the row.
    tones: value -> blue green orange red secondary; draws a badge. late: marks a value that needs a look.
    """

    name: str
    label: Text | None = None
    value: Value | None = None
    kind: str = ""
    sort: str | bool | None = None
    on: bool = True
    link: bool = False
    tones: Mapping[Any, str] = field(default_factory=dict)
    late: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A column on its model: nothing is left to be looked up per row."""

    name: str
    label: str
    kind: str
    sort: str | None
    on: bool
    link: bool
    css: str
    value: Value
    shown: Callable[[Any], str]


def field_of(model: type[models.Model], path: str) -> models.Field[Any, Any] | None:
    """The field that a path such as department.title ends at, or None."""
    found: Any = None
    for step in path.split("."):
        try:
            found = model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        model = found.related_model or model
    return found if isinstance(found, models.Field) else None


def kind_of(known: models.Field[Any, Any] | None) -> str:
    """How a field's values are shown when nobody says otherwise."""
    if known is None:
        return "text"
    if known.choices:
        return "choice"
    kinds: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
        (models.DateTimeField, "moment"),
        (models.DateField, "day"),
        (models.BooleanField, "flag"),
        (models.IntegerField, "number"),
        (models.DecimalField, "number"),
        (models.FloatField, "number"),
    )
    return next((kind for cls, kind in kinds if isinstance(known, cls)), "text")


def bind(column: Column, model: type[models.Model], by: Person) -> Bound:
    """Look up once what the column means for this model and reader."""
    known = field_of(model, column.name)
    kind = column.kind or kind_of(known)
    value = column.value or _getter(column.name, model, by)
    label = column.label if column.label is not None else known.verbose_name if known is not None else column.name
    sort = column.sort if isinstance(column.sort, str) else None
    if column.sort is None and known is not None and column.value is None:
        sort = column.name.replace(".", "__")
    css = "num" if kind in RIGHT else "when" if kind in ("day", "moment") else ""
    return Bound(
        column.name, str(label), kind, sort, column.on, column.link, css, _plain(value, kind, known),
        _shown(column, value, kind, known),
    )  # fmt: skip


def _getter(path: str, model: type[models.Model], by: Person) -> Value:
    if path in getattr(model, "sensitive", {}):
        return lambda row: masked(by, row, path)
    steps = path.split(".")
    if len(steps) == 1:
        return lambda row: getattr(row, path)

    def walk(row: Any) -> Any:
        for step in steps:
            if row is None:
                return None
            row = getattr(row, step)
        return row

    return walk


def _labels(known: models.Field[Any, Any] | None) -> dict[Any, str]:
    return {value: str(label) for value, label in (known.flatchoices if known is not None else ())}


def _plain(value: Value, kind: str, known: models.Field[Any, Any] | None) -> Value:
    """For export: labels for choices, words for yes and no, else the value itself."""
    if kind == "choice":
        labels = _labels(known)
        return lambda row: labels.get(found := value(row), found)
    if kind == "flag":
        words = {True: _t("yes"), False: _t("no")}
        return lambda row: words.get(value(row), "")
    return value


def _shown(column: Column, value: Value, kind: str, known: models.Field[Any, Any] | None) -> Callable[[Any], str]:
    plain = _plain(value, kind, known)
    write = KINDS.get(kind)

    def text(row: Any) -> str:
        found = plain(row)
        if write is not None:
            return str(conditional_escape(write(found)))
        return formats.NONE if found is None or found == "" else str(conditional_escape(found))

    if kind == "choice" and column.tones:
        tones = column.tones
        badge = '<span class="badge bg-{}-lt">{}</span>'
        return lambda row: format_html(badge, tones.get(value(row), "secondary"), plain(row))
    if column.late is not None:
        late = column.late
        return lambda row: f'<span class="late">{text(row)}</span>' if late(row) else text(row)
    return text
