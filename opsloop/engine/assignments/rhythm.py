"""On which day a series comes round next. Pure: the calendar comes in as a function."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

FAR = 800
"""Days that are looked ahead; past it a series has no next day, as one of a calendar that never works again."""


@dataclass(frozen=True, slots=True)
class Beat:
    """rhythm: workdays, weekly or monthly. weekdays: ISO numbers. month_day: 31 means the last in short months.

    day_off: stay, before or after: where a day goes that is no working day.
    """

    rhythm: str
    weekdays: Collection[int] = ()
    month_day: int = 1
    day_off: str = "stay"

    def falls_on(self, day: date, works: Callable[[date], bool]) -> bool:
        """Does the rhythm name this very day, before days off are looked at?"""
        if self.rhythm == "workdays":
            return works(day)
        if self.rhythm == "weekly":
            return day.isoweekday() in self.weekdays
        return day.day == min(self.month_day, monthrange(day.year, day.month)[1])

    def placed(self, day: date, works: Callable[[date], bool]) -> date:
        """Where the named day comes to lie; a day without a working day near it stays."""
        if self.day_off == "stay" or works(day):
            return day
        step = timedelta(days=-1 if self.day_off == "before" else 1)
        near = (day + step * n for n in range(1, 31))
        return next((one for one in near if works(one)), day)

    def after(self, last: date, works: Callable[[date], bool]) -> date | None:
        """The first day after `last` on which it comes round; each named day at most once, none before another."""
        named = (last + timedelta(days=n) for n in range(-31, FAR))
        days = (self.placed(day, works) for day in named if self.falls_on(day, works))
        return next((day for day in days if day > last), None)
