"""Blocks end: nothing stays open below a closed one, and joins count the open children of the present turn."""

from __future__ import annotations

from dataclasses import replace

from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.state import LIVE, Activation, CaseStatus, Status
from opsloop.engine.cases.program import Call, Step


def drop(desk: Desk, row: Activation, status: Status, reason: str = "") -> None:
    """Close an activation with all that is open below it: children first, items, timers, sub-cases."""
    for child in list(desk.activations.values()):
        if child.parent == row.no and child.status == Status.OPEN:
            drop(desk, child, Status.UNNEEDED if status in (Status.DONE, Status.SKIPPED) else status, reason)
    for item in desk.open_items(row.no):
        left = Status.UNNEEDED if status == Status.DONE else status
        item = desk.item(item.no, status=left, done=desk.now)
        desk.say(str(left), item, reason=reason)
        if status != Status.DONE:
            desk.tell("gone", *([item.assignee] if item.assignee else item.candidates), on=item)
    hush(desk, activation=row.no)
    block = desk.block(row)
    if status != Status.DONE and (isinstance(block, Call) or (isinstance(block, Step) and block.call)):
        desk.cancel.append(row.no)
    closed = desk.activation(row.no, status=status, closed=desk.now, reason=reason, mark=desk.last_no)
    desk.say("closed" if status == Status.DONE else str(status), closed, reason=reason)


def hush(desk: Desk, *, activation: int | None = None, item: int | None = None) -> None:
    """Close the timers of an activation or item."""
    for timer in list(desk.timers.values()):
        if timer.live and (
            (activation is not None and timer.activation == activation) or (item is not None and timer.item == item)
        ):
            desk.put(replace(timer, closed=True))


def finish(desk: Desk, row: Activation, status: Status = Status.DONE, reason: str = "") -> None:
    """It is done: its parent goes on when the rest of this command is settled."""
    drop(desk, row, status, reason)
    desk.todo.append(row.no)


def end(desk: Desk, status: CaseStatus, reason: str = "") -> None:
    """The case is over, whatever is still open."""
    left = Status.UNNEEDED if status in (CaseStatus.DONE, CaseStatus.REJECTED) else Status.CANCELLED
    for row in list(desk.activations.values()):
        if row.status == Status.OPEN and row.parent is None:
            drop(desk, row, left if status != CaseStatus.DONE else Status.DONE, reason)
    for timer in list(desk.timers.values()):
        if timer.live:
            desk.put(replace(timer, closed=True))
    desk.todo.clear()
    desk.set(status=status, ended=desk.now, suspended=None)
    desk.say("ended", outcome=str(status), reason=reason)
    desk.tell(f"ended-{status}", desk.head.initiator)


def is_live(desk: Desk) -> bool:
    """Does the case still run or stand still?"""
    return desk.head.status in LIVE
