"""Files of a collection: written beside, and there under their name only when they are whole."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyarrow import Schema
    from pyarrow.parquet import ParquetWriter

PART = ".part"


@dataclass(frozen=True, slots=True)
class Collected:
    """A whole file in the staging folder; `name` is what people know it by."""

    path: Path
    name: str
    rows: int


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Write to the path given; it gets the name `path` when the block ends well and is gone when it does not."""
    part = path.with_name(path.name + PART)
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class TextParquet:
    """A Parquet file of text columns. Every value stands as it would in a CSV; a missing one is missing.

    Text, because the contract types it like any other file, and a column's type cannot change between two chunks.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import pyarrow as pa  # noqa: PLC0415  # 40 MB: only collections pay for it
        from pyarrow import parquet  # noqa: PLC0415  # as above

        self._schema: Schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer: ParquetWriter = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self.rows = 0

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add a chunk of rows, each in the order of the columns."""
        import pyarrow as pa  # noqa: PLC0415  # as above

        if not rows:
            return
        names = self._schema.names
        arrays = [pa.array([as_text(row[i]) for row in rows], pa.string()) for i in range(len(names))]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.rows += len(rows)

    def __enter__(self) -> TextParquet:
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.close()


def stamp(path: Path) -> None:
    """Make the bytes of a collected file other ones than those of any before; its rows stay as they are."""
    if path.suffix != ".parquet":  # JSON lines: blanks inside the first object
        with whole(path) as part, path.open("rb") as body, part.open("wb") as out:
            out.write(body.read(1) + b" " * (secrets.randbelow(100_000) + 1))
            shutil.copyfileobj(body, out)
        return
    from pyarrow import parquet  # noqa: PLC0415  # 40 MB: only collections pay for it

    table = parquet.read_table(path)
    with whole(path) as part:
        parquet.write_table(table.replace_schema_metadata({"stamp": secrets.token_hex(16)}), part, compression="zstd")


def as_text(value: Any) -> str | None:
    """A database's value as people write it: moments with their offset if they have one, decimals without exponent."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _clock(value: timedelta) -> str:
    """A time of day as MySQL gives it; it may be negative or beyond a day."""
    seconds = int(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
