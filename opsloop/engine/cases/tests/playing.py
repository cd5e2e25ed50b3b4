"""A small company without a database, and a case that is played command by command. People are numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.commands import Command
from opsloop.engine.cases.flow.outcome import Event, No, Note, Outcome
from opsloop.engine.cases.flow.state import ALIVE, LIVE, Activation, Item, State, Status, Work
from opsloop.engine.cases.program import Approve, Block, Branch, Parallel, Program, Seat, Sequence, Step

ASKER, CLERK, CLERK2, LEAD, HEAD, BOSS, ADMIN, OTHER = 1, 2, 3, 4, 5, 6, 7, 8
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def refused(code: str) -> AbstractContextManager[Any]:
    """The command is answered with this no."""
    return pytest.raises(No, match=f"^{code}$")


@dataclass
class Company:
    """Who holds what; limits are "4h" of plain time."""

    posts: dict[str, tuple[int, ...]] = field(
        default_factory=lambda: {
            "asker": (ASKER,), "clerk": (CLERK, CLERK2), "lead": (LEAD,), "head": (HEAD,), "boss": (BOSS,),
            "admin": (ADMIN,),
        }
    )  # fmt: skip
    tree: dict[str, str] = field(
        default_factory=lambda: {"asker": "lead", "clerk": "lead", "lead": "head", "head": "boss"}
    )
    bosses: dict[int, int] = field(default_factory=lambda: {ASKER: LEAD, CLERK: LEAD, LEAD: HEAD, HEAD: BOSS})
    away: dict[int, int] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    may_give: dict[int, Decimal] = field(default_factory=dict)
    given: Decimal = Decimal(0)
    unread: set[int] = field(default_factory=set)

    def holders(self, position: str) -> tuple[int, ...]:
        return tuple(one for one in self.posts.get(position, ()) if one not in self.left)

    def above(self, position: str) -> str:
        return self.tree.get(position, "")

    def boss(self, person: int) -> int | None:
        return self.bosses.get(person)

    def substitute(self, person: int) -> int | None:
        return self.away.get(person)

    def present(self, person: int) -> bool:
        return person not in self.left

    def covers(self, person: int, authority: str, amount: Decimal) -> bool:
        return amount <= self.may_give.get(person, Decimal(0))

    def has_read(self, person: int) -> bool:
        return person not in self.unread

    def subject(self) -> Mapping[str, object]:
        return {}

    def granted(self, authority: str) -> Decimal:
        return self.given

    def due(self, limit: str, start: datetime, position: str, share: Decimal = Decimal(1)) -> datetime:
        return start + timedelta(seconds=float(share) * float(limit.removesuffix("h")) * 3600)

    def later(self, limit: str, due: datetime, paused: datetime, resumed: datetime, position: str) -> datetime:
        return due + (resumed - paused)


class Play:
    """A case that runs. Each command is one `advance`; what it told and logged is kept."""

    def __init__(self, program: Program, company: Company | None = None, now: datetime = NOON) -> None:
        self.program, self.company, self.now = program, company or Company(), now
        self.state = State()
        self.events: list[Event] = []
        self.notes: list[Note] = []
        self.starts: list[tuple[int, str]] = []
        self.cancels: list[int] = []

    def do(self, command: Command) -> Outcome:
        out = advance(self.program, self.state, command, self.now, self.company)
        self.state = out.state
        self.events += out.events
        self.notes += out.notes
        self.starts += out.calls.start
        self.cancels += out.calls.cancel
        check(self.program, self.state)
        return out

    def start(self, by: int = ASKER, **values: object) -> Play:
        self.do(say.Start(by=by, values=values))
        return self

    def later(self, hours: float) -> Play:
        self.now += timedelta(hours=hours)
        return self

    def open(self, node: str = "", who: int | None = None) -> list[Item]:
        """Open items, perhaps only those of a block or a person."""
        return [
            one for one in self.state.items.values()
            if one.status == Status.OPEN and one.kind != Work.COPY and node in ("", one.node)
            and (who is None or who == one.assignee or who in one.candidates)
        ]  # fmt: skip

    def item(self, node: str = "", who: int | None = None) -> Item:
        (found,) = self.open(node, who)
        return found

    def nodes(self) -> list[str]:
        """The blocks at which people have something to do."""
        return [one.node for one in self.open()]

    def done(self, node: str, by: int, **values: object) -> Outcome:
        return self.do(say.Complete(item=self.item(node, by).no, by=by, values=values))

    def yes(self, node: str, by: int) -> Outcome:
        return self.do(say.Agree(item=self.item(node, by).no, by=by))

    def no(self, node: str, by: int, **how: Any) -> Outcome:
        return self.do(say.Reject(item=self.item(node, by).no, by=by, comment="no", **how))

    def back(self, node: str, by: int, to: str, **how: Any) -> Outcome:
        return self.do(say.Return(item=self.item(node, by).no, by=by, to=to, comment="mend it", **how))

    def row(self, node: str) -> Activation:
        """The newest activation of a block."""
        return max((one for one in self.state.activations.values() if one.node == node), key=lambda one: one.no)

    def times(self, node: str) -> int:
        return sum(one.node == node for one in self.state.activations.values())

    def verbs(self, node: str = "") -> list[str]:
        return [one.verb for one in self.events if node in ("", one.node)]

    def told(self, kind: str) -> list[Note]:
        return [one for one in self.notes if one.kind == kind]

    def status_of(self, no: int) -> Status:
        return self.state.items[no].status


def check(program: Program, state: State) -> None:
    """What holds in every state: no open work under what is closed, and never neither work nor end."""
    opened = [one for one in state.activations.values() if one.status == Status.OPEN]
    _nothing_under_what_is_closed(state, opened)
    if state.head.status not in LIVE:
        assert not opened
        assert not any(timer.live for timer in state.timers.values())
        return
    parents = {one.parent for one in opened}
    leaves = [one for one in opened if one.no not in parents]
    assert leaves, "the case runs, and nothing is open"
    for leaf in leaves:
        _has_work(program, state, leaf)
    for parent in [one for one in opened if isinstance(program.blocks[one.node], Sequence)]:
        assert sum(one.parent == parent.no for one in opened) == 1
    _joined_once(program, state)


def _nothing_under_what_is_closed(state: State, opened: list[Activation]) -> None:
    rows = state.activations
    for one in opened:
        assert one.parent is None or rows[one.parent].status == Status.OPEN, f"{one.node} is open below what is closed"
        assert one.parent is None or one.round == rows[one.parent].turn, f"{one.node} is of an old round"
    for item in state.items.values():
        if item.status in ALIVE and item.kind != Work.COPY:
            assert item.activation is not None
            assert rows[item.activation].status == Status.OPEN, f"work of {item.node} is open, the block is closed"
    for timer in state.timers.values():
        assert not timer.live or timer.activation is None or rows[timer.activation].status == Status.OPEN


def _has_work(program: Program, state: State, leaf: Activation) -> None:
    block = program.blocks[leaf.node]
    assert not block.inner and not isinstance(block, Sequence), f"{leaf.node} is open, and nothing in it"
    if isinstance(block, Approve) or (isinstance(block, Step) and not block.call):
        mine = [one for one in state.items.values() if one.activation == leaf.no and one.kind != Work.COPY]
        assert any(one.status == Status.OPEN for one in mine), f"{leaf.node} hangs"


def _joined_once(program: Program, state: State) -> None:
    """In one round of a sequence each block is opened once, so what follows a join comes once."""
    seen: set[tuple[int | None, int, str]] = set()
    for row in state.activations.values():
        if row.parent is not None and isinstance(program.blocks[state.activations[row.parent].node], Sequence):
            key = (row.parent, row.round, row.node)
            assert key not in seen, f"{row.node} was opened twice in one round"
            seen.add(key)


def seq(ident: str, *blocks: Block) -> Sequence:
    return Sequence(id=f"{ident}.body", blocks=blocks)


def step(ident: str, do: str = "clerk", **more: Any) -> Step:
    return Step(id=ident, do=do, **more)


def approve(ident: str, *by: str | Seat, **more: Any) -> Approve:
    return Approve(id=ident, seats=tuple(one if isinstance(one, Seat) else Seat(one) for one in by), **more)


def parallel(ident: str, *ways: Block | tuple[Block, ...], **more: Any) -> Parallel:
    bodies = [seq(f"{ident}.{i}", *(way if isinstance(way, tuple) else (way,))) for i, way in enumerate(ways)]
    return Parallel(id=ident, branches=tuple(Branch(one) for one in bodies), **more)


def program(*blocks: Block, **more: Any) -> Program:
    return Program(
        sop="test", title="Test", body=seq("main", *blocks), owner=more.pop("owner", "head"), admin="admin", **more
    )


def is_(name: str, value: object) -> Callable[[Mapping[str, object]], object]:
    return lambda values: values.get(name) == value


def get(name: str) -> Callable[[Mapping[str, object]], object]:
    return lambda values: values.get(name)
