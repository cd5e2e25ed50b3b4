"""Can a condition ever be true, and ever be false? Found by trying values around every constant that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from opsloop.engine.sops.expressions.evaluating import holds
from opsloop.engine.sops.expressions.sorts import TIMES, Scope, Sort
from opsloop.engine.sops.expressions.tree import (
    COMPARED,
    Binary,
    Day,
    Empty,
    Expr,
    Name,
    Not,
    Number,
    Several,
    Text,
    Truth,
    names,
    parts,
)  # fmt: skip

MOST = 20_000
"""Combinations that are tried at most; beyond it nothing is claimed."""
_CONSTANT = (Number, Text, Truth, Day, Empty)


def trials(conditions: Sequence[Expr], scope: Scope, *, missing: bool = True) -> list[dict[str, Any]] | None:
    """Values that tell resolved conditions apart: every case they can be in is among them.

    None where that cannot be said: names compared with each other, arithmetic, too many of them.
    """
    if not all(_simple(one) for one in conditions):
        return None
    found = sorted({name for one in conditions for name in names(one)})
    choices = [_values(name, conditions, scope, missing) for name in found]
    combined = list(islice(product(*choices), MOST + 1))
    return None if len(combined) > MOST else [dict(zip(found, one, strict=True)) for one in combined]


def never(condition: Expr, scope: Scope) -> bool:
    """It is certain that the resolved condition is never true."""
    tried = trials([condition], scope)
    return tried is not None and not any(holds(condition, one) for one in tried)


def always(condition: Expr, scope: Scope) -> bool:
    """It is certain that it is true whatever the fields hold, as long as they are filled in."""
    tried = trials([condition], scope, missing=False)
    return tried is not None and all(holds(condition, one) for one in tried)


def taken_before(condition: Expr, earlier: Sequence[Expr], scope: Scope) -> bool:
    """It is certain that one of the earlier conditions is true whenever this one is."""
    tried = trials([condition, *earlier], scope)
    if tried is None:
        return False
    return all(any(holds(one, values) for one in earlier) for values in tried if holds(condition, values))


def _simple(expr: Expr) -> bool:
    """Only and, or, not over a name compared with constants, or a name that is yes or no itself."""
    match expr:
        case Binary("and" | "or", left, right):
            return _simple(left) and _simple(right)
        case Not(inside):
            return _simple(inside)
        case Binary(op, left, right) if op in COMPARED:
            sides = [left, right]
            plain = all(isinstance(one, Name) or _constant(one) for one in sides)
            return plain and sum(isinstance(one, Name) for one in sides) <= 1
        case Name() | Truth():
            return True
        case _:
            return False


def _constant(expr: Expr) -> bool:
    if isinstance(expr, Several):
        return all(isinstance(one, _CONSTANT) for one in expr.items)
    return isinstance(expr, _CONSTANT)


def _values(name: str, conditions: Sequence[Expr], scope: Scope, missing: bool) -> list[Any]:
    typed = scope.typed(name)
    sort = typed.sort if typed else Sort.ANY
    found: list[Any] = [None] if missing else []
    if typed and typed.options:
        return [*found, *typed.options]
    if sort is Sort.TRUTH:
        return [*found, True, False]
    constants = list(_compared_with(name, conditions))
    numbers = sorted({one.value for one in constants if isinstance(one, Number)})
    days = sorted({one.value for one in constants if isinstance(one, Day)})
    texts = {one.value for one in constants if isinstance(one, Text)}
    truths = [True, False] if sort is Sort.ANY else []
    return [*found, *truths, *_around(numbers), *_days(days, sort), *_texts(texts, sort)]


def _compared_with(name: str, conditions: Sequence[Expr]) -> Iterator[Expr]:
    for whole in conditions:
        for one in parts(whole):
            if isinstance(one, Binary) and any(isinstance(s, Name) and s.path == name for s in (one.left, one.right)):
                yield from parts(one)


def _around(numbers: list[Decimal]) -> Iterator[Decimal]:
    """Each number, one beside it on either side, and one between every two."""
    if not numbers:
        yield Decimal(0)
    for i, one in enumerate(numbers):
        yield from (one - 1, one, one + 1)
        if i:
            yield (numbers[i - 1] + one) / 2


def _days(days: list[date], sort: Sort) -> Iterator[Any]:
    """Days around each, as moments too where the name is one; a day can be the first or last of the calendar."""
    for one in days or [date(2026, 1, 1)] * (sort in TIMES):
        for step in (-1, 0, 1):
            if date.min < one < date.max:
                day = one + timedelta(days=step)
                yield datetime.combine(day, time(12)) if sort is Sort.MOMENT else day


def _texts(texts: set[str], sort: Sort) -> Iterator[str]:
    yield from sorted(texts)
    if texts or sort in (Sort.TEXT, Sort.PERSON, Sort.FILE):
        yield "\0"  # something that nobody writes
