"""What a case asks of the house at this moment: who holds a position, who is away, calendars, and authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.limits import LimitError, parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Absence, Department, Holding, Person, PersonKind, Position
from opsloop.engine.cases import authority as limits
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.subjects import Seen
from opsloop.engine.readings.api import has_read


class House:
    """The world of one case during one command."""

    def __init__(self, case: Case, calendar: str, now: datetime) -> None:
        self.case, self.now = case, now
        self.calendar = calendar
        self._held: dict[str, list[Holding]] = {}

    def _holdings(self, position: str) -> list[Holding]:
        """Those in the case's department or the nearest above it; where there are none, all."""
        if position not in self._held:
            rows = Holding.objects.at().filter(position__code=position, person__kind=PersonKind.STAFF)
            found = list(rows.select_related("person", "department").order_by("pk"))
            path = self.case.department.path if self.case.department else ""
            above = [one for one in found if path.startswith(one.department.path)]
            nearest = max((len(one.department.path) for one in above), default=0)
            self._held[position] = [one for one in above if len(one.department.path) == nearest] or found
        return self._held[position]

    def holders(self, position: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(one.person_id for one in self._holdings(position)))

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
        found = Person.objects.filter(pk=person, kind=PersonKind.STAFF).first()
        return found is not None and (found.left_on is None or found.left_on >= timezone.localdate(self.now))

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
        if self.calendar:
            named = Department.objects.filter(code=self.calendar).first()
            return calendar_for(named, self.now)
        held = self._holdings(position)
        return calendar_for(held[0].department if held else self.case.department, self.now)

    def working_minutes(self, position: str, start: datetime, end: datetime) -> float:
        """Between two moments, on the calendar by which limits of this position run."""
        return self._calendar(position).between(start, end)

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
