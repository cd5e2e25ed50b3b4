"""Blocks open: what each kind does when its turn has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from opsloop.engine.cases.flow import approving, timing
from opsloop.engine.cases.flow.closing import finish
from opsloop.engine.cases.flow.desk import Desk, entries
from opsloop.engine.cases.flow.people import barred, find
from opsloop.engine.cases.flow.state import Activation, Item, Work
from opsloop.engine.cases.program import (
    Approve,
    Block,
    Call,
    Choose,
    ForEach,
    Notify,
    Parallel,
    Repeat,
    Sequence,
    Step,
    Wait,
)


def activate(desk: Desk, block: Block, parent: Activation | None, branch: str = "",
             data: Mapping[str, object] | None = None) -> Activation:  # fmt: skip
    """A new activation, in the parent's present turn; what happens in it is the caller's."""
    row = Activation(
        desk.number(), block.id, parent.no if parent else None, parent.turn if parent else 1,
        branch=branch or (parent.branch if parent else ""), opened=desk.now, data=data or {},
    )  # fmt: skip
    desk.put(row)
    desk.say("opened", row)
    return row


def open_block(desk: Desk, block: Block, parent: Activation | None, branch: str = "",
               data: Mapping[str, object] | None = None) -> None:  # fmt: skip
    """Open a block and all that begins with it. What ends at once is noted in `desk.todo`."""
    row = activate(desk, block, parent, branch, data)
    OPENERS[type(block)](desk, block, row)


def _sequence(desk: Desk, block: Sequence, row: Activation) -> None:
    if block.blocks:
        desk.activation(row.no, data={**row.data, "at": 0})
        open_block(desk, block.blocks[0], row)
    else:
        finish(desk, row)


def _parallel(desk: Desk, block: Parallel, row: Activation) -> None:
    values = desk.values(row.no)
    ways = [one for one in block.branches if one.when is None or one.when(values)]
    for i, way in enumerate(ways, 1):
        open_block(desk, way.body, row, f"{row.branch}/{block.id}:{i}")
    if not ways:
        finish(desk, row)


def _choose(desk: Desk, block: Choose, row: Activation) -> None:
    values = desk.values(row.no)
    way = next((one.body for one in block.branches if one.when is None or one.when(values)), block.otherwise)
    if way is None:
        finish(desk, row)
    else:
        open_block(desk, way, row)


def open_entry(desk: Desk, block: ForEach, row: Activation, key: str) -> None:
    """One round of a list's body for one entry."""
    row = desk.activations[row.no]
    keys = row.data.get("keys")
    row = desk.activation(row.no, data={**row.data, "keys": [*(keys if isinstance(keys, list) else []), key]})
    open_block(desk, block.body, row, f"{row.branch}/{block.id}:{key}", {"key": key})


def _for_each(desk: Desk, block: ForEach, row: Activation) -> None:
    found = entries(block, desk.values(row.no))
    for key in found:
        open_entry(desk, block, row, key)
    if not found:
        finish(desk, row)


def _repeat(desk: Desk, block: Repeat, row: Activation) -> None:
    open_block(desk, block.body, row)


def open_step(desk: Desk, block: Step, row: Activation) -> None:
    """The work of one position; its sub-case first where it has one."""
    if block.call:
        desk.start.append((row.no, block.call))
        desk.say("called", row, sop=block.call)
        return
    work_for(desk, block, row, block.do)


def work_for(desk: Desk, block: Block, row: Activation, spec: str) -> Item:
    """A work item for whoever does this."""
    apart = barred(desk, block) if isinstance(block, Step) else frozenset[int]()
    found = find(desk, spec, row.no, apart)
    item = Item(
        desk.number(), block.id, Work.DO, row.no, row.round, position=found.position, found=found.how,
        candidates=found.people, assignee=found.people[0] if len(found.people) == 1 else None, opened=desk.now,
    )  # fmt: skip
    desk.put(item)
    item = timing.limit(desk, item, block.timing if isinstance(block, Step) else None)
    desk.say("offered", item, people=list(found.people), position=found.position, found=found.how)
    desk.tell("work" if found.people else "nobody", *found.people, on=item,
              positions=() if found.people else (desk.program.admin or desk.program.owner,))  # fmt: skip
    if isinstance(block, Step) and block.consult:
        desk.tell("consult", positions=block.consult, on=item)
    return item


def _wait(desk: Desk, block: Wait, row: Activation) -> None:
    if block.limit is not None:
        timing.wake_after(desk, row, block.limit.at(desk.head.level))
    if block.message and (kept := desk.head.kept.get(block.message)):
        rest = {key: value for key, value in desk.head.kept.items() if key != block.message}
        desk.set(kept={**rest, **({block.message: kept[1:]} if kept[1:] else {})},
                 values={**desk.head.values, **kept[0]})  # fmt: skip
        desk.say("message", row, key=block.message, early=True)
        finish(desk, row)
    elif block.until is not None:
        look_again(desk, row)


def look_again(desk: Desk, row: Activation) -> None:
    """Does what a wait waits for hold by now?"""
    block = desk.block(row)
    assert isinstance(block, Wait)
    if block.until is None:
        return
    answer = block.until(desk.values(row.no))
    if isinstance(answer, datetime):
        if answer <= desk.now:
            finish(desk, row)
        else:
            timing.wake_at(desk, row, answer)
    elif answer:
        finish(desk, row)


def _notify(desk: Desk, block: Notify, row: Activation) -> None:
    desk.tell("message", positions=block.notify, on=row, say=block.say)
    finish(desk, row)


def _call(desk: Desk, block: Call, row: Activation) -> None:
    desk.start.append((row.no, block.sop))
    desk.say("called", row, sop=block.sop)


OPENERS: dict[type[Block], Callable[[Desk, Any, Activation], None]] = {
    Sequence: _sequence, Parallel: _parallel, Choose: _choose, ForEach: _for_each, Repeat: _repeat, Step: open_step,
    Approve: approving.open_approve, Wait: _wait, Notify: _notify, Call: _call,
}  # fmt: skip
