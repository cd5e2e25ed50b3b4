"""What a SELECT reads and gives, from its text alone: relations, columns, and whether it is one harmless SELECT."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say

if TYPE_CHECKING:
    from sqlglot import exp

OUTSIDE = ("read_", "parquet_", "glob", "sniff_", "duckdb_", "pragma_", "query", "query_table", "getenv", "which_")
"""Functions by these names reach files or the engine itself: not in a definition."""


class NotASelect(ValueError):
    """The text is not one readable SELECT. `text` says why, `line` where (from 1)."""

    def __init__(self, text: Text, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line


@dataclass(frozen=True, slots=True)
class Read:
    """reads: relations outside the text, in order of name. gives: output columns, None when a star hides them."""

    reads: tuple[str, ...]
    gives: tuple[str, ...] | None


@lru_cache(maxsize=500)
def read(sql: str) -> Read:
    """What the SELECT reads and gives. Raises NotASelect."""
    from sqlglot import exp  # noqa: PLC0415  # 0.2 s: only processes that judge SQL pay for it

    tree = parsed(sql)
    own = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    reads = sorted({table.name.lower() for table in tree.find_all(exp.Table) if table.name} - own)
    names = tuple(tree.named_selects) if isinstance(tree, exp.Query) else ()
    starred = any(isinstance(one, exp.Star) or one.is_star for one in getattr(tree, "selects", ()))
    return Read(tuple(reads), None if starred or not names else tuple(name.lower() for name in names))


def parsed(sql: str) -> exp.Expr:
    """The tree of one SELECT in DuckDB's words. Raises NotASelect for anything else, and for what reaches outside."""
    import sqlglot  # noqa: PLC0415  # see read()
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        trees = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except SqlglotError as error:
        found = getattr(error, "errors", None) or [{}]
        what = found[0].get("description") or str(error).partition("\n")[0]
        raise NotASelect(say(_("The SELECT cannot be read: {what}"), what=what), found[0].get("line") or 1) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise NotASelect(_("One SELECT was expected, and nothing else."))
    for table in trees[0].find_all(exp.Table):
        _judge_table(table)
    for call in trees[0].find_all(exp.Anonymous, exp.ReadCSV, exp.ReadParquet):
        _judge_call(call.name.lower() if isinstance(call, exp.Anonymous) else "read_")
    return trees[0]


def _judge_table(table: exp.Table) -> None:
    from sqlglot import exp  # noqa: PLC0415  # see read()

    inner = table.this
    if isinstance(inner, exp.Anonymous):
        _judge_call(inner.name.lower())
    elif table.db or table.catalog:
        raise NotASelect(say(_("A relation is named by one word, not {name}."), name=table.sql(dialect="duckdb")))
    elif isinstance(inner, exp.Identifier) and not inner.name.replace("_", "a").isalnum():
        raise NotASelect(say(_("A relation is named by one word, not {name}."), name=inner.name))


def _judge_call(name: str) -> None:
    if name.startswith(OUTSIDE) or name.endswith(("_scan", "_query", "_execute")):
        raise NotASelect(say(_("{name} reads files or the engine itself and cannot stand in a definition."), name=name))
