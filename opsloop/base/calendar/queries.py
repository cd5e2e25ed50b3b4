"""Which calendar counts for a department on a day."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signals import request_started
from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from opsloop.base.calendar import holidays
from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.models import CalendarSpec
from opsloop.base.calendar.rules import Rules
from opsloop.base.people.models import Department
from opsloop.base.things.frame import current_op

COMPANY = "company"
KEEP_S = 2.0
"""Outside requests and acts, what another process changed is seen after this many seconds at the latest."""


class NoSuchCalendar(LookupError):
    """No calendar of this code was ever published."""


@dataclass(slots=True)
class _Known:
    """The published calendars and the department tree as of one reading. `stamp` tells whether it still holds."""

    stamp: Any
    departments: dict[int, tuple[str, str, tuple[int, ...]]]
    """id -> (code, calendar, ids from itself up to the root)"""
    rows: dict[str, list[CalendarSpec]]
    made: dict[str, WorkCalendar] = field(default_factory=dict)

    def in_force(self, code: str, day: date) -> CalendarSpec | None:
        rows = [row for row in self.rows.get(code, ()) if row.from_day <= day]
        return rows[-1] if rows and not rows[-1].withdrawn else None

    def chosen(self, department_id: int | None, day: date) -> str | None:
        """The code that counts: the department's own, a file's that names it, the same for each one above it."""
        claims: dict[str, CalendarSpec] = {}
        for row in filter(None, (self.in_force(code, day) for code in self.rows)):
            for name in row.spec["for"]:
                claims[name] = max(claims.get(name, row), row, key=lambda one: (one.from_day, one.pk))
        for one in self.departments[department_id][2] if department_id else ():
            name, own, _up = self.departments[one]
            if own and self.in_force(own, day):
                return own
            if name in claims:
                return claims[name].code
        return COMPANY if self.in_force(COMPANY, day) else None

    def calendar(self, code: str) -> WorkCalendar:
        """All its eras, so that each day of a limit has the hours in force on that day."""
        if code not in self.made:
            rows = {row.from_day: row for row in self.rows[code] if not row.withdrawn}
            specs = [(day, row.read()) for day, row in sorted(rows.items())]
            newest = specs[-1][1]
            eras = tuple((day, spec.rules) for day, spec in specs)
            self.made[code] = WorkCalendar(ZoneInfo(newest.zone), eras, code, newest.title)
        return self.made[code]


_known: _Known | None = None
_checked: tuple[Any, float] | None = None
"""(the operation in which `_known` was last compared with the database or None, when)."""


def forget(**_: object) -> None:
    """Compare with the database at the next question: at each request, and when this process changes something."""
    global _checked
    _checked = None


request_started.connect(forget, dispatch_uid="calendar-request")
for _model in (CalendarSpec, Department):
    post_save.connect(forget, sender=_model, dispatch_uid=f"calendar-save-{_model.__name__}")
    post_delete.connect(forget, sender=_model, dispatch_uid=f"calendar-delete-{_model.__name__}")


def _now_known() -> _Known:
    """Once per request and operation one look at two small tables; the calendars are built anew only if they differ."""
    global _known, _checked
    op, kept, known = current_op.get(), _checked, _known
    if known and kept and kept[0] is op and (op is not None or time.monotonic() - kept[1] < KEEP_S):
        return known
    tree, count = _look()
    stamp = (tree, count)
    if known is None or known.stamp != stamp:
        departments = {pk: (code, own, _upward(path)) for pk, code, own, path in tree}
        rows: dict[str, list[CalendarSpec]] = {}
        for row in CalendarSpec.objects.order_by("from_day", "pk"):
            rows.setdefault(row.code, []).append(row)
        known = _Known(stamp, departments, rows)
    _known, _checked = known, (op, time.monotonic())
    return known


def _look() -> tuple[tuple[tuple[Any, ...], ...], tuple[Any, ...]]:
    """(departments, what changes with every calendar); every act with a limit asks, so in one plain
    statement."""
    departments, specs = Department._meta.db_table, CalendarSpec._meta.db_table
    text = f"""
        select d.id, d.code, d.calendar, d.path, s.*
        from (select count(*), max(id), max(put_at) from {specs}) s left join {departments} d on 1 = 1 order by d.id
    """  # noqa: S608  # our own names
    with connection.cursor() as cursor:
        cursor.execute(text)
        rows = cursor.fetchall()
    return tuple(row[:4] for row in rows if row[0] is not None), rows[0][4:]


def _upward(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in reversed(path.strip("/").split("/")) if part)


@cache
def _built_in(zone: str) -> WorkCalendar:
    return WorkCalendar.of(zone, Rules())


def calendar_for(whom: Department | int | str | None = None, at: datetime | None = None) -> WorkCalendar:
    """The calendar of a department (or its id), or the one of a code, as chosen on the day of `at` (by default now).

    A department without one has that of the nearest department above it, then `company`, then the built-in office
    hours (Monday to Friday 9-12 and 13-18 with China's holidays, in the workspace's zone). None asks for the company.
    Every day of a limit has the hours that are in force on that day. Raises NoSuchCalendar for an unknown code.
    """
    known = _now_known()
    if isinstance(whom, str):
        if any(not row.withdrawn for row in known.rows.get(whom, ())):
            return known.calendar(whom)
        if whom == COMPANY:
            return _built_in(settings.TIME_ZONE)
        raise NoSuchCalendar(whom)
    code = known.chosen(whom.pk if isinstance(whom, Department) else whom, timezone.localdate(at))
    return known.calendar(code) if code else _built_in(settings.TIME_ZONE)


def calendars_in_force(day: date | None = None) -> list[CalendarSpec]:
    """The version of each calendar that counts on `day`, by default today."""
    known, day = _now_known(), day or timezone.localdate()
    return [row for row in (known.in_force(code, day) for code in sorted(known.rows)) if row]


def unannounced_years(today: date | None = None) -> list[int]:
    """Years that limits already run into though no holidays are known and no calendar file in force gives them.

    This year always, the next from November on. Remedy: upgrade, or write the year's days into the calendar file
    and name the year in its `years`.
    """
    today = today or timezone.localdate()
    rules = [row.read().rules for row in calendars_in_force(today)]
    if not any(row.code == COMPANY for row in calendars_in_force(today)):
        rules.append(Rules())
    china = [one for one in rules if one.holidays is holidays.CHINA]
    return sorted({year for one in china for year in holidays.unannounced(today, one.supplied)})


def unmatched_departments(day: date | None = None) -> list[tuple[str, str]]:
    """(calendar code, department code) where a file in force names a department that is not there."""
    there = {code for code, _own, _up in _now_known().departments.values()}
    return [(row.code, name) for row in calendars_in_force(day) for name in row.spec["for"] if name not in there]
