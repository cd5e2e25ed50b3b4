"""Small expressions over columns: arithmetic, conditions, a handful of functions; nothing that reaches elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say

if TYPE_CHECKING:
    from sqlglot import exp

ROWS = "rows"
"""`count: rows` counts rows, whatever is in them."""


class WrongExpression(ValueError):
    """`text` says what is wrong."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


@lru_cache(maxsize=2000)
def expression(text: str) -> exp.Expr:
    """The tree of a small expression; columns are bare or relation.column. Raises WrongExpression.

    Treat the answer as fixed: it is shared; take a copy before changing it.
    """
    import sqlglot  # noqa: PLC0415  # 0.2 s: only processes that compile metrics pay for it
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as error:
        raise WrongExpression(say(_("{text} cannot be read as an expression."), text=text)) from error
    for node in tree.walk():
        if not isinstance(node, _allowed()):
            raise WrongExpression(
                say(_("{what} cannot stand in an expression."), what=node.sql(dialect="duckdb")[:60] or text)
            )
    if not columns(text, tree):
        raise WrongExpression(say(_("{text} names no column."), text=text))
    return tree


@lru_cache(maxsize=1)
def _allowed() -> tuple[type[exp.Expr], ...]:
    from sqlglot import exp  # noqa: PLC0415  # see expression()

    return (
        exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Tuple,
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
        exp.And, exp.Or, exp.Not, exp.In, exp.Is, exp.Between, exp.Like, exp.Case, exp.If, exp.Coalesce,
        exp.Nullif, exp.Abs, exp.Round, exp.Greatest, exp.Least, exp.Lower, exp.Upper, exp.Cast, exp.DataType,
        exp.DateDiff, exp.Var, exp.TimestampDiff,
    )  # fmt: skip


def columns(text: str, tree: exp.Expr | None = None) -> tuple[str, ...]:
    """The columns that an expression names, qualified ones as relation.column, in order, each once."""
    from sqlglot import exp  # noqa: PLC0415  # see expression()

    found = (tree if tree is not None else expression(text)).find_all(exp.Column)
    return tuple(dict.fromkeys(f"{one.table}.{one.name}" if one.table else one.name for one in found))


def wrong(text: str) -> Text | None:
    """What is wrong with an expression, or None."""
    try:
        expression(text)
    except WrongExpression as error:
        return error.text
    return None
