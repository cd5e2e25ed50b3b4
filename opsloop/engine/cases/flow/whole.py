"""Commands about the whole case: start, pause, values, messages, sub-cases, going past a block."""

from __future__ import annotations

from opsloop.engine.cases.flow import timing
from opsloop.engine.cases.flow.closing import end, finish
from opsloop.engine.cases.flow.commands import (
    LowerLevel,
    Message,
    Resume,
    SetValues,
    Skip,
    Start,
    SubcaseEnded,
    Suspend,
    Withdraw,
)
from opsloop.engine.cases.flow.desk import Desk, open_work
from opsloop.engine.cases.flow.doing import fill, lacking, settle_item
from opsloop.engine.cases.flow.opening import open_block, work_for
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import ALIVE, CaseStatus, Status
from opsloop.engine.cases.program import START, Call, Step, Takes, Wait


def start(desk: Desk, command: Start) -> None:
    """The initiator's request is the first step, done with the start; it can be returned to."""
    if command.by is None:
        raise No("nobody")
    if command.happened is not None and command.happened > desk.now:
        raise No("in-future")
    desk.set(status=CaseStatus.RUNNING, initiator=command.by, started=desk.now, happened=command.happened)
    if command.below:
        desk.set(values={**desk.head.values, **command.values})
    else:
        fill(desk, desk.program.form, command.values)
    level = desk.program.level_of(desk.values(None))
    desk.set(level=level, judged=level)
    desk.say("started", level=level)
    timing.case_limit(desk)
    open_block(desk, desk.program.root, None)
    if command.below and lacking(desk, desk.program.form):
        return
    item = next(one for one in desk.items.values())
    settle_item(desk, item, command.by, None, "")
    desk.notes.clear()
    finish(desk, desk.activations[item.activation or 0])


def withdraw(desk: Desk, command: Withdraw) -> None:
    if command.by != desk.head.initiator:
        raise No("not-yours")
    rule = desk.program.withdraw
    back_at_start = any(one.node == START and open_work(one) for one in desk.items.values())
    if rule == Takes.NEVER or (rule == Takes.UNTIL_ACTED and desk.head.acted and not back_at_start):
        raise No("acted")
    end(desk, CaseStatus.WITHDRAWN, command.comment)


def suspend(desk: Desk, command: Suspend) -> None:
    if not command.reason.strip():
        raise No("reason")
    desk.set(status=CaseStatus.SUSPENDED, suspended=desk.now)
    desk.say("suspended", reason=command.reason)


def resume(desk: Desk, command: Resume) -> None:
    paused = desk.head.suspended
    assert paused is not None
    if desk.now > paused:
        timing.shift(desk, paused)
    desk.set(status=CaseStatus.RUNNING, suspended=None)
    desk.say("resumed", paused=paused.isoformat())


def message(desk: Desk, command: Message) -> None:
    """For the wait that has been open longest; kept where nobody waits yet."""
    waits = sorted(
        (one for one in desk.activations.values() if one.status == Status.OPEN
         and isinstance(block := desk.block(one), Wait) and block.message == command.key),
        key=lambda one: one.no,
    )  # fmt: skip
    if waits:
        desk.set(values={**desk.head.values, **command.values})
        desk.say("message", waits[0], key=command.key, early=False)
        finish(desk, waits[0])
    else:
        kept = desk.head.kept.get(command.key, ())
        desk.set(kept={**desk.head.kept, command.key: (*kept, command.values)})
        desk.say("message-kept", key=command.key)


def subcase_ended(desk: Desk, command: SubcaseEnded) -> None:
    """Its result is a value of the case. Where it did not end well, or the step asks for more, somebody goes on."""
    row = desk.activations.get(command.activation)
    if row is None or row.status != Status.OPEN:
        return
    block = desk.block(row)
    called = isinstance(block, Call) or (isinstance(block, Step) and bool(block.call))
    if not called or any(one.status in ALIVE for one in desk.items_of(row.no)):
        return
    desk.set(values={**desk.head.values, block.id: {**command.values, "outcome": command.outcome}})
    desk.say("subcase-ended", row, outcome=command.outcome)
    to_write = isinstance(block, Step) and bool(block.form or block.evidence or block.checklist)
    if command.outcome == CaseStatus.DONE and not to_write:
        finish(desk, row)
    else:
        work_for(desk, block, row, block.do if isinstance(block, Step) else desk.program.owner or desk.program.admin)


def set_values(desk: Desk, command: SetValues) -> None:
    desk.set(values={**desk.head.values, **command.values})
    desk.say("changed", fields=sorted(command.values), reason=command.reason)


def lower_level(desk: Desk, command: LowerLevel) -> None:
    if not command.reason.strip():
        raise No("reason")
    if desk.program.rank(command.level) >= desk.program.rank(desk.head.level):
        raise No("not-lower")
    if command.level and not desk.program.rank(command.level):
        raise No("no-level")
    desk.say("level-lowered", level=command.level, before=desk.head.level, reason=command.reason)
    desk.set(level=command.level)
    timing.anew(desk)


def skip(desk: Desk, command: Skip) -> None:
    """A deviation: the process log says so, whoever looks for conformance finds it."""
    row = desk.activations.get(command.activation)
    if row is None or row.status != Status.OPEN or row.parent is None:
        raise No("closed", status=row.status if row else "")
    if not command.reason.strip():
        raise No("reason")
    desk.say("deviation", row, kind="skipped", reason=command.reason)
    finish(desk, row, Status.SKIPPED, command.reason)
