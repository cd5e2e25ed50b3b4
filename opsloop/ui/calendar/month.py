"""A month of one calendar, day by day, in words. Pure but for today's date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _t

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.holidays import CHINA, DayKind, holiday_name
from opsloop.base.calendar.rules import DAY, Hours, Rules

FIRST_YEAR, LAST_YEAR = 2004, 2099
WEEK = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. name: the holiday, or why it is worked on or off; sure: nothing can still move it."""

    day: date
    here: bool
    today: bool
    works: bool
    hours: str
    name: str
    make_up: bool
    sure: bool


def month_of(text: str, today: date) -> date:
    """The first day of the month `2026-11`, this month where it is none or out of range."""
    year, _dash, number = text.partition("-")
    if not (len(text) == 7 and year.isdecimal() and number.isdecimal()):
        return today.replace(day=1)
    known = FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(number) <= 12
    return date(int(year), int(number), 1) if known else today.replace(day=1)


def weeks(calendar: WorkCalendar, first: date, today: date) -> list[list[Cell]]:
    """The weeks of the month from Monday on, with the days around it."""
    start = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=31)).replace(day=1)
    days = (after - start).days
    cells = [_cell(calendar, start + timedelta(days=n), first, today) for n in range(-(-days // WEEK) * WEEK)]
    return [cells[n : n + WEEK] for n in range(0, len(cells), WEEK)]


def _cell(calendar: WorkCalendar, day: date, first: date, today: date) -> Cell:
    rules = calendar.rules(day)
    hours = rules.on(day)
    make_up = _make_up(rules, day) and bool(hours)
    return Cell(
        day, day.month == first.month, day == today, bool(hours), hours_text(hours), _name(rules, day, make_up=make_up),
        make_up, rules.sure(day),
    )  # fmt: skip


def _by_state(rules: Rules, day: date) -> bool:
    """Does the state's announcement decide this day, and not the calendar's own list?"""
    return rules.holidays is CHINA and day.year not in rules.supplied and day not in rules.days


def _make_up(rules: Rules, day: date) -> bool:
    return _by_state(rules, day) and rules.holidays.kind(day) is DayKind.MAKE_UP


def _name(rules: Rules, day: date, *, make_up: bool) -> str:
    if day in rules.days:
        return _t("own hours of this calendar") if rules.on(day) else _t("day off of this calendar")
    if not _by_state(rules, day) or rules.holidays.kind(day) is DayKind.USUAL:
        return ""
    name = str(holiday_name(day) or "")
    return _t("make-up workday: {name}").format(name=name) if make_up else name


def hours_text(hours: Iterable[Hours]) -> str:
    """09:00–12:00 13:00–18:00; what ends on the next day says so."""
    return " ".join(f"{_clock(one.opens)}–{_end(one.closes)}" for one in hours)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _end(minutes: int) -> str:
    return _clock(minutes) if minutes <= DAY else _t("{clock} next day").format(clock=_clock(minutes - DAY))
