"""Work changes hands: for good, for help, or because the organisation has changed; urging and copies."""

from __future__ import annotations

from datetime import timedelta

from opsloop.engine.cases.flow.approving import amount_of
from opsloop.engine.cases.flow.commands import Comment, Copy, Delegate, GiveBack, HandOver, Resolve, Urge
from opsloop.engine.cases.flow.deciding import covered
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.pausing import at_work
from opsloop.engine.cases.flow.people import Found, acting, barred, find, find_approver, may_take
from opsloop.engine.cases.flow.state import Item, Status, Work
from opsloop.engine.cases.program import START, Approve, Step

URGE_EVERY = timedelta(hours=4)
URGES = 5


def _give(desk: Desk, item: Item, to: int) -> None:
    """Raises No where the person cannot have it."""
    may_take(desk, item, to)
    block = desk.block(item)
    signing = {one.assignee for one in desk.open_items(item.activation or 0) if one.no != item.no}
    if isinstance(block, Approve) and to in signing:
        raise No("signs-already")


def hand_over(desk: Desk, command: HandOver) -> None:
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.owner is not None:
        raise No("delegated")
    if command.to in (command.by, item.assignee):
        raise No("yourself")
    _give(desk, item, command.to)
    block = desk.block(item)
    if isinstance(block, Approve):
        covered(desk, block, item, command.to)
    item = desk.item(item.no, assignee=command.to, candidates=(command.to,), claimed=None, begun=None, read=None)
    desk.say("handed-over", item, behalf=behalf, to=command.to, comment=command.comment)
    desk.tell("handed-over", command.to, on=item, say=command.comment)


def delegate(desk: Desk, command: Delegate) -> None:
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.owner is not None:
        raise No("delegated")
    if command.to in (command.by, item.assignee):
        raise No("yourself")
    _give(desk, item, command.to)
    item = desk.item(item.no, owner=item.assignee or behalf or command.by, assignee=command.to, read=None)
    desk.say("delegated", item, behalf=behalf, to=command.to, comment=command.comment)
    desk.tell("delegated", command.to, on=item, say=command.comment)


def give_back(desk: Desk, command: GiveBack) -> None:
    item = desk.found(command.item)
    if item.owner is None:
        raise No("not-delegated")
    behalf = None if command.by == item.owner else acting(desk, item, command.by)
    item = desk.item(item.no, assignee=item.owner, owner=None)
    desk.say("given-back", item, behalf=behalf, to=item.assignee, comment=command.comment)
    if item.assignee is not None:
        desk.tell("given-back", item.assignee, on=item, say=command.comment)


def urge(desk: Desk, command: Urge) -> None:
    item = desk.found(command.item)
    if item.status != Status.OPEN or item.kind == Work.COPY:
        raise No("closed", status=item.status)
    at_work(item)
    if item.urges >= URGES:
        raise No("urged-often")
    if item.urged is not None and desk.now - item.urged < URGE_EVERY:
        raise No("urged-lately", again=item.urged + URGE_EVERY)
    item = desk.item(item.no, urged=desk.now, urges=item.urges + 1)
    desk.say("urged", item, comment=command.comment)
    desk.tell("urged", *([item.assignee] if item.assignee else item.candidates), on=item, say=command.comment)


def copy(desk: Desk, command: Copy) -> None:
    """Each person once, however often they are named."""
    has = {one.assignee for one in desk.items.values() if one.kind == Work.COPY}
    for person in dict.fromkeys(command.people):
        if person not in has and desk.world.present(person):
            item = Item(desk.number(), START, Work.COPY, candidates=(person,), assignee=person, opened=desk.now)
            desk.put(item)
            desk.say("copied", item, to=person)
            desk.tell("copy", person, on=item)


def comment(desk: Desk, command: Comment) -> None:
    if not command.text.strip():
        raise No("reason")
    desk.say("commented", text=command.text, mentions=list(command.mentions))
    desk.tell("mention", *command.mentions, say=command.text)


def resolve(desk: Desk, command: Resolve) -> None:
    item = desk.found(command.item)
    if item.status != Status.OPEN or item.kind == Work.COPY or item.owner is not None:
        raise No("closed", status=item.status)
    if command.to is not None:
        if not command.comment.strip():
            raise No("reason")
        _give(desk, item, command.to)
        found = Found((command.to,), item.position, "named")
    else:
        found = _again(desk, item)
    keeps = item.assignee if item.assignee in found.people else None
    only = found.people[0] if len(found.people) == 1 else None
    item = desk.item(item.no, candidates=found.people, found=found.how, assignee=keeps or only,
                     claimed=item.claimed if keeps else None)  # fmt: skip
    desk.say("offered", item, people=list(found.people), position=item.position, found=found.how, again=True)
    desk.tell("work", *(one for one in found.people if one != keeps), on=item)


def _again(desk: Desk, item: Item) -> Found:
    """Who is found today, from what the SOP names."""
    block = desk.block(item)
    if isinstance(block, Approve) and item.seat >= 0:
        from_sop = block.seats[item.seat].by
        row = desk.activations[item.activation or 0]
        found = find_approver(desk, block, from_sop, row.no, amount_of(desk, block, row), item.authority)
        return found if not found.own else Found((), from_sop, "nobody")
    if isinstance(block, Step):
        return find(desk, block.do, item.activation or 0, barred(desk, block))
    return Found(item.candidates, item.position, item.found)
