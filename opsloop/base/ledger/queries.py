"""Reading the ledger: what was done with a thing, and the auditors' search."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, QuerySet

from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.ledger.write import micros
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible

M = TypeVar("M", bound=Model)


def entries_of(obj: Model) -> QuerySet[Entry]:
    """Every entry about this object, the newest first: as its object, among a bulk act's, changed on the way."""
    label = obj._meta.label_lower
    own = Entry.objects.filter(object_type=label, object_id=obj.pk).values("id")
    other = EntryObject.objects.filter(object_type=label, object_id=obj.pk).values("entry_id")
    return Entry.objects.filter(pk__in=own.union(other, all=True)).order_by("-id")


def changed_in(model: type[M], since: datetime | None) -> QuerySet[M]:
    """The rows of `model` that acts were about or changed, as recorded since the moment; all of them for None.

    For data that leaves in bulk: it narrows by no person's sight.
    """
    rows = model._default_manager.order_by("pk")
    if since is None:
        return rows
    label, at = model._meta.label_lower, micros(since)
    own = Entry.objects.filter(object_type=label, at__gte=at, object_id__isnull=False).values("object_id")
    late = Entry.objects.filter(at__gte=at).values("id")
    return rows.filter(
        pk__in=own.union(EntryObject.objects.filter(object_type=label, entry_id__in=late).values("object_id"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an auditor looks for. Everything is optional; `text` is looked for in values, names and reasons.

    act: a name, or noun.* for all of a noun. since, until: by when it happened, until is not part of the span.
    late: only entries recorded after they happened. via: the door, or `token:` for all of one kind.
    """

    who: int | None = None
    behalf: int | None = None
    act: str = ""
    object_type: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    via: str = ""
    late: bool = False
    text: str = ""


def search_entries(person: Person, filters: Filters) -> QuerySet[Entry]:
    """The entries that `person` may read and that fit, the newest first."""
    return narrow(visible(person, Entry), filters).order_by("-id")


def narrow(rows: QuerySet[Entry], filters: Filters) -> QuerySet[Entry]:
    """Those of `rows` that fit."""
    for name, value in (("by_id", filters.who), ("behalf_id", filters.behalf)):
        if value is not None:
            rows = rows.filter(**{name: value})
    if filters.act:
        noun = filters.act.removesuffix("*")
        rows = rows.filter(act__startswith=noun) if noun != filters.act else rows.filter(act=filters.act)
    if filters.object_type:
        rows = _about(rows, filters.object_type, filters.object_id)
    if filters.since is not None:
        rows = rows.filter(happened__gte=micros(filters.since))
    if filters.until is not None:
        rows = rows.filter(happened__lt=micros(filters.until))
    if filters.via:
        rows = rows.filter(via__startswith=filters.via) if filters.via.endswith(":") else rows.filter(via=filters.via)
    if filters.late:
        rows = rows.exclude(happened=F("at"))
    if filters.text:
        rows = rows.filter(body__contains=json.dumps(filters.text, ensure_ascii=False)[1:-1])
    return rows


def _about(rows: QuerySet[Entry], label: str, pk: int | None) -> QuerySet[Entry]:
    one = {"object_type": label} | ({"object_id": pk} if pk is not None else {})
    own = Entry.objects.filter(**one).values("id")
    return rows.filter(pk__in=own.union(EntryObject.objects.filter(**one).values("entry_id"), all=True))
