"""On which day a series comes round next. Pure: the calendar comes in as a function."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from opsloop.base.jobs.cron import due_after

FAR = 800
"""Days that are looked ahead; past it a series has no next day, as one of a calendar that never works again."""


@dataclass(frozen=True, slots=True)
class Beat:
    """rhythm: workdays, weekly, monthly or cron. weekdays: ISO numbers. month_day: 31 means the last in short months.

    day_off: stay, before, after or skip: where a day goes that is no working day. 31 and before: the last working day
    of the month. cron: the line, of which only the days are read.
    """

    rhythm: str
    weekdays: Collection[int] = ()
    month_day: int = 1
    day_off: str = "stay"
    cron: str = ""

    def falls_on(self, day: date, works: Callable[[date], bool]) -> bool:
        """Does the rhythm name this very day, before days off are looked at?"""
        if self.rhythm == "workdays":
            return works(day)
        if self.rhythm == "weekly":
            return day.isoweekday() in self.weekdays
        if self.rhythm == "cron":
            return next(self._by_cron(day)) == day
        return day.day == min(self.month_day, monthrange(day.year, day.month)[1])

    def placed(self, day: date, works: Callable[[date], bool]) -> date | None:
        """Where the named day comes to lie, None when it is skipped; a day without a working day near it stays."""
        if self.day_off == "stay" or works(day):
            return day
        if self.day_off == "skip":
            return None
        step = timedelta(days=-1 if self.day_off == "before" else 1)
        near = (day + step * n for n in range(1, 31))
        return next((one for one in near if works(one)), day)

    def after(self, last: date, works: Callable[[date], bool]) -> date | None:
        """The first day after `last` on which it comes round; each named day at most once, none before another."""
        first, until = last - timedelta(days=31), last + timedelta(days=FAR)
        days = (self.placed(day, works) for day in self._named(first, until, works))
        return next((day for day in days if day is not None and day > last), None)

    def _named(self, first: date, until: date, works: Callable[[date], bool]) -> Iterator[date]:
        """The days that the rhythm names, from `first` on, before `until`, in order."""
        if self.rhythm == "cron":
            for day in self._by_cron(first):
                if day >= until:
                    return
                yield day
        else:
            days = (first + timedelta(days=n) for n in range((until - first).days))
            yield from (day for day in days if self.falls_on(day, works))

    def _by_cron(self, first: date) -> Iterator[date]:
        start = datetime.combine(first, time(), UTC) - timedelta(seconds=1)
        return (moment.date() for moment in due_after(self.cron, "UTC", start))
