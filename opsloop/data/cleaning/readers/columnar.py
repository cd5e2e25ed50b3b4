"""Parquet: columns by name, every value as text, so that one set of rules judges all files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers.headings import mapped
from opsloop.data.cleaning.reading import Reading, Unreadable

if TYPE_CHECKING:
    from pyarrow import Schema

BROKEN = "broken_parquet"


def headings(path: Path) -> list[str]:
    """The names of a Parquet file's columns. Raises Unreadable for a broken or cut-off one."""
    return list(_schema(path).names)


def _schema(path: Path) -> Schema:
    import pyarrow  # noqa: PLC0415  # heavy
    import pyarrow.parquet  # noqa: PLC0415

    try:
        schema = pyarrow.parquet.read_schema(path)
        _ = schema.names  # bytes that are no text show here at the latest
        return schema
    except (pyarrow.ArrowException, ValueError, OSError):
        raise Unreadable(BROKEN) from None


def read(path: Path, contract: Contract) -> Reading:
    """The relation of a Parquet file. Raises Unreadable for a broken or cut-off one."""
    schema = _schema(path)
    found = mapped(contract, schema.names)
    texts = {place: _text(schema.field(place)) for place in (*found.columns.values(), *found.extras.values())}
    return Reading(
        f"read_parquet({sql.literal(str(path))}, file_row_number = true)",
        {name: texts[place] for name, place in found.columns.items()},
        {name: texts[place] for name, place in found.extras.items()},
        line="file_row_number + 1", ignored=found.ignored, damaged=BROKEN,
    )  # fmt: skip


def _text(field: object) -> str:
    """A value as people write it; a moment with a zone keeps its offset."""
    import pyarrow  # noqa: PLC0415  # heavy

    assert isinstance(field, pyarrow.Field)
    column = sql.name(field.name)
    if pyarrow.types.is_timestamp(field.type) and field.type.tz:
        return f"strftime(make_timestamp(epoch_us({column})), '%Y-%m-%d %H:%M:%S.%f+00:00')"
    if pyarrow.types.is_floating(field.type):
        return f"case when isfinite({column}) then {column}::varchar end"
    return f"nullif({column}::varchar, '')"
