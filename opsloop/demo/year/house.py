"""The house as a case of the simulated year sees it: as engine.cases.world.House, at its own moment and from memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.limits import Limit, parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Department, Holding, Person, PersonKind, Position
from opsloop.base.policy.standing import standings
from opsloop.demo.year.staff import ALONE, Member
from opsloop.engine.cases.authority import fits, measures
from opsloop.engine.cases.flow.outcome import Outcome
from opsloop.engine.cases.flow.state import State
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.world import Held, House

ready = lru_cache(maxsize=512)(parse)


@dataclass
class Gift:
    """What was given under an authority; no longer counted when its vote is void."""

    authority: str
    amount: Decimal
    at: datetime
    by: int
    case: Case
    vote: int
    states: dict[int, State]
    run: int

    @property
    def counts(self) -> bool:
        return not self.states[self.run].votes[self.vote].void


def gifts(given: Mapping[int, tuple[str, Decimal]], out: Outcome, case: Case, run: int, now: datetime,
          states: dict[int, State]) -> list[Gift]:  # fmt: skip
    """What this command gave; it counts for whom it was given for."""
    return [
        Gift(*given[vote.no], at=now, by=vote.behalf or vote.by, case=case, vote=vote.no, states=states, run=run)
        for vote in out.changes.votes if vote.no in given and vote.by is not None
    ]  # fmt: skip


@dataclass
class Company:
    """Everything about people, positions and calendars, read once. `states`: where each simulated case stands."""

    holdings: Sequence[Holding]
    tree: Mapping[str, str]
    limits: Mapping[int, Sequence[Mapping[str, Any]]]
    calendars: Mapping[str, WorkCalendar]
    departments: Mapping[str, Department]
    members: dict[int, Member] = field(default_factory=dict)
    gifts: list[Gift] = field(default_factory=list)
    states: dict[int, State] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Company:
        """As the database has it now. Calendars are those of today: the year is simulated under them."""
        rows = list(
            Holding.objects.at().filter(person__kind=PersonKind.STAFF)
            .select_related("person", "department", "position").order_by("pk")
        )  # fmt: skip
        people = {one.person_id: one.person for one in rows}
        departments = {one.code: one for one in Department.objects.all()}
        made = cls(
            rows,
            {code: above or "" for code, above in Position.objects.values_list("code", "reports_to__code")},
            {pk: [one.limits for one in standings(person) if one.behalf_id is None] for pk, person in people.items()},
            {code: calendar_for(one) for code, one in departments.items()},
            departments,
        )
        made.members = _members(rows, made.calendars)
        return made

    @cached_property
    def by_position(self) -> Mapping[str, Sequence[Holding]]:
        out: dict[str, list[Holding]] = {}
        for one in self.holdings:
            out.setdefault(one.position.code, []).append(one)
        return out

    @cached_property
    def first_held(self) -> Mapping[int, Holding]:
        return {one.person_id: one for one in reversed(self.holdings)}

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """Department id -> its code."""
        return {one.pk: code for code, one in self.departments.items()}

    @cached_property
    def people(self) -> Mapping[int, Person]:
        return {one.person_id: one.person for one in self.holdings}

    def who(self, position: str) -> list[int]:
        """Everybody in a position."""
        return [one.person_id for one in self.by_position.get(position, ())]


def _members(rows: Sequence[Holding], calendars: Mapping[str, WorkCalendar]) -> dict[int, Member]:
    out: dict[int, Member] = {}
    many: dict[str, int] = {}
    for one in rows:
        code = one.position.code
        if one.person_id not in out:
            out[one.person_id] = Member(one.person_id, code, calendars[one.department.code], many.get(code, 0))
            many[code] = many.get(code, 0) + 1
    for member in out.values():
        if many[member.position] == 1:
            member.rank = ALONE
    return out


class Then(House):
    """The world of one simulated case. `now` moves on with the case."""

    def __init__(self, case: Case, calendar: str, now: datetime, company: Company) -> None:
        super().__init__(case, calendar, now)
        self.company = company

    def _asked(self, position: str) -> tuple[list[Held], str]:
        held = self.company.by_position.get(position, ())
        found = [Held(one.person_id, one.department_id, one.department.path) for one in held]
        return found, self.case.department.path if self.case.department else ""

    def has_read(self, person: int) -> bool:
        """The year's people know the version by which they work; what is to be read now is about today."""
        return True

    def above(self, position: str) -> str:
        return self.company.tree.get(position, "")

    def boss(self, person: int) -> int | None:
        held = self.company.first_held.get(person)
        above = self.above(held.position.code) if held is not None else ""
        return next((one for one in self.holders(above) if one != person), None) if above else None

    def substitute(self, person: int) -> int | None:
        member = self.company.members.get(person)
        return member.stands_in(self.now) if member is not None else None

    def present(self, person: int) -> bool:
        return person in self.company.members

    def covers(self, person: int, authority: str, amount: Decimal) -> bool:
        limits = [one[authority] for one in self.company.limits.get(person, ()) if authority in one]
        mine, alike = partial(self._of_person, person, authority), partial(self._of_key, authority)
        return amount.is_finite() and any(fits(amount, measures(one, self.now, mine, alike)) for one in limits)

    def granted(self, authority: str) -> Decimal:
        given = (one for one in self.company.gifts if one.authority == authority and one.case is self.case)
        return max((one.amount for one in given if one.counts), default=Decimal(0))

    def _of_person(self, person: int, authority: str, since: datetime) -> Decimal:
        return self._sum(authority, since, lambda one: one.by == person)

    def _of_key(self, authority: str, since: datetime) -> Decimal:
        return self._sum(authority, since, lambda one: one.case.key == self.case.key) if self.case.key else Decimal(0)

    def _sum(self, authority: str, since: datetime, mine: Callable[[Gift], bool]) -> Decimal:
        """Of one case the greatest amount counts; not this case's own."""
        most: dict[int, Decimal] = {}
        for one in reversed(self.company.gifts):
            if one.at < since:
                break
            if one.authority == authority and one.case is not self.case and mine(one) and one.counts:
                most[one.run] = max(one.amount, most.get(one.run, one.amount))
        return sum(most.values(), Decimal(0))

    def _calendar(self, position: str) -> WorkCalendar:
        if self.calendar:
            return self.company.calendars.get(self.calendar) or self.company.calendars["company"]
        held = self._holdings(position)
        found = held[0].department if held else self.case.department_id
        return self.company.calendars[self.company.codes.get(found or 0, "company")]

    def due(self, limit: str, start: datetime, position: str, share: Decimal = Decimal(1)) -> datetime:
        calendar, made = self._calendar(position), ready(limit)
        end = _ends(made, start, calendar)
        if share == 1:
            return end
        if not made.working:
            return start + (end - start) * float(share)
        return calendar.add(start, calendar.between(start, end) * float(share))


def _ends(limit: Limit, start: datetime, calendar: WorkCalendar) -> datetime:
    """The last of these is kept: warning, end and escalations of one item ask one after the other."""
    key = (limit, start, id(calendar))
    if _last.get("key") != key:
        _last["key"], _last["end"] = key, limit.due(start, calendar).at
    found: datetime = _last["end"]
    return found


_last: dict[str, Any] = {}
