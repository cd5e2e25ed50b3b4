"""Which files make up which state of a table. Reads only."""

from __future__ import annotations

from functools import lru_cache

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.data.lake.models import DataFile, Snapshot


def newest(table: str) -> Snapshot | None:
    """The newest version of a table, or None when it was never loaded."""
    return Snapshot.objects.filter(table=table).order_by("-id").first()


Mark = tuple[str, int, str, int]
"""(table, number, moment, rows) of a version: the last two tell versions of two databases apart."""
_MARKS = """
    with recursive tables(name) as (
        select min("table") from lake_snapshot
        union all
        select (select min("table") from lake_snapshot where "table" > name) from tables where name is not null
    )
    select name, id, cast(at as varchar(40)), rows from tables
    join lake_snapshot on id = (select max(id) from lake_snapshot where "table" = name)
    order by name
"""
"""From name to name along the index, however many versions there are of each."""


def marks() -> tuple[Mark, ...]:
    """The newest version of every table that was ever loaded, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        return tuple(cursor.fetchall())


@lru_cache(maxsize=2000)
def marked(mark: Mark) -> Snapshot:
    """The version of a mark; what a newest version says of itself never changes."""
    return Snapshot.objects.get(pk=mark[1])


def as_of(table: str, number: int | None) -> Snapshot | None:
    """The table as the lake stood at version `number` (None: now): its newest version up to it, or None before any.

    Raises Refused when the lake has not come to that version yet, or retention has let its files go.
    """
    if number is not None and not Snapshot.objects.filter(pk__gte=number).exists():
        raise Refused(_t("There is no data version {version}.").format(version=number))
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


def paths_of(snapshot: Snapshot) -> list[str]:
    """The paths of `files_of`, in its order. Every statement over the lake asks for them: no ORM on the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            'select path from lake_datafile where "table" = %s and added_in_id <= %s'
            " and (removed_in_id is null or removed_in_id > %s) order by partition, id",
            [snapshot.table, snapshot.pk, snapshot.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def batches(table: str) -> set[str]:
    """The load batches a table has taken in, so that the same load is known again."""
    return set(DataFile.objects.filter(table=table).values_list("batch", flat=True))
