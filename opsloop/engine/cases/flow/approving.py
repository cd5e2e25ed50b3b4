"""Approvers open, vote and are counted. An item waits until all that it needs is settled; so in turn, before, after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from opsloop.engine.cases.flow import signing, timing
from opsloop.engine.cases.flow.closing import finish, hush
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.people import asked, did, find_approver
from opsloop.engine.cases.flow.state import ALIVE, Activation, Item, Status, Vote, Work
from opsloop.engine.cases.program import Again, Approve, Empty, How, Step

GONE = (Status.REMOVED, Status.UNNEEDED, Status.CANCELLED, Status.SKIPPED, Status.REPLACED)


def open_approve(desk: Desk, block: Approve, row: Activation) -> None:
    """All whose condition holds; those that had agreed before a straight return need not again."""
    values = desk.values(row.no)
    before: tuple[int, ...] = ()
    for i, seat in enumerate(block.seats):
        if seat.when is not None and not seat.when(values):
            continue
        item = Item(
            desk.number(), block.id, Work.APPROVE, row.no, row.round, Status.WAITING, i, seat.weight, before,
            position=seat.by, authority=seat.limit,
        )  # fmt: skip
        desk.put(item)
        before = (item.no,) if block.how == How.IN_TURN else ()
    desk.tell("consult", positions=block.consult, on=row)
    _keep(desk, row)
    signing.again(desk, row)
    wake(desk, block, row)
    tally(desk, block, row)


def _keep(desk: Desk, row: Activation) -> None:
    kept = row.data.get("kept")
    for one in kept if isinstance(kept, list) else ():
        item = next((item for item in desk.items_of(row.no) if item.seat == one["seat"]), None)
        if item is not None:
            _automatic(desk, item, "kept", one["by"], one["behalf"])


def amount_of(desk: Desk, block: Approve | Step, row: Activation | None) -> Decimal | None:
    """What is to be approved, None where it is no money. An amount that cannot be read covers nothing."""
    if block.amount is None:
        return None
    value = block.amount(desk.values(row.no if row else None))
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return Decimal("Infinity")


def wake(desk: Desk, block: Approve, row: Activation) -> None:
    """Open every item whose needs are settled. People are found now, not when the round began."""
    again = True
    while again:
        again = False
        for item in desk.items_of(row.no):
            if item.status == Status.WAITING and all(desk.items[one].status not in ALIVE for one in item.needs):
                _open(desk, block, row, item)
                again = True


def _open(desk: Desk, block: Approve, row: Activation, item: Item) -> None:
    if item.opened is not None:  # it had been open before a signer came in between: its people and its limit stay
        item = desk.item(item.no, status=Status.OPEN)
        desk.tell("approval", *item.candidates, on=item)
        return
    item = desk.item(item.no, status=Status.OPEN, opened=desk.now)
    if item.seat >= 0:
        why, by = _by_rule(desk, block, row, item)
        if why:
            _automatic(desk, item, why, by)
            return
    item = timing.limit(desk, desk.items[item.no], block.timing)
    offer(desk, item)


def offer(desk: Desk, item: Item) -> None:
    """Tell those who may decide, or whoever helps out where there is nobody."""
    desk.say("offered", item, people=list(item.candidates), position=item.position, found=item.found)
    desk.tell("approval" if item.candidates else "nobody", *item.candidates, on=item,
              positions=() if item.candidates else (desk.program.admin or desk.program.owner,))  # fmt: skip


def _by_rule(desk: Desk, block: Approve, row: Activation, item: Item) -> tuple[str, int | None]:
    """Find the people of a seat; where a rule agrees in their place, which, and for whom."""
    vacant = not asked(desk, item.position, row.no)
    if vacant and block.empty == Empty.PASS:
        return "empty", None
    found = find_approver(desk, block, item.position, row.no, amount_of(desk, block, row), item.authority)
    if found.own:
        return "own", None
    people = _admins(desk, found.people) if vacant and block.empty == Empty.ADMIN else found.people
    desk.item(item.no, candidates=people, assignee=people[0] if len(people) == 1 else None,
              position=found.position, found=found.how)  # fmt: skip
    last = desk.head.approved
    if block.again == Again.IN_A_ROW and last is not None and people == (last,):
        return "again", last
    return "", None


def _admins(desk: Desk, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    fit = tuple(one for one in desk.world.holders(desk.program.admin) if one != desk.head.initiator)
    return fit or otherwise


def _automatic(desk: Desk, item: Item, why: str, by: int | None = None, behalf: int | None = None) -> None:
    desk.say("agreed", item, by=by, behalf=behalf, automatic=why)
    vote(desk, item, True, by, behalf, automatic=why)


def vote(desk: Desk, item: Item, yes: bool, by: int | None, behalf: int | None, *, comment: str = "",
         automatic: str = "") -> None:  # fmt: skip
    """One voice, whether by hand or by rule."""
    assert item.activation is not None
    desk.put(Vote(desk.number(), item.no, item.activation, item.round, by, behalf, yes, automatic, comment, desk.now))
    desk.item(item.no, status=Status.DONE, done=desk.now, outcome="agreed" if yes else "rejected", by=by, behalf=behalf,
              comment=comment, automatic=bool(automatic))  # fmt: skip
    hush(desk, item=item.no)
    did(desk, item.node, by, behalf)
    if yes and by is not None and automatic != "kept":
        desk.set(approved=behalf or by)


def tally(desk: Desk, block: Approve, row: Activation) -> bool:
    """Count. Ends the block where it is approved; answers whether it is rejected."""
    if desk.activations[row.no].status != Status.OPEN:
        return False
    items = [one for one in desk.items_of(row.no) if one.status not in GONE]
    added = [one for one in items if one.kind == Work.COUNTERSIGN]
    counted = [one for one in items if one.kind == Work.APPROVE]
    if any(one.outcome == "rejected" for one in added) or _lost(block, counted):
        return True
    hosts_done = [one for one in added if one.status in ALIVE and _host_done(desk, one)]
    if _won(block, counted) and not hosts_done:
        desk.tell("inform", positions=block.inform, on=row)
        finish(desk, row)
    return False


def _host_done(desk: Desk, item: Item) -> bool:
    return item.host is not None and desk.items[item.host].status == Status.DONE


def _weights(counted: list[Item]) -> tuple[int, int, int]:
    """Weights of yes, no and what is still to come."""
    yes = sum(one.weight for one in counted if one.outcome == "agreed")
    no = sum(one.weight for one in counted if one.outcome == "rejected")
    return yes, no, sum(one.weight for one in counted if one.status in ALIVE)


def _won(block: Approve, counted: list[Item]) -> bool:
    yes, no, rest = _weights(counted)
    if block.how == How.ANY:
        return bool(yes) or not counted
    if block.how == How.AT_LEAST:
        return yes >= min(block.at_least, yes + no + rest)
    return not rest and not no


def _lost(block: Approve, counted: list[Item]) -> bool:
    yes, no, rest = _weights(counted)
    if no and (block.veto or block.how in (How.IN_TURN, How.ALL)):
        return True
    if block.how == How.ANY:
        return bool(no) and not yes and not rest
    return yes + rest < min(block.at_least, yes + no + rest)


def void_vote(desk: Desk, one: Vote) -> None:
    """This vote counts no more."""
    desk.put(replace(one, void=True))


def void(desk: Desk, *activations: int) -> None:
    """Votes stay to be seen, but count no more."""
    for one in list(desk.votes.values()):
        if one.activation in activations and not one.void:
            desk.put(replace(one, void=True))


def kept_votes(desk: Desk, row: Activation, but: int | None = None) -> list[Mapping[str, object]]:
    """Who had agreed in this round, without `but`: for a straight return."""
    return [
        {"seat": one.seat, "by": one.by, "behalf": one.behalf} for one in desk.items_of(row.no)
        if one.outcome == "agreed" and one.no != but and one.kind == Work.APPROVE and one.seat >= 0
    ]  # fmt: skip


def hush_items(desk: Desk, *items: Item) -> None:
    """Their limits no longer run."""
    for one in items:
        hush(desk, item=one.no)
