"""Between the clock on the wall and instants in UTC, also on the days on which the clock is moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


def utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone; limits are counted on aware moments only")
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """When the clock in `zone` shows `minutes` after midnight of `day` (more than a day's worth: the next day).

    A time that the clock skips is the moment of the skip; one that it shows twice is the first.
    """
    wall = datetime.combine(day, time()) + minutes * MINUTE
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return early if early <= late else _skip(zone, wall, late, early)


def _skip(zone: ZoneInfo, wall: datetime, low: datetime, high: datetime) -> datetime:
    """The first instant in (low, high] at which the clock shows `wall` or later, to the second."""
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        shown = middle.astimezone(zone).replace(tzinfo=None)
        low, high = (low, middle) if shown >= wall else (middle, high)
    return high
