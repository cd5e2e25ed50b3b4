"""A case read for one person: its rows, what is theirs to do now, and what else they may say. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.engine.cases import building, casevalues, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.people import acting
from opsloop.engine.cases.flow.returning import passed
from opsloop.engine.cases.flow.state import ALIVE, LIVE, Item, State, Status, Work
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.program import START, Program
from opsloop.engine.cases.saying import FORBIDDEN, REFUSED
from opsloop.engine.cases.world import House
from opsloop.engine.sops.definition import SopFile


@dataclass(frozen=True, slots=True)
class Turn:
    """An open item that a person could act on. behalf: for whom they stand in; why: why they may not after all."""

    item: Item
    behalf: int | None = None
    why: str = ""

    @property
    def decides(self) -> bool:
        return self.item.kind in (Work.APPROVE, Work.COUNTERSIGN)

    @property
    def helping(self) -> bool:
        """It was given to them for help and goes back."""
        return self.item.owner is not None


class Reader:
    """One case before one person."""

    def __init__(self, case: Case, person: Person) -> None:
        self.case, self.person, self.now = case, person, timezone.now()
        self.file: SopFile = building.definition(case.edition)
        self.program: Program = building.program(case.edition)
        self.house = House(case, self.file.calendar, self.now)
        self.state: State = store.load(case, casevalues.typed(self.file, case.values), None, back=True)

    @property
    def live(self) -> bool:
        return self.state.head.status in LIVE

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.program, self.state, self.now, self.house, self.person.pk)

    @cached_property
    def turns(self) -> list[Turn]:
        """What is theirs, what is due first at the top."""
        found = [turn for one in self.state.items.values() if (turn := self._turn(one)) is not None]
        return sorted(found, key=lambda one: (bool(one.why), one.item.due or FAR, one.item.no))

    def _turn(self, item: Item) -> Turn | None:
        if not self.live or item.status != Status.OPEN or item.kind == Work.COPY:
            return None
        try:
            return Turn(item, acting(self.desk, item, self.person.pk))
        except No as no:
            mine = self.person.pk in (item.assignee, *(item.candidates if item.assignee is None else ()))
            text = FORBIDDEN.get(no.code) or REFUSED.get(no.code, no.code)
            return Turn(item, None, str(text)) if mine else None

    def may(self, command: say.Command) -> bool:
        """Would the case take it now? Tried without keeping anything."""
        try:
            advance(self.program, self.state, command, self.now, self.house)
        except No:
            return False
        return True

    @cached_property
    def copies(self) -> list[Item]:
        """Copies for this person that they have not marked as read."""
        return [
            one for one in self.state.items.values()
            if one.kind == Work.COPY and one.assignee == self.person.pk and one.status == Status.OPEN
        ]  # fmt: skip

    @cached_property
    def to_take_back(self) -> list[Item]:
        """Own approvals that nobody has built on yet."""
        mine = [
            one for one in self.state.items.values()
            if one.outcome == "agreed" and not one.automatic and self.person.pk in (one.by, one.behalf)
        ]  # fmt: skip
        return [one for one in mine[-3:] if self.may(say.TakeBack(item=one.no, by=self.person.pk))]

    @cached_property
    def to_remove(self) -> list[Item]:
        """Signers whom this person added and who have not signed."""
        return [
            one for one in self.state.items.values()
            if one.host is not None and one.added_by == self.person.pk and one.status in ALIVE
        ]  # fmt: skip

    @cached_property
    def given_away(self) -> list[Item]:
        """What this person gave to somebody for help."""
        return [
            one for one in self.state.items.values()
            if one.owner == self.person.pk and one.status == Status.OPEN and one.assignee != self.person.pk
        ]  # fmt: skip

    @cached_property
    def others(self) -> list[Item]:
        """Open work of others, which can be urged."""
        mine = {one.item.no for one in self.turns if not one.why}
        return [
            one for one in self.state.items.values()
            if one.status == Status.OPEN and one.kind != Work.COPY and one.no not in mine
        ]  # fmt: skip

    @property
    def may_withdraw(self) -> bool:
        return self.live and self.may(say.Withdraw(by=self.person.pk))

    def ways_back(self, item: Item) -> list[str]:
        """Ids of the steps to which this item may be returned, the nearest first."""
        row = self.state.activations.get(item.activation or 0)
        if row is None:
            return []
        found = passed(self.desk, row)
        return [node for node, one in sorted(found.items(), key=lambda each: -each[1].no)]

    def nodes(self) -> list[tuple[int, str]]:
        """(activation, node) of what is open and can be gone past."""
        leaves = [
            one for one in self.state.activations.values() if one.status == Status.OPEN and one.parent is not None
        ]
        above = {one.parent for one in leaves}
        return [(one.no, one.node) for one in leaves if one.no not in above and one.node != START]


FAR = datetime.max.replace(tzinfo=timezone.get_fixed_timezone(0))
