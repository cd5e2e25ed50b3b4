"""退回 and 撤回: going back to what was passed is entering it again in a new round, not an arrow."""

from __future__ import annotations

from collections.abc import Mapping

from opsloop.engine.cases.flow import approving, signing
from opsloop.engine.cases.flow.closing import drop, end
from opsloop.engine.cases.flow.commands import To
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.opening import OPENERS, activate
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import ALIVE, PASSED, Activation, CaseStatus, Item, Status, Work
from opsloop.engine.cases.program import START, Approve, Block, Call, ForEach, Parallel, Sequence, Step

Link = Mapping[str, object]
"""One activation of a way from the outside in: node, branch and data to open it again."""


def way_to(desk: Desk, row: Activation) -> list[Link]:
    """How to open this again: every activation from the whole down to it."""
    keep = ("key", "keys")
    links: list[Link] = [
        {"node": one.node, "branch": one.branch, "data": {k: v for k, v in one.data.items() if k in keep}}
        for one in desk.chain(row.no)
    ]
    return links[::-1]


def passed(desk: Desk, row: Activation) -> dict[str, Activation]:
    """Steps and approvals to which this one may be returned, by id: before it on its own way, the nearest of each."""
    inside = {one.no: i for i, one in enumerate(reversed(list(desk.chain(row.no))))}
    out: dict[str, tuple[int, Activation]] = {}
    for one in sorted(desk.activations.values(), key=lambda one: one.no):
        if one.status in PASSED and one.no < row.no and isinstance(desk.block(one), Step | Approve):
            anchor, rest = _open_part(desk, way_to(desk, one))
            depth = inside.get(anchor.no, -1)
            if depth >= 0 and _behind(desk, anchor, rest) and depth >= out.get(one.node, (0, one))[0]:
                out[one.node] = depth, one
    return {node: one for node, (_depth, one) in out.items()}


def _behind(desk: Desk, anchor: Activation, rest: list[Link]) -> bool:
    """Does it lie before the present place of a sequence? Branches side by side have not passed each other."""
    outer, at = desk.block(anchor), anchor.data.get("at")
    if not isinstance(outer, Sequence) or not isinstance(at, int) or not _there(outer, rest):
        return False
    return [one.id for one in outer.blocks].index(str(rest[0]["node"])) < at


def _there(outer: Block, rest: list[Link]) -> bool:
    """Is each still inside the other? A case that went over to another version has passed what is no more."""
    for link in rest:
        inside = outer.blocks if isinstance(outer, Sequence) else outer.inner
        found = next((one for one in inside if one.id == link["node"]), None)
        if found is None:
            return False
        outer = found
    return True


def target(desk: Desk, row: Activation, to: str) -> Activation:
    """The passed activation that is meant."""
    ways = passed(desk, row)
    last = max(ways.values(), key=lambda one: (one.mark, one.no), default=None)
    found = last if to == To.PREVIOUS else ways.get(START if to == To.INITIATOR else to)
    if found is None:
        raise No("not-passed", to=to)
    return found


def go_back(desk: Desk, item: Item, to: Activation, *, straight: bool) -> None:
    """Close what is open since, and enter that step again. straight: from there directly back to here."""
    row = desk.activations[item.activation or 0]
    way = way_to(desk, to)
    back: dict[str, object] = {}
    if straight:
        anchor, _rest = _open_part(desk, way)
        beside = [one for one in _leaves(desk, anchor) if one.no != row.no]
        back = {"back": {"ways": [_resume(desk, row, item.no), *(_resume(desk, one) for one in beside)]}}
    else:
        approving.void(desk, *(one.no for one in desk.activations.values() if one.no >= to.no))
    approving.void(desk, row.no)
    desk.set(approved=None)
    reenter(desk, way, back)


def _leaves(desk: Desk, anchor: Activation) -> list[Activation]:
    """What is being done inside it: other branches that a return closes as well, to be opened again."""
    out: list[Activation] = []
    for child in desk.children(anchor):
        out += _leaves(desk, child) or [child]
    return out


def _resume(desk: Desk, row: Activation, but: int | None = None) -> dict[str, object]:
    """How to open it again as it was: the way, the votes that stay, and the signers who have yet to sign."""
    if not isinstance(desk.block(row), Approve):
        return {"way": way_to(desk, row), "kept": [], "signers": []}
    return {"way": way_to(desk, row), "kept": approving.kept_votes(desk, row, but), "signers": signing.left(desk, row)}


