"""Hourly values: the days of a metric split by the hour of the clock, laid out hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from opsloop.data.metrics.questions import Result

DAY, WEEK = 24, 168
BACK = 8
"""So many weeks tell whether there is usually business in an hour."""
Slot = tuple[date, int]


def slots(days: Sequence[date], starts: int) -> list[Slot]:
    """(business day, hour of the clock) in the order in which they happen; a day may begin at five in the morning."""
    return [(day, (starts + n) % DAY) for day in days for n in range(DAY)]


def values(result: Result, wanted: Sequence[Slot], *, counted: bool) -> list[float | None]:
    """The value of each slot. counted: of sums and counts an hour without rows, on a day that has some, is zero."""
    found: dict[Slot, float | None] = {}
    for row in result.rows:
        if row.dims[0] is not None:
            found[row.period, int(row.dims[0])] = row.value
    there = {day for day, _hour in found}
    return [found.get(slot, 0.0 if counted and slot[0] in there else None) for slot in wanted]


def whole(wanted: Sequence[Slot], known: Sequence[float | None], today: date | None = None) -> int:
    """How many of the slots are over: of a day that still runs, those before the newest hour that has rows."""
    today = today or timezone.localdate()
    newest = max((n for n, value in enumerate(known) if value), default=-1)
    running = newest >= 0 and wanted[newest][0] >= today
    return newest if running else len(wanted)


def closed(known: Sequence[float | None]) -> list[bool]:
    """True for hours in which there was nothing in more than half of the weeks before: nights, closed days."""
    out = []
    for at, value in enumerate(known):
        past = [bool(known[n]) for n in range(at - WEEK, max(-1, at - BACK * WEEK - 1), -WEEK)]
        out.append(2 * sum(past) < len(past) if past else not value)
    return out


def name(day: date, hour: int) -> str:
    """12-17 14:00–15:00."""
    return f"{day:%m-%d} {hour:02d}:00–{(hour + 1) % DAY:02d}:00"
