"""Does a condition fit the names that there are? And the same condition with its bare words and levels settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import closest
from opsloop.base.things.errors import Text as Said
from opsloop.engine.sops.expressions.reading import ExpressionError, parse
from opsloop.engine.sops.expressions.sorts import TEXTS, TIMES, Scope, Sort
from opsloop.engine.sops.expressions.tree import (
    COMPARED,
    Binary,
    Day,
    Empty,
    Expr,
    Function,
    Minus,
    Name,
    Not,
    Number,
    Several,
    Span,
    Text,
    Truth,
)  # fmt: skip
from opsloop.playbook.reader.errors import say

_ORDERED = ("<", "<=", ">", ">=")
_SUMS: dict[tuple[str, Sort, Sort], Sort] = {
    **{(op, Sort.NUMBER, Sort.NUMBER): Sort.NUMBER for op in "+-*/"},
    **{(op, Sort.SPAN, Sort.SPAN): Sort.SPAN for op in "+-"},
    **{(op, time, Sort.SPAN): time for op in "+-" for time in (Sort.DAY, Sort.MOMENT)},
    **{("+", Sort.SPAN, time): time for time in (Sort.DAY, Sort.MOMENT)},
    **{("-", a, b): Sort.SPAN for a in TIMES for b in TIMES},
    ("*", Sort.SPAN, Sort.NUMBER): Sort.SPAN,
    ("*", Sort.NUMBER, Sort.SPAN): Sort.SPAN,
    ("/", Sort.SPAN, Sort.NUMBER): Sort.SPAN,
    ("/", Sort.SPAN, Sort.SPAN): Sort.NUMBER,
}
_CONSTANT: dict[type, Sort] = {
    Number: Sort.NUMBER, Text: Sort.TEXT, Truth: Sort.TRUTH, Empty: Sort.EMPTY, Day: Sort.DAY, Span: Sort.SPAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit. column: from 1."""

    column: int
    text: Said
    remedy: Said = ""


def resolve(expr: Expr, scope: Scope) -> Expr:
    """The condition as it is run: a bare word is the option that it names, a comparison of levels the levels meant.

    Where a word is both an option of what it is compared with and a field, it is the option.
    """
    match expr:
        case Binary(op, left, right) if op in COMPARED:
            left, right = _worded(left, right, scope), _worded(right, left, scope)
            made = replace(expr, left=resolve(left, scope), right=resolve(right, scope))
            return _levels(made, scope)
        case Binary(_op, left, right):
            return replace(expr, left=resolve(left, scope), right=resolve(right, scope))
        case Not(inside) | Minus(inside):
            return replace(expr, inside=resolve(inside, scope))
        case Several(items):
            return replace(expr, items=tuple(resolve(one, scope) for one in items))
        case _:
            return expr


def _worded(side: Expr, other: Expr, scope: Scope) -> Expr:
    """Names that are options of the other side, as texts."""
    if isinstance(side, Several):
        return replace(side, items=tuple(_worded(one, other, scope) for one in side.items))
    options = _options(other, scope)
    return Text(side.path, side.at) if isinstance(side, Name) and side.path in options else side


def _options(expr: Expr, scope: Scope) -> tuple[str, ...]:
    found = scope.typed(expr.path) if isinstance(expr, Name) else None
    return found.options if found else ()


def _levels(expr: Binary, scope: Scope) -> Expr:
    """`level >= serious` as `level in [serious, major]`."""
    if expr.op not in _ORDERED:
        return expr
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    for name, other, op in ((expr.left, expr.right, expr.op), (expr.right, expr.left, turned[expr.op])):
        found = scope.typed(name.path) if isinstance(name, Name) else None
        if found and found.sort is Sort.LEVEL and isinstance(other, Text) and other.value in found.options:
            rank = found.options.index(other.value)
            meant = [one for i, one in enumerate(found.options) if _fits(op, i, rank)]
            return Binary("in", name, Several(tuple(Text(one, other.at) for one in meant), other.at), expr.at)
    return expr


def _fits(op: str, i: int, rank: int) -> bool:
    return {"<": i < rank, "<=": i <= rank, ">": i > rank, ">=": i >= rank}[op]


def judge(expr: Expr, scope: Scope) -> tuple[Sort, list[Fault]]:
    """(sort of its value, everything that does not fit); of a tree as read or as resolved."""
    judging = _Judge(scope)
    return judging.sort(resolve(expr, scope)), judging.faults


def condition(expr: Expr, scope: Scope) -> list[Fault]:
    """What keeps it from being a condition over these names."""
    sort, faults = judge(expr, scope)
    if not faults and sort not in (Sort.TRUTH, Sort.ANY):
        what = say(_("A condition was expected, not {sort}."), sort=sort.label)
        faults.append(Fault(1, what, _("For instance: amount > 200, level is major.")))
    return faults


def ready(text: str, scope: Scope) -> Expr:
    """Read and resolved, for evaluating. Raises ExpressionError for what cannot be read or does not fit."""
    made = parse(text)
    _sort, faults = judge(made, scope)
    if faults:
        raise ExpressionError(faults[0].column, faults[0].text, faults[0].remedy)
    return resolve(made, scope)


