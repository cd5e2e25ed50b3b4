"""Checks and compiles a playbook calendar file's data. Pure: the playbook adds file and line to what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _t

from opsloop.base.calendar import holidays
from opsloop.base.calendar.rules import DAY, DayHours, Hours, Rules
from opsloop.base.calendar.spec import Problem, Spec, SpecProblems

ZONE = "Asia/Shanghai"
KEYS = ("title", "timezone", "hours", "holidays", "make_up", "days", "years", "for", "note")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = {
    **{name: n for n, name in enumerate(WEEKDAYS)},
    **{f"周{c}": n for n, c in enumerate("一二三四五六日")},
    **{f"星期{c}": n for n, c in enumerate("一二三四五六日")},
}
OFF = (False, "off", "closed", "休", "休息", "no")
"""False: a plain YAML reader takes `off` for it."""
RULE_WORDS = {"china": "china", "中国": "china", "none": "none", "无": "none"}
OPENING = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–—~至到]\s*([01]\d|2[0-4]):([0-5]\d)")
T = TypeVar("T")


def compile_spec(code: str, data: Mapping[str, Any], zone: str = ZONE) -> Spec:
    """Check and compile the data of `calendars/<code>.yaml`; values may be text or what a YAML reader makes of it.

    `zone` stands where the file names none. Raises SpecProblems with everything that is wrong.
    """
    reader = _Reader(data)
    week = reader.week()
    rule = reader.one_of("holidays", RULE_WORDS, "china")
    rules = Rules(week, holidays.RULES[rule], reader.make_up(week), MappingProxyType(reader.days(week)), reader.years())
    spec = Spec(code, reader.title(), reader.zone(zone), rules, reader.departments(), str(data.get("note") or ""))
    if reader.problems:
        raise SpecProblems(reader.problems)
    return spec


class _Reader:
    """Reads one file's fields and gathers what is wrong; a wrong field reads as its harmless default."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []
        for key in data:
            if key not in KEYS:
                self.wrong(
                    str(key),
                    _t("A calendar has no such field."),
                    _t("Known fields: {fields}.").format(fields=", ".join(KEYS)),
                )

    def wrong(self, field: str, expected: str, remedy: str) -> None:
        self.problems.append(Problem(field, expected, remedy))

    def one_of(self, field: str, words: Mapping[str, T], default: T) -> T:
        said = self.data.get(field)
        if said is None:
            return default
        if str(said).strip().lower() not in words:
            self.wrong(
                field,
                _t("“{said}” is not one of its words.").format(said=said),
                _t("Write one of: {words}.").format(words=", ".join(words)),
            )
            return default
        return words[str(said).strip().lower()]

    def title(self) -> str:
        title = str(self.data.get("title") or "").strip()
        if not title or len(title) > 80:
            self.wrong("title", _t("A name of at most 80 characters is expected."), _t("Write for example: 公司日历."))
        return title

    def zone(self, default: str) -> str:
        said = str(self.data.get("timezone") or default).strip()
        try:
            ZoneInfo(said)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            expected = _t("“{said}” is no time zone.").format(said=said)
            self.wrong("timezone", expected, _t("Write it as in the IANA list, for example Asia/Shanghai."))
            return ZONE
        return said

    def departments(self) -> tuple[str, ...]:
        said = self.data.get("for") or []
        if not isinstance(said, list) or not all(isinstance(one, str) and one.strip() for one in said):
            expected = _t("A list of department codes is expected.")
            self.wrong("for", expected, _t("Write for example: [customer-service, stores]."))
            return ()
        return tuple(dict.fromkeys(one.strip() for one in said))

    def years(self) -> frozenset[int]:
        said = self.data.get("years") or []
        if not isinstance(said, list) or not all(re.fullmatch(r"20\d\d", str(one)) for one in said):
            expected = _t("A list of years is expected: those whose public holidays “days” gives in full.")
            self.wrong("years", expected, _t("Write for example: [2027]."))
            return frozenset()
        return frozenset(int(one) for one in said)

    # hours

    def week(self) -> tuple[DayHours, ...]:
        said = self.data.get("hours")
        week: dict[int, DayHours] = {}
        if not isinstance(said, Mapping) or not said:
            expected = _t("The opening hours by weekday are expected.")
            self.wrong("hours", expected, _t('Write for example: mon-fri: ["09:00-12:00", "13:00-18:00"].'))
            return Rules().week
        for key, value in said.items():
            hours = self.openings(f"hours.{key}", value)
            for day in self.weekdays(f"hours.{key}", str(key)):
                if day in week:
                    expected = _t("{day} already has its hours in another line.").format(day=WEEKDAYS[day])
                    self.wrong(f"hours.{key}", expected, _t("Name each weekday once."))
                week[day] = hours
        if not self.problems and not any(week.values()):
            self.wrong("hours", _t("No weekday is open."), _t("Give at least one weekday its hours."))
        found = tuple(week.get(day, ()) for day in range(7))
        for day in range(7):
            rest = max((one.closes for one in found[day - 1]), default=0) - DAY
            if found[day] and rest > found[day][0].opens:
                expected = _t("{day} opens before the night shift of the day before ends.").format(day=WEEKDAYS[day])
                self.wrong("hours", expected, _t("Let the hours of the two days not overlap."))
        return found

    def weekdays(self, field: str, key: str) -> list[int]:
        """mon, mon-fri, sat-mon (over the end of the week), 周一至周五, mon,wed."""
        out: list[int] = []
        for part in re.split(r"[,,、\s]+", key.strip().lower()):
            ends = [WORDS.get(word.replace("天", "日")) for word in re.split(r"[-–—~至到]", part)]
            if None in ends or len(ends) > 2:
                expected = _t("“{said}” is no weekday or range of weekdays.").format(said=part)
                self.wrong(field, expected, _t("Write mon, tue, … sun or a range such as mon-fri, 周一至周五."))
                continue
            first, last = ends[0] or 0, ends[-1] or 0
            out += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        return out

    def openings(self, field: str, value: Any) -> DayHours:
        """A list of openings, one opening, or off."""
        if value in OFF or (isinstance(value, str) and value.strip().lower() in OFF):
            return ()
        hours: list[Hours] = []
        for n, said in enumerate(value if isinstance(value, list) else [value]):
            one = self.opening(f"{field}[{n}]" if isinstance(value, list) else field, said)
            if one is not None:
                hours.append(one)
        hours.sort()
        for before, after in pairwise(hours):
            if after.opens < before.closes:
                expected = _t("Two openings of the day overlap.")
                self.wrong(field, expected, _t("Let each begin at or after the end of the one before."))
        return tuple(hours)

    def opening(self, field: str, said: Any) -> Hours | None:
        found = OPENING.fullmatch(str(said).strip())
        opens, closes = 0, 0
        if found:
            h1, m1, h2, m2 = map(int, found.groups())
            opens, closes = h1 * 60 + m1, h2 * 60 + m2
        if not found or opens == closes or closes > DAY:
            expected = _t("“{said}” is no opening.").format(said=said)
            remedy = _t("Write opening and closing time, for example 09:00-12:00; 22:00-06:00 ends on the next day.")
            self.wrong(field, expected, remedy)
            return None
        return Hours(opens, closes if closes > opens else closes + DAY)

    def make_up(self, week: tuple[DayHours, ...]) -> int | None:
        words: dict[str, int | None] = {**WORDS, "none": None, "无": None}
        first_open = next((day for day in range(7) if week[day]), 0)
        day = self.one_of("make_up", words, first_open)
        if day is not None and not week[day] and not self.problems:
            expected = _t("A make-up workday has the hours of {day}, but {day} is closed.").format(day=WEEKDAYS[day])
            self.wrong("make_up", expected, _t("Name an open weekday, or none."))
        return day

    def days(self, week: tuple[DayHours, ...]) -> dict[date, DayHours]:
        """Single days: off, openings, or a weekday's name for the hours of that weekday."""
        said = self.data.get("days") or {}
        if not isinstance(said, Mapping):
            self.wrong("days", _t("Days with their hours are expected."), _t("Write for example: 2027-02-08: off."))
            return {}
        out: dict[date, DayHours] = {}
        for key, value in said.items():
            try:
                day = key if isinstance(key, date) else date.fromisoformat(str(key).strip())
            except ValueError:
                expected = _t("“{said}” is no day.").format(said=key)
                self.wrong(f"days.{key}", expected, _t("Write it as 2027-02-08."))
                continue
            word = value.strip().lower() if isinstance(value, str) else None
            out[day] = week[WORDS[word]] if word in WORDS else self.openings(f"days.{key}", value)
        return out
