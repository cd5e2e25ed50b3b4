"""Moments between a zone's clock and UTC as plain arithmetic; ICU is asked only outside of the table's years.

The offsets come from the zone's own transitions, so the answer is that of the zone database. Where the clock is set
back an hour is shown twice: its second pass is meant, as in DuckDB's timezone(); an hour that is skipped is read with
the offset before it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from opsloop.data.cleaning.sql import literal

YEARS = range(2012, 2036)
Piece = tuple[datetime, timedelta]
"""(from this moment in UTC, the offset that holds)."""


@cache
def pieces(zone: str) -> tuple[Piece, ...]:
    """The offsets of a zone over the table's years, oldest first."""
    info, out = ZoneInfo(zone), list[Piece]()
    at, end = datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 1, 1, tzinfo=UTC)
    while at < end:
        offset = _offset(info, at)
        out.append((at, offset))
        at = _next_change(info, at, end, offset)
    return tuple(out)


def _offset(info: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(info).utcoffset() or timedelta()


def _next_change(info: ZoneInfo, at: datetime, end: datetime, offset: timedelta) -> datetime:
    low, step = at, timedelta(days=7)  # no zone changes twice within a week's step and back
    while low < end and _offset(info, low + step) == offset:
        low += step
    if low >= end:
        return end
    high = low + step
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(info, middle) == offset else (low, middle)
    return high


def _interval(offset: timedelta) -> str:
    return f"interval '{int(offset.total_seconds())} seconds'"


def _moment(at: datetime) -> str:
    return f"timestamp '{at:%Y-%m-%d %H:%M:%S}'"


def _shift(value: str, starts: list[Piece]) -> str:
    """The offset at `value`, by halving: a year of many offsets is found in a few comparisons."""
    if len(starts) == 1:
        return _interval(starts[0][1])
    half = len(starts) // 2
    later, earlier = _shift(value, starts[half:]), _shift(value, starts[:half])
    return f"case when {value} >= {_moment(starts[half][0])} then {later} else {earlier} end"


def _cases(value: str, starts: list[Piece], sign: str, otherwise: str) -> str:
    first, last = starts[0][0], datetime(YEARS.stop, 1, 1)  # SQL's timestamps are naive
    inside = value if len(starts) == 1 and not starts[0][1] else f"{value} {sign} {_shift(value, starts)}"
    return f"case when {value} >= {_moment(first)} and {value} < {_moment(last)} then {inside} else {otherwise} end"


def local(utc: str, zone: str) -> str:
    """SQL: what the zone's clock shows at a moment, both as TIMESTAMP."""
    if zone == "UTC":
        return utc
    starts = [(at.replace(tzinfo=None), offset) for at, offset in pieces(zone)]
    return _cases(utc, starts, "+", f"timezone({literal(zone)}, timezone('UTC', {utc}))")


def utc(clock: str, zone: str) -> str:
    """SQL: the moment in UTC at which the zone's clock shows this, both as TIMESTAMP."""
    if zone == "UTC":
        return clock
    found = pieces(zone)
    starts = [(found[0][0].replace(tzinfo=None), found[0][1])]
    starts += [(at.replace(tzinfo=None) + new, new) for at, new in found[1:]]
    return _cases(clock, starts, "-", f"timezone('UTC', timezone({literal(zone)}, {clock}))")