class _Judge:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[Fault] = []

    def wrong(self, expr: Expr, text: Said, remedy: Said = "") -> Sort:
        self.faults.append(Fault(expr.at, text, remedy))
        return Sort.ANY

    def sort(self, expr: Expr) -> Sort:
        if type(expr) in _CONSTANT:
            return _CONSTANT[type(expr)]
        match expr:
            case Name():
                return self.name(expr)
            case Several(items):
                for one in items:
                    self.sort(one)
                return Sort.SEVERAL
            case Not(inside):
                self.truth(inside)
                return Sort.TRUTH
            case Minus(inside):
                return self.minus(expr, inside)
            case Function():
                return self.function(expr)
            case Binary():
                return self.binary(expr)
        return Sort.ANY

    def name(self, expr: Name) -> Sort:
        found = self.scope.typed(expr.path)
        if found is not None:
            return found.sort
        meant = closest(expr.path, self.scope.names)
        remedy = say(_("Did you mean {name}?"), name=meant) if meant else _("Add it to fields, or quote a text.")
        return self.wrong(expr, say(_("There is no field {name}."), name=expr.path), remedy)

    def truth(self, expr: Expr) -> None:
        sort = self.sort(expr)
        if sort not in (Sort.TRUTH, Sort.ANY):
            self.wrong(
                expr, say(_("A condition was expected, not {sort}."), sort=sort.label), _("Compare it with a value.")
            )

    def minus(self, expr: Minus, inside: Expr) -> Sort:
        sort = self.sort(inside)
        if sort in (Sort.NUMBER, Sort.SPAN, Sort.ANY):
            return sort
        return self.wrong(expr, say(_("{sort} has no minus."), sort=sort.label))

    def function(self, expr: Function) -> Sort:
        of, _dot, column = expr.of.path.rpartition(".")
        rows = self.scope.typed(expr.of.path if expr.name == "count" else of)
        if rows is None or rows.sort not in (Sort.ROWS, Sort.ANY):
            return self.wrong(expr.of, _("A list was expected here."), _("Write count(list) or sum(list.column)."))
        found = rows.columns.get(column)
        if expr.name == "sum" and rows.sort is Sort.ROWS and (found is None or found.sort is not Sort.NUMBER):
            return self.wrong(expr.of, say(_("The list has no column {name} of numbers."), name=column))
        return Sort.NUMBER

    def binary(self, expr: Binary) -> Sort:
        if expr.op in ("and", "or"):
            self.truth(expr.left)
            self.truth(expr.right)
            return Sort.TRUTH
        left, right = self.sort(expr.left), self.sort(expr.right)
        if expr.op in COMPARED:
            self.faults += _compared(expr, left, right, self.scope)
            return Sort.TRUTH
        if Sort.ANY in (left, right):
            return Sort.ANY
        found = _SUMS.get((expr.op, left, right))
        if found is None:
            text = say(_("{a} {op} {b} has no value."), a=left.label, op=expr.op, b=right.label)
            return self.wrong(expr, text, _("Numbers go with numbers, days and moments with spans of time."))
        return found


def _compared(expr: Binary, left: Sort, right: Sort, scope: Scope) -> Iterator[Fault]:
    if expr.op in ("in", "not in"):
        if right not in (Sort.SEVERAL, Sort.ANY):
            yield Fault(expr.right.at, _("After in stands a list."), _("Write [one, another]."))
        for one in expr.right.items if isinstance(expr.right, Several) else ():
            yield from _pair(expr, expr.left, one, left, scope)
        return
    if Sort.EMPTY in (left, right):
        if expr.op in _ORDERED:
            yield Fault(expr.at, _("Nothing is more or less than empty."), _("Write is empty or is not empty."))
        return
    if expr.op in _ORDERED and Sort.LEVEL in (left, right) and Sort.TEXT in (left, right):
        yield from _pair_options(expr.left, expr.right, scope)
        yield from _pair_options(expr.right, expr.left, scope)
        return
    if expr.op in _ORDERED and (bad := {left, right} & _UNORDERED):
        text = say(_("{sort} has no more and no less."), sort=min(bad, key=lambda one: one.value).label)
        yield Fault(expr.at, text, _("Write is or is not."))
        return
    yield from _pair(expr, expr.left, expr.right, left, scope, right)
    yield from _pair_options(expr.right, expr.left, scope)


_UNORDERED = frozenset([Sort.CHOICE, Sort.TRUTH, Sort.PERSON, Sort.FILE, Sort.ROWS, Sort.LEVEL])


def _pair(
    expr: Binary, left: Expr, right: Expr, sort: Sort, scope: Scope, other: Sort | None = None
) -> Iterator[Fault]:
    """The two sides go together, and a text is one of the options of a choice."""
    if other is None:
        other = _Judge(scope).sort(right)
    alike = sort is other or Sort.ANY in (sort, other) or {sort, other} <= TEXTS or {sort, other} <= TIMES
    if not alike:
        text = say(_("{a} cannot be compared with {b}."), a=sort.label, b=other.label)
        yield Fault(expr.at, text, _("Compare values of one sort."))
        return
    yield from _pair_options(left, right, scope)


def _pair_options(name: Expr, value: Expr, scope: Scope) -> Iterator[Fault]:
    options = _options(name, scope)
    if options and isinstance(value, Text) and value.value not in options:
        meant = closest(value.value, options)
        listed = ", ".join(options)
        remedy = say(_("Did you mean {name}?"), name=meant) if meant else say(_("One of: {names}."), names=listed)
        path = cast("Name", name).path
        yield Fault(value.at, say(_("{value} is no option of {name}."), value=value.value, name=path), remedy)
