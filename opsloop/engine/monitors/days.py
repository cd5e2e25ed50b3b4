"""Days on which numbers are expected to be different: public holidays, campaigns, closed shops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from opsloop.base.calendar.holidays import CHINA, DayKind, holiday_name
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Source
from opsloop.data.sources.rhythm import closed
from opsloop.engine.monitors.models import MarkedDays
from opsloop.engine.monitors.words import Ignored

SALES_FESTIVALS = (((6, 16), (6, 18)), ((11, 10), (11, 11)), ((12, 12), (12, 12)))
"""618, double eleven, double twelve: their peaks. A company marks longer ones of its own."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked days, read once for many monitors."""

    spans: tuple[tuple[date, date], ...]

    def __contains__(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.spans) or festival(day)


def festival(day: date) -> bool:
    """Is it the peak of one of the large shopping festivals?"""
    return any(first <= (day.month, day.day) <= last for first, last in SALES_FESTIVALS)


def marked() -> Marked:
    """What campaigns have marked."""
    return Marked(tuple(MarkedDays.objects.filter(dropped=False).values_list("first_day", "last_day")))


def holiday(day: date) -> bool:
    """A public holiday of China, the make-up workdays of it, and nothing guessed of years not announced."""
    return holiday_name(day) is not None and CHINA.kind(day) is not DayKind.USUAL


def skips(days: Sequence[date], ignore: Iterable[Ignored], campaigns: Marked, sources: Sequence[Source]) -> list[bool]:
    """For each day: is it left out of judging? Closed: when every source behind the metric that has a calendar is."""
    said = set(ignore)
    calendars = [one for source in sources if (one := definition_of(source)).closed] if Ignored.CLOSED in said else []
    return [
        (Ignored.HOLIDAYS in said and holiday(day))
        or (Ignored.CAMPAIGNS in said and day in campaigns)
        or (bool(calendars) and all(closed(one, day) for one in calendars))
        for day in days
    ]


def weeks_off(
    mondays: Sequence[date], ignore: Iterable[Ignored], campaigns: Marked, sources: Sequence[Source]
) -> list[bool]:
    """The same for weeks: one holiday or campaign day makes another week of it, but closed it is only as a whole."""
    said = set(ignore)
    days = [monday + timedelta(days=n) for monday in mondays for n in range(7)]
    moved = skips(days, said - {Ignored.CLOSED}, campaigns, sources)
    shut = skips(days, said & {Ignored.CLOSED}, campaigns, sources)
    return [any(moved[n : n + 7]) or all(shut[n : n + 7]) for n in range(0, len(days), 7)]


def span(first: date, last: date, step: int = 1) -> list[date]:
    """Every day, or with step 7 every Monday, from first to last."""
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