def reenter(desk: Desk, way: list[Link], data: Mapping[str, object], *, beside: bool = False) -> None:
    """Open the way's last block again. The innermost one around it that is still open begins a new turn.

    beside: nothing is closed, since what is open there was opened with it.
    """
    anchor, rest = _open_part(desk, way)
    if not beside and not isinstance(desk.block(anchor), Parallel | ForEach):
        for child in desk.children(anchor):
            drop(desk, child, Status.REPLACED, "returned")
        anchor = desk.activation(anchor.no, turn=anchor.turn + 1)
    for i, link in enumerate(rest):
        block, outer = desk.program.blocks[str(link["node"])], desk.block(anchor)
        if isinstance(outer, Sequence):
            anchor = desk.activation(anchor.no, data={**anchor.data, "at": outer.blocks.index(block)})
        kept, last = link["data"], i == len(rest) - 1
        own = {**(kept if isinstance(kept, Mapping) else {}), **(data if last else {})}
        anchor = activate(desk, block, anchor, str(link["branch"]), own)
        if last:
            OPENERS[type(block)](desk, block, anchor)


def _open_part(desk: Desk, way: list[Link]) -> tuple[Activation, list[Link]]:
    """The innermost open activation on the way, and what of the way is left below it; never the way's end itself."""
    anchor = next(one for one in desk.activations.values() if one.parent is None and one.status == Status.OPEN)
    rest = way[1:]
    while len(rest) > 1:
        link = rest[0]
        inner = next((one for one in desk.children(anchor)
                      if one.node == link["node"] and one.branch == link["branch"]), None)  # fmt: skip
        if inner is None:
            break
        anchor, rest = inner, rest[1:]
    return anchor, rest


def straight_back(desk: Desk, row: Activation) -> None:
    """The corrected step is done: directly to who had rejected, and to what was done beside it."""
    back = row.data["back"]
    assert isinstance(back, Mapping)
    desk.say("straight-back", row)
    for i, one in enumerate(back["ways"]):
        kept = {"kept": one["kept"], "signers": one.get("signers", [])}  # cases that were returned before have none
        reenter(desk, list(one["way"]), kept, beside=i > 0)


def rejected(desk: Desk, item: Item, *, straight: bool = False) -> None:
    """The approval is lost: back to the step that the SOP names, else the case ends."""
    block = desk.block(item)
    assert isinstance(block, Approve)
    row = desk.activations[item.activation or 0]
    for one in desk.open_items(row.no):
        desk.say(str(Status.UNNEEDED), desk.item(one.no, status=Status.UNNEEDED, done=desk.now))
    if block.on_reject:
        to = target(desk, row, block.on_reject)
        desk.say("returned", item, to=to.node, straight=straight)
        go_back(desk, item, to, straight=straight)
        desk.tell("returned", desk.head.initiator, on=item)
    else:
        end(desk, CaseStatus.REJECTED)


def take_back(desk: Desk, item: Item) -> None:
    """One's own approval, while nobody has touched what follows."""
    block, row = desk.block(item), desk.activations.get(item.activation or 0)
    if not isinstance(block, Approve) or row is None or item.outcome != "agreed" or item.automatic:
        raise No("no-approval")
    if item.by != desk.by and item.behalf != desk.by:
        raise No("not-yours")
    if any(one.needs and item.no in one.needs and (one.status == Status.DONE or one.claimed or one.read)
           for one in desk.items_of(row.no)):  # fmt: skip
        raise No("touched")
    if row.status == Status.OPEN:
        _open_again(desk, block, row, item)
        return
    if row.status != Status.DONE or _touched(desk, row):
        raise No("touched")
    kept = approving.kept_votes(desk, row, item.no)
    approving.void(desk, row.no, *(one.no for one in desk.activations.values() if one.no > row.mark))
    desk.set(approved=None)
    desk.say("taken-back", item)
    reenter(desk, way_to(desk, row), {"kept": kept})


def _open_again(desk: Desk, block: Approve, row: Activation, item: Item) -> None:
    """The round still runs: only this vote is void, and whoever came behind waits again."""
    for vote in [one for one in desk.votes.values() if one.item == item.no]:
        approving.void_vote(desk, vote)
    desk.say("taken-back", item)
    for later in desk.items_of(row.no):
        if item.no in later.needs and later.status == Status.OPEN:
            desk.item(later.no, status=Status.WAITING)
    desk.set(approved=None)
    desk.item(item.no, status=Status.OPEN, outcome="", done=None, by=None, behalf=None, comment="")


def _touched(desk: Desk, row: Activation) -> bool:
    """Has anybody seen, taken or done what was opened by the end of this approval?"""
    later = [one for one in desk.items.values() if one.no > row.mark and one.kind != Work.COPY]
    calls = any(
        one.no > row.mark and (isinstance(desk.block(one), Call) or getattr(desk.block(one), "call", ""))
        for one in desk.activations.values()
    )
    return calls or any(
        (one.status not in (*ALIVE, Status.UNNEEDED) and not one.automatic) or one.claimed or one.read for one in later
    )
