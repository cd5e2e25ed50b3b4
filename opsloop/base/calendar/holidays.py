"""Public holidays and make-up workdays (调休): what is announced, and an honest guess where it is not yet."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Protocol

from chinese_calendar.constants import holidays, workdays
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text


class DayKind(Enum):
    """What the state says of a day; USUAL leaves it to the weekday."""

    USUAL = "usual"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class Holidays(Protocol):
    """A country's rule. Neither call ever raises."""

    def kind(self, day: date) -> DayKind:
        """Holiday, make-up workday or usual; usual where nothing is announced, so weekends count."""
        ...

    def sure(self, day: date, supplied: frozenset[int]) -> bool:
        """False while an announcement may still change the day. `supplied`: years that a calendar file gives itself."""
        ...


class NoHolidays:
    """Open by the weekday alone, as customer service on seven days."""

    def kind(self, day: date) -> DayKind:
        return DayKind.USUAL

    def sure(self, day: date, supplied: frozenset[int]) -> bool:
        return True


KNOWN_YEARS = frozenset(day.year for day in holidays)
YEAR_END = (12, 29)
"""From here on the next year's announcement has moved days before (2006, 2007, 2011, 2018): its New Year's holiday."""


class China:
    """The State Council's yearly notice, as the package chinesecalendar has it."""

    def kind(self, day: date) -> DayKind:
        if day in workdays:
            return DayKind.MAKE_UP
        return DayKind.HOLIDAY if day in holidays else DayKind.USUAL

    def sure(self, day: date, supplied: frozenset[int]) -> bool:
        if day.year < min(KNOWN_YEARS):
            return True  # past: nothing will be announced any more
        known = KNOWN_YEARS | supplied
        last = day.year + 1 if (day.month, day.day) >= YEAR_END else day.year
        return day.year in known and last in known


CHINA, NONE = China(), NoHolidays()
RULES: dict[str, Holidays] = {"china": CHINA, "none": NONE}

NAMES: dict[str, Text] = {
    "New Year's Day": _("New Year's Day"),
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labour Day"),
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "Mid-autumn Festival": _("Mid-autumn Festival"),
    "National Day": _("National Day"),
    "Anti-Fascist 70th Day": _("Victory Day (70 years)"),
}


def holiday_name(day: date) -> Text | None:
    """The public holiday that a day belongs to, or whose make-up workday it is; None for a usual day."""
    name = holidays.get(day) or workdays.get(day)
    return NAMES.get(name, name) if name else None


def unannounced(today: date, supplied: frozenset[int] = frozenset()) -> list[int]:
    """Years whose holidays should be known on `today` and are not: this year, and from November on the next."""
    wanted = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    return [year for year in wanted if year not in KNOWN_YEARS | supplied]
