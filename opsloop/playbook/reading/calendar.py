"""The page of a working calendar: a picture of the week, single days, and the holidays that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.calendar.compiling import compile_spec
from opsloop.base.calendar.holidays import KNOWN_YEARS, holiday_name
from opsloop.base.calendar.rules import DAY, DayHours
from opsloop.base.calendar.spec import Spec
from opsloop.base.kinds.fields import plain
from opsloop.base.things.texts import listed
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import Labels, language
from opsloop.playbook.translations import Words, words


@dataclass(frozen=True, slots=True)
class Bar:
    """One span of a day: in words, and its left edge and width in percent of 24 hours."""

    text: str
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class WeekDay:
    name: str
    bars: list[Bar]
    hours: str


@dataclass(frozen=True, slots=True)
class SingleDay:
    day: date
    weekday: str
    text: str
    open: bool
    name: str = ""


@dataclass(frozen=True)
class CalendarPage:
    """All that the page shows, in the reader's language."""

    item: Item
    words: Words
    note: str
    zone: str
    week: list[WeekDay]
    days: list[SingleDay]
    holidays: list[SingleDay]
    year: int
    known: bool
    keeps_holidays: bool
    departments: list[str]


def weekday_names() -> list[str]:
    return [_t("Mon"), _t("Tue"), _t("Wed"), _t("Thu"), _t("Fri"), _t("Sat"), _t("Sun")]


def calendar_page(labels: Labels, item: Item, year: int) -> CalendarPage:
    """The page with the holidays and make-up workdays of a year."""
    spec = compile_spec(item.ident, plain(type(item.obj), item.obj), settings.TIME_ZONE)
    said, names = words(labels.book, item, language()), weekday_names()
    return CalendarPage(
        item=item,
        words=said,
        note=said.text("note", item.obj.note),
        zone=spec.zone,
        week=[
            WeekDay(names[n], [_bar(one) for one in _spans(hours)], _hours(hours))
            for n, hours in enumerate(spec.rules.week)
        ],
        days=[_single(day, hours) for day, hours in sorted(spec.rules.days.items())],
        holidays=_holidays(spec, year) if item.obj.holidays == "china" else [],
        year=year,
        known=year in KNOWN_YEARS,
        keeps_holidays=item.obj.holidays == "china",
        departments=list(item.obj.for_),
    )


def _holidays(spec: Spec, year: int) -> list[SingleDay]:
    """Days that are otherwise than their weekday says: weekdays off and weekend days worked."""
    out, day = [], date(year, 1, 1)
    while day.year == year:
        hours, usual = spec.rules.on(day), spec.rules.week[day.weekday()]
        if bool(hours) != bool(usual) and day not in spec.rules.days:
            out.append(_single(day, hours))
        day += timedelta(days=1)
    return out


def _single(day: date, hours: DayHours) -> SingleDay:
    return SingleDay(day, weekday_names()[day.weekday()], _hours(hours), bool(hours), str(holiday_name(day) or ""))


def _spans(hours: DayHours) -> list[tuple[int, int]]:
    return [(one.opens, one.closes) for one in hours]


def _bar(span: tuple[int, int]) -> Bar:
    opens, closes = span
    left = round(opens * 100 / DAY)
    return Bar(_text(opens, closes), left, max(1, round(min(closes, DAY) * 100 / DAY) - left))


def _hours(hours: DayHours) -> str:
    return listed(_text(*span) for span in _spans(hours)) or _t("closed")


def _text(opens: int, closes: int) -> str:
    end = closes if closes <= DAY else closes - DAY
    return f"{opens // 60:02}:{opens % 60:02}-{end // 60:02}:{end % 60:02}"
