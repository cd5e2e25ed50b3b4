"""Approvals against the authority limits of positions: who decides on an amount may do so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.base.policy.measures import EACH, counts
from opsloop.base.things.errors import Text
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Approver, Step
from opsloop.engine.sops.checks.conditions import settled_or_none
from opsloop.engine.sops.expressions import Expr, Scope, holds, parse
from opsloop.engine.sops.expressions.reading import ExpressionError
from opsloop.engine.sops.expressions.satisfying import trials
from opsloop.engine.sops.expressions.tree import Binary, Name, Number, Truth
from opsloop.engine.sops.scope import scope_of_sop
from opsloop.engine.sops.words import How
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


@dataclass(frozen=True, slots=True)
class Decider:
    """An approver with authority: when they are asked, and up to which amount they may decide."""

    place: int
    by: str
    when: Expr
    most: Decimal

    def may(self, amount: Decimal) -> bool:
        return amount <= self.most


def authority(obj: SopFile, book: Book) -> Iterator[Said]:
    """Every approval whose approvers name an authority limit."""
    for placed in walk.walk(obj.steps):
        if isinstance(placed.block, Approve):
            yield from _approval(placed, placed.block, scope_of_sop(obj, placed.around), book)
        if isinstance(placed.block, Step):
            yield from _giving(placed, placed.block, obj, book)


def _giving(placed: walk.Placed, block: Step, obj: SopFile, book: Book) -> Iterator[Said]:
    """A step that gives money names limit and amount, and somebody has that limit: its doer, or an approver before."""
    if bool(block.limit) != bool(block.amount):
        text: Text = _("limit and amount of a step go together.")
        yield Said(f"{placed.path}.limit", text, Level.ERROR, _("Write both, or neither."))
        return
    position = book.get("position", block.do)
    before = walk.before(obj, placed.id)
    approved = any(
        isinstance(one, Approve) and one.id in before and any(each.limit == block.limit for each in one.approve)
        for one in walk.blocks_of(obj)
    )
    if block.limit and position is not None and block.limit not in position.limits and not approved:
        text = say(
            _("{position} has no authority limit {limit} and may not approve any amount."),
            position=position.title, limit=block.limit,
        )  # fmt: skip
        yield Said(f"{placed.path}.limit", text, Level.ERROR, _("Have it approved before, or let another do it."))
    if position is not None and block.limit in position.limits:
        yield from _measured(f"{placed.path}.limit", position, block.limit)


def _approval(placed: walk.Placed, block: Approve, scope: Scope, book: Book) -> Iterator[Said]:
    limited = [one for one in block.approve if one.limit]
    if limited and not block.amount:
        text: Text = _("Nothing says which amount the authority limits are for.")
        yield Said(
            f"{placed.path}.approve",
            text,
            Level.ERROR,
            _("Choose the amount that limits are compared with (amount:)."),
        )
        return
    deciders: list[Decider] = []
    for i, one in enumerate(block.approve):
        position = book.get("position", one.by)
        if position is None or not one.limit:
            continue
        if one.limit not in position.limits:
            text = say(
                _("{position} has no authority limit {limit} and may not approve any amount."),
                position=position.title, limit=one.limit,
            )  # fmt: skip
            remedy = _("Add it to limits of the position, or name another approver.")
            yield Said(f"{placed.path}.approve.{i}.limit", text, Level.ERROR, remedy)
            continue
        unmeasured = list(_measured(f"{placed.path}.approve.{i}.limit", position, one.limit))
        yield from unmeasured
        if not unmeasured and (made := _decider(i, one, position, scope)) is not None:
            deciders.append(made)
    if deciders:
        yield from _amounts(placed, block, deciders, scope)


def _measured(path: str, position: Any, name: str) -> Iterator[Said]:
    """A limit is held against what one time may be given, and nothing in it goes uncounted."""
    limit = position.limits[name]
    if EACH not in limit:
        text = say(
            _("The limit {limit} of {position} does not say what may be given each time: nothing may."),
            position=position.title, limit=name,
        )  # fmt: skip
        yield Said(path, text, Level.ERROR, _("Add each to this limit of the position."))
    for measure in limit:
        if not counts(measure):
            text = say(
                _("Amounts are not counted by “{measure}”, a measure of the limit {limit} of {position}."),
                measure=measure, position=position.title, limit=name,
            )  # fmt: skip
            remedy = _("Measures are each, per_day, per_week, per_month, per_quarter, per_year, per_30d, "
                       "per_customer_30d and split_days.")  # fmt: skip
            yield Said(path, text, Level.ERROR, remedy)


def _decider(i: int, one: Approver, position: Any, scope: Scope) -> Decider | None:
    when = settled_or_none(one.when, scope) if one.when else Truth(value=True)
    return Decider(i, str(position.title), when, position.limits[one.limit][EACH]) if when is not None else None


def _amounts(placed: walk.Placed, block: Approve, deciders: list[Decider], scope: Scope) -> Iterator[Said]:
    try:
        amount = parse(block.amount)
    except ExpressionError:
        return
    if not isinstance(amount, Name):
        return
    caps: list[Expr] = [Binary("<=", amount, Number(one.most)) for one in deciders]
    tried = trials([*(one.when for one in deciders), *caps], scope, missing=False)
    found = [one for one in tried or [] if isinstance(one.get(amount.path), Decimal) and one[amount.path] > 0]
    for decider in deciders:
        asked = [one[amount.path] for one in found if holds(decider.when, one)]
        if asked and not any(map(decider.may, asked)):
            text = say(
                _("{position} is asked from {amount} on, but may approve {most} at most."),
                position=decider.by, amount=f"{min(asked):f}", most=f"{decider.most:f}",
            )  # fmt: skip
            remedy = _("Name a position with more authority, or change its condition.")
            yield Said(f"{placed.path}.approve.{decider.place}", text, Level.ERROR, remedy)
            return
    if len(deciders) == len(block.approve):
        yield from _nobody(placed, block, deciders, found, amount.path)


def _nobody(
    placed: walk.Placed, block: Approve, deciders: list[Decider], found: list[dict[str, Any]], name: str
) -> Iterator[Said]:
    """The least amount that those who are asked may not decide: where one is enough, none of them may lack it."""
    enough = all if block.how is How.ANY else any
    beyond = []
    for values in found:
        asked = [one for one in deciders if holds(one.when, values)]
        if not asked or not enough(one.may(values[name]) for one in asked):
            beyond.append(values[name])
    if beyond:
        text = say(_("Nobody who is asked here may approve {amount}."), amount=f"{min(beyond):f}")
        remedy = _("Add an approver with more authority, for instance with when: amount > 5000.")
        yield Said(f"{placed.path}.approve", text, Level.WARNING, remedy)
