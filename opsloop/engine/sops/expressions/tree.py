"""What a condition is made of, and how it is written. Places are not part of what two trees are compared by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

WORD = re.compile(r"[^\W\d_a-zA-Z][^\W_a-zA-Z]*")
"""A text that may stand without quotes: letters that are not Latin, then digits too."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")
MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
COMPARED: Final = ("is", "is not", "<", "<=", ">", ">=", "in", "not in")
KEYWORDS: Final = frozenset(["and", "or", "not", "is", "in", "true", "false", "empty"])
FUNCTIONS: Final = ("count", "sum")


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Empty:
    """What a field holds that was not filled in."""

    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    value: date
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of natural time; unit is a key of MINUTES."""

    amount: Decimal
    unit: str
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A field of the case, `subject.x`, or a word of a choice: what it is only the scope knows."""

    path: str
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Several:
    """[a, b]: what stands on the right of `in`."""

    items: tuple[Expr, ...]
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    inside: Expr
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    inside: Expr
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """op: and, or, + - * /, or one of COMPARED."""

    op: str
    left: Expr
    right: Expr
    at: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """count(list) or sum(list.column)."""

    name: str
    of: Name
    at: int = field(default=1, compare=False)


Expr = Number | Text | Truth | Empty | Day | Span | Name | Several | Not | Minus | Binary | Function
Constant = Number | Text | Truth | Empty | Day | Span

_STRENGTH = {"or": 1, "and": 2, **dict.fromkeys(COMPARED, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _SUM, _MINUS, _WHOLE = 3, 5, 7, 9


def names(expr: Expr) -> set[str]:
    """Every name in it; words of choices too, as long as it is not resolved."""
    return {one.path for one in parts(expr) if isinstance(one, Name)}


def parts(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it."""
    yield expr
    match expr:
        case Several(items):
            for one in items:
                yield from parts(one)
        case Not(inside) | Minus(inside):
            yield from parts(inside)
        case Binary(_, left, right):
            yield from parts(left)
            yield from parts(right)
        case Function(_, of):
            yield of


def show(expr: Expr) -> str:
    """As people write it; `parse` reads it back to the same."""
    return _show(expr)[0]


def _show(expr: Expr) -> tuple[str, int]:
    match expr:
        case Not(inside):
            return f"not {_inside(inside, _NOT)}", _NOT
        case Minus(inside):
            return f"-{_inside(inside, _MINUS)}", _MINUS
        case Binary(op, left, right):
            strength = _STRENGTH[op]
            # comparisons do not follow each other; the others are read from the left
            first = _inside(left, strength + 1 if op in COMPARED else strength)
            return f"{first} {op} {_inside(right, strength + 1)}", strength
        case Several(items):
            return f"[{', '.join(_inside(one, _SUM) for one in items)}]", _WHOLE
        case _:
            return _single(expr), _WHOLE


def _single(expr: Expr) -> str:
    match expr:
        case Number(value):
            return f"{value:f}"
        case Text(value):
            return value if WORD.fullmatch(value) else quoted(value)
        case Truth(value):
            return "true" if value else "false"
        case Day(value):
            return value.isoformat()
        case Span(amount, unit):
            return f"{amount:f} {unit}{'' if amount == 1 else 's'}"
        case Name(path):
            return path
        case Function(name, of):
            return f"{name}({of.path})"
        case _:
            return "empty"


def _inside(expr: Expr, strength: int) -> str:
    text, own = _show(expr)
    return text if own >= strength else f"({text})"


def quoted(text: str) -> str:
    """In double quotes, with a backslash before quotes and backslashes."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'
