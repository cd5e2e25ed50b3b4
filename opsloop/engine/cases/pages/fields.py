"""One form field for each field of a case, and back to the text that the acts take."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.assignments.whose import staff
from opsloop.engine.sops.definition import CaseField
from opsloop.engine.sops.words import FieldType
from opsloop.ui.formkit.actform import Row
from opsloop.ui.formkit.fields import TypedNumber, moment_input
from opsloop.ui.formkit.pick import Pick

YES, NO = "yes", "no"
KEPT = "-kept"
PICKING = ("cases", "person")
"""The list's filter behind which staff are searched."""

Maker = Callable[..., forms.Field]


def _number(**said: Any) -> forms.Field:
    return TypedNumber(widget=forms.TextInput({"inputmode": "decimal"}), **said)


PLAIN: dict[FieldType, Maker] = {
    FieldType.TEXT: lambda **said: forms.CharField(max_length=500, **said),
    FieldType.PHONE: lambda **said: forms.CharField(max_length=40, widget=forms.TextInput({"type": "tel"}), **said),
    FieldType.LONG: lambda **said: forms.CharField(max_length=20_000, widget=forms.Textarea({"rows": 3}), **said),
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: lambda **said: forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **said),
    FieldType.MOMENT: lambda **said: forms.DateTimeField(widget=moment_input(), **said),
    FieldType.FILE: lambda **said: forms.FileField(**said),
}


def field_of(one: CaseField, said: CaseField, by: Person, *, needed: bool) -> forms.Field:
    """one: as written, said: in the reader's language. A list has rows of its own, see `rows_of`."""
    common: dict[str, Any] = {"label": said.title, "help_text": getattr(said, "help", ""), "required": needed}
    match one.type:
        case FieldType.CHOICE:
            shown = said.options if len(said.options) == len(one.options) else one.options
            return forms.ChoiceField(
                choices=[("", _t("Please choose")), *zip(one.options, shown, strict=True)], **common
            )
        case FieldType.YES_NO:
            return forms.ChoiceField(choices=[("", _t("Please choose")), (YES, _t("yes")), (NO, _t("no"))], **common)
        case FieldType.PERSON:
            return forms.ModelChoiceField(staff(by), widget=Pick(*PICKING), **common)
        case _:
            return PLAIN[one.type](**common)


def rows_of(one: CaseField, said: CaseField, by: Person, data: Any, files: Any, name: str, start: Any) -> Any:
    """The rows of a list field, as a formset."""
    told = {column.id: column for column in said.columns}
    columns: dict[str, forms.Field] = {}
    for column in one.columns:
        columns[column.id] = field_of(_as_field(column), _as_field(told.get(column.id, column)), by, needed=False)
        if column.type == FieldType.FILE:
            columns[column.id + KEPT] = kept_file(by)
    row = type("CaseRow", (CaseRow,), {**columns, "said": one})
    sent = data if data is not None and f"{name}-TOTAL_FORMS" in data else None
    known = [_row_start(one, each) for each in start] if isinstance(start, list) else []
    made: Any = formset_factory(row, extra=0 if known else 1, max_num=500, absolute_max=500)
    return made(sent, (files or None) if sent is not None else None, prefix=name, initial=known)


def _as_field(column: Any) -> CaseField:
    return CaseField(column.id, column.title, column.type, column.options)


def _row_start(one: CaseField, row: Any) -> dict[str, Any]:
    start = {column.id: shown(_as_field(column), row.get(column.id)) for column in one.columns}
    return start | {each.id + KEPT: row.get(each.id) for each in one.columns if each.type == FieldType.FILE}


def kept_file(by: Person) -> forms.Field:
    """Beside a file's field: the upload that is there already, so that it need not be sent again."""
    return forms.ModelChoiceField(visible(by, Stored), required=False, widget=forms.HiddenInput)


class CaseRow(Row):
    """One row of a list field."""

    said: CaseField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.files_of:
            if self[name + KEPT].value():
                self.fields[name].help_text = _t("A file is there; another one replaces it.")

    @property
    def files_of(self) -> list[str]:
        """The columns that hold files."""
        return [column.id for column in self.said.columns if column.type == FieldType.FILE]

    def plain(self, stored: Callable[[CaseRow, str], int | None]) -> dict[str, Any]:
        """As a case keeps it. stored: keeps the upload of a column and answers its number."""
        return {
            column.id: stored(self, column.id)
            if column.type == FieldType.FILE
            else as_json(self.cleaned_data.get(column.id), column.type)
            for column in self.said.columns
        }


def filled_rows(rows: BaseFormSet[Any]) -> list[CaseRow]:
    """Rows in which something stands; an untouched one that was there before counts too."""
    return [
        one for one in rows
        if one.has_changed() or (one.initial and any(one.add_prefix(name) in one.data for name in one.fields))
    ]  # fmt: skip


def shown(one: CaseField, kept: Any) -> Any:
    """A stored value as the form begins with it."""
    if kept in (None, ""):
        return None
    match one.type:
        case FieldType.MOMENT:
            return datetime.fromisoformat(kept)
        case FieldType.DATE:
            return date.fromisoformat(kept)
        case FieldType.YES_NO:
            return YES if kept else NO
        case FieldType.FILE:
            return None
        case _:
            return kept


def as_json(value: Any, kind: FieldType) -> Any:
    """What a form field parsed, as a case keeps it."""
    if value in (None, "", []):
        return None
    if kind == FieldType.YES_NO:
        return value == YES
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return (timezone.make_aware(value) if timezone.is_naive(value) else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def as_text(value: Any, kind: FieldType) -> str:
    """The same as the acts take it."""
    plain = as_json(value, kind) if kind != FieldType.LIST else value
    if plain is None:
        return ""
    if kind == FieldType.LIST:
        return json.dumps(plain, ensure_ascii=False)
    if kind == FieldType.YES_NO:
        return YES if plain else NO
    return str(plain)


def same(text: str, kept: Any, kind: FieldType) -> bool:
    """Does the text say what is stored already?"""
    if kept is None:
        return text == ""
    if kind in (FieldType.NUMBER, FieldType.MONEY):
        return text != "" and Decimal(text) == Decimal(str(kept))
    if kind == FieldType.MOMENT:
        return text != "" and datetime.fromisoformat(text) == datetime.fromisoformat(kept)
    return text == as_text(YES if kept is True else NO if kept is False else kept, kind)
