"""Is this one SELECT over relations that the person may see, and nothing else? The first of two walls.

The second is the child process: even a statement that passes here by mistake finds no file, setting or extension
there, and nothing unmasked. So this may be strict where it is unsure, and it gives the better messages.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t

if TYPE_CHECKING:
    from sqlglot import exp

LONGEST = 20_000
"""Characters of a statement."""
DEEPEST = 200
"""Parentheses inside each other; the parser recurses."""
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "explode"})
FORBIDDEN = re.compile(
    r"^(read_|scan_|parquet_|csv_|sniff_|duckdb_|pragma_|pg_|sqlite_|json_execute|from_substrait|get_substrait|shell_)"
    r"|^(glob|query|query_table|getvariable|setvariable|getenv|current_setting|set_config|which_secret|seq_scan"
    r"|arrow_scan|arrow_scan_dumb|pandas_scan|python_map_function|iceberg_scan|delta_scan|write_log|parse_log_message"
    r"|force_checkpoint|checkpoint|nextval|currval|enable_logging|disable_logging|set_log_level"
    r"|enable_profiling|disable_profiling|json_serialize_plan|sql_auto_complete|test_all_types|repeat_row"
    r"|summary|checkpoint|storage_info|vacuum|in_search_path|current_query|txid_current|current_database"
    r"|current_schemas|add_parquet_key|text_scan|blob_scan|bind_.*|st_read.*|load_.*)$"
)
FORBIDDEN_NAMES = re.compile(r"^(sqlite_|pg_|duckdb_|pragma_)|^(information_schema|main|temp|system|memory)$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a statement, in words, and where (from 1) when that is known."""

    text: str
    line: int | None = None
    column: int | None = None


class BadQuery(Exception):
    """The statement is not run."""

    def __init__(self, text: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(text)
        self.fault = Fault(text, line, column)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A checked statement: the relations it names (as written in the catalogue) and the names of columns in it.

    columns is None when it may use every column: a star, a natural join, a pivot.
    """

    relations: tuple[str, ...]
    columns: frozenset[str] | None


def parsed(sql: str, known: Callable[[str], str | None]) -> Parsed:
    """Check a statement. `known` answers the relation of a name in small letters, or None. Raises BadQuery."""
    tree = _select(sql)
    _judge(tree)
    ctes = {cte.alias.lower() for cte in tree.find_all(_exp().CTE)}
    for name in ctes:
        if FORBIDDEN_NAMES.match(name):
            raise BadQuery(_t("{name} is a reserved name; call it something else.").format(name=name))
    relations = dict.fromkeys(_relations(tree, ctes, known))
    return Parsed(tuple(relations), _columns(tree, {*ctes, *relations}))


def _exp() -> Any:
    from sqlglot import exp  # noqa: PLC0415  # heavy; only those who ask SQL pay for it

    return exp


def _select(sql: str) -> Any:
    """The one tree of a statement that is a SELECT. Raises BadQuery."""
    import sqlglot  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    if not sql.strip():
        raise BadQuery(_t("Write a SELECT first."))
    if len(sql) > LONGEST or _depth(sql) > DEEPEST:
        raise BadQuery(_t("The statement is too long or too deeply nested."))
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        trees = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    except SqlglotError as error:
        raise _unreadable(error) from error
    except RecursionError as error:
        raise BadQuery(_t("The statement is too long or too deeply nested.")) from error
    if len(trees) != 1:
        raise BadQuery(_t("One statement at a time, please: there are {n}.").format(n=len(trees)))
    tree: Any = trees[0]
    if not isinstance(tree, _exp().Query | _exp().Values):
        raise BadQuery(_t("Only a SELECT can be run here: data is read, never changed."))
    return tree


def _unreadable(error: Exception) -> BadQuery:
    said = (getattr(error, "errors", None) or [{}])[0]
    near = said.get("highlight") or ""
    text = (
        _t("This cannot be read as SQL near “{near}”.").format(near=near) if near else _t("This cannot be read as SQL.")
    )
    line, column = said.get("line"), said.get("col")
    return BadQuery(text, line, max(1, column - len(near) + 1) if column else None)


def _depth(sql: str) -> int:
    deepest = depth = 0
    for letter in sql:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _judge(tree: exp.Expression) -> None:
    """No node that writes, sets, describes or calls what reaches out. Raises BadQuery."""
    exp = _exp()
    writing = tuple(
        getattr(exp, name)
        for name in (
            "Command", "Create", "Insert", "Update", "Delete", "Merge", "Copy", "Drop", "Alter", "Set", "Pragma",
            "Describe", "Summarize", "Show", "Into", "Attach", "Detach", "Use", "Export", "Install", "Transaction",
            "Commit", "Rollback", "Kill", "TruncateTable", "Analyze", "LoadData", "Execute", "Prepare",
        )
        if hasattr(exp, name)
    )  # fmt: skip
    for node in tree.walk():
        if isinstance(node, writing):
            raise BadQuery(_t("Only a SELECT can be run here: data is read, never changed."))
        if isinstance(node, exp.Func) and (name := _name_of(node)) and FORBIDDEN.match(name):
            raise BadQuery(_t("The function {name} is not available here.").format(name=name), *_place(node))
        if isinstance(node, exp.Parameter | exp.SessionParameter | exp.Placeholder):
            raise BadQuery(_t("Parameters and settings are not available here."), *_place(node))


def _name_of(node: Any) -> str:
    exp = _exp()
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return str(node.name).lower()
    return str(node.sql_name()).lower()


def _place(node: Any) -> tuple[int | None, int | None]:
    for one in node.walk():
        if (line := one.meta.get("line")) is not None:
            length = one.meta.get("end", 0) - one.meta.get("start", 0)
            return line, max(1, one.meta.get("col", 1) - length)
    return None, None


def _relations(tree: exp.Expression, ctes: set[str], known: Callable[[str], str | None]) -> Iterator[str]:
    exp = _exp()
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            function = _name_of(table.this) if isinstance(table.this, exp.Func) else ""
            if function not in TABLE_FUNCTIONS:
                raise BadQuery(
                    _t("The function {name} is not available here.").format(name=function or "?"), *_place(table)
                )
            continue
        name = table.name.lower()
        if table.args.get("db") or table.args.get("catalog"):
            raise BadQuery(
                _t("Name tables without a schema before them: {name}.").format(name=table.name), *_place(table)
            )
        found = known(name)
        if found is not None:
            yield found
        elif name not in ctes or FORBIDDEN_NAMES.match(name):
            raise BadQuery(_t("There is no table {name}.").format(name=table.name), *_place(table))


def columns_of(sql: str) -> frozenset[str] | None:
    """The names in a SELECT of ours that may be columns; None when it uses columns without naming them."""
    import sqlglot  # noqa: PLC0415

    tree: Any = sqlglot.parse_one(sql, dialect="duckdb")
    return _columns(tree, set())


def _columns(tree: exp.Expression, relations: set[str]) -> frozenset[str] | None:
    """Every identifier that may be a column; None when columns are used without being named."""
    exp = _exp()
    for node in tree.walk():
        star = isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)
        natural = isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() == "NATURAL"
        if star or natural or isinstance(node, exp.Pivot | exp.Columns):
            return None
    aliases = {alias.name.lower() for alias in tree.find_all(exp.TableAlias)}
    names = {node.name.lower() for node in tree.find_all(exp.Identifier)}
    whole = {column.name.lower() for column in tree.find_all(exp.Column) if not column.table}
    if whole & {*(name.lower() for name in relations), *aliases}:  # a table's name as a value is its whole row
        return None
    return frozenset(names)
