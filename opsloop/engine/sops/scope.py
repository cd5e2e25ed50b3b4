"""The names that conditions of an SOP may use, and the values of a case as conditions take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import models

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scope_of, scoped_models
from opsloop.engine.sops.blocks import ForEach
from opsloop.engine.sops.expressions import Scope, Sort, Typed
from opsloop.engine.sops.walk import Placed
from opsloop.engine.sops.words import FieldType

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import CaseField, Column, SopFile

SUBJECT = "subject"
SORTS: dict[FieldType, Sort] = {
    FieldType.TEXT: Sort.TEXT, FieldType.LONG: Sort.TEXT, FieldType.PHONE: Sort.TEXT, FieldType.NUMBER: Sort.NUMBER,
    FieldType.MONEY: Sort.NUMBER, FieldType.DATE: Sort.DAY, FieldType.MOMENT: Sort.MOMENT,
    FieldType.CHOICE: Sort.CHOICE, FieldType.YES_NO: Sort.TRUTH, FieldType.PERSON: Sort.PERSON,
    FieldType.FILE: Sort.FILE, FieldType.LIST: Sort.ROWS,
}  # fmt: skip
ALWAYS: dict[str, Typed] = {
    "now": Typed(Sort.MOMENT), "today": Typed(Sort.DAY), "started": Typed(Sort.MOMENT), "initiator": Typed(Sort.PERSON),
}  # fmt: skip
"""What every case has beside its fields."""


def scope_of_sop(sop: SopFile, around: Iterable[Placed] = ()) -> Scope:
    """Fields of the case, its level, what every case has, the subject, and the rows of the loops around."""
    names = dict(ALWAYS)
    if sop.levels:
        names["level"] = Typed(Sort.LEVEL, tuple(one.id for one in sop.levels))
    names |= {one.id: typed_field(one) for one in sop.fields}
    scope = Scope(names)
    if sop.about:
        scope = _with_subject(scope, sop.about)
    for placed in around:
        if isinstance(placed.block, ForEach):
            rows = scope.typed(placed.block.for_each)
            scope = scope.beside({placed.block.as_: Typed(Sort.ROWS, columns=rows.columns if rows else {})})
    return scope


def typed_field(one: CaseField | Column) -> Typed:
    """What a field or a column of a list is to conditions."""
    columns = {each.id: typed_field(each) for each in getattr(one, "columns", ())}
    return Typed(SORTS[one.type], one.options if one.type is FieldType.CHOICE else (), columns)


def _with_subject(scope: Scope, noun: str) -> Scope:
    """With the fields of the subject's model; of what is not installed every name is accepted."""
    model = next((m for m in scoped_models() if (s := scope_of(m)) and s.noun == noun), None)
    if model is None:
        return Scope(scope.names, scope.open | {SUBJECT})
    found = {f"{SUBJECT}.{f.name}": _typed(f) for f in model._meta.concrete_fields}
    others = {f"{SUBJECT}.{name}" for name in dir(model) if not name.startswith("_")} - set(found)
    return Scope({**scope.names, **found}, scope.open | others)


def _typed(f: Any) -> Typed:
    """A field with choices is one of its words."""
    words = tuple(value for value, _label in f.flatchoices if isinstance(value, str) and value)
    return Typed(Sort.CHOICE, words) if words else Typed(_sort(f))


def _sort(f: Any) -> Sort:
    if isinstance(f, models.ForeignKey):
        return Sort.PERSON if f.related_model is Person else Sort.ANY
    for cls, sort in (
        (models.BooleanField, Sort.TRUTH), (models.DateTimeField, Sort.MOMENT), (models.DateField, Sort.DAY),
        (models.DurationField, Sort.SPAN), (models.DecimalField, Sort.NUMBER), (models.IntegerField, Sort.NUMBER),
        (models.FloatField, Sort.NUMBER), (models.CharField, Sort.TEXT), (models.TextField, Sort.TEXT),
    ):  # fmt: skip
        if isinstance(f, cls):
            return sort
    return Sort.ANY


def case_values(sop: SopFile, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields as a case keeps them in JSON, as conditions take them; what does not fit its type is missing."""
    return {one.id: value_of(one, kept.get(one.id)) for one in sop.fields}


def value_of(one: CaseField | Column, kept: Any) -> Any:
    """A value kept in JSON (numbers as numbers or text, days and moments in ISO form) as conditions take it."""
    try:
        match SORTS[one.type]:
            case Sort.NUMBER:
                return None if isinstance(kept, bool) or kept in (None, "") else Decimal(str(kept))
            case Sort.DAY:
                return date.fromisoformat(kept) if kept else None
            case Sort.MOMENT:
                return datetime.fromisoformat(kept) if kept else None
            case Sort.TRUTH:
                return kept if isinstance(kept, bool) else None
            case Sort.ROWS:
                rows = kept if isinstance(kept, list) else []
                return [_row(one, row) for row in rows if isinstance(row, Mapping)]
            case _:
                return kept
    except (ValueError, TypeError, InvalidOperation):
        return None


def _row(one: CaseField | Column, row: Mapping[str, Any]) -> dict[str, Any]:
    return {each.id: value_of(each, row.get(each.id)) for each in getattr(one, "columns", ())}
