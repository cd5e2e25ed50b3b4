"""After a command: parents go on, lists and waits are looked at again, until everything has come to rest."""

from __future__ import annotations

from opsloop.engine.cases.flow import timing
from opsloop.engine.cases.flow.closing import drop, end, finish, is_live
from opsloop.engine.cases.flow.desk import Desk, entries
from opsloop.engine.cases.flow.opening import look_again, open_block, open_entry
from opsloop.engine.cases.flow.returning import straight_back
from opsloop.engine.cases.flow.state import Activation, CaseStatus, Status
from opsloop.engine.cases.program import Choose, ForEach, Parallel, Repeat, Sequence, Wait


def settle(desk: Desk) -> None:
    """Until nothing moves. A program cannot run for ever: loops have a greatest number of rounds."""
    while is_live(desk):
        while desk.todo and is_live(desk):
            _child_ended(desk, desk.activations[desk.todo.popleft()])
        if is_live(desk):
            _react(desk)
        if not desk.todo:
            return


def _child_ended(desk: Desk, row: Activation) -> None:
    if row.parent is None:
        end(desk, CaseStatus.DONE)
        return
    parent = desk.activations[row.parent]
    if parent.status != Status.OPEN or row.round != parent.turn:
        return
    if row.data.get("back") and row.status == Status.DONE:
        straight_back(desk, row)
    else:
        _go_on(desk, parent)


def _go_on(desk: Desk, parent: Activation) -> None:
    block = desk.block(parent)
    match block:
        case Sequence():
            _next(desk, block, parent)
        case Parallel() | ForEach():
            if not desk.children(parent) or (isinstance(block, Parallel) and block.any):
                finish(desk, parent)
        case Repeat():
            _round(desk, block, parent)
        case Choose():
            finish(desk, parent)
        case _:
            raise AssertionError(f"{block.id} has no children")


def _next(desk: Desk, block: Sequence, row: Activation) -> None:
    at = row.data["at"]
    assert isinstance(at, int)
    if at + 1 < len(block.blocks):
        row = desk.activation(row.no, data={**row.data, "at": at + 1})
        open_block(desk, block.blocks[at + 1], row)
    else:
        finish(desk, row)


def _round(desk: Desk, block: Repeat, row: Activation) -> None:
    if block.until({**desk.values(row.no), "round": row.turn}):
        finish(desk, row)
    elif row.turn >= block.at_most:
        desk.say("used-up", row, rounds=row.turn)
        desk.tell("used-up", positions=(desk.program.owner,) if desk.program.owner else (), on=row)
        finish(desk, row)
    else:
        row = desk.activation(row.no, turn=row.turn + 1)
        open_block(desk, block.body, row)


def _react(desk: Desk) -> None:
    """Values may have changed: the level rises, lists grow and shrink, waits end."""
    level = desk.program.level_of({**desk.values(None)})
    rank = desk.program.rank
    if rank(level) > max(rank(desk.head.judged), rank(desk.head.level)):
        desk.say("level-raised", level=level, before=desk.head.level)
        desk.set(level=level)
        timing.anew(desk)
        desk.tell("level-raised", positions=(desk.program.owner,) if desk.program.owner else ())
    if level != desk.head.judged:
        desk.set(judged=level)
    for row in [one for one in desk.activations.values() if one.status == Status.OPEN]:
        block = desk.block(row)
        if isinstance(block, ForEach):
            _list_changed(desk, block, row)
        elif isinstance(block, Wait):
            look_again(desk, row)


def _list_changed(desk: Desk, block: ForEach, row: Activation) -> None:
    found = entries(block, desk.values(row.no))
    keys = row.data.get("keys")
    known = keys if isinstance(keys, list) else []
    for child in desk.children(row):
        key = str(child.data.get("key"))
        if key not in found:
            drop(desk, child, Status.CANCELLED, "left the list")
            desk.todo.append(child.no)
            known = [one for one in known if one != key]
    if known != keys:
        row = desk.activation(row.no, data={**row.data, "keys": known})
    for key in found:
        if key not in known:
            open_entry(desk, block, row, key)
