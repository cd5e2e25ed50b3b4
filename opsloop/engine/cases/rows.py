"""Many technical rows in one go: as bulk_create, without an instance for each. Only inside an act, as everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from opsloop.base.things.frame import running

T = TypeVar("T")
PART = 2000


def insert(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows by all their columns but the key. Raises RuntimeError outside acts."""
    running()
    by_name = {one.name: one for one in table._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    ready = [_reader(one) for one in fields]
    quote = connection.ops.quote_name
    names, places = ",".join(quote(str(one.column)) for one in fields), ",".join(["%s"] * len(columns))
    sql = f"insert into {quote(table._meta.db_table)} ({names}) values ({places})"  # noqa: S608  # quoted, of our models
    with connection.cursor() as cursor:
        for part in parts(rows):
            cursor.executemany(sql, [[make(value) for make, value in zip(ready, row, strict=True)] for row in part])


def parts(rows: Iterable[T], size: int = PART) -> Iterator[list[T]]:
    """In lists of at most this many."""
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


def _reader(field: Field[Any, Any]) -> Callable[[Any], Any]:
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


def _kept(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[datetime | None, Any] = {}

    def read(value: Any) -> Any:
        if value not in known:
            known[value] = make(value)
        return known[value]

    return read
