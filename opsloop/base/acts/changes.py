"""What an entry changed, for its detail page: field, old, new, each with its label and in the reader's manner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from opsloop.base.acts.naming import GONE, Names, model_of, parted, points_to
from opsloop.base.acts.sentences import shown_plain
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one row. `object_name` is empty for the entry's own object."""

    object_type: str
    object_id: int | None
    object_name: str
    column: str
    label: str
    old: str
    new: str


def changes(entry: Entry, reader: Person) -> list[Change]:
    """Every change of an entry, its own object's first. Personal values that were erased read ***."""
    names = Names([entry], reader, columns=True)
    own = (entry.object_type, entry.object_id)
    out: list[Change] = []
    for name, diff in names.bodies[entry.pk].get("changes", {}).items():
        label, pk = parted(name)
        title = "" if (label, pk) == own else names.name(label, pk)
        out += [_one(entry, names, name, column, pair, title) for column, pair in diff.items()]
    return sorted(out, key=lambda one: bool(one.object_name))


def _one(entry: Entry, names: Names, name: str, column: str, pair: list[Any], title: str) -> Change:
    label, pk = parted(name)
    model = model_of(label)
    field = next((f for f in model._meta.concrete_fields if f.attname == column), None) if model else None
    old, new = (
        _shown(names.bare(entry, f"changes/{name}/{column}/{n}", value, label, pk, column), field, label, column, names)
        for n, value in enumerate(pair)
    )
    return Change(label, pk, title, column, str(field.verbose_name) if field else column, old, new)


def _shown(value: Any, field: models.Field[Any, Any] | None, label: str, column: str, names: Names) -> str:
    if value is None or value == GONE:
        return value or ""
    if to := points_to(label, column):
        return names.name(to, value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    try:
        return shown_plain(_typed(field, value))
    except (ValueError, ArithmeticError):
        return str(value)


def _typed(field: models.Field[Any, Any] | None, value: Any) -> Any:
    """JSON's text as the column's type."""
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(field, models.DateField) and isinstance(value, str):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(field, models.DecimalField) else value
