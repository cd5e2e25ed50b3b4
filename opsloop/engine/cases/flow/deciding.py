"""Approvers decide, return, add and remove signers, and take back."""

from __future__ import annotations

from opsloop.engine.cases.flow import approving, signing
from opsloop.engine.cases.flow.commands import AddSigners, Agree, Reject, RemoveSigner, Return, TakeBack
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.doing import files_of, fill, settle_item, whole
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.pausing import at_work
from opsloop.engine.cases.flow.people import acting, informed, may_take
from opsloop.engine.cases.flow.returning import go_back, rejected, take_back, target
from opsloop.engine.cases.flow.state import ALIVE, Item, Status, Work
from opsloop.engine.cases.program import Adding, Approve

DECIDES = (Work.APPROVE, Work.COUNTERSIGN)


def _mine(desk: Desk, number: int, by: int | None) -> tuple[Item, Approve, int | None]:
    """The item, its block, and on whose behalf."""
    item = desk.found(number)
    block = desk.block(item)
    behalf = acting(desk, item, by)
    if item.kind not in DECIDES or not isinstance(block, Approve):
        raise No("no-decision")
    if item.owner is not None:
        raise No("delegated")
    at_work(item)
    return item, block, behalf


def covered(desk: Desk, block: Approve, item: Item, person: int | None) -> None:
    """Raises No where the amount is beyond what this person may give."""
    amount = approving.amount_of(desk, block, desk.activations[item.activation or 0])
    if (
        item.authority
        and amount is not None
        and not (person is not None and desk.world.covers(person, item.authority, amount))
    ):
        raise No("authority", amount=amount)


def agree(desk: Desk, command: Agree) -> None:
    item, block, behalf = _mine(desk, command.item, command.by)
    informed(desk, block, command.by)
    fill(desk, block.form, command.values)
    whole(block, command)
    covered(desk, block, item, behalf or command.by)
    _acted(desk, command.by)
    desk.say("agreed", item, behalf=behalf, comment=command.comment, evidence=files_of(command))
    approving.vote(desk, item, True, command.by, behalf, comment=command.comment)
    _count(desk, block, item)


def reject(desk: Desk, command: Reject) -> None:
    item, block, behalf = _mine(desk, command.item, command.by)
    if not command.comment.strip():
        raise No("reason")
    _acted(desk, command.by)
    desk.say("rejected", item, behalf=behalf, comment=command.comment)
    approving.vote(desk, item, False, command.by, behalf, comment=command.comment)
    _count(desk, block, item, straight=command.straight)


def _count(desk: Desk, block: Approve, item: Item, *, straight: bool = False) -> None:
    row = desk.activations[item.activation or 0]
    lost = approving.tally(desk, block, row)
    if not lost and desk.activations[row.no].status == Status.OPEN:
        approving.wake(desk, block, row)
        lost = approving.tally(desk, block, row)
    if lost:
        rejected(desk, item, straight=straight)


def _acted(desk: Desk, by: int | None) -> None:
    if by != desk.head.initiator:
        desk.set(acted=True)


def give_back_to(desk: Desk, command: Return) -> None:
    """Return, from an approval or a step."""
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.kind not in (*DECIDES, Work.DO) or item.owner is not None:
        raise No("delegated" if item.owner is not None else "no-decision")
    at_work(item)
    if not command.comment.strip():
        raise No("reason")
    to = target(desk, desk.activations[item.activation or 0], command.to)
    settle_item(desk, item, command.by, behalf, command.comment)
    item = desk.item(item.no, outcome="returned")
    desk.say("returned", item, behalf=behalf, to=to.node, straight=command.straight, comment=command.comment)
    go_back(desk, item, to, straight=command.straight)


def take_own_back(desk: Desk, command: TakeBack) -> None:
    take_back(desk, desk.found(command.item))


def add_signers(desk: Desk, command: AddSigners) -> None:
    host, block, behalf = _mine(desk, command.item, command.by)
    there = {one.assignee for one in desk.open_items(host.activation or 0)}
    people = tuple(dict.fromkeys(command.people))
    if not people or command.by in people or there & set(people):
        raise No("signs-already")
    again = any(one.host == host.no for one in desk.items_of(host.activation or 0))
    if block.adding == Adding.NEVER or (block.adding == Adding.ONCE and again):
        raise No("added-before")
    for person in people:
        may_take(desk, host, person)
    desk.say("added", host, behalf=behalf, people=list(people), place=str(command.place), comment=command.comment)
    signing.add(desk, host, people, command.place, command.by)
    approving.wake(desk, block, desk.activations[host.activation or 0])


def remove_signer(desk: Desk, command: RemoveSigner) -> None:
    item = desk.found(command.item)
    block = desk.block(item)
    if item.host is None or not isinstance(block, Approve):
        raise No("not-added")
    if item.status not in ALIVE:
        raise No("closed", status=item.status)
    if item.added_by != command.by and not command.force:
        raise No("not-yours")
    item = desk.item(item.no, status=Status.REMOVED, done=desk.now)
    from_him = [one for one in desk.items_of(item.activation or 0) if one.host == item.no and one.status in ALIVE]
    for one in from_him:
        desk.item(one.no, status=Status.REMOVED, done=desk.now)
    approving.hush_items(desk, item, *from_him)
    desk.say("removed", item, comment=command.comment)
    desk.tell("gone", *item.candidates, on=item)
    row = desk.activations[item.activation or 0]
    approving.wake(desk, block, row)
    if approving.tally(desk, block, row):
        rejected(desk, item)
