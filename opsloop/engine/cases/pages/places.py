"""The steps of a case as a person follows them: done, here, to come, and what is not gone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from opsloop.engine.cases.flow.state import ALIVE, Activation, Item, State, Status
from opsloop.engine.cases.pages.held import Held, bodies
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Block, Choose, Parallel, Step

Words = Callable[[str], str]
DONE, HERE, AHEAD, MAYBE, SKIPPED, LEFT = "done", "here", "ahead", "maybe", "skipped", "left"


@dataclass(slots=True)
class Place:
    """One step. state: one of the words above; again: it was done and comes again; items: its present ones."""

    id: str
    title: str
    kind: str
    state: str
    depth: int = 0
    way: str = ""
    again: bool = False
    spec: tuple[str, ...] = ()
    items: list[Item] = field(default_factory=list)
    rounds: int = 0
    at: datetime | None = None

    @property
    def open_items(self) -> list[Item]:
        return [one for one in self.items if one.status in ALIVE]


def places(steps: Sequence[Block], state: State, words: Words, otherwise: str) -> list[Place]:
    """In the order of the file. A branch that was not taken is left out once its fork is passed."""
    return list(_below(steps, Held(steps, state), words, otherwise, 0, "", maybe=False))


def _below(
    steps: Sequence[Block], known: Held, words: Words, otherwise: str, depth: int, way: str, *, maybe: bool
) -> Iterator[Place]:
    for i, block in enumerate(steps):
        label = way if i == 0 else ""
        found = walk.ways(block)
        if not found:
            yield _place(block, known, depth, label, maybe=maybe)
            continue
        for title, inner, perhaps in _bodies(block, known, words, otherwise):
            yield from _below(inner, known, words, otherwise, depth + 1, title or label, maybe=maybe or perhaps)
            label = ""


def _bodies(block: Block, known: Held, words: Words, otherwise: str) -> Iterator[tuple[str, tuple[Block, ...], bool]]:
    """(label, steps, is it open whether it is gone?) of each body."""
    reached = known.is_reached(walk.block_id(block))
    forks = isinstance(block, Choose | Parallel)
    for way, (body, _steps) in zip(walk.ways(block), bodies(block), strict=True):
        gone = bool(known.rows(body))
        if forks and reached and not gone:
            continue
        label = way.title or (otherwise if way.otherwise else words(way.when) if way.when else "")
        perhaps = not reached and (isinstance(block, Choose) or bool(way.when))
        yield label if forks else "", way.steps, perhaps


def _place(block: Block, known: Held, depth: int, way: str, *, maybe: bool) -> Place:
    ident = walk.block_id(block)
    rows = known.rows(ident)
    items = sorted((one for row in rows for one in known.items.get(row.no, ())), key=lambda one: one.no)
    state = _state(rows, live=known.live, passed=ident in known.over, maybe=maybe)
    before = known.by_node.get(ident, [])
    closed = [one.closed for one in rows if one.closed is not None]
    return Place(
        ident, block.title, walk.kind_of(block), state, depth, way, again=not rows and bool(before),
        spec=_spec(block), items=items, rounds=len(before), at=max(closed, default=None),
    )  # fmt: skip


def _state(rows: list[Activation], *, live: bool, passed: bool, maybe: bool) -> str:
    if any(one.status == Status.OPEN for one in rows):
        return HERE
    if any(one.status == Status.DONE for one in rows):
        return DONE
    if passed or any(one.status == Status.SKIPPED for one in rows):
        return SKIPPED
    if not live:
        return LEFT
    return MAYBE if maybe else AHEAD


def _spec(block: Block) -> tuple[str, ...]:
    if isinstance(block, Step):
        return (block.do,) if block.do else ()
    return tuple(dict.fromkeys(one.by for one in block.approve)) if isinstance(block, Approve) else ()
