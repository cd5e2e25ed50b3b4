"""Own tables: what an app offers of its own rows to the lake, so that numbers can be made over the company's own work.

In an app's datasets.py:

    @own_table("holdings", title=_("Holdings"), key=("id",), columns=(
        TableColumn("id", "integer", _("Number")),
        TableColumn("person_id", "integer", _("Person"), personal="identity"),
    ))
    def holdings(span: Span) -> Iterator[Row]:
        rows = changed_in(Holding, span).values_list("id", "person_id")
        yield from rows.iterator(chunk_size=CHUNK)

A source with `arrives: {table: holdings}` collects it. Each row bears the whole state; the newest by key wins. There is
no person's view here, since the lake belongs to the company: a column that says something of a person names its class,
and every way out of the lake masks it for whoever does not read that class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar

from opsloop.base.things.errors import Text

CHUNK = 2000
"""Rows fetched at once."""
CLASSES = frozenset({"", "identity", "contact", "health", "pay", "appraisal", "complaint"})
"""Sensitivity classes of columns; positions' `reads` names the same."""

ColumnType = Literal["text", "integer", "decimal", "boolean", "date", "datetime"]
PYTHON: dict[str, type] = {
    "text": str, "integer": int, "decimal": Decimal, "boolean": bool, "date": date, "datetime": datetime,
}  # fmt: skip
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: rows changed from `since` (None: all there are) up to but not with `until`; both aware."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column. `personal` is its sensitivity class, empty for none."""

    name: str
    type: ColumnType
    title: Text
    personal: str = ""
    required: bool = False


RowsFn = Callable[[Span], Iterator[Row]]
F = TypeVar("F", bound=RowsFn)


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table that this installation offers. `rows(span)` streams tuples in the order of the columns.

    `key` names the columns that tell rows apart. A datetime is aware.
    """

    name: str
    title: Text
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    rows: RowsFn
    about: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)


own_tables: dict[str, OwnTable] = {}


def own_table(name: str, *, title: Text, columns: tuple[TableColumn, ...], key: tuple[str, ...]) -> Callable[[F], F]:
    """Register a table. Raises RuntimeError for a name taken elsewhere, TypeError for a wrong column or key."""

    def put(rows: F) -> F:
        there = own_tables.get(name)
        if there is not None and there.rows.__module__ != rows.__module__:
            raise RuntimeError(f"two own tables named {name}: in {there.rows.__module__} and {rows.__module__}")
        _judge(name, columns, key)
        own_tables[name] = OwnTable(name, title, columns, key, rows, " ".join((rows.__doc__ or "").split()))
        return rows

    return put


def _judge(name: str, columns: tuple[TableColumn, ...], key: tuple[str, ...]) -> None:
    names = [one.name for one in columns]
    if len(set(names)) != len(names):
        raise TypeError(f"own table {name}: a column is named twice")
    if not key or set(key) - set(names):
        raise TypeError(f"own table {name}: the key names columns of the table")
    for one in columns:
        if one.type not in PYTHON:
            raise TypeError(f"own table {name}.{one.name}: {one.type} is no type of a column")
        if one.personal not in CLASSES:
            raise TypeError(f"own table {name}.{one.name}: {one.personal} is no sensitivity class")
