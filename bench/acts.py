"""An act against the bare ORM writes of the same rows plus one insert."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from bench.measure import Figure, ratio
from bench.setup import people
from opsloop.base.acts import Call, Reason, act, perform
from opsloop.base.ledger.models import EntryObject
from opsloop.base.people.models import Person
from opsloop.base.testing import hold, make, position
from opsloop.data.lake.models import Snapshot


@act("bench.rename", "Rename", done="{by} renamed {snapshot}: {reason}")
def rename(snapshot: Snapshot, *, by: Person, table: str, rows: int, note: str, reason: Reason) -> Snapshot:
    """Change three fields of one row."""
    snapshot.table, snapshot.rows, snapshot.reason = table, rows, note
    snapshot.save(update_fields=["table", "rows", "reason"])
    return snapshot


class Bare(models.Model):
    """The same table without Thing."""

    table = models.SlugField(max_length=80)
    rows = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()

    class Meta:
        app_label, db_table, managed = "lake", Snapshot._meta.db_table, False


def run() -> list[Figure]:
    cast = people()
    hold(cast.lin, position("bench", may=["bench.*"], sees={"*": "all"}), cast.company)
    row_of_acts = make(Snapshot, table="bench", at=timezone.now(), rows=0, reason="")
    pk = row_of_acts.pk

    def values(i: int) -> dict[str, Any]:
        return {"table": f"t{i}", "rows": i, "note": f"n{i}"}

    def through_perform(i: int) -> None:
        perform("bench.rename", {**values(i), "reason": "because"}, Call(by=cast.lin), on=pk)

    def direct(i: int) -> None:
        rename(row_of_acts, by=cast.lin, reason="because", **values(i))

    def bare(i: int) -> None:
        with transaction.atomic():
            row = Bare.objects.get(pk=pk)
            row.table, row.rows, row.reason = values(i).values()
            row.save(update_fields=["table", "rows", "reason"])
            models.QuerySet(EntryObject).create(entry_id=i, object_type="bench", object_id=i + 1_000_000 * hash_of())

    runs = iter(range(1, 1000))
    current = [0]

    def hash_of() -> int:
        return current[0]

    out = []
    for name, fn in (("perform", through_perform), ("direct call", direct)):
        current[0] = next(runs)
        value, detail = ratio(fn, bare)
        out.append(Figure(f"an act ({name}) / bare writes plus one insert", value, 2.0, "×", detail))
    return out
