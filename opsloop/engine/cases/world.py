"""What a case asks of the house at this moment: who holds a position, who is away, calendars, and authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.limits import LimitError, parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Absence, Department, Holding, Person, PersonKind, Position
from opsloop.engine.cases import authority as limits
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.subjects import Seen
from opsloop.engine.readings.api import has_read

HOLDERS = """
    select h.person_id, h.department_id, d.path, p.left_on is null or p.left_on >= %s,
        (select path from people_department where id = %s)
    from people_holding h join people_position o on o.id = h.position_id
    join people_person p on p.id = h.person_id join people_department d on d.id = h.department_id
    where o.code = %s and p.kind = %s and h.starts_at <= %s and (h.ends_at is null or h.ends_at > %s)
    order by h.id
"""
"""`Holding.objects.at()` of a position with the paths; every step of every case asks this, so it is not put together
anew each time."""


class Held(NamedTuple):
    """Somebody holds a position in a department."""

    person: int
    department: int
    path: str


class House:
    """The world of one case during one command."""

    def __init__(self, case: Case, calendar: str, now: datetime) -> None:
        self.case, self.now = case, now
        self.calendar = calendar
        self._held: dict[str, list[Held]] = {}
        self._here: dict[int, bool] = {}
        self._calendars: dict[str, WorkCalendar] = {}

    def _holdings(self, position: str) -> list[Held]:
        """Those in the case's department or the nearest above it; where there are none, all."""
        if position not in self._held:
            found, path = self._asked(position)
            above = [one for one in found if path.startswith(one.path)]
            nearest = max((len(one.path) for one in above), default=0)
            self._held[position] = [one for one in above if len(one.path) == nearest] or found
        return self._held[position]

    def _asked(self, position: str) -> tuple[list[Held], str]:
        """(who holds it, the path of the case's department)"""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        today = connection.ops.adapt_datefield_value(timezone.localdate(self.now))
        own = self.case.department_id
        with connection.cursor() as cursor:
            cursor.execute(HOLDERS, (today, own, position, PersonKind.STAFF.value, now, now))
            rows = cursor.fetchall()
        self._here.update((person, bool(here)) for person, _department, _path, here, _own in rows)
        return [Held(*row[:3]) for row in rows], (rows[0][4] or "") if rows else ""

    def holders(self, position: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one.person for one in self._holdings(position)))

    def above(self, position: str) -> str:
        found = Position.objects.filter(code=position).values_list("reports_to__code", flat=True).first()
        return found or ""

    def boss(self, person: int) -> int | None:
        held = Holding.objects.at().filter(person_id=person).select_related("position").order_by("pk").first()
        above = self.above(held.position.code) if held is not None else ""
        return next((one for one in self.holders(above) if one != person), None) if above else None

    def substitute(self, person: int) -> int | None:
        away = Absence.objects.at(self.now).filter(person_id=person, substitute__isnull=False).order_by("pk").first()
        return away.substitute_id if away is not None else None

    def present(self, person: int) -> bool:
        if person not in self._here:
            found = Person.objects.filter(pk=person, kind=PersonKind.STAFF).first()
            self._here[person] = found is not None and found.here_on(timezone.localdate(self.now))
        return self._here[person]

    def covers(self, person: int, authority: str, amount: Decimal) -> bool:
        return limits.covers(self.case, person, authority, amount, self.now)

    def has_read(self, person: int) -> bool:
        return has_read(Person.objects.get(pk=person), "sop", self.case.sop, self.case.edition.number)

    def subject(self) -> Mapping[str, object]:
        return self._subject

    @cached_property
    def _subject(self) -> Seen:
        return Seen(self.case.subject)

    def granted(self, authority: str) -> Decimal:
        return limits.granted(self.case, authority)

    def _calendar(self, position: str) -> WorkCalendar:
        if position not in self._calendars:
            self._calendars[position] = calendar_for(self._whose(position), self.now)
        return self._calendars[position]

    def _whose(self, position: str) -> Department | int | None:
        """The department whose hours count."""
        if self.calendar:
            return Department.objects.filter(code=self.calendar).first()
        held = self._holdings(position)
        return held[0].department if held else self.case.department_id

    def working_minutes(self, position: str, start: datetime, end: datetime) -> float:
        """Between two moments, on the calendar by which limits of this position run."""
        return self._calendar(position).between(start, end)

    def minutes_of_day(self, position: str, at: datetime) -> float:
        """Worked on the day of a moment, on that calendar; 0 on a day off."""
        calendar = self._calendar(position)
        spans = calendar.open_intervals(calendar.local_day(at))
        return sum(((end - start) / timedelta(minutes=1) for start, end in spans), 0.0)

    def due(self, limit: str, start: datetime, position: str, share: Decimal = Decimal(1)) -> datetime:
        """Shares of a limit are shares of its working (or natural) minutes."""
        calendar = self._calendar(position)
        made = parse(limit)
        end = made.due(start, calendar).at
        if share == 1:
            return end
        if not made.working:
            return start + (end - start) * float(share)
        return calendar.add(start, calendar.between(start, end) * float(share))

    def later(self, limit: str, due: datetime, paused: datetime, resumed: datetime, position: str) -> datetime:
        try:
            return parse(limit).due_after_pause(due, paused, resumed, self._calendar(position)).at
        except LimitError:
            return due + (resumed - paused)
