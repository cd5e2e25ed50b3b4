"""Arithmetic over other metrics: sales / orders * 100. Ids may have hyphens, so a minus has spaces around it.

An unknown part makes the whole unknown, and so does a division by zero: None, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<ident>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)|(?P<sign>[-+*/()×÷−]))"
)
_SAME = {"×": "*", "÷": "/", "−": "-"}
Values = Mapping[str, float | None]


class WrongFormula(ValueError):
    """`text` says what is wrong."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Of:
    """The value of another metric."""

    metric: str


@dataclass(frozen=True, slots=True)
class Both:
    """left sign right."""

    sign: str
    left: Node
    right: Node


Node = Number | Of | Both


@lru_cache(maxsize=1000)
def formula(text: str) -> Node:
    """The tree of a formula. Raises WrongFormula."""
    tokens = _tokens(text)
    node, rest = _sum(tokens)
    if rest:
        raise WrongFormula(say(_("{text} cannot be read from {rest} on."), text=text, rest=rest[0]))
    if not metrics_of(node):
        raise WrongFormula(say(_("{text} names no metric."), text=text))
    return node


def _tokens(text: str) -> tuple[str, ...]:
    at, found = 0, []
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise WrongFormula(say(_("{text} cannot be read from {rest} on."), text=text, rest=text[at:]))
        found.append(_SAME.get(token[0].strip(), token[0].strip()))
        at = token.end()
    return tuple(found)


def _sum(tokens: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    return _chain(tokens, "+-", _product)


def _product(tokens: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    return _chain(tokens, "*/", _atom)


def _chain(
    tokens: tuple[str, ...], signs: str, part: Callable[[tuple[str, ...]], tuple[Node, tuple[str, ...]]]
) -> tuple[Node, tuple[str, ...]]:
    node, rest = part(tokens)
    while rest and rest[0] in signs:
        right, after = part(rest[1:])
        node, rest = Both(rest[0], node, right), after
    return node, rest


def _atom(tokens: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    if not tokens:
        raise WrongFormula(_("The formula ends too early."))
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        node, rest = _sum(rest)
        if not rest or rest[0] != ")":
            raise WrongFormula(_("A bracket is not closed."))
        return node, rest[1:]
    if first == "-":
        node, rest = _atom(rest)
        return Both("-", Number(0.0), node), rest
    if first[0].isdigit():
        return Number(float(first)), rest
    if first[0].isalpha():
        return Of(first), rest
    raise WrongFormula(say(_("A metric or a number was expected, not {got}."), got=first))


def metrics_of(node: Node) -> tuple[str, ...]:
    """The metrics that a formula names, each once."""
    if isinstance(node, Of):
        return (node.metric,)
    if isinstance(node, Both):
        return tuple(dict.fromkeys(metrics_of(node.left) + metrics_of(node.right)))
    return ()


def evaluate(node: Node, values: Values) -> float | None:
    """The formula with these values; None when a part is unknown or a divisor zero."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Of):
        return values.get(node.metric)
    left, right = evaluate(node.left, values), evaluate(node.right, values)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    match node.sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def sides(node: Node) -> tuple[Node, Node] | None:
    """Numerator and denominator when the formula is a division at its top."""
    if isinstance(node, Both) and node.sign == "/":
        return node.left, node.right
    return None
