"""The value of a condition over plain values. Total: it answers for any tree and any values and never raises.

Values: None, bool, int, Decimal, float, str, date, datetime, timedelta, and lists of mappings for rows. The rule of
what is missing (None, an empty text or list, or a name that is not there):
- `x is empty` is true, `x is not empty` false;
- every other comparison with it is false, `is not` and `not in` included: nothing follows from what is not known;
- arithmetic with it, and with what does not fit (a text plus a number, something divided by 0), is missing again;
- `and`, `or`, `not` take whatever is not true as false; `sum` and `count` pass over what is missing.
A thing with values of its own (a mapping, such as what a subject belongs to) is there, and compares with nothing.
A moment compared with a day counts as its day, in the zone that it bears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from opsloop.engine.sops.expressions.tree import (
    MINUTES,
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

Values = Mapping[str, Any]
_CONTEXT = Context(prec=28, traps=[])


def evaluate(expr: Expr, values: Values) -> Any:
    """Its value: bool, Decimal, str, date, datetime, timedelta, a list, or None for what is missing."""
    match expr:
        case Number(value) | Text(value) | Truth(value) | Day(value):
            return value
        case Empty():
            return None
        case Span(amount, unit):
            return _span(_CONTEXT.multiply(amount, MINUTES[unit]))
        case Name(path):
            return _known(_found(path, values))
        case Several(items):
            return [evaluate(one, values) for one in items]
        case Not(inside):
            return evaluate(inside, values) is not True
        case Minus(inside):
            return _minus(evaluate(inside, values))
        case Function(name, of):
            return _over(name, of.path, values)
        case Binary(op, left, right):
            return _binary(op, left, right, values)


def holds(expr: Expr, values: Values) -> bool:
    """Is it true? What is missing is not."""
    return evaluate(expr, values) is True


def _found(path: str, values: Values) -> Any:
    """The value of a dotted name, as one key or as mappings inside each other."""
    if path in values:
        return values[path]
    found: Any = values
    for key in path.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def _known(value: Any) -> Any:
    """One of the sorts of values, or None."""
    if isinstance(value, bool | str | timedelta | date):
        return value if value != "" else None
    if isinstance(value, int | Decimal | float):
        return _number(value)
    if isinstance(value, Mapping):  # a thing with values of its own: it is there, and compares with nothing
        return value if value else None
    return list(value) if isinstance(value, list | tuple) and value else None


def _number(value: int | float | Decimal) -> Decimal | None:
    made = (
        value
        if isinstance(value, Decimal)
        else _CONTEXT.create_decimal(repr(value) if isinstance(value, float) else value)
    )
    return made if made.is_finite() else None


def _span(minutes: Decimal) -> timedelta | None:
    try:
        return timedelta(minutes=float(minutes))
    except (OverflowError, ValueError):
        return None


def _minus(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _CONTEXT.minus(value)
    if isinstance(value, timedelta):
        return _added(timedelta(), value, -1)
    return None


def _over(name: str, path: str, values: Values) -> Decimal | None:
    if name == "count":
        rows = _known(_found(path, values))
        return Decimal(len(rows)) if isinstance(rows, list) else Decimal(0)
    of, _dot, column = path.rpartition(".")
    rows = _known(_found(of, values)) if of else None
    found = [_known(row.get(column)) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    total = Decimal(0)
    for one in found:
        if isinstance(one, Decimal):
            total = _CONTEXT.add(total, one)
    return _number(total)


def _binary(op: str, left: Expr, right: Expr, values: Values) -> Any:
    if op == "and":
        return evaluate(left, values) is True and evaluate(right, values) is True
    if op == "or":
        return evaluate(left, values) is True or evaluate(right, values) is True
    a, b = evaluate(left, values), evaluate(right, values)
    if op in ("is", "is not") and (isinstance(right, Empty) or isinstance(left, Empty)):
        return ((a is None or a == []) and (b is None or b == [])) is (op == "is")
    if op in _ARITHMETIC:
        return _ARITHMETIC[op](a, b)
    return _compared(op, a, b)


def _compared(op: str, a: Any, b: Any) -> bool:
    if a is None or b is None:
        return False
    if op in ("in", "not in"):
        if not isinstance(b, list):
            return False
        return any(_order(a, _known(one)) == 0 for one in b) is (op == "in")
    order = _order(a, b)
    if op == "is":
        return order == 0
    if op == "is not":
        return order != 0
    if order is None or order == UNLIKE:
        return False
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


UNLIKE = 2
"""The order of two values that are different but have no order, such as two truths."""


def _order(a: Any, b: Any) -> int | None:
    """-1, 0, 1; UNLIKE for what is only different; None for what cannot be compared at all."""
    if isinstance(a, bool) or isinstance(b, bool):
        return (0 if a is b else UNLIKE) if isinstance(a, bool) and isinstance(b, bool) else None
    if isinstance(a, datetime) != isinstance(b, datetime) and isinstance(a, date) and isinstance(b, date):
        a, b = (one.date() if isinstance(one, datetime) else one for one in (a, b))
    for sort in (Decimal, str, datetime, date, timedelta):
        if isinstance(a, sort) and isinstance(b, sort):
            return _sides(a, b)
    return None


def _sides(a: Any, b: Any) -> int | None:
    if isinstance(a, datetime) and (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return -1 if a < b else 1 if b < a else 0


def _plus(a: Any, b: Any) -> Any:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return _number(_CONTEXT.add(a, b))
    if isinstance(b, date) and isinstance(a, timedelta):
        a, b = b, a
    return _added(a, b, 1) if isinstance(a, date | timedelta) and isinstance(b, timedelta) else None


def _less(a: Any, b: Any) -> Any:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return _number(_CONTEXT.subtract(a, b))
    if isinstance(a, date | timedelta) and isinstance(b, timedelta):
        return _added(a, b, -1)
    if isinstance(a, date) and isinstance(b, date):
        if isinstance(a, datetime) != isinstance(b, datetime):
            a, b = (one.date() if isinstance(one, datetime) else one for one in (a, b))
        unlike = isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) != (b.tzinfo is None)
        return None if unlike else a - b
    return None


def _added(a: Any, span: timedelta, sign: int) -> Any:
    """A moment, day or span and a span; a day takes whole days of it."""
    try:
        return a + span if sign > 0 else a - span
    except OverflowError:
        return None


def _times(a: Any, b: Any) -> Any:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return _number(_CONTEXT.multiply(a, b))
    if isinstance(b, timedelta):
        a, b = b, a
    if isinstance(a, timedelta) and isinstance(b, Decimal):
        return _span(_CONTEXT.multiply(Decimal(str(a.total_seconds() / 60)), b))
    return None


def _divided(a: Any, b: Any) -> Any:
    if isinstance(b, Decimal) and b != 0:
        if isinstance(a, Decimal):
            return _number(_CONTEXT.divide(a, b))
        if isinstance(a, timedelta):
            return _span(_CONTEXT.divide(Decimal(str(a.total_seconds() / 60)), b))
    if isinstance(a, timedelta) and isinstance(b, timedelta) and b:
        return Decimal(str(a / b))
    return None


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": _plus, "-": _less, "*": _times, "/": _divided}
