"""What entries need to be told: names of now where the entry keeps none, and personal values not yet erased."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from opsloop.base.acts.args import Param
from opsloop.base.acts.registry import registry
from opsloop.base.ledger.models import Entry, Private
from opsloop.base.ledger.private import is_hidden
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import mask, reads

GONE = "***"
"""A personal value that was erased, or that this reader may not see at all."""
PERSON = "people.person"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(micros: int) -> datetime:
    """The ledger keeps microseconds since 1970 UTC."""
    return EPOCH + timedelta(microseconds=micros)


def model_of(label: str) -> type[Model] | None:
    """The model of a label, or None when its app is gone."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


class Names:
    """Names and personal values for many entries: one query per kind of object and one for the values."""

    def __init__(self, entries: Iterable[Entry], reader: Person, *, columns: bool = False) -> None:
        """columns: also what foreign keys among the changes name."""
        self.reader = reader
        self.entries = list(entries)
        self.bodies: dict[int, dict[str, Any]] = {entry.pk: _body(entry) for entry in self.entries}
        wanted: dict[str, set[int]] = {}
        for entry in self.entries:
            for label, pk in _refs(entry, self.bodies[entry.pk], columns):
                wanted.setdefault(label, set()).add(pk)
        self._names = {label: _now(label, ids) for label, ids in wanted.items()}
        self._private = self._values()

    def name(self, label: str, pk: Any) -> str:
        """An object as it is called now; one that is gone by its kind and number."""
        if pk is None:
            return ""
        if found := self._names.get(label, {}).get(pk):
            return found
        model = model_of(label)
        return f"{model._meta.verbose_name if model else label} {pk}"

    def of(self, label: str, said: list[Any]) -> str:
        """An object written as [id, name] or, where its name is personal, as [id]."""
        return str(said[1]) if len(said) > 1 else self.name(label, said[0])

    def subject(self, entry: Entry) -> str:
        """The entry's object with the name of then; for a bulk act its first names."""
        body = self.bodies[entry.pk]
        if "name" in body:
            return str(body["name"])
        if entry.object_type:
            return self.name(entry.object_type, entry.object_id)
        if "names" in body:
            more = len(body["args"].get("on", [])) > len(body["names"])
            return ", ".join(map(str, body["names"])) + (" …" if more else "")
        return self.of(body["result"][0], body["result"][1:]) if "result" in body else ""

    def bare(self, entry: Entry, place: str, value: Any, label: str, pk: Any, column: str) -> Any:
        """A value as this reader may see it: personal ones from their side rows, sensitive ones masked."""
        if is_hidden(value):
            if (entry.pk, place) not in self._private:
                return GONE
            value = self._private[(entry.pk, place)]
        sensitivity = getattr(model_of(label), "sensitive", {}).get(column)
        own = label == PERSON and pk == self.reader.pk
        if sensitivity is None or own or value in (None, "") or reads(self.reader, sensitivity):
            return value
        return mask(str(value))

    def _values(self) -> dict[tuple[int, str], Any]:
        hiding = [entry.pk for entry in self.entries if '{"#":"' in entry.body]
        if not hiding:
            return {}
        rows = Private.objects.filter(entry_id__in=hiding).values_list("entry_id", "place", "text")
        return {(number, place): json.loads(text) for number, place, text in rows}


def _body(entry: Entry) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(entry.body)
    except ValueError:  # tampered with; `verify` says so
        body = {}
    return {"args": {}, **body}


def _refs(entry: Entry, body: dict[str, Any], columns: bool) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(PERSON, entry.by_id), (PERSON, entry.behalf_id)]
    if "name" not in body and entry.object_type:
        found.append((entry.object_type, entry.object_id))
    if len(body.get("result", [])) == 2:
        found.append(tuple(body["result"]))
    this = registry.get(entry.act)
    for p in this.params if this else ():
        found += _ids_in(p, body["args"].get(p.name))
    if columns:
        for name, diff in body.get("changes", {}).items():
            label, pk = parted(name)
            found.append((label, pk))
            found += [(to, one) for column, pair in diff.items() if (to := points_to(label, column)) for one in pair]
    return [(label, pk) for label, pk in found if isinstance(pk, int)]


def parted(name: str) -> tuple[str, int | None]:
    """people.person:7 as (label, id)."""
    label, _colon, pk = name.rpartition(":")
    return label, int(pk) if pk.isdigit() else None


def points_to(label: str, column: str) -> str | None:
    """The label of the model that a foreign key's column points to, or None."""
    model = model_of(label)
    field = next((f for f in model._meta.concrete_fields if f.attname == column), None) if model else None
    return field.related_model._meta.label_lower if isinstance(field, ForeignKey) else None


def _ids_in(p: Param, value: Any) -> list[tuple[str, Any]]:
    """The objects of a value that were written without their names."""
    if not p.is_model or not isinstance(value, list):
        return []
    label = p.type._meta.label_lower
    return [(label, one[0]) for one in (value if p.many else [value]) if isinstance(one, list) and len(one) == 1]


def _now(label: str, ids: set[int]) -> dict[int, str]:
    model = model_of(label)
    if model is None:
        return {}
    rows = model._base_manager.filter(pk__in=ids).select_related()  # names of rows are often made of their parts
    return {row.pk: GONE if getattr(row, "erased_at", None) else str(row) for row in rows}
