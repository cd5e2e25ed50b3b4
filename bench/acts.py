"""An act against the bare ORM writes of the same rows plus one insert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from bench.measure import Figure, ratio
from bench.setup import people
from opsloop.base.acts import Call, Reason, act, perform
from opsloop.base.ledger.models import EntryObject
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, make, position
from opsloop.data.sql.models import SavedQuery


@act("bench.rename", "Rename", done="{by} renamed {query}: {reason}")
def rename(query: SavedQuery, *, by: Person, title: str, note: str, text: str, reason: Reason) -> SavedQuery:
    """Change three fields of one row, such as a person would: it is searched and somebody's own."""
    query.title, query.note, query.text = title, note, text
    query.save(update_fields=["title", "note", "text"])
    return query


class Bare(models.Model):
    """The same table without Thing."""

    title = models.CharField(max_length=120)
    note = models.CharField(max_length=500)
    text = models.TextField()
    revision = models.PositiveIntegerField()

    class Meta:
        app_label, db_table, managed = "sql", SavedQuery._meta.db_table, False


def values(i: int) -> dict[str, Any]:
    return {"title": f"t{i}", "note": f"n{i}", "text": f"select {i}"}


def row(cast: Cast) -> SavedQuery:
    return make(SavedQuery, title="bench", text="select 1", owner=cast.lin, saved_at=timezone.now())


def row_and_act(cast: Cast) -> Callable[[int], None]:
    """A bare act, by somebody who may do `bench.*`: one row is read and three of its fields are changed."""
    return through(cast, row(cast).pk)


def through(cast: Cast, pk: int) -> Callable[[int], None]:
    def through_perform(i: int) -> None:
        perform("bench.rename", {**values(i), "reason": "because"}, Call(by=cast.lin), on=pk)

    return through_perform


def run() -> list[Figure]:
    cast = people()
    hold(cast.lin, position("bench", may=["bench.*"], sees={"*": "all"}), cast.company)
    row_of_acts = row(cast)
    pk = row_of_acts.pk

    def direct(i: int) -> None:
        rename(row_of_acts, by=cast.lin, reason="because", **values(i))

    def bare(i: int) -> None:
        with transaction.atomic():
            one = Bare.objects.get(pk=pk)
            one.title, one.note, one.text = values(i).values()
            one.save(update_fields=["title", "note", "text"])
            models.QuerySet(EntryObject).create(entry_id=i, object_type="bench", object_id=i + 1_000_000 * hash_of())

    runs = iter(range(1, 1000))
    current = [0]

    def hash_of() -> int:
        return current[0]

    out = []
    for name, fn in (("perform", through(cast, pk)), ("direct call", direct)):
        current[0] = next(runs)
        value, detail = ratio(fn, bare)
        out.append(Figure(f"an act ({name}) / bare writes plus one insert", value, 2.0, "×", detail))
    return out
