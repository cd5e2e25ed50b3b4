"""Steps: taking, beginning, finishing them; forms, evidence and checklists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from opsloop.engine.cases.flow.approving import amount_of
from opsloop.engine.cases.flow.closing import finish, hush
from opsloop.engine.cases.flow.commands import Agree, Begin, Claim, Complete, Read, Unclaim
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.pausing import at_work
from opsloop.engine.cases.flow.people import acting, did, informed
from opsloop.engine.cases.flow.state import Item, Status, Vote, Work
from opsloop.engine.cases.program import START, Approve, Block, Entry, May, Step


def claim(desk: Desk, command: Claim) -> None:
    item = desk.found(command.item)
    if item.assignee is not None:
        raise No("taken")
    behalf = acting(desk, item, command.by)
    item = desk.item(item.no, assignee=behalf or command.by, claimed=desk.now)
    desk.say("claimed", item, behalf=behalf)


def unclaim(desk: Desk, command: Unclaim) -> None:
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.assignee is None or len(item.candidates) < 2 or item.owner is not None:
        raise No("nobody-else")
    item = desk.item(item.no, assignee=None, claimed=None, begun=None)
    desk.say("unclaimed", item, behalf=behalf)
    desk.tell("work", *(one for one in item.candidates if one != command.by), on=item)


def begin(desk: Desk, command: Begin) -> None:
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    at_work(item)
    if item.begun is None:
        item = desk.item(item.no, begun=desk.now, assignee=item.assignee or behalf or command.by)
        desk.say("began", item, behalf=behalf)


def read(desk: Desk, command: Read) -> None:
    item = desk.found(command.item)
    if item.read is not None or item.status not in (Status.OPEN, Status.WAITING):
        return
    if command.by != item.assignee and command.by not in item.candidates:
        raise No("not-yours")
    item = desk.item(item.no, read=desk.now)
    if item.kind == Work.COPY:
        item = desk.item(item.no, status=Status.DONE, done=desk.now, by=command.by)
    desk.say("read", item)


def fill(desk: Desk, entries: tuple[Entry, ...], values: Mapping[str, object]) -> None:
    """Take a form's values: only fields that this step may write, and all that it needs."""
    writable = {one.field for one in entries if one.may.fills}
    if strange := sorted(set(values) - writable):
        raise No("no-field", fields=strange)
    if values:
        desk.set(values={**desk.head.values, **values})
    if missing := lacking(desk, entries):
        raise No("need", fields=missing)


def lacking(desk: Desk, entries: tuple[Entry, ...]) -> list[str]:
    """The fields that this form needs and that are empty."""
    values = desk.head.values
    return [one.field for one in entries if one.may == May.NEED and values.get(one.field) in (None, "", [], {})]


def complete(desk: Desk, command: Complete) -> None:
    item = desk.found(command.item)
    behalf = acting(desk, item, command.by)
    if item.kind != Work.DO:
        raise No("decide")
    if item.owner is not None:
        raise No("delegated")
    at_work(item)
    block = desk.block(item)
    informed(desk, block, command.by)
    if isinstance(block, Step):
        fill(desk, desk.program.form if block.id == START else block.form, command.values)
        whole(block, command)
        _not_before(desk, block, item)
        give(desk, block, item, command.by, behalf)
    settle_item(desk, item, command.by, behalf, command.comment, evidence=files_of(command))
    _go_on(desk, block, item)


def give(desk: Desk, block: Step, item: Item, by: int | None, behalf: int | None) -> None:
    """Money goes out only as far as it was approved, or by the doer's own authority, which then is used up so far."""
    row = desk.activations[item.activation or 0]
    amount = amount_of(desk, block, row)
    if not block.authority or amount is None or amount <= 0 or amount <= desk.world.granted(block.authority):
        return
    person = behalf or by
    if person is None or not desk.world.covers(person, block.authority, amount):
        raise No("beyond", amount=amount)
    desk.item(item.no, authority=block.authority)
    desk.put(Vote(desk.number(), item.no, row.no, item.round, by, behalf, True, "authority", at=desk.now))
    desk.say("gave", item, behalf=behalf, authority=block.authority, amount=str(amount))


def settle_item(desk: Desk, item: Item, by: int | None, behalf: int | None, comment: str, **data: object) -> None:
    """The item is done by hand, and who did it is remembered."""
    item = desk.item(item.no, status=Status.DONE, done=desk.now, by=by, behalf=behalf, outcome="done", comment=comment,
                     assignee=item.assignee or behalf or by)  # fmt: skip
    hush(desk, item=item.no)
    did(desk, item.node, by, behalf)
    acted = item.node != START and by != desk.head.initiator
    desk.set(approved=None, acted=desk.head.acted or acted)
    desk.say("completed", item, behalf=behalf, comment=comment, **data)


def files_of(command: Complete | Agree) -> dict[str, list[int]]:
    return {name: list(files) for name, files in command.evidence.items()}


def whole(block: Step | Approve, command: Complete | Agree) -> None:
    """Raises No where evidence or a line of the checklist is missing."""
    if missing := [one for one in block.evidence if not command.evidence.get(one)]:
        raise No("evidence", missing=missing)
    if missing := [one for one in block.checklist if one not in command.ticked]:
        raise No("checklist", missing=missing)


def _not_before(desk: Desk, block: Step, item: Item) -> None:
    if block.until is None:
        return
    answer = block.until(desk.values(item.activation))
    if isinstance(answer, datetime):
        if answer > desk.now:
            raise No("not-before", at=answer)
    elif not answer:
        raise No("until")


def _go_on(desk: Desk, block: Block, item: Item) -> None:
    if isinstance(block, Step) and block.inform:
        desk.tell("inform", positions=block.inform, on=item)
    finish(desk, desk.activations[item.activation or 0])
