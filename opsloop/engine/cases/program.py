"""What runs: one version of an SOP as a tree of blocks. Pure; conditions come as functions over the case's values.

Every block has an id that is unique in its program; bodies of branches and loops are sequences with ids of their own.
Blocks inside blocks and nothing else: what is drawn cannot hang.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from opsloop.engine.cases.manners import Adding, Again, Empty, How, May, Own, Takes

Values: TypeAlias = Mapping[str, object]
Rule: TypeAlias = Callable[[Values], object]
"""A condition or value over the case's values; it is total, an unknown name is None."""

__all__ = [
    "INITIATOR", "START", "Adding", "Again", "Alarm", "Approve", "Block", "Branch", "Call", "Choose", "Doing", "Empty",
    "Entry",
    "ForEach", "How", "Level", "Limit", "May", "Notify", "Own", "Parallel", "Program", "Repeat", "Rule", "Seat",
    "Sequence", "Step", "Takes", "Timing", "Values", "Wait", "within",
]  # fmt: skip

INITIATOR = "initiator"
"""Whoever started the case, as the doer of a step. `field:<name>` is the person in that field."""

START = "start"
"""The id of the step in which the initiator fills in and mends the request."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as people write it, perhaps another one for a level of the case."""

    text: str
    by_level: Mapping[str, str] = field(default_factory=dict)

    def at(self, level: str) -> str:
        """The limit at this level of the case."""
        return self.by_level.get(level, self.text)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Who is told when this share of the limit is over."""

    share: Decimal
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """A limit with its warning and escalation. happened: it runs from when it happened, not from the opening."""

    within: Limit
    happened: bool = False
    warn: Decimal | None = Decimal("0.8")
    overdue: tuple[str, ...] = ()
    again: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A field on a step's form."""

    field: str
    may: May = May.NEED


@dataclass(frozen=True, slots=True)
class Doing:
    """An act that is done with a step. asks: its values on the form, without `subject.`; gives: what `with` says."""

    act: str
    gives: Mapping[str, Rule] = field(default_factory=dict)
    asks: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something in the tree."""

    id: str
    title: str = ""

    @property
    def inner(self) -> tuple[Sequence, ...]:
        """The bodies inside it."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Block):
    """Blocks one after the other."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Block):
    """Work of one position. apart: who did one of these steps may not do this one (separation of hands).

    gives: what the sub-case is given. reading: only who has read this version. authority: the limit under which it
    gives the amount.
    """

    do: str
    form: tuple[Entry, ...] = ()
    evidence: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    timing: Timing | None = None
    apart: tuple[str, ...] = ()
    until: Rule | None = None
    call: str = ""
    doing: Doing | None = None
    reading: bool = False
    authority: str = ""
    amount: Rule | None = None
    gives: Mapping[str, Rule] = field(default_factory=dict)
    consult: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """One approver: a position, and the limit of authority that covers the amount."""

    by: str
    when: Rule | None = None
    limit: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Block):
    """A decision of one or several. at_least counts weights; veto: one no decides."""

    seats: tuple[Seat, ...]
    how: How = How.IN_TURN
    at_least: int = 1
    veto: bool = False
    amount: Rule | None = None
    timing: Timing | None = None
    on_reject: str = ""
    apart: tuple[str, ...] = ()
    empty: Empty = Empty.MANAGER
    own: Own = Own.MANAGER
    again: Again = Again.IN_A_ROW
    adding: Adding = Adding.FREE
    form: tuple[Entry, ...] = ()
    evidence: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    consult: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    doing: Doing | None = None
    reading: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A way that is gone where its condition holds."""

    body: Sequence
    when: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel(Block):
    """All ways whose condition holds, at once. any: the first that ends makes the others needless."""

    branches: tuple[Branch, ...]
    any: bool = False

    @property
    def inner(self) -> tuple[Sequence, ...]:
        return tuple(branch.body for branch in self.branches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Block):
    """The first way whose condition holds."""

    branches: tuple[Branch, ...]
    otherwise: Sequence | None = None

    @property
    def inner(self) -> tuple[Sequence, ...]:
        return (*(branch.body for branch in self.branches), *([self.otherwise] if self.otherwise else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach(Block):
    """The body once for each entry of a list, all at once; the list may change meanwhile."""

    over: Rule
    name: str
    body: Sequence

    @property
    def inner(self) -> tuple[Sequence, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Block):
    """The body again and again until the condition holds, or the number of rounds is used up."""

    until: Rule
    body: Sequence
    at_most: int = 10

    @property
    def inner(self) -> tuple[Sequence, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Block):
    """Until a time is over, a condition holds (or the moment that it answers has come), or a message arrives."""

    limit: Limit | None = None
    until: Rule | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify(Block):
    """Tells positions, and goes on."""

    notify: tuple[str, ...]
    say: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Block):
    """Another SOP as a sub-case. gives: fields of the sub-case, worth what they are here."""

    sop: str
    gives: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the case; those further on in the list are higher."""

    id: str
    when: Rule


@dataclass(frozen=True)
class Program:
    """One version of an SOP, ready to run. owner and admin are positions: who answers for it, who helps out."""

    sop: str
    title: str
    body: Sequence
    owner: str = ""
    admin: str = ""
    limit: Limit | None = None
    levels: tuple[Level, ...] = ()
    withdraw: Takes = Takes.UNTIL_ACTED
    form: tuple[Entry, ...] = ()
    begins: Doing | None = None
    raises: tuple[Rule, ...] = ()

    @cached_property
    def root(self) -> Sequence:
        """The whole: the start, then the steps."""
        start = Step(id=START, do=INITIATOR, form=self.form)
        return Sequence(id="", blocks=(start, *self.body.blocks))

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        """Every block by its id. Raises ValueError where an id is used twice or a loop has no end."""
        found: dict[str, Block] = {}
        for block in within(self.root):
            if block.id in found:
                raise ValueError(f"two blocks are called {block.id!r}")
            if isinstance(block, Repeat) and block.at_most < 1:
                raise ValueError(f"{block.id!r} has no round")
            found[block.id] = block
        return found

    def level_of(self, values: Values) -> str:
        """The highest level that holds."""
        return next((one.id for one in reversed(self.levels) if one.when(values)), "")

    def rank(self, level: str) -> int:
        """The place of a level in the order, 0 for none."""
        return next((i for i, one in enumerate(self.levels, 1) if one.id == level), 0)


def within(block: Block) -> Iterator[Block]:
    """The block and all below it."""
    yield block
    for one in block.blocks if isinstance(block, Sequence) else block.inner:
        yield from within(one)
