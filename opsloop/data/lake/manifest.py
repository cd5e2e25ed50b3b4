"""Which files make up which state of a table. Reads only."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opsloop.data.lake.models import DataFile, Snapshot


def newest(table: str) -> Snapshot | None:
    """The newest version of a table, or None when it was never loaded."""
    return Snapshot.objects.filter(table=table).order_by("-id").first()


def files_of(snapshot: Snapshot) -> QuerySet[DataFile]:
    """The files of one version, in partition order."""
    alive = Q(removed_in__isnull=True) | Q(removed_in__gt=snapshot.pk)
    return DataFile.objects.filter(alive, table=snapshot.table, added_in__lte=snapshot.pk).order_by("partition", "id")


def batches(table: str) -> set[str]:
    """The load batches a table has taken in, so that the same load is known again."""
    return set(DataFile.objects.filter(table=table).values_list("batch", flat=True))
