"""What the hours of a day are: weekday, public holiday, make-up workday, exception. No clock, no zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from opsloop.base.calendar.holidays import CHINA, DayKind, Holidays

DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One opening, in minutes after the midnight of the day it belongs to.

    A night shift 22:00-06:00 is Hours(1320, 1800): it belongs wholly to the day on which it begins.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and self.opens < self.closes <= self.opens + DAY):
            raise ValueError(f"{self.opens}-{self.closes} is no opening of at most 24 hours that begins on its day")


DayHours = tuple[Hours, ...]


def hours(*spans: str) -> DayHours:
    """`hours("09:00-12:00", "13:00-18:00")`: an end at or before its begin lies on the next day; 24:00 is midnight."""
    out = []
    for span in spans:
        (h1, m1), (h2, m2) = (map(int, part.split(":")) for part in span.split("-"))
        opens, closes = h1 * 60 + m1, h2 * 60 + m2
        out.append(Hours(opens, closes if closes > opens else closes + DAY))
    return tuple(sorted(out))


OFFICE = hours("09:00-12:00", "13:00-18:00")


@dataclass(frozen=True, slots=True)
class Rules:
    """The hours of every day. Stronger first: `days`, make-up workday, holiday, weekday.

    week: seven tuples from Monday on. make_up: the weekday (0 = Monday) whose hours a make-up workday has, None
    keeps its own. supplied: years whose public holidays and make-up workdays `days` gives in full.
    """

    week: tuple[DayHours, ...] = (*(OFFICE,) * 5, (), ())
    holidays: Holidays = CHINA
    make_up: int | None = 0
    days: Mapping[date, DayHours] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    supplied: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def on(self, day: date) -> DayHours:
        """The openings that begin on this day."""
        if day in self.days:
            return self.days[day]
        weekday = self.week[day.weekday()]
        if day.year in self.supplied:
            return weekday
        kind = self.holidays.kind(day)
        if kind is DayKind.HOLIDAY:
            return ()
        if kind is DayKind.MAKE_UP and self.make_up is not None:
            return self.week[self.make_up]
        return weekday

    def sure(self, day: date) -> bool:
        """False while the state may still change what kind of day this is."""
        return day in self.days or self.holidays.sure(day, self.supplied)
