"""The tree of blocks, walked: what stands where in the file, what comes before what, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsloop.engine.sops.blocks import (
    Approve,
    Block,
    Branch,
    Call,
    Choose,
    ForEach,
    Notify,
    Parallel,
    RepeatUntil,
    Step,
    Task,
    Wait,
)  # fmt: skip
from opsloop.engine.sops.saying import EVERY

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

KINDS: dict[type, str] = {
    Step: "step", Approve: "approve", Parallel: "parallel", Choose: "choose", ForEach: "for_each",
    RepeatUntil: "repeat_until", Wait: "wait", Notify: "notify", Call: "call",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One list of steps inside a block. path: where it stands, from the block; title and when are empty for loops."""

    path: str
    steps: tuple[Block, ...]
    title: str = ""
    when: str = ""
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its dotted path in the file and the blocks around it, the outermost first."""

    block: Block
    path: str
    around: tuple[Placed, ...] = ()

    @property
    def id(self) -> str:
        return block_id(self.block)


def kind_of(block: Block) -> str:
    """step, approve, parallel, choose, for_each, repeat_until, wait, notify or call."""
    return KINDS[type(block)]


def ways(block: Block) -> list[Way]:
    """The lists of steps inside a block, in the order of the file; none for what holds no others."""
    match block:
        case Parallel():
            return [Way(f"parallel.{i}.steps", one.steps, one.title, one.when) for i, one in enumerate(block.parallel)]
        case Choose():
            found = [
                Way(f"choose.{i}.steps", one.steps, one.title, one.when)
                if isinstance(one, Branch)
                else Way(f"choose.{i}.otherwise", one.otherwise, one.title, otherwise=True)
                for i, one in enumerate(block.choose)
            ]
            return [*found, Way("otherwise", block.otherwise, otherwise=True)] if block.otherwise else found
        case ForEach() | RepeatUntil():
            return [Way("steps", block.steps)]
        case _:
            return []


def block_id(block: Block) -> str:
    """Its id; one without gets its kind and the id of the first step inside, so it stays when others move."""
    if block.id:
        return block.id
    inside = next((one.id for way in ways(block) for one in _flat(way.steps) if one.id), "")
    kind = kind_of(block).replace("_", "-")
    return f"{kind}-{inside}" if inside else kind


def _flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for one in blocks:
        yield one
        for way in ways(one):
            yield from _flat(way.steps)


def walk(blocks: Sequence[Block], path: str = "steps", around: tuple[Placed, ...] = ()) -> Iterator[Placed]:
    """Every block, each before what it holds, in the order of the file."""
    for i, one in enumerate(blocks):
        placed = Placed(one, f"{path}.{i}", around)
        yield placed
        for way in ways(one):
            yield from walk(way.steps, f"{placed.path}.{way.path}", (*around, placed))


def blocks_of(sop: SopFile) -> list[Block]:
    """Every block of an SOP, in the order of the file."""
    return list(_flat(sop.steps))


def tasks(sop: SopFile) -> list[Task]:
    """What people have to do: steps and approvals, in the order of the file."""
    return [one for one in blocks_of(sop) if isinstance(one, Step | Approve)]


def numbered(sop: SopFile) -> list[Block]:
    """What has a number on pages: every block that holds no others, waiting and messages too."""
    return [one for one in blocks_of(sop) if not ways(one)]


def block(sop: SopFile, ident: str) -> Block | None:
    """The block of this id, None when there is none."""
    return next((one for one in blocks_of(sop) if block_id(one) == ident), None)


def limit_of(within: dict[str, str], level: str = "") -> str:
    """The limit at a level, else what holds for every level; empty where there is none."""
    return within.get(level) or within.get(EVERY, "")


def before(sop: SopFile, ident: str) -> set[str]:
    """Ids of the blocks that a case has certainly or possibly passed when it is at this one.

    Branches beside it do not count: parallel ones may not be done yet, chosen ones exclude each other. Inside a loop
    everything of the loop may have been passed in an earlier round.
    """
    found: set[str] = set()
    _passed(sop.steps, ident, found)
    return found - {ident}


def _passed(blocks: Sequence[Block], ident: str, found: set[str]) -> bool:
    """Adds what is passed on the way to `ident`; False when it is not among these blocks."""
    before_it: set[str] = set()
    for one in blocks:
        if block_id(one) == ident:
            found |= before_it
            return True
        for way in ways(one):
            if _passed(way.steps, ident, found):
                loop = {block_id(inner) for inner in _flat(way.steps)} if isinstance(one, RepeatUntil) else set()
                found |= before_it | loop
                return True
        before_it |= {block_id(one), *(block_id(inner) for way in ways(one) for inner in _flat(way.steps))}
    return False


def people_of(sop: SopFile) -> dict[str, set[str]]:
    """Position (or field:x) -> what it has to do with: do, approve, accountable, consult, inform."""
    found: dict[str, set[str]] = {}
    for one in blocks_of(sop):
        for role, who in roles(one, sop.owner):
            found.setdefault(who, set()).add(role)
    return found


def roles(one: Block, owner: str) -> Iterator[tuple[str, str]]:
    """(role, who) of a block; accountable for a task is the SOP's owner unless it says otherwise."""
    match one:
        case Step():
            if one.do:
                yield "do", one.do
        case Approve():
            yield from (("approve", each.by) for each in one.approve)
        case Notify():
            yield from (("inform", who) for who in one.notify)
            return
        case _:
            return
    yield "accountable", one.accountable or owner
    yield from (("consult", who) for who in one.consult)
    yield from (("inform", who) for who in one.inform)
