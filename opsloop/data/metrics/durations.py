"""Spans of time as metrics have them: 28 days, 4 weeks, 3 months, 6 hours; 天, 周, 个月, 小时 as well."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opsloop.base.things.errors import Text

_SPAN = re.compile(r"(?P<n>[1-9][0-9]{0,3}) *(?P<unit>[a-z]+|[一-龥]+)")
_UNITS = {
    "hour": "hour", "hours": "hour", "小时": "hour", "day": "day", "days": "day", "天": "day", "日": "day",
    "week": "week", "weeks": "week", "周": "week", "month": "month", "months": "month", "个月": "month", "月": "month",
    "year": "month", "years": "month", "年": "month",
}  # fmt: skip
EXPECTED: Text = _("A span of time such as 28 days, 4 weeks or 3 months")


@dataclass(frozen=True, slots=True)
class Duration:
    """`n` hours, days, weeks or calendar months (a year is twelve)."""

    n: int
    unit: str

    @property
    def hours(self) -> int:
        """Its length in hours; a month counts thirty days."""
        return self.n * {"hour": 1, "day": 24, "week": 168, "month": 720}[self.unit]

    @property
    def days(self) -> int:
        """Whole days that it covers at most."""
        return -(-self.hours // 24)

    @property
    def said(self) -> str:
        """In the reader's language."""
        words = {
            "hour": ngettext("{n} hour", "{n} hours", self.n),
            "day": ngettext("{n} day", "{n} days", self.n),
            "week": ngettext("{n} week", "{n} weeks", self.n),
            "month": ngettext("{n} month", "{n} months", self.n),
        }
        return words[self.unit].format(n=self.n)

    def first_day(self, last: date) -> date:
        """The first day of a window of this length that ends with the day `last`: 1 day begins with it."""
        if self.unit == "month":
            return months_before(last + timedelta(days=1), self.n)
        return last - timedelta(days=self.days - 1)


def months_before(day: date, n: int) -> date:
    """The same day `n` calendar months earlier (negative: later); the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 - n
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def duration(text: str) -> Duration:
    """Raises ValueError when it is no span of time."""
    found = _SPAN.fullmatch(text.strip().lower())
    unit = _UNITS.get(found["unit"]) if found else None
    if found is None or unit is None:
        raise ValueError(text)
    years = found["unit"] in ("year", "years", "年")
    return Duration(int(found["n"]) * (12 if years else 1), unit)


def wrong_duration(text: str) -> Text | None:
    """What was expected instead, or None; for `Says(check=...)`."""
    try:
        duration(text)
    except ValueError:
        return EXPECTED
    return None
