"""A running case goes over to another version of its SOP. What is open must have its place there, or it stays as it is.

A block keeps its place where both versions have it inside the same block. `plan` says where another open step goes: to
a step of the same sequence, to itself (it is begun anew), or to "" (it is left out). What is kept keeps its people and
limits.
"""

from __future__ import annotations

from collections.abc import Mapping

from opsloop.engine.cases.flow.closing import drop, finish
from opsloop.engine.cases.flow.commands import Move
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.opening import open_block
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import Activation, Status
from opsloop.engine.cases.program import Approve, Block, Program, Sequence, within


def move(desk: Desk, command: Move) -> None:
    """The desk's program is the new one. Raises No where something open has no place."""
    if not command.reason.strip():
        raise No("reason")
    opened = sorted((one for one in desk.activations.values() if one.status == Status.OPEN), key=lambda one: one.no)
    lost = [node for node in dict.fromkeys(one.node for one in opened) if not _fits(desk, command, node)]
    if lost:
        raise No("no-place", steps=[command.old.blocks[one].title or one for one in lost])
    desk.say("migrated", reason=command.reason, plan=dict(command.plan))
    if desk.head.level and not desk.program.rank(desk.head.level):
        level = desk.program.level_of(desk.values(None))
        desk.set(level=level, judged=level)
    for row in opened:
        _place(desk, command, row)


def parents(program: Program) -> Mapping[str, str]:
    """Block -> the block that it stands in."""
    found: dict[str, str] = {}
    for block in within(program.root):
        for inner in block.blocks if isinstance(block, Sequence) else block.inner:
            found[inner.id] = block.id
    return found


def keeps(old: Program, new: Program, node: str) -> bool:
    """Has this block of the old version its place in the new one without anybody saying so?"""
    after = new.blocks.get(node)
    return after is not None and parents(old).get(node) == parents(new).get(node) and _alike(old.blocks[node], after)


def goals(old: Program, new: Program, node: str) -> tuple[Block, ...]:
    """Where a plan may send this block: those of its sequence; none for what holds others, or where that is gone."""
    before = old.blocks[node]
    around = new.blocks.get(parents(old).get(node, ""))
    return around.blocks if isinstance(around, Sequence) and not holds(before) else ()


def holds(block: Block) -> bool:
    """Are there blocks inside it?"""
    return bool(block.inner) or isinstance(block, Sequence)


def _fits(desk: Desk, command: Move, node: str) -> bool:
    if node not in command.plan:
        return keeps(command.old, desk.program, node)
    there = {one.id for one in goals(command.old, desk.program, node)}
    return bool(there) and command.plan[node] in ("", *there)


def _alike(before: Block, after: Block) -> bool:
    """Of an approval that has begun its approvers must be the same: who has said yes has said it to them."""
    if isinstance(before, Approve) and isinstance(after, Approve):
        said, says = ([(seat.by, seat.limit) for seat in one.seats] for one in (before, after))
        return said == says and before.how == after.how
    return type(before) is type(after)


def _place(desk: Desk, command: Move, row: Activation) -> None:
    outer = desk.activations[row.parent] if row.parent is not None else None
    block = desk.block(outer) if outer is not None else None
    to = command.plan.get(row.node, row.node)
    if outer is not None and isinstance(block, Sequence):
        at = _index(block, to) if to else _index_before(command.old, desk.program, row.node, block)
        outer = desk.activation(outer.no, data={**outer.data, "at": at})
    if row.node not in command.plan:
        return
    if to == "":
        desk.say("deviation", row, kind="migrated", reason=command.reason)
        finish(desk, row, Status.SKIPPED, command.reason)
    else:
        drop(desk, row, Status.REPLACED, command.reason)
        open_block(desk, desk.program.blocks[to], outer, row.branch)


def _index(sequence: Sequence, node: str) -> int:
    return next(i for i, one in enumerate(sequence.blocks) if one.id == node)


def _index_before(old: Program, new: Program, node: str, sequence: Sequence) -> int:
    """The place after which it goes on: of the last block before it that is there too; -1: from the beginning."""
    was = old.blocks[sequence.id]
    assert isinstance(was, Sequence)
    there = {one.id: i for i, one in enumerate(sequence.blocks)}
    if node in there:
        return there[node]
    before = [one.id for one in was.blocks[: _index(was, node)] if one.id in there]
    return there[before[-1]] if before else -1
