"""How long old versions are kept, and which are kept longer because something that was issued names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db.models import Max

from opsloop.data.lake.models import DataFile, Snapshot

Keeper = Callable[[], Iterable[int]]
_keepers: list[Keeper] = []


def keeps_versions(fn: Keeper) -> Keeper:
    """Register a function that answers the version numbers which an app's issued things name.

    A number stands for the whole lake at that moment: of each table its newest version up to it stays readable.
    """
    _keepers.append(fn)
    return fn


@dataclass(frozen=True, slots=True)
class Past:
    """What may go of one table: versions that nobody reads any more, and files that only these are made of."""

    table: str
    versions: list[int]
    files: list[str]


def kept_until(now: datetime) -> datetime:
    """Versions that were replaced before this moment may go (`lake_days` in opsloop.toml)."""
    return now - timedelta(days=settings.WORKSPACE.lake_days)


def named() -> set[int]:
    """Every version number that something names."""
    return {number for keeper in _keepers for number in keeper()}


def past(now: datetime) -> list[Past]:
    """What may go now, table by table; a table with nothing to go is left out."""
    numbers, until = named(), kept_until(now)
    tables = Snapshot.objects.order_by("table").values_list("table", flat=True).distinct()
    found = [_past(table, numbers, until) for table in tables]
    return [one for one in found if one.versions or one.files]


def _past(table: str, numbers: set[int], until: datetime) -> Past:
    rows = list(Snapshot.objects.filter(table=table).order_by("pk").values_list("pk", "at", "retired_at"))
    kept = {rows[-1][0]} | {found for n in numbers if (found := _at(rows, n)) is not None}
    # what was newest at some moment within the span stays
    kept |= {this[0] for this, after in pairwise(rows) if after[1] >= until}
    there = [pk for pk, _published, gone in rows if gone is None]
    going = [pk for pk in there if pk not in kept]
    alive = [pk for pk in there if pk in kept]
    return Past(table, going, _files(table, alive))


def _at(rows: list[tuple[int, datetime, datetime | None]], number: int) -> int | None:
    return max((pk for pk, _published, _gone in rows if pk <= number), default=None)


def _files(table: str, alive: list[int]) -> list[str]:
    """Files that no version which stays is made of."""
    removed = DataFile.objects.filter(table=table, removed_in__isnull=False)
    spans = removed.values_list("path", "added_in_id", "removed_in_id")
    return [path for path, since, until in spans if not any(since <= pk < until for pk in alive)]


def newest_number() -> int:
    """The number of the newest version of the whole lake, 0 when it is empty."""
    return Snapshot.objects.aggregate(last=Max("pk"))["last"] or 0
