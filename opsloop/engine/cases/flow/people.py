"""Who is asked: from a position, a field or the initiator to people, without those who may not, upwards if need be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import Item, Status, Work
from opsloop.engine.cases.program import INITIATOR, Approve, Block, Own, Step

FURTHEST = 10
"""So many positions upwards are asked, at most."""
STANDING_IN = 3
"""So long a chain of substitutes is followed: who stands in may be away as well."""


@dataclass(frozen=True, slots=True)
class Found:
    """people may be empty. how: "" as named, manager, admin, or nobody; own: the initiator alone was found."""

    people: tuple[int, ...]
    position: str
    how: str = ""
    own: bool = False


def asked(desk: Desk, spec: str, activation: int) -> tuple[int, ...]:
    """Who is meant by a `do` or `by`, as far as they still work here."""
    if spec == INITIATOR:
        found: tuple[int, ...] = (desk.head.initiator,)
    elif spec.startswith("field:"):
        value = desk.values(activation).get(spec.removeprefix("field:"))
        listed = value if isinstance(value, list | tuple) else (value,)
        found = tuple(one for one in listed if isinstance(one, int) and not isinstance(one, bool))
    else:
        found = desk.world.holders(spec)
    return tuple(one for one in dict.fromkeys(found) if desk.world.present(one))


def barred(desk: Desk, block: Step | Approve) -> frozenset[int]:
    """Who did, or had done for them, a step that is to be in other hands; in whatever round."""
    return frozenset(one for step in block.apart for one in desk.head.doers.get(step, ()))


def _upwards(desk: Desk, position: str) -> Iterator[tuple[str, str]]:
    """The position, those above it and the one that helps out, with how each was found."""
    seen: list[str] = []
    while position and position not in seen and len(seen) < FURTHEST:
        yield position, "manager" if seen else ""
        seen.append(position)
        position = desk.world.above(position)
    if desk.program.admin not in seen:
        yield desk.program.admin, "admin"


def find(desk: Desk, spec: str, activation: int, apart: Collection[int], enough: Decimal | None = None,
         authority: str = "") -> Found:  # fmt: skip
    """Who may do it: as named, else at the positions above, else who helps out."""
    for position, how in _upwards(desk, spec) if _is_position(spec) else _no_position(desk, spec):
        fit = tuple(
            one for one in asked(desk, position, activation)
            if one not in apart and (enough is None or not authority or desk.world.covers(one, authority, enough))
        )  # fmt: skip
        if fit:
            return Found(fit, position, how)
    return Found((), spec, "nobody")


def _is_position(spec: str) -> bool:
    return spec != INITIATOR and not spec.startswith("field:")


def _no_position(desk: Desk, spec: str) -> Iterator[tuple[str, str]]:
    yield spec, ""
    if desk.program.owner:
        yield from ((one, how or "manager") for one, how in _upwards(desk, desk.program.owner))
    elif desk.program.admin:
        yield desk.program.admin, "admin"


def find_approver(desk: Desk, block: Approve, spec: str, activation: int, amount: Decimal | None,
                  authority: str) -> Found:  # fmt: skip
    """As `find`, and nobody decides on what they asked for themselves, unless the SOP has it so."""
    apart = barred(desk, block)
    if block.own == Own.ASK:
        return find(desk, spec, activation, apart, amount, authority)
    initiator = desk.head.initiator
    named = asked(desk, spec, activation)
    if named == (initiator,) and block.own == Own.SKIP:
        return Found((), spec, own=True)
    boss = desk.world.boss(initiator) if named == (initiator,) else None
    fits = boss is not None and boss not in (*apart, initiator) and desk.world.present(boss)
    if boss is not None and fits and (amount is None or not authority or desk.world.covers(boss, authority, amount)):
        return Found((boss,), spec, "manager")
    return find(desk, spec, activation, apart | {initiator}, amount, authority)


def standing_in(desk: Desk, person: int) -> tuple[int, ...]:
    """Who stands in for this person now: a short chain that never comes back to where it has been."""
    chain: list[int] = []
    one = desk.world.substitute(person)
    while one is not None and one != person and one not in chain and len(chain) < STANDING_IN:
        chain.append(one)
        one = desk.world.substitute(one)
    return tuple(chain)


def acting(desk: Desk, item: Item, by: int | None) -> int | None:
    """On whose behalf `by` acts on the item now, None on their own. Raises No where they may not."""
    if item.status == Status.WAITING:
        raise No("not-yet")
    if item.status != Status.OPEN:
        raise No("closed", status=item.status)
    if by is None:
        raise No("nobody")
    behalf = _behalf(desk, item, by)
    _hands(desk, item, by, behalf)
    return behalf


def _behalf(desk: Desk, item: Item, by: int) -> int | None:
    wanted = (item.assignee,) if item.assignee is not None else item.candidates
    if by in wanted:
        return None
    for one in wanted:
        if by in standing_in(desk, one):
            return one
    raise No("taken" if item.assignee is not None and by in item.candidates else "not-yours")


def informed(desk: Desk, block: Block, by: int | None) -> None:
    """Raises No where this may be done only by who has read the version that the case runs on."""
    if isinstance(block, Step | Approve) and block.reading and by is not None and not desk.world.has_read(by):
        raise No("reading")


def may_take(desk: Desk, item: Item, person: int) -> None:
    """Raises No where this person must not have the item: the same hands, or their own request."""
    _hands(desk, item, person, None)
    if not desk.world.present(person):
        raise No("gone")


def _hands(desk: Desk, item: Item, by: int, behalf: int | None) -> None:
    block = desk.block(item)
    if not isinstance(block, Step | Approve) or item.kind == Work.COPY:
        return
    apart = barred(desk, block)
    if by in apart or behalf in apart:
        raise No("same-hands", steps=block.apart)
    if isinstance(block, Approve) and block.own != Own.ASK and desk.head.initiator in (by, behalf):
        raise No("own-request")


def did(desk: Desk, node: str, *people: int | None) -> None:
    """Remember who did a step."""
    before = desk.head.doers.get(node, ())
    new = tuple(dict.fromkeys((*before, *(one for one in people if one is not None))))
    if new != before:
        desk.set(doers={**desk.head.doers, node: new})
