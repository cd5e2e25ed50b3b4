"""The technical rows of cases, read and written by statements that are put together once.

Every act on a case reads and writes a handful of rows in five tables; building the same statements anew each time cost
several times what running them does (`python -m bench cases`). Values go through the fields' own conversions. Columns
bear the fields' attnames (`by_id`, not `by`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from opsloop.base.things.frame import running

T = TypeVar("T")
Convert = Callable[[Any], Any]
PART = 2000


def read(table: type[Model], where: str, *params: Any) -> list[dict[str, Any]]:
    """Rows as column -> value, by a condition in plain SQL; `where` is our own text, what varies is in `params`."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_select(table)} {where}", params)
        found = cursor.fetchall()
    makers = _makers(table)
    return [{name: make(value) for (name, make), value in zip(makers, row, strict=True)} for row in found]


def marks(values: Sequence[Any]) -> str:
    """As many places as there are values, for `in (…)`; none means nothing is in it."""
    return ", ".join(["%s"] * len(values)) or "null"


def insert(table: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A few new rows in one statement. Raises RuntimeError outside acts."""
    running()
    if not rows:
        return
    fields = [_fields(table)[name] for name in columns]
    text = f"{_insert(table, tuple(columns))} {', '.join([f'({marks(columns)})'] * len(rows))}"
    values = [f.get_db_prep_save(one, connection) for row in rows for f, one in zip(fields, row, strict=True)]
    _run(text, values)


def insert_many(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Thousands of new rows, without an instance for each. Raises RuntimeError outside acts."""
    running()
    ready = [_reader(_fields(table)[name]) for name in columns]
    text = f"{_insert(table, tuple(columns))} ({marks(columns)})"
    with connection.cursor() as cursor:
        for part in parts(rows):
            cursor.executemany(text, [[make(value) for make, value in zip(ready, row, strict=True)] for row in part])


def update(table: type[Model], case: int, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Rows of a case by their numbers; those that change alike in one statement."""
    running()
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for number, columns in changed.items():
        fields = _fields(table)
        stored = ((name, _Stored(fields[name].get_db_prep_save(value, connection))) for name, value in columns.items())
        if columns:
            alike[tuple(stored)].append(number)
    for said, numbers in alike.items():
        text = f"{_update(table, tuple(name for name, _stored in said))} ({marks(numbers)})"
        _run(text, [*(stored.value for _name, stored in said), case, *numbers])


def parts(rows: Iterable[T], size: int = PART) -> Iterator[list[T]]:
    """In lists of at most this many."""
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


class _Stored:
    """A value as the driver takes it. What has no hash (JSON on PostgreSQL) is like nothing else."""

    __slots__ = ("key", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.key = id(self) if type(value).__hash__ is None else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Stored) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _reader(field: Field[Any, Any]) -> Convert:
    """From a value to what the database takes; moments come in many rows, and many lists are empty."""
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return _kept(lambda value: field.get_db_prep_save(value, connection))
    if kind == "JSONField":
        empty: dict[Any, Any] = {
            list: field.get_db_prep_save([], connection),
            dict: field.get_db_prep_save({}, connection),
        }
        return lambda value: field.get_db_prep_save(value, connection) if value else empty[type(value)]
    if kind == "DecimalField":
        return lambda value: field.get_db_prep_save(value, connection)
    if kind in ("CharField", "TextField", "SlugField"):
        return lambda value: value if value is None or type(value) is str else str(value)
    return lambda value: value


def _kept(make: Convert) -> Convert:
    known: dict[datetime | None, Any] = {}

    def read(value: Any) -> Any:
        if value not in known:
            known[value] = make(value)
        return known[value]

    return read


def _run(text: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


@cache
def _fields(table: type[Model]) -> dict[str, Field[Any, Any]]:
    return {one.attname: one for one in table._meta.concrete_fields}


@cache
def _makers(table: type[Model]) -> tuple[tuple[str, Convert], ...]:
    return tuple((name, _maker(field)) for name, field in _fields(table).items())


def _maker(field: Field[Any, Any]) -> Convert:
    """From what the driver answers to what the field holds."""
    column: Any = field.cached_col
    steps = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]

    def make(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    return make if steps else _same


def _same(value: Any) -> Any:
    return value


@cache
def _select(table: type[Model]) -> str:
    names = ", ".join(_column(table, one) for one in _fields(table))
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
def _update(table: type[Model], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{_column(table, one)} = %s" for one in names)
    return f"update {_name(table)} set {sets} where case_id = %s and no in"  # noqa: S608  # our own names
