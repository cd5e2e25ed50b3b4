"""Conditions: they can be read, name what exists, and are neither always nor never true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Level, Said
from opsloop.base.things.errors import Text
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Call, Choose, RepeatUntil, Step, Wait
from opsloop.engine.sops.expressions import Expr, ExpressionError, Scope, Sort, condition, judge, parse, resolve
from opsloop.engine.sops.expressions.satisfying import always, never, taken_before
from opsloop.engine.sops.expressions.tree import Truth
from opsloop.engine.sops.scope import scope_of_sop
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

TIMES = (Sort.DAY, Sort.MOMENT)


@dataclass(frozen=True, slots=True)
class Written:
    """A condition in the file. never: what it means when it can never be true; empty where that is harmless."""

    path: str
    text: str
    scope: Scope
    never: Text = ""
    times: bool = False


def conditions(obj: SopFile) -> Iterator[Said]:
    """Every condition by itself, then the branches of a choice beside each other."""
    for one in _all(obj):
        yield from _one(one)
    for placed in walk.walk(obj.steps):
        scope = scope_of_sop(obj, placed.around)
        if isinstance(placed.block, Choose):
            yield from _choose(placed, placed.block, scope)
        if isinstance(placed.block, Approve | Step) and placed.block.amount:
            yield from _value(f"{placed.path}.amount", placed.block.amount, scope, Sort.NUMBER)
        if isinstance(placed.block, Call):
            for name, text in placed.block.with_.items():
                yield from _value(f"{placed.path}.with.{name}", text, scope)


def _all(obj: SopFile) -> Iterator[Written]:
    whole = scope_of_sop(obj)
    fields = Scope({name: typed for name, typed in whole.names.items() if name != "level"}, whole.open)
    for i, level in enumerate(obj.levels):
        yield Written(f"levels.{i}.when", level.when, fields, _("No case ever has this level."))
    for i, rule in enumerate(obj.raises):
        yield Written(f"raises.{i}.when", rule.when, whole, _("It is never raised."))
    for placed in walk.walk(obj.steps):
        yield from _of_block(placed, scope_of_sop(obj, placed.around))


def _of_block(placed: walk.Placed, scope: Scope) -> Iterator[Written]:
    block, path = placed.block, placed.path
    for way in walk.ways(block):
        if way.when:
            place = way.path.rpartition(".")[0]
            yield Written(f"{path}.{place}.when", way.when, scope, _("Its steps can never be reached."))
    if isinstance(block, Approve):
        for i, each in enumerate(block.approve):
            yield Written(f"{path}.approve.{i}.when", each.when, scope, _("This approver is never asked."))
    if isinstance(block, RepeatUntil):
        yield Written(f"{path}.repeat_until", block.repeat_until, scope, _("It repeats as often as at_most allows."))
    if isinstance(block, Step | Wait):
        lost = _("Nothing after it can ever be reached.")
        yield Written(f"{path}.until", block.until, scope, lost, times=True)


def _one(one: Written) -> Iterator[Said]:
    if not one.text:
        return
    try:
        tree = parse(one.text)
    except ExpressionError as error:
        yield _wrong(one.path, error.column, error.text, error.remedy)
        return
    if one.times and judge(tree, one.scope)[0] in TIMES:
        return
    faults = condition(tree, one.scope)
    for fault in faults:
        yield _wrong(one.path, fault.column, fault.text, fault.remedy)
    if faults:
        return
    settled = resolve(tree, one.scope)
    if never(settled, one.scope):
        text = say(_("This is never true. {so}"), so=one.never)
        yield Said(one.path, text, Level.ERROR, _("Correct the condition, or take it away."))
    elif always(settled, one.scope):
        yield Said(one.path, _("This is always true."), Level.WARNING, _("Correct the condition, or take it away."))


def _wrong(path: str, column: int, text: Text, remedy: Text) -> Said:
    return Said(path, say(_("At character {n}: {text}"), n=column, text=text), Level.ERROR, remedy)


def _value(path: str, text: str, scope: Scope, wanted: Sort | None = None) -> Iterator[Said]:
    try:
        sort, faults = judge(parse(text), scope)
    except ExpressionError as error:
        yield _wrong(path, error.column, error.text, error.remedy)
        return
    for fault in faults:
        yield _wrong(path, fault.column, fault.text, fault.remedy)
    if not faults and wanted is not None and sort not in (wanted, Sort.ANY):
        text_ = say(_("{wanted} was expected, not {sort}."), wanted=wanted.label, sort=sort.label)
        yield Said(path, text_, Level.ERROR, _("Name a field that holds it."))


def settled_or_none(text: str, scope: Scope) -> Expr | None:
    """The condition as it is run; None for one that is wrong, which is said elsewhere."""
    try:
        tree = parse(text)
    except ExpressionError:
        return None
    return None if condition(tree, scope) else resolve(tree, scope)


def _choose(placed: walk.Placed, block: Choose, scope: Scope) -> Iterator[Said]:
    earlier: list[Expr] = []
    for i, way in enumerate(block.choose):
        settled = settled_or_none(getattr(way, "when", ""), scope) if getattr(way, "when", "") else None
        if settled is None:
            continue
        if earlier and not never(settled, scope) and taken_before(settled, earlier, scope):
            text = _("An earlier branch is taken whenever this one could be: its steps can never be reached.")
            yield Said(f"{placed.path}.choose.{i}.when", text, Level.ERROR, _("Put the narrower condition first."))
        earlier.append(settled)
    if block.rest and earlier and taken_before(Truth(value=True), earlier, scope):
        text = _("One of the branches is always taken: otherwise can never be reached.")
        yield Said(f"{placed.path}.otherwise", text, Level.ERROR, _("Take it away, or narrow a condition."))
