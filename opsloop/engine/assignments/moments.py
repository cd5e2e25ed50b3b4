"""Days and times as people write them in a line: 明天下午3点前, 下周三, 月底, 3天内, tomorrow 17:00, by Friday. Pure.

No library read these well enough to trust: docs/decisions/lines-of-assignments.md names what was tried.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

DIGITS = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "七": 7,
    "八": 8, "九": 9, "十": 10,
}  # fmt: skip
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ENGLISH = "|".join(f"{one}|{one[:3]}" for one in WEEKDAYS)


def _limit(pattern: str) -> str:
    """The pattern with 前 behind it, taken whole; a day that something is of (12月3日的日结) is no limit."""
    return rf"(?>{pattern}(?:\s*(?:之前|以前|前))?)(?!\s*的)"


NUMBER = r"(\d{1,2}|[一二两三四五六七八九十]{1,2})"


@dataclass(frozen=True, slots=True)
class Found:
    """A day and perhaps a time of day, and the part of the line that says so (start, end)."""

    day: date | None
    at: time | None
    spans: tuple[tuple[int, int], ...]


def number(text: str) -> int:
    """1 to 99 in digits or Chinese: 3, 三, 十二, 二十."""
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _ten, ones = text.partition("十")
        return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
    return DIGITS[text]


def _near(today: date, days: int) -> date:
    return today + timedelta(days=days)


def _weekday(today: date, iso: int, weeks: int) -> date:
    """The day of this week, of the next for weeks=1; Monday begins a week."""
    return today - timedelta(days=today.isoweekday() - iso) + timedelta(weeks=weeks)


def _coming(today: date, iso: int) -> date:
    """The next day of this name, today included."""
    return today + timedelta(days=(iso - today.isoweekday()) % 7)


def _month_day(today: date, months: int, day: int) -> date | None:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, day) if 1 <= day <= monthrange(year, month + 1)[1] else None


def _of_year(today: date, month: int, day: int) -> date | None:
    """This year's day, or next year's when it is more than half a year gone."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (today - found).days < 183:
            return found
    return None


def _exact(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _coming_day(today: date, day: int) -> date | None:
    """5号 is this month's, or next month's once it is over."""
    here = _month_day(today, 0, day)
    return here if here is not None and here >= today else _month_day(today, 1, day)


def _week_cn(found: re.Match[str], today: date) -> date:
    word, iso = found[1] or "", DIGITS[found[2]]
    return _weekday(today, iso, word.count("下")) if word else _coming(today, iso)


Reader = Callable[[re.Match[str], date], date | None]
DAYS: tuple[tuple[str, Reader], ...] = (
    (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", lambda m, _t: _exact(m[1], m[2], m[3])),
    (r"(\d{1,2})月(\d{1,2})[日号]?", lambda m, t: _of_year(t, int(m[1]), int(m[2]))),
    (r"(?<![\d.])(\d{1,2})[-/](\d{1,2})(?![\d.%])", lambda m, t: _of_year(t, int(m[1]), int(m[2]))),
    (r"下个?月(?:底|末)", lambda _m, t: _last_day(t, 1)),
    (r"(?:本|这个?)?月(?:底|末)", lambda _m, t: _last_day(t, 0)),
    (r"下个?月(\d{1,2})[号日]", lambda m, t: _month_day(t, 1, int(m[1]))),
    (r"大后天", lambda _m, t: _near(t, 3)),
    (r"后天", lambda _m, t: _near(t, 2)),
    (r"明[天日早晚]|明儿", lambda _m, t: _near(t, 1)),
    (r"今[天日晚早]|当天|今儿", lambda _m, t: t),
    (r"(下下|下|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])", _week_cn),
    (rf"{NUMBER}\s*[个]?[天日](?:之)?[内后]", lambda m, t: _near(t, number(m[1]))),
    (rf"{NUMBER}\s*[个]?(?:周|星期)(?:之)?[内后]", lambda m, t: _near(t, 7 * number(m[1]))),
    (r"(?<![\d月])(\d{1,2})[号日]", lambda m, t: _coming_day(t, int(m[1]))),
    (r"\b(?:by |on |until )?day after tomorrow\b", lambda _m, t: _near(t, 2)),
    (r"\b(?:by |on |until )?tomorrow\b", lambda _m, t: _near(t, 1)),
    (r"\b(?:by |on |until )?today\b", lambda _m, t: t),
    (r"\b(?:by |on |until )?(?:the )?end of (?:the )?month\b", lambda _m, t: _last_day(t, 0)),
    (rf"\b(?:by |on |until )?(next )?({ENGLISH})\b", lambda m, t: _week_en(m, t)),
    (r"\b(?:with)?in (\d{1,2}) days?\b", lambda m, t: _near(t, int(m[1]))),
)
HALVES = {"上午": 0, "早上": 0, "早": 0, "中午": 12, "下午": 12, "晚上": 12, "晚": 12, "am": 0, "pm": 12}
TIMES = (
    r"(上午|早上|中午|下午|晚上|早|晚)?\s*(\d{1,2})[:：](\d{2})",
    rf"(上午|早上|中午|下午|晚上|早|晚)?\s*{NUMBER}[点时](半|\d{{1,2}}分?)?(?![间段候])",
    r"\b(?:at |by )?(\d{1,2})(?::(\d{2}))?\s*(am|pm)\b",
)


def _last_day(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _week_en(found: re.Match[str], today: date) -> date:
    iso = 1 + next(n for n, one in enumerate(WEEKDAYS) if one.startswith(found[2].lower()[:3]))
    return _weekday(today, iso, 1) if found[1] else _coming(today, iso)


def find(text: str, today: date) -> Found:
    """The first day and the first time of day that the line names. What is no day, as 2月30日, is not found."""
    day, spans = _day(text, today), []
    at = _time(text)
    for one in (day, at):
        if one is not None:
            spans.append(one[1])
    return Found(day[0] if day else None, at[0] if at else None, tuple(spans))


def _day(text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    hits: list[tuple[int, int, date]] = []
    for pattern, read in DAYS:
        for found in re.finditer(_limit(pattern), text, re.IGNORECASE):
            named = read(found, today)
            if named is not None:
                hits.append((found.start(), -found.end(), named))
    if not hits:
        return None
    start, end, named = min(hits)
    return named, (start, -end)


def _time(text: str) -> tuple[time, tuple[int, int]] | None:
    hits = []
    for pattern in TIMES:
        for found in re.finditer(_limit(pattern), text, re.IGNORECASE):
            if (at := _clock(found.groups())) is not None:
                hits.append((found.start(), -found.end(), at))
    if not hits:
        return None
    start, end, at = min(hits)
    return at, (start, -end)


def _clock(parts: tuple[str | None, ...]) -> time | None:
    half, hour, minute = (parts[2], parts[0], parts[1]) if parts[2] in ("am", "pm", "AM", "PM") else parts
    hours = number(hour or "0")
    minutes = 30 if minute == "半" else int((minute or "0").rstrip("分"))
    if half and HALVES[half.lower()] == 12 and hours < 12 and not (half == "中午" and hours >= 10):
        hours += 12
    return time(hours, minutes) if hours < 24 and minutes < 60 else None
