"""What somebody may give at a step: the limits that its amounts are held against, and what of them is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from opsloop.base.policy.measures import EACH
from opsloop.engine.cases.authority import allowed
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Block, Step
from opsloop.engine.sops.expressions import names, parse
from opsloop.playbook import queries
from opsloop.playbook.reading.labels import Labels

if TYPE_CHECKING:
    from opsloop.engine.cases.pages.desk import Turn
    from opsloop.engine.cases.pages.shown import Shown


@dataclass(frozen=True, slots=True)
class Part:
    """One measure in words. left: None where nothing was given yet."""

    words: str
    most: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """A limit of a position, by its title."""

    title: str
    parts: tuple[Part, ...]


def allowances(shown: Shown, turn: Turn, block: Step | Approve | None) -> list[Allowance]:
    """Of whoever has the step, or of the one whom they stand in for; what several of their positions give alike is said
    once. Empty where no money is given."""
    asked = tuple(dict.fromkeys(_asked(shown, turn, block)))
    if not asked:
        return []
    # measures come as the database keeps them, and PostgreSQL keeps no order
    person, labels = turn.behalf or shown.person.pk, Labels(queries.published())
    given = (
        Allowance(labels.name(name), tuple(
            Part(labels.measure(one.name), one.most, one.left if one.given else None)
            for one in sorted(found, key=lambda one: (one.name != EACH, one.most, one.name))
        ))
        for name in asked
        for found in allowed(shown.case, person, name, shown.reader.now)
        if found
    )  # fmt: skip
    return list(dict.fromkeys(given))


def _asked(shown: Shown, turn: Turn, block: Step | Approve | None) -> Iterator[str]:
    """Names of limits: the one by which this is decided or given, and those that amounts written here will meet."""
    if turn.item.authority:
        yield turn.item.authority
    if not isinstance(block, Step):
        return
    if block.limit:
        yield block.limit
    written = {one.field for one in block.form if one.may != "read"}
    for later in walk.blocks_of(shown.written) if written else ():
        if _names(later) & written:
            yield from _limits(later)


def _names(block: Block) -> set[str]:
    """The fields in its amount."""
    if not isinstance(block, Step | Approve) or not block.amount:
        return set()
    found = names(parse(block.amount))
    return found | {one.partition(".")[0] for one in found}


def _limits(block: Block) -> Iterator[str]:
    if isinstance(block, Step) and block.limit:
        yield block.limit
    if isinstance(block, Approve):
        yield from (seat.limit for seat in block.approve if seat.limit)
