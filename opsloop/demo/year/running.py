"""The year itself: a clock with everything that people are going to do, and `advance` for everything that they do."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol

from opsloop.demo.year.answers import MARK
from opsloop.demo.year.house import Company, Then, gifts
from opsloop.engine.cases import carrying, casevalues, naming
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.building import definition, program
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.commands import Command
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import Event, No, Outcome
from opsloop.engine.cases.flow.state import LIVE, Alert, Item, State, Status, Work
from opsloop.engine.cases.models import Case, Edition
from opsloop.engine.cases.program import START, Program
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop

MINUTE = timedelta(minutes=1)
OPEN = Status.OPEN


@dataclass
class Run:
    """One case of the year. said: every command with its moment, so that it can be played again."""

    no: int
    case: Case
    file: SopFile
    program: Program
    house: Then
    rng: Random
    above: Run | None = None
    parent_activation: int | None = None
    state: State = field(default_factory=State)
    said: list[tuple[int, datetime, Command]] = field(default_factory=list)
    log: list[tuple[Event, datetime]] = field(default_factory=list)
    given: dict[int, tuple[str, Decimal]] = field(default_factory=dict)
    last: datetime | None = None
    seen: set[int] = field(default_factory=set)
    """Items that somebody has a plan for."""
    plans: dict[int, int] = field(default_factory=dict)
    """How often each was planned; only the newest plan holds."""
    patience: int = 0
    """How often this case was sent back; at some time everybody agrees."""

    @property
    def live(self) -> bool:
        return self.state.head.status in LIVE


Happening = Callable[[datetime], object]


class Habits(Protocol):
    """What the year asks of the people in it."""

    def planned(self, run: Run, item: Item, now: datetime) -> None:
        """New work: put what they are going to do on the clock."""

    def request(self, run: Run, by: int, now: datetime) -> dict[str, object]:
        """What the initiator writes at the start."""
        ...


class Year:
    """All cases, one clock."""

    def __init__(self, company: Company, seed: int, sops: Iterable[Sop], until: datetime) -> None:
        self.company, self.seed, self.until = company, seed, until
        self.people: Habits
        self.runs: list[Run] = []
        self.commands = 0
        self._clock: list[tuple[datetime, int, Happening]] = []
        self._tick = 0
        self._number = 0
        self._editions = {
            one.ident: Edition(sop=one.ident, sha256=one.sha256, number=one.number, definition=one.definition)
            for one in sops
        }
        self._keys: set[tuple[str, str]] = set()

    def at(self, moment: datetime, what: Happening) -> None:
        """Something is going to happen; what lies behind the end of the year never does."""
        if moment <= self.until:
            self._tick += 1
            heapq.heappush(self._clock, (moment, self._tick, what))

    def go(self) -> None:
        """Until nothing is left to happen before the end, and limits that are over by then have been told."""
        while self._clock:
            moment, _tick, what = heapq.heappop(self._clock)
            what(moment)
        for run in [one for one in self.runs if one.live]:
            self._ring(run, self.until)

    def begin(self, sop: str, by: int, now: datetime) -> Run | None:
        """Start a case, None where one of the same key is running."""
        run = self._new(sop, by, now)
        given = self.people.request(run, by, now)
        title, key = naming.called(run.file, given)
        if key and (sop, key) in self._keys:
            return None
        self._name(run, title or run.file.title, key)
        self.runs.append(run)
        happened = given.get(run.file.start.happened)
        moment = happened if isinstance(happened, datetime) else None
        self.tell(run, now, say.Start(by=by, values=given, happened=moment))
        return run

    def _name(self, run: Run, title: str, key: str | None) -> None:
        run.case.title, run.case.key = f"{MARK}{title}"[:200], key
        if key:
            self._keys.add((run.case.sop, key))

    def _new(self, sop: str, by: int, now: datetime, above: Run | None = None, activation: int | None = None) -> Run:
        edition, held = self._editions[sop], self.company.first_held[by]
        department = above.case.department if above else held.department
        case = Case(edition=edition, sop=sop, initiator=self.company.people[by], department=department)
        file, no = definition(edition), self._number
        self._number += 1
        rng = Random(f"{self.seed}:{sop}:{no}")  # noqa: S311  # a simulation
        house = Then(case, file.calendar, now, self.company)
        return Run(no, case, file, program(edition), house, rng, above, activation)

    def tell(self, run: Run, now: datetime, command: Command) -> No | None:
        """Say it to the case, as the acts do: limits that are over by now come first. Answers the no of a rule."""
        if run.live:
            self._ring(run, now)
        try:
            self._carry(run, now, command)
        except No as no:
            if isinstance(command, say.Start):
                raise
            return no
        return None

    def _ring(self, run: Run, now: datetime) -> None:
        """The clock comes by every minute."""
        while run.live and run.state.head.suspended is None:
            due = min((one.at for one in run.state.timers.values() if one.live), default=None)
            if due is None or due > now:
                return
            whole = due.replace(second=0, microsecond=0)
            moment = min(max(whole if whole == due else whole + MINUTE, run.last or due), now)
            self._carry(run, moment, say.TimersDue())

    def _carry(self, run: Run, now: datetime, command: Command) -> Outcome:
        now = max(now, run.last or now)
        run.house.now = now
        before = run.state
        out = advance(run.program, before, command, now, run.house)
        if out.state is before:
            return out
        self.commands += 1
        run.said.append((self.commands, now, command))
        run.state, run.last = out.state, now
        self.company.states[run.no] = out.state
        run.log += [(event, now) for event in out.events]
        if isinstance(command, say.Complete) and before.items[command.item].node == START:
            self._named_late(run)
        if len(out.state.votes) > len(before.votes):
            self._given(run, before, out, now)
        self._desks(before, out)
        self._calls(run, out, now)
        self._plan(run, out, now)
        if not run.live:
            self._over(run, now)
        return out

    def _named_late(self, run: Run) -> None:
        """The request was filled in, or mended: it may be called something else now."""
        title, key = naming.called(run.file, run.state.head.values)
        if key != run.case.key and (run.case.sop, key or "") in self._keys:
            key = run.case.key
        self._keys.discard((run.case.sop, run.case.key or ""))
        self._name(run, title or run.case.title.removeprefix(MARK), key)

    def _given(self, run: Run, before: State, out: Outcome, now: datetime) -> None:
        given = carrying.given_by(Desk(run.program, out.state, now, run.house, None), before)
        run.given |= given
        self.company.gifts += gifts(given, out, run.case, run.no, now, self.company.states)

    def _desks(self, before: State, out: Outcome) -> None:
        """How much lies on whose desk."""
        for item in out.changes.items:
            old = before.items.get(item.no)
            was = old.assignee if old is not None and old.status == OPEN else None
            now = item.assignee if item.status == OPEN else None
            for who, change in ((was, -1), (now, 1)):
                if who in self.company.members and was != now:
                    self.company.members[who].open += change

    def _calls(self, run: Run, out: Outcome, now: datetime) -> None:
        for activation in out.calls.cancel:
            for child in [one for one in self.runs if one.above is run and one.parent_activation == activation]:
                if child.live:
                    self._carry(child, now, say.Cancel(reason="the case above no longer needs it"))
        for activation, sop in out.calls.start:
            self._below(run, activation, sop, now)

    def _below(self, run: Run, activation: int, sop: str, now: datetime) -> None:
        """As carrying does it: what is given, the rest is asked of whoever began the case above."""
        if sop not in self._editions:
            self._carry(run, now, say.SubcaseEnded(activation=activation, outcome="missing"))
            return
        child = self._new(sop, run.state.head.initiator, now, run, activation)
        desk = Desk(run.program, run.state, now, run.house, None)
        given = casevalues.fitting(child.file, carrying.given_below(desk, activation))
        title, key = naming.called(child.file, given)
        free = key if key and (sop, key) not in self._keys else None
        self._name(child, title or f"{child.file.title} · {run.case.title.removeprefix(MARK)}", free)
        self.runs.append(child)
        happened = given.get(child.file.start.happened)
        moment = happened if isinstance(happened, datetime) and happened <= now else None
        self.tell(child, now, say.Start(by=run.state.head.initiator, values=given, happened=moment, below=True))

    def _plan(self, run: Run, out: Outcome, now: datetime) -> None:
        for item in out.changes.items:
            if item.status == OPEN and item.kind != Work.COPY and item.no not in run.seen:
                run.seen.add(item.no)
                self.people.planned(run, item, now)
        for timer in out.timers:
            if timer.live and timer.kind == Alert.WAIT:
                self.at(timer.at + MINUTE, lambda moment: self._ring(run, moment))

    def _over(self, run: Run, now: datetime) -> None:
        if run.case.key:
            self._keys.discard((run.case.sop, run.case.key))
        above = run.above
        if above is not None and above.live:
            ended = say.SubcaseEnded(
                activation=run.parent_activation or 0,
                outcome=str(run.state.head.status),
                values=casevalues.plain(run.state.head.values),
            )
            self.at(now + MINUTE, lambda moment: above.live and self.tell(above, moment, ended))
