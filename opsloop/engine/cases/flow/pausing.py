"""One step stands still while somebody outside the house is waited for; the others and the whole case go on.

While it is paused its item has no end (`held` keeps it) and its timers do not ring. Afterwards what was left is left
again. A pause of the whole case in between counts once, as part of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from opsloop.engine.cases.flow import timing
from opsloop.engine.cases.flow.commands import PauseStep, ResumeStep
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.people import acting
from opsloop.engine.cases.flow.state import Item, Status, Work


def pause_step(desk: Desk, command: PauseStep) -> None:
    """By whoever has it; who pauses what several could do takes it."""
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.kind == Work.COPY or item.owner is not None:
        raise No("delegated" if item.owner is not None else "no-pause")
    at_work(item)
    if not command.comment.strip():
        raise No("reason")
    taken = item.assignee or behalf or command.by
    item = desk.item(item.no, paused=desk.now, held=item.due, due=None, assignee=taken)
    _timers(desk, item, paused=True)
    desk.say("step-paused", item, behalf=behalf, waits=command.waits, comment=command.comment)


def resume_step(desk: Desk, command: ResumeStep) -> None:
    """By whoever has it, or by somebody who may resume whole cases."""
    item = desk.found(command.item)
    if item.status != Status.OPEN:
        raise No("closed", status=item.status)
    if item.paused is None:
        raise No("not-paused")
    behalf, paused = _whose(desk, item, command), item.paused
    _timers(desk, item, paused=False)
    due = _later(desk, item, item.held, paused) if item.held is not None else None
    pauses = timing.stood_still(item.pauses, paused, desk.now)
    item = desk.item(item.no, paused=None, held=None, due=due, pauses=pauses)
    timing.anew_item(desk, item)
    desk.say("step-resumed", item, behalf=behalf, paused=paused.isoformat(), comment=command.comment)


def _whose(desk: Desk, item: Item, command: ResumeStep) -> int | None:
    try:
        return acting(desk, item, command.by)
    except No:
        if command.force:
            return None
        raise


def at_work(item: Item) -> None:
    """Raises No while the item is paused."""
    if item.paused is not None:
        raise No("step-paused")


def _timers(desk: Desk, item: Item, *, paused: bool) -> None:
    """They stand still, or go on with what was left."""
    since = item.paused
    for timer in [one for one in desk.timers.values() if one.live and one.item == item.no]:
        at = timer.at if paused or since is None else _later(desk, item, timer.at, since)
        desk.put(replace(timer, paused=paused, at=at))


def _later(desk: Desk, item: Item, at: datetime, paused: datetime) -> datetime:
    """What was over before the pause stays over."""
    if at <= paused or desk.now <= paused:
        return at
    return desk.world.later(item.limit, at, paused, desk.now, item.position)
