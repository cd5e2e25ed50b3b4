"""Added signers (加签): put beside those whom the SOP names, and asked again after a straight return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsloop.engine.cases.flow.commands import Place
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.state import ALIVE, Activation, Item, Status, Work


def add(desk: Desk, host: Item, people: Iterable[int], place: Place, by: int | None) -> None:
    """They sign too, before, after or beside this one."""
    new = tuple(_added(desk, host, person, place, by) for person in people)
    if place == Place.BEFORE:
        desk.item(host.no, needs=(*host.needs, *new), status=Status.WAITING)
        return
    # after and beside: whoever comes behind the host waits for them as well
    for one in desk.items_of(host.activation or 0):
        if host.no in one.needs and one.no not in new:
            desk.item(one.no, needs=(*one.needs, *new))


def _added(desk: Desk, host: Item, person: int, place: Place, by: int | None) -> int:
    beside = place == Place.BESIDE
    item = Item(
        desk.number(), host.node, Work.APPROVE if beside else Work.COUNTERSIGN, host.activation, host.round,
        Status.WAITING, needs=(host.no,) if place == Place.AFTER else host.needs, host=host.no,
        added_by=by, candidates=(person,), assignee=person, position=host.position,
        authority=host.authority if beside else "",
    )  # fmt: skip
    desk.put(item)
    return item.no


def left(desk: Desk, row: Activation) -> list[Mapping[str, object]]:
    """Added signers who have not agreed, whoever returns it among them: for a straight return."""
    return [
        {"seat": _seat(desk, one), "person": one.owner or one.assignee, "place": str(_place(one)), "by": one.added_by}
        for one in desk.items_of(row.no)
        if one.host is not None and one.outcome != "agreed" and (one.status in ALIVE or one.status == Status.DONE)
    ]  # fmt: skip


def _seat(desk: Desk, item: Item) -> int:
    """Of the approver named by the SOP to whom they were added, perhaps through other signers."""
    while item.host is not None:
        item = desk.items[item.host]
    return item.seat


def _place(item: Item) -> Place:
    if item.kind == Work.APPROVE:
        return Place.BESIDE
    return Place.AFTER if item.host in item.needs else Place.BEFORE


def again(desk: Desk, row: Activation) -> None:
    """Those of a straight return. Before: no longer where the approver had agreed already."""
    said = row.data.get("signers")
    for one in said if isinstance(said, list) else ():
        host = next((item for item in desk.items_of(row.no) if item.seat == one["seat"]), None)
        if host is None or one["person"] is None:
            continue
        place = Place(one["place"])
        late = place == Place.BEFORE and host.status not in ALIVE
        add(desk, host, (one["person"],), Place.AFTER if late else place, one["by"])
