"""The technical rows of cases, read and written by statements that are put together once.

Every act on a case reads and writes a handful of rows in five tables; building the same statements anew each time cost
several times what running them does (`python -m bench cases`). Values are converted as the fields do. Columns
bear the fields' attnames (`by_id`, not `by`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from opsloop.base.things.frame import running
from opsloop.base.things.wide import Convert, maker

T = TypeVar("T")
PART, SHORT = 2000, 500
"""Rows in one go, below the databases' limits on parameters."""
KEY = ("case_id", "no")


def read(table: type[Model], columns: tuple[str, ...], where: str, *params: Any) -> list[tuple[Any, ...]]:
    """These columns of the rows for which a condition in plain SQL holds; `where` is our own text, what varies is in
    `params`."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_select(table, columns)} {where}", params)
        found = cursor.fetchall()
    makers = _makers(table, columns)
    return [tuple([make(one) if make else one for make, one in zip(makers, row, strict=True)]) for row in found]


def marks(values: Sized) -> str:
    """As many places as there are values, for `in (…)`; none means nothing is in it."""
    return ", ".join(["%s"] * len(values)) or "null"


def insert(table: type[Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """A few new rows in one statement. Raises RuntimeError outside acts."""
    _write(table, columns, rows, "")


def put(
    table: type[Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]], *, once: tuple[str, ...] = ()
) -> None:
    """Numbered rows of a case as they now stand, new ones and changed ones in one statement. once: columns that keep
    what they were made with. Raises RuntimeError outside acts."""
    _write(table, columns, rows, _over(table, columns, once))


def _write(table: type[Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]], over: str) -> None:
    running()
    writers, one = _writers(table, columns), f"({marks(columns)})"
    for part in parts(rows, SHORT):
        values = [make(value) if make else value for row in part for make, value in zip(writers, row, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(f"{_insert(table, columns)} {', '.join([one] * len(part))}{over}", values)


def insert_many(table: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Thousands of new rows, without an instance for each. Raises RuntimeError outside acts."""
    running()
    writers = _writers(table, columns)
    text = f"{_insert(table, columns)} ({marks(columns)})"
    with connection.cursor() as cursor:
        for part in parts(rows):
            cursor.executemany(text, [
                [make(value) if make else value for make, value in zip(writers, row, strict=True)] for row in part
            ])  # fmt: skip


def parts(rows: Iterable[T], size: int = PART) -> Iterator[list[T]]:
    """In lists of at most this many."""
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


@cache
def _fields(table: type[Model]) -> dict[str, Field[Any, Any]]:
    return {one.attname: one for one in table._meta.concrete_fields}


@cache
def _writers(table: type[Model], columns: tuple[str, ...]) -> tuple[Convert | None, ...]:
    return tuple(_writer(_fields(table)[name]) for name in columns)


def _writer(field: Field[Any, Any]) -> Convert | None:
    """From a value to what the driver takes; None where that is the same. Field by field what `get_db_prep_save` comes
    to, without asking it again for each value."""
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return _moment
    if kind == "JSONField":
        return _json(field)
    if kind == "DecimalField":
        return lambda value: field.get_db_prep_save(value, connection)
    if kind in ("CharField", "TextField", "SlugField"):
        return lambda value: value if value is None or type(value) is str else str(value)
    return None


@lru_cache(maxsize=4096)
def _moment(value: datetime | None) -> Any:
    """One act writes the same moment many times."""
    return connection.ops.adapt_datetimefield_value(value)


def _json(field: Field[Any, Any]) -> Convert:
    encoder = getattr(field, "encoder", None)

    def write(value: Any) -> Any:
        return connection.ops.adapt_json_value(value, encoder) if value else empty[type(value)]

    empty: dict[type, Any] = {kind: connection.ops.adapt_json_value(kind(), encoder) for kind in (list, tuple, dict)}

    return write


@cache
def _makers(table: type[Model], columns: tuple[str, ...]) -> tuple[Convert | None, ...]:
    return tuple(maker(_fields(table)[name]) for name in columns)


@cache
def _select(table: type[Model], columns: tuple[str, ...]) -> str:
    names = ", ".join(_column(table, one) for one in columns)
    return f"select {names} from {_name(table)} where"  # noqa: S608  # our own names


@cache
def _name(table: type[Model]) -> str:
    return connection.ops.quote_name(table._meta.db_table)


def _column(table: type[Model], name: str) -> str:
    return connection.ops.quote_name(str(_fields(table)[name].column))


@cache
def _insert(table: type[Model], names: tuple[str, ...]) -> str:
    return f"insert into {_name(table)} ({', '.join(_column(table, one) for one in names)}) values"


@cache
def _over(table: type[Model], names: tuple[str, ...], once: tuple[str, ...]) -> str:
    """What happens to a row whose number is there already."""
    columns = [_column(table, one) for one in names if one not in (*KEY, *once)]
    sets = ", ".join(f"{one} = excluded.{one}" for one in columns)
    return f" on conflict ({', '.join(KEY)}) do update set {sets}"
