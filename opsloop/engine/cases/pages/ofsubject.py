"""The part of a step's form that is about the subject: asked for as the step's act takes it, else only read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django import forms
from django.db.models import Manager, Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone

from opsloop.base.acts import registry
from opsloop.base.acts.args import Param
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import reads
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages.fields import filled_rows
from opsloop.engine.cases.pages.values import Value
from opsloop.ui.detailkit.facts import facts_of
from opsloop.ui.formkit import fields as asking
from opsloop.ui.formkit.actform import Row, taken

SUBJECT = "subject."

Entries = Iterable[tuple[str, May]]


def subject_of(case: Case | None, by: Person) -> Any:
    """What the case is about, None where there is nothing or the person may not see it."""
    found = case.subject if case is not None else None
    if found is None or not visible(by, type(found)).filter(pk=found.pk).exists():
        return None
    return found


def _params(act: str) -> dict[str, Param]:
    this = registry.get(act)
    return {one.name: one for one in this.params} if this is not None else {}


def _mine(entries: Entries) -> list[tuple[str, May]]:
    return [(name.removeprefix(SUBJECT), may) for name, may in entries if name.startswith(SUBJECT)]


def readings(act: str, entries: Entries, subject: Any, by: Person) -> list[Value]:
    """What stands above the form: fields of the subject that nobody fills in here, masked where they have to be."""
    if subject is None:
        return []
    known, columns = _params(act), {one.name for one in type(subject)._meta.concrete_fields}
    names = [name for name, may in _mine(entries) if name in columns and (may == May.READ or name not in known)]
    return [
        Value(SUBJECT + name, one.label, one.shown)
        for name, one in zip(names, facts_of(subject, by, tuple(names)), strict=True)
    ]


class OfSubject:
    """`fields` and `rows` go into the step's form under `name_of(...)`; `filled` is what the case's act takes.

    decides: of several approvers only the last one's fields are the act's, so it says itself what is missing.
    """

    def __init__(
        self, act: str, entries: Entries, by: Person, subject: Any, sent: tuple[Any, Any], *, decides: bool = False
    ) -> None:
        self.act, self.by, self.subject, self.decides = act, by, subject, decides
        known = _params(act)
        self.asked = {name: (known[name], may) for name, may in _mine(entries) if may != May.READ and name in known}
        self.fields: dict[str, forms.Field] = {}
        self.rows: dict[str, BaseFormSet[Any]] = {}
        for name, (param, may) in self.asked.items():
            if param.is_rows:
                self.rows[SUBJECT + name] = self._row_set(param, *sent)
            else:
                self.fields[name_of(name)] = self._field(param, needed=may == May.NEED and not decides)

    def _on(self) -> Any:
        this = registry.get(self.act)
        return self.subject if this is not None and this.subject is not None else None

    def _field(self, param: Param, *, needed: bool) -> forms.Field:
        made = asking.field(param, self.by, self._on(), self.act)
        if not isinstance(made, forms.BooleanField):
            made.required = needed
        has = present(self.subject, param.name, self.by)
        if has not in (None, "") and not asking.is_file(param):
            made.initial = has
        return made

    def _row_set(self, param: Param, data: Any, files: Any) -> BaseFormSet[Any]:
        columns = {
            one.name: asking.field(one, self.by, self._on(), self.act, f"{param.name}.{one.name}")
            for one in param.row_params
        }
        has = present(self.subject, param.name, self.by, tuple(columns))
        known = [one for one in has if isinstance(one, Mapping)] if isinstance(has, list) else []
        prefix = name_of(param.name)
        sent = data if data is not None and f"{prefix}-TOTAL_FORMS" in data else None
        made: Any = formset_factory(type("SubjectRow", (Row,), columns), extra=0 if known else 1)
        rows: BaseFormSet[Any] = made(sent, (files or None) if sent is not None else None, prefix=prefix, initial=known)
        return rows

    def label(self, name: str) -> str:
        return self.asked[name.removeprefix(SUBJECT)][0].label

    def place(self, name: str) -> str | None:
        """The form's field of an argument of the act."""
        return found if (found := name_of(name)) in self.fields else None

    def filled(self, cleaned: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        """All that stands in the form, for the act takes its values whole. Uploads are kept before."""
        for name, (param, _may) in self.asked.items():
            if param.is_rows:
                rows: Any = filled_rows(self.rows[SUBJECT + name])
                value: Any = [row.values(param.row_params, self.by) for row in rows]
            else:
                value = taken(param, cleaned.get(name_of(name)), self.by).get(name)
            if text := as_text(value):
                yield {"field": SUBJECT + name, "value": text}


def name_of(name: str) -> str:
    """The name in the form of a field of the subject, with or without its prefix."""
    return f"s-{name.removeprefix(SUBJECT)}"


def present(subject: Any, name: str, by: Person, columns: tuple[str, ...] = ()) -> Any:
    """What the subject has now, as a form begins; nothing of what the person does not read.

    columns: of nested rows, which are then mappings.
    """
    guarded = getattr(type(subject), "sensitive", {}).get(name)
    if subject is None or (guarded is not None and subject != by and not reads(by, guarded)):
        return None
    value = getattr(subject, name, None)
    if isinstance(value, Manager):
        value = list(value.all())
    if isinstance(value, list):
        return [_one(each, columns) for each in value]
    return None if callable(value) else _one(value, ())


def _one(value: Any, columns: tuple[str, ...]) -> Any:
    if columns and isinstance(value, Model):
        return {name: _one(getattr(value, name, None), ()) for name in columns}
    return value.pk if isinstance(value, Model) else value.value if isinstance(value, Enum) else value


def as_text(value: Any) -> str:
    """A plain value as the acts on cases take it; lists and rows as JSON."""
    match value:
        case None:
            return ""
        case list():
            return json.dumps(value, ensure_ascii=False, default=as_text)
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return (timezone.make_aware(value) if timezone.is_naive(value) else value).isoformat()
        case Enum():
            return str(value.value)
        case _:
            return str(value)
