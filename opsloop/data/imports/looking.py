"""What a file holds, column by column: as JSON, so that it is found out once. Reads a sample; writes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsloop.data.cleaning import casts, marks, sql
from opsloop.data.cleaning.contract import Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.readers.looking import look

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

SAMPLE, FIRST = 20_000, 20
EXAMPLES, CELL = 3, 80
MOST_PAIRED = 8
MOSTLY = 0.95
"""So many rows must have a value: a line of totals or a note below the table does not take the key away."""
MEMORY = "512MB"
TESTS: Mapping[str, str] = {
    "two_decimals": r"[-+¥￥$€£\s]*[\d,，]+\.\d\d\s*(元|美元)?", "currency": r"\s*[-+]?\s*[¥￥$€£].*|.*元\s*",
    "leading_zero": r"\s*0\d+\s*", "share": r".*%\s*", "timed": r".*\d\s*[:：时]\s*\d.*", "slashed":
    r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*", "day_first": r"\s*(1[3-9]|2\d|3[01])[/.-]\d{1,2}[/.-]\d{4}.*",
    "month_first": r"\s*\d{1,2}[/.-](1[3-9]|2\d|3[01])[/.-]\d{4}.*", "eight_digits": r"\s*(19|20)\d{6}\s*",
    "mobile": r"\s*(\+?86)?[- ]?1[3-9]\d{9}\s*", "identity": r"\s*\d{17}[\dXx]\s*",
    "email": r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*", "offset": r".*\d\d:\d\d.*([zZ]|[+-]\d\d(:?\d\d)?)\s*",
    "words": r"\s*(是|否|真|假|有|无|true|false|yes|no|t|f|y|n|TRUE|FALSE|Yes|No|Y|N)\s*",
}  # fmt: skip
"""What whole cells are held against, to tell types, keys and personal data."""
TYPES = ("integer", "number", "money", "date", "datetime")


@dataclass(frozen=True, slots=True)
class Seen:
    """One column in the sample. filled: cells that hold something; fits: test or type -> how many of them fit."""

    heading: str
    filled: int
    distinct: int
    longest: int
    fits: Mapping[str, int]
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class Look:
    """A file at first sight. rows: all of it; sample: of how many the columns tell; first: its first rows.

    unique: columns by place that tell rows of the sample apart, the fewest found; () for none.
    """

    headings: Sequence[str]
    line: int
    separator: str
    sheet: str
    sheets: Sequence[str]
    rows: int
    sample: int
    columns: Sequence[Seen]
    first: Sequence[Sequence[str]]
    unique: Sequence[Sequence[int]]

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Look:
        """Back from JSON."""
        return cls(**{**said, "columns": [Seen(**one) for one in said["columns"]]})


def look_at(path: Path, name: str, skip: int = 0, sheet: str = "") -> Look:
    """The file at first sight. Raises Unreadable, OSError and what DuckDB raises for a file that cannot be taken."""
    with tempfile.TemporaryDirectory(prefix="opsloop-look-") as folder, connected(Path(folder), MEMORY) as con:
        found = look(path, name, Path(folder), Manner(skip=skip, sheet=sheet))
        cells = ", ".join(f"{_said(cell)} as c{n}" for n, cell in enumerate(found.cells))
        source = found.reading.relation
        with found.reading.to_its_end():
            con.execute(f"create temp table looked as from ({_data(cells, source)}) limit {SAMPLE}")
            sample = _number(con, "select count(*) from looked")
            rows = sample if sample < SAMPLE else _count(con, _data(cells, source))
        columns = [_seen(con, n, heading) for n, heading in enumerate(found.headings)]
        shown = ", ".join(f"left(c{n}, {CELL})" for n in range(len(columns)))
        first = con.execute(f"select {shown} from looked limit {FIRST}").fetchall()  # noqa: S608  # names of ours
        return Look(
            list(found.headings), found.line, found.separator, found.sheet, list(found.sheets), rows, sample, columns,
            [[cell or "" for cell in row] for row in first], _unique(con, columns, sample),
        )  # fmt: skip


def _data(cells: str, source: str) -> str:
    """The rows without those of totals, which would take the key away."""
    return f"from (select {cells} from {source}) where not coalesce({marks.of_totals('c0')}, false)"  # noqa: S608


def _said(cell: str) -> str:
    """What a cell says, NULL for nothing: a dash in a column of numbers makes it no column of texts."""
    return f"case when {marks.filled(cell)} then {marks.unmarked(cell)} end"


def _number(con: Connection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _count(con: Connection, relation: str) -> int:
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    return _number(con, f"select count(*) from ({relation})")  # noqa: S608  # the reader quotes what it names


def _seen(con: Connection, n: int, heading: str) -> Seen:
    cell = f"c{n}"
    parts = [f"count(*) filter (regexp_full_match({cell}, {sql.literal(one)}))" for one in TESTS.values()]
    parts += [f"count({_made(kind, cell)})" for kind in TYPES]
    row = con.execute(
        f"select count({cell}), count(distinct {cell}), coalesce(max(length({cell})), 0), {', '.join(parts)}"  # noqa: S608
        " from looked"
    ).fetchall()[0]
    # the first of each, in the file's order
    examples = con.execute(
        f"select left({cell}, {CELL}) from looked where {cell} is not null group by {cell}"  # noqa: S608
        f" order by min(looked.rowid) limit {EXAMPLES}"
    ).fetchall()
    fits = dict(zip((*TESTS, *TYPES), row[3:], strict=True))
    return Seen(heading, row[0], row[1], row[2], fits, [one[0] for one in examples])


def _made(kind: str, cell: str) -> str:
    """The value as a load would make it, NULL where it would be set aside."""
    rule = Rule("x", kind)
    return casts.bounded(rule, f"({casts.parsed(rule, cell)})")


def _unique(con: Connection, columns: Sequence[Seen], sample: int) -> list[list[int]]:
    """Sets of columns that tell all rows of the sample apart: every single one, else pairs, else three together. An
    amount that tells them apart does so by chance and takes no pair's place."""
    if sample < 2:
        return []
    whole = [n for n, one in enumerate(columns) if one.filled >= MOSTLY * sample]
    alone = [[n] for n in whole if columns[n].distinct == columns[n].filled]
    if any(not _amount_like(columns[n]) for [n] in alone):
        return alone
    telling = sorted((n for n in whole if columns[n].distinct > 1), key=lambda n: _amount_like(columns[n]))
    for size in (2, 3):
        found = [list(one) for one in combinations(sorted(telling[:MOST_PAIRED]), size) if _tells(con, one)]
        if found:
            return found
    return alone


def _amount_like(one: Seen) -> bool:
    """Amounts tell rows apart by chance; texts and days are tried first."""
    return one.filled in (one.fits["two_decimals"], one.fits["share"], one.fits["currency"])


def _tells(con: Connection, places: Sequence[int]) -> bool:
    cells = ", ".join(f"c{n}" for n in places)
    row = f"row({cells})"
    whole = " and ".join(f"c{n} is not null" for n in places)
    query = f"select count(*) = count(distinct {row}) from looked where {whole}"  # noqa: S608  # names of ours
    return bool(con.execute(query).fetchall()[0][0])
