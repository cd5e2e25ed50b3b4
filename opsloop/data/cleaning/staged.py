"""The table that a file is staged in, and what is known of the rows that are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsloop.data.cleaning.reading import Reject, Unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STAGE = "_stage"
"""Typed rows in the file's order, with `day`, and of each row what is the house's own:

_reasons: NULL when it is good; all that is wrong with it; an empty list when it was read again and stands elsewhere.
_raw: its texts, when something is wrong. _line: its line, where known; else lines are looked up by the ordinal.
_place: its ordinal in the file when that is not its rowid; fractions stand between two rows.
"""
BAD = "(_reasons is not null and len(_reasons) > 0)"
STANDS = "(_reasons is null or len(_reasons) > 0)"
"""Not passed over in favour of its second reading."""
ORDINAL = f"coalesce({STAGE}._place, {STAGE}.rowid)"
MOST_REJECTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Staged:
    """rejects: rows that never became columns. read: rows that the whole file's reading took, which ordinals count.
    again: byte positions of rows that it did not take and that a second reading took."""

    rejects: tuple[Reject, ...] = ()
    read: int = 0
    again: tuple[int, ...] = ()


def count(con: DuckDBPyConnection) -> int:
    """Rows in the table."""
    return int(con.execute(f"select count(*) from {STAGE}").fetchall()[0][0])


def forget_rejects(con: DuckDBPyConnection) -> None:
    """Before a reading, whose rejects DuckDB adds to those of readings before."""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")


def rejects(con: DuckDBPyConnection, most: int = MOST_REJECTS) -> list[Reject]:
    """What the last reading rejected, in the file's order. Raises Unreadable for more than `most`."""
    found = con.execute(
        "select line_byte_position, min(line), list(distinct error_type), min(csv_line) from reject_errors"
        f" where line_byte_position is not null group by 1 order by 1 limit {most + 1}"
    ).fetchall()
    if len(found) > most:
        raise Unreadable("no_table")
    return [
        Reject(position, line, "untyped" if kinds == [UNTYPED] else _CODES.get(*_worst(kinds)), text or "")
        for position, line, kinds, text in found
    ]


def _worst(kinds: list[str]) -> tuple[str, str]:
    """What a row is said to be, and what any other is."""
    return min(kind for kind in kinds if kind != UNTYPED), "ragged"


UNTYPED = "CAST"
_CODES = {
    "MISSING COLUMNS": "too_few",
    "TOO MANY COLUMNS": "too_many",
    "UNQUOTED VALUE": "quotes",
    "LINE SIZE OVER MAXIMUM": "too_long",
    "INVALID ENCODING": "unreadable",
}
