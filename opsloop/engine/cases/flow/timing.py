"""Limits, warnings and escalation. A timer that comes late or for what is closed does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from opsloop.engine.cases.flow.closing import finish
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.state import ALIVE, Activation, Alert, Item, Pauses, Status, Timer
from opsloop.engine.cases.program import Approve, Step, Timing, Wait

WARN, WHOLE = Decimal("0.8"), Decimal(1)


def limit(desk: Desk, item: Item, timing: Timing | None) -> Item:
    """Give an item its end and its timers, as its level has it."""
    text = timing.within.at(desk.head.level) if timing else ""
    if timing is None or not text:
        return item
    start = desk.head.happened if timing.happened and desk.head.happened else item.opened
    assert start is not None
    item = desk.item(item.no, limit=text)
    item = desk.item(item.no, due=_end(desk, text, start, item.position, item.pauses))
    if timing.warn is not None:
        _timer(desk, item, Alert.WARN, start, timing.warn)
    _timer(desk, item, Alert.OVERDUE, start, WHOLE, timing.overdue)
    for alarm in timing.again:
        _timer(desk, item, Alert.AGAIN, start, alarm.share, alarm.notify)
    return item


def _timer(desk: Desk, item: Item, kind: Alert, start: datetime, share: Decimal, notify: tuple[str, ...] = ()) -> None:
    at = _end(desk, item.limit, start, item.position, item.pauses, share)
    desk.put(
        Timer(desk.number(), kind, at, item.activation, item.no, item.limit, item.position, str(share), notify)
    )  # fmt: skip


def _end(desk: Desk, text: str, start: datetime, position: str, pauses: Pauses, share: Decimal = WHOLE) -> datetime:
    """When this share of a limit is over, without the time in which it stood still."""
    at = desk.world.due(text, start, position, share)
    for since, until in ((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in pauses):
        at = at if at <= since else desk.world.later(text, at, since, until, position)
    return at


def stood_still(pauses: Pauses, since: datetime, until: datetime) -> Pauses:
    """With one more."""
    return (*pauses, (since.isoformat(), until.isoformat()))


def case_limit(desk: Desk) -> None:
    """The total limit of the case: the same warning and end for whoever answers for it."""
    for timer in list(desk.timers.values()):
        if timer.live and timer.activation is None:
            desk.put(replace(timer, closed=True))
    text = desk.program.limit.at(desk.head.level) if desk.program.limit else ""
    start = desk.head.happened or desk.head.started
    if not text or start is None:
        desk.set(due=None)
        return
    pauses = desk.head.pauses
    desk.set(due=_end(desk, text, start, desk.program.owner, pauses))
    for kind, share in ((Alert.WARN, WARN), (Alert.OVERDUE, WHOLE)):
        at = _end(desk, text, start, desk.program.owner, pauses, share)
        desk.put(Timer(desk.number(), kind, at, None, None, text, desk.program.owner, str(share)))


def wake_after(desk: Desk, row: Activation, text: str) -> None:
    """A wait ends when this much time is over."""
    at = desk.world.due(text, desk.now, desk.program.owner)
    desk.put(Timer(desk.number(), Alert.WAIT, at, row.no, None, text, desk.program.owner))


def wake_at(desk: Desk, row: Activation, moment: datetime) -> None:
    """A wait ends at this moment; a moment said before no longer counts."""
    mine = [one for one in desk.timers.values() if one.live and one.activation == row.no and not one.limit]
    if any(one.at == moment for one in mine):
        return
    for timer in mine:
        desk.put(replace(timer, closed=True))
    desk.put(Timer(desk.number(), Alert.WAIT, moment, row.no))


def ring(desk: Desk) -> None:
    """Everything due now, each once, in the order of time; of one item only the newest is told."""
    due = sorted(
        (one for one in desk.timers.values() if one.live and not one.paused and one.at <= desk.now),
        key=lambda one: (one.at, one.no),
    )
    newest = {one.item: one.no for one in due if one.kind != Alert.WAIT}
    for timer in due:
        if not desk.timers[timer.no].live:
            continue
        desk.put(replace(timer, fired=desk.now))
        if timer.kind == Alert.WAIT:
            _wake(desk, timer)
        else:
            _alarm(desk, timer, told=newest[timer.item] == timer.no)


def _wake(desk: Desk, timer: Timer) -> None:
    row = desk.activations.get(timer.activation or 0)
    if row is not None and row.status == Status.OPEN and isinstance(desk.block(row), Wait):
        desk.say("woken", row)
        finish(desk, row)


def _alarm(desk: Desk, timer: Timer, *, told: bool) -> None:
    item = desk.items.get(timer.item or 0)
    if timer.item is not None and (item is None or item.status not in ALIVE):
        return
    desk.say(str(timer.kind), item, told=told, share=timer.share, due=timer.at.isoformat())
    if not told:
        return
    if item is None:
        desk.tell(f"case-{timer.kind}", positions=(desk.program.owner,) if desk.program.owner else ())
        return
    people = (item.assignee,) if item.assignee is not None else item.candidates
    desk.tell(str(timer.kind), *people, positions=timer.notify, on=item)


def shift(desk: Desk, paused: datetime) -> None:
    """After a pause: what was left of every limit is left again. What was over before stays over.

    A step with a pause of its own is moved when that one is over.
    """

    def moved(text: str, at: datetime, position: str, opened: datetime | None) -> datetime:
        since = max(paused, opened or paused)
        return at if at <= since or not text else desk.world.later(text, at, since, desk.now, position)

    for item in list(desk.items.values()):
        if item.status in ALIVE and item.due is not None:
            since = max(paused, item.opened or paused)
            pauses = stood_still(item.pauses, since, desk.now)
            desk.item(item.no, due=moved(item.limit, item.due, item.position, item.opened), pauses=pauses)
    for timer in list(desk.timers.values()):
        if timer.live and not timer.paused:
            row = desk.items.get(timer.item or 0) or desk.activations.get(timer.activation or 0)
            desk.put(replace(timer, at=moved(timer.limit, timer.at, timer.position, row.opened if row else None)))
    desk.set(pauses=stood_still(desk.head.pauses, paused, desk.now))
    if desk.head.due is not None and desk.program.limit is not None:
        text = desk.program.limit.at(desk.head.level)
        desk.set(due=moved(text, desk.head.due, desk.program.owner, None))


def anew(desk: Desk) -> None:
    """The level has changed: limits that depend on it are counted again from where they began, without pauses."""
    case_limit(desk)
    for item in [one for one in desk.items.values() if one.status == Status.OPEN and one.limit and not one.paused]:
        anew_item(desk, item)


def anew_item(desk: Desk, item: Item) -> None:
    """Count its limit again where the level asks for another one."""
    block = desk.block(item)
    timing = block.timing if isinstance(block, Step | Approve) else None
    if timing is None or not item.limit or timing.within.at(desk.head.level) == item.limit:
        return
    for timer in list(desk.timers.values()):
        if timer.live and timer.item == item.no:
            desk.put(replace(timer, closed=True))
    limit(desk, item, timing)
