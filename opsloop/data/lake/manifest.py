"""Which files make up which state of a table. Reads only."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.data.lake.models import DataFile, Snapshot


def newest(table: str) -> Snapshot | None:
    """The newest version of a table, or None when it was never loaded."""
    return Snapshot.objects.filter(table=table).order_by("-id").first()


def as_of(table: str, number: int | None) -> Snapshot | None:
    """The table as the lake stood at version `number` (None: now): its newest version up to it, or None before any.

    Raises Refused when retention has let its files go.
    """
    rows = Snapshot.objects.filter(table=table)
    found = (rows if number is None else rows.filter(pk__lte=number)).order_by("-id").first()
    if found is not None and found.retired_at is not None:
        raise Refused(_t("The data version {version} is no longer kept.").format(version=found))
    return found


def names() -> list[str]:
    """Every table that was ever loaded."""
    return list(Snapshot.objects.order_by("table").values_list("table", flat=True).distinct())


def files_of(snapshot: Snapshot) -> QuerySet[DataFile]:
    """The files of one version, in partition order. Of a retired version only what newer ones need."""
    alive = Q(removed_in__isnull=True) | Q(removed_in__gt=snapshot.pk)
    return DataFile.objects.filter(alive, table=snapshot.table, added_in__lte=snapshot.pk).order_by("partition", "id")


def batches(table: str) -> set[str]:
    """The load batches a table has taken in, so that the same load is known again."""
    return set(DataFile.objects.filter(table=table).values_list("batch", flat=True))
