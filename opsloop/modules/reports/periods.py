"""When a report is due, which period it is about, and what its editions are called. Pure, but for texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.data.metrics.periods import back, begin, end

WEEKDAYS = (
    ("monday", "mon", "周一", "星期一"), ("tuesday", "tue", "周二", "星期二"), ("wednesday", "wed", "周三", "星期三"),
    ("thursday", "thu", "周四", "星期四"), ("friday", "fri", "周五", "星期五"), ("saturday", "sat", "周六", "星期六"),
    ("sunday", "sun", "周日", "星期日"),
)  # fmt: skip
DAY = timedelta(days=1)
_DAY = re.compile(r"(?:day\s*|每月)?(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """weekday: 0 is Monday, None for a report of months; then month_day."""

    at: time
    weekday: int | None = None
    month_day: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """since, until: both days belong to it. due_at: when the draft is to be there."""

    grain: str
    since: date
    until: date
    due_at: datetime

    @property
    def before(self) -> tuple[date, date]:
        """The period before it."""
        first = back(self.since, self.grain, 1)
        return first, end(first, self.grain)


def rhythm(text: str) -> Rhythm | None:
    """`Monday 08:30`, `周一 08:30`, `day 3 09:00`, `每月3日 09:00`; None for anything else."""
    head, _space, clock = text.strip().rpartition(" ")
    try:
        at = datetime.strptime(clock, "%H:%M").time()  # an hour of any day
    except ValueError:
        return None
    for n, names in enumerate(WEEKDAYS):
        if head.strip().lower() in names:
            return Rhythm(at, weekday=n)
    found = _DAY.fullmatch(head.strip().lower())
    if found and 1 <= int(found[1]) <= 28:
        return Rhythm(at, month_day=int(found[1]))
    return None


def wrong_rhythm(text: str) -> Text | None:
    """What was expected instead, None for a rhythm that is understood."""
    return None if rhythm(text) else _("A weekday and an hour such as Monday 08:30, or day 3 09:00 (days 1 to 28).")


def period_of(first: date, grain: str, said: Rhythm, zone: tzinfo) -> Period:
    """The period that begins on `first`, with the moment when its report is due."""
    last = end(first, grain)
    if said.weekday is not None:
        ahead = (said.weekday - (last + DAY).weekday()) % 7
        day = last + DAY + ahead * DAY
    else:
        day = (last + DAY).replace(day=said.month_day or 1)
    return Period(grain, first, last, datetime.combine(day, said.at, zone))


def newest(grain: str, said: Rhythm, now: datetime) -> Period:
    """The newest period whose report is due by `now` (an aware moment; days are those of its zone)."""
    first = begin(now.date(), grain)
    while True:
        first = back(first, grain, 1)
        found = period_of(first, grain, said, now.tzinfo or datetime.now().astimezone().tzinfo)  # type: ignore[arg-type]
        if found.due_at <= now:
            return found


def number_of(code: str, period: Period, correction: int = 0) -> str:
    """ZB-2026-46 by the ISO week, YB-2026-10 by the month; a correction ends in -2."""
    year, week, _weekday = period.since.isocalendar()
    name = f"{year}-{week:02d}" if period.grain == "week" else f"{period.since:%Y-%m}"
    return f"{code}-{name}" + (f"-{correction + 1}" if correction else "")
