"""What periods are called, which is the newest that is over, and how much of one is."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from opsloop.base.things.texts import in_chinese
from opsloop.data.metrics.periods import back, begin, end

USUAL_LENGTH = {"day": 30, "week": 13, "month": 13, "quarter": 8, "year": 5}
"""How many periods are shown when nobody says otherwise."""


def last_whole(day: date, grain: str) -> date:
    """The first day of the newest period that is over by the end of `day`."""
    first = begin(day, grain)
    return first if end(first, grain) <= day else back(first, grain, 1)


def short_name(first: date, grain: str) -> str:
    """On an axis: 12-17, 12-11 for a week's Monday, 2026-12, 2026 Q4, 2026."""
    if grain in ("day", "week", "total"):
        return f"{first:%m-%d}"
    if grain == "month":
        return f"{first:%Y-%m}"
    return f"{first:%Y} Q{(first.month - 1) // 3 + 1}" if grain == "quarter" else f"{first:%Y}"


def name(first: date, grain: str) -> str:
    """In a sentence: the day, Monday to Sunday with the week's number, the month, quarter or year."""
    if grain == "week":
        last, (year, week, _day) = end(first, grain), first.isocalendar()
        return _t("week {week} of {year} ({days})").format(week=week, year=year, days=days_name(first, last))
    if grain == "month":
        return date_format(first, "YEAR_MONTH_FORMAT")
    if grain == "quarter":
        return _t("quarter {n} of {year}").format(n=(first.month - 1) // 3 + 1, year=first.year)
    return _t("the year {year}").format(year=first.year) if grain == "year" else date_format(first, "DATE_FORMAT")


def days_name(first: date, last: date) -> str:
    """Without the year: 12-14至12-20 in Chinese, 14–20 Dec or 30 Nov – 6 Dec in English."""
    if in_chinese():
        return f"{first:%m-%d}至{last:%m-%d}"
    if first.month == last.month:
        return f"{first.day}–{date_format(last, 'j M')}"
    return f"{date_format(first, 'j M')} – {date_format(last, 'j M')}"


def span_name(first: date, last: date) -> str:
    """Two days as a span, by its period's name where it is one."""
    for grain in ("week", "month", "quarter", "year"):
        if begin(first, grain) == first and end(first, grain) == last:
            return name(first, grain)
    if first == last:
        return date_format(first, "DATE_FORMAT")
    return _t("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())


def elapsed(first: date, grain: str, until: date) -> float:
    """时间进度: which share of the period's days is over by the end of `until`, from 0 to 1."""
    days = (end(first, grain) - first).days + 1
    return min(1.0, max(0.0, ((until - first).days + 1) / days))
