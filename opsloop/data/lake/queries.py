"""What is in the lake, for its pages. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Person
from opsloop.data.lake.models import DataFile, Snapshot
from opsloop.data.lake.titles import table_titles

LABEL = Snapshot._meta.label_lower


@dataclass(frozen=True, slots=True)
class Table:
    """One table by its newest version. title: empty when nobody names it. size: bytes of that version's files."""

    name: str
    title: str
    newest: Snapshot
    versions: int
    files: int
    size: int
    by: str


def tables() -> list[Table]:
    """Every table, in a few queries however many there are."""
    counted = Snapshot.objects.order_by().values("table").annotate(n=Count("pk"), last=Max("pk"))
    known = {row["table"]: (row["n"], row["last"]) for row in counted}
    newest = Snapshot.objects.in_bulk([last for _n, last in known.values()])
    alive = DataFile.objects.filter(removed_in__isnull=True).order_by().values("table")
    held = {row["table"]: (row["n"], row["bytes"]) for row in alive.annotate(n=Count("pk"), bytes=Sum("size"))}
    who, titles = published_by(newest), table_titles()
    return [
        Table(name, titles.get(name, ""), newest[last], n, *held.get(name, (0, 0)), who.get(last, ""))
        for name, (n, last) in sorted(known.items())
    ]


def published_by(snapshots: Iterable[int]) -> dict[int, str]:
    """snapshot id -> who published it, from the first entry about it in the ledger; three queries for all."""
    ids = list(snapshots)
    own = Entry.objects.filter(object_type=LABEL, object_id__in=ids).values_list("object_id", "pk")
    other = EntryObject.objects.filter(object_type=LABEL, object_id__in=ids).values_list("object_id", "entry_id")
    first: dict[int, int] = {}
    for snapshot, entry in (*own, *other):
        if snapshot is not None:
            first[snapshot] = min(entry, first.get(snapshot, entry))
    by = dict(Entry.objects.filter(pk__in=first.values()).values_list("pk", "by_id"))
    names = dict(Person.objects.filter(pk__in=set(by.values())).values_list("pk", "name"))
    return {snapshot: names.get(by[entry], "?") for snapshot, entry in first.items()}
