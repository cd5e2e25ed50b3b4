"""Things with many columns that acts read and write all day, by statements that are put together once.

For a row of thirty columns Django's query builder takes longer than both databases together (`python -m bench cases`).
Values still go through the fields' conversions. Not worth it for a row that few acts touch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Self

from django.db import connection
from django.db.models import Field, Model

from opsloop.base.things.models import Thing

Convert = Callable[[Any], Any]
Change = tuple[Any, None, Any]
"""As Django hands it over: the field, nothing, the value."""

LAST = 2**63 - 1
"""Numbers beyond are no keys, and the drivers refuse them."""


class WideThing(Thing):
    """A Thing whose one row is read and written by plain statements."""

    class Meta(Thing.Meta):
        abstract = True

    @classmethod
    def under_lock(cls, pk: int) -> Self | None:
        """The row as it is in the database, locked where the database locks rows; None where there is none."""
        if not 0 < pk <= LAST:
            return None
        text, names, makers = _reading(cls)
        with connection.cursor() as cursor:
            cursor.execute(text, (pk,))
            row = cursor.fetchone()
        if row is None:
            return None
        values = [make(one) if make else one for make, one in zip(makers, row, strict=True)]
        return cls.from_db(connection.alias, names, values)

    def _written_over(self, base_qs: Any, revision: Any, *rest: Any) -> Any:
        _using, pk, values, *_how = rest
        if any(hasattr(value, "resolve_expression") for _field, _model, value in values):
            return super()._written_over(base_qs, revision, *rest)
        return _update(type(self), pk, revision, values)


def maker(field: Field[Any, Any]) -> Convert | None:
    """From what the driver answers to what the field holds; None where that is the same."""
    column: Any = field.cached_col
    steps = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]

    def make(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    return make if steps else None


@cache
def _reading(model: type[Model]) -> tuple[str, list[str], list[Convert | None]]:
    fields, quote = model._meta.concrete_fields, connection.ops.quote_name
    names = ", ".join(quote(str(one.column)) for one in fields)
    lock = " for update" if connection.features.has_select_for_update else ""
    text = f"select {names} from {quote(model._meta.db_table)} where id = %s{lock}"  # noqa: S608  # our own names
    return text, [one.attname for one in fields], [maker(one) for one in fields]


def _update(model: type[Model], pk: Any, revision: Any, values: Sequence[Change]) -> bool:
    params = [field.get_db_prep_save(value, connection) for field, _model, value in values]
    text = _updating(model, tuple(str(field.column) for field, _model, _value in values))
    with connection.cursor() as cursor:
        cursor.execute(text, (*params, pk, revision))
        return bool(cursor.rowcount)


@cache
def _updating(model: type[Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(one)} = %s" for one in columns)
    return f"update {quote(model._meta.db_table)} set {sets} where id = %s and revision = %s"  # noqa: S608  # our own
