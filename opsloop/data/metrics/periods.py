"""Days, weeks from Monday, months, quarters, years: where they begin and end, and the same span earlier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from opsloop.data.metrics.durations import months_before

DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
YEAR_OF_WEEKS = timedelta(weeks=52)


def begin(day: date, grain: str) -> date:
    """The first day of the period that `day` lies in; of grain day the day itself."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain in MONTHS:
        return date(day.year, day.month - (day.month - 1) % MONTHS[grain], 1)
    return day


def end(start: date, grain: str) -> date:
    """The last day of the period that begins with `start`."""
    if grain == "week":
        return start + timedelta(days=6)
    return months_before(start, -MONTHS[grain]) - DAY if grain in MONTHS else start


@dataclass(frozen=True, slots=True)
class Period:
    """A period as far as it is asked: `since` and `until` are cut by the question's days and the data's last day.

    key: what stands in an answer, the first day of the whole period (of a total, the first day asked).
    """

    key: date
    since: date
    until: date


def periods(since: date, until: date, grain: str) -> Iterator[Period]:
    """The periods that [since, until] touches, in order; one for the total; none when it is empty."""
    if since > until:
        return
    if grain == "total":
        yield Period(since, since, until)
        return
    start = begin(since, grain)
    while start <= until:
        last = end(start, grain)
        yield Period(start, max(start, since), min(last, until))
        start = last + DAY


def is_whole(until: date, grain: str) -> bool:
    """Is `until` the last day of its period? A total is as long as it is."""
    return grain == "total" or end(begin(until, grain), grain) == until


def back(day: date, grain: str, n: int, *, ends: bool = False) -> date:
    """The same place of the period `n` periods earlier; with `ends`, a month's last day stays a month's last day."""
    if grain == "day":
        return day - n * DAY
    if grain == "week":
        return day - timedelta(weeks=n)
    if ends and is_whole(day, grain):
        return end(back(begin(day, grain), grain, n), grain)
    return months_before(day, n * MONTHS[grain])


def whole(since: date, until: date) -> str:
    """The grain of the one period that [since, until] is exactly, or empty."""
    for grain in ("week", "month", "quarter", "year"):
        if begin(since, grain) == since and end(since, grain) == until:
            return grain
    return ""


def earlier(since: date, until: date, grain: str, against: str) -> tuple[date, date]:
    """The span to compare [since, until] with.

    previous: one period earlier; a total that is just one week, month, quarter or year is held against the one before,
    any other against as many days right before. year: days and weeks 52 weeks earlier, so that weekdays meet, the rest
    twelve months earlier.
    """
    total = grain == "total"
    grain = whole(since, until) or grain if total else grain
    if against == "year":
        if grain in ("day", "week"):
            return since - YEAR_OF_WEEKS, until - YEAR_OF_WEEKS
        step = "month" if grain == "total" else grain
        n = 12 // MONTHS[step]
        return back(since, step, n), back(until, step, n, ends=not total or _last_of_month(until))
    if grain == "total":
        length = until - since + DAY
        return since - length, since - DAY
    return back(since, grain, 1), back(until, grain, 1, ends=True)


def earlier_key(key: date, grain: str, against: str, since: date) -> date:
    """The key of the period that the one of `key` is compared with; `since` is the earlier span's first day."""
    if grain == "total":
        return since
    if against == "year":
        return key - YEAR_OF_WEEKS if grain in ("day", "week") else back(key, grain, 12 // MONTHS[grain])
    return back(key, grain, 1)


def _last_of_month(day: date) -> bool:
    return (day + DAY).day == 1


def to_date_since(day: date, since: str, first: date) -> date:
    """Where a running total that holds `day` begins: month, quarter, year or ever (`first`)."""
    return first if since == "ever" else begin(day, since)
