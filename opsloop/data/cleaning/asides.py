"""Rows aside: everything that is wrong with a row, where it stood, and what it held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.reading import Dropped, Placed, Reading, Unreadable
from opsloop.data.cleaning.staging import STAGE, Reject
from opsloop.data.cleaning.winners import LATE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ASIDE = "_aside"
LONGEST_TEXT = 2000
SUMMARY = re.compile(r"[\W_]*(合计|总计|小计|汇总|共|total|sum)", re.IGNORECASE)
"""How a line below a table begins that is shorter than a row, and no cut-off one."""
OWN = (("_load", "BIGINT"), ("_file", "VARCHAR"), ("_line", "BIGINT"), ("_reasons", "VARCHAR[]"), ("_text", "VARCHAR"))
"""Columns of every table of rows aside; the source's columns follow as text."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was read and what of it is aside."""

    rows_in: int
    set_aside: int


def gather(
    con: DuckDBPyConnection, contract: Contract, reading: Reading, rejects: Sequence[Reject], load: int, file: str
) -> Counted:
    """Fill the table `_aside` with staged rows that are bad, rejected and dropped ones. Raises Unreadable when the
    rows do not account for the file."""
    names = [*contract.names, *reading.extras]
    columns = ", ".join(f"{sql.name(one)} varchar" for one in names)
    con.execute(f"create or replace temp table {ASIDE} ({', '.join(f'{n} {k}' for n, k in OWN)}, {columns})")
    staged = int(con.execute(f"select count(*) from {STAGE}").fetchall()[0][0])
    late = con.execute(f"select count(*) from {LATE}").fetchall()[0][0]
    # without any the scan itself sorts the good rows out, before it reads their other columns
    bad = f"(_reasons is not null or s.rowid in (select row from {LATE}))" if late else "_reasons is not null"
    rows = [r[0] for r in con.execute(f"select s.rowid from {STAGE} s where {bad} order by 1").fetchall()]
    lines = _lines(con, reading, rows, staged, rejects)
    if rows:
        _staged(con, reading, names, bad, load, file)
    _unread(con, rejects, lines, reading.dropped, load, file)
    out = len(rejects) + len(reading.dropped)
    return Counted(staged + out, len(rows) + out)


def _lines(
    con: DuckDBPyConnection, reading: Reading, rows: list[int], staged: int, rejects: Sequence[Reject]
) -> list[int]:
    """Fill `_lines`; answers the lines of the rejected rows."""
    con.execute("create or replace temp table _lines (row bigint, line bigint)")
    if reading.line:
        con.execute(f"insert into _lines select rowid, _line from {STAGE}")
        return []
    assert reading.lines is not None, "a reader gives a line's expression or the way to find it"
    if not rows and not rejects:
        return []
    placed = reading.lines(rows, staged, [one.position for one in rejects])
    for one, line in zip(rejects, placed.rejected, strict=True):
        if one.code == "quotes" and "\n" in one.text.strip():
            raise Unreadable("quotes_open", line)  # the rows after it are swallowed
    _refuse_cut_off(con, reading, staged, rejects, placed)
    con.execute("insert into _lines select unnest(?::bigint[]), unnest(?::bigint[])", [rows, placed.rows])
    return placed.rejected


def _refuse_cut_off(
    con: DuckDBPyConnection, reading: Reading, staged: int, rejects: Sequence[Reject], placed: Placed
) -> None:
    """What ends in the middle of its last row was cut off on its way, and more than that row is missing."""
    last = placed.unfinished
    lost = [one.text for one, line in zip(rejects, placed.rejected, strict=True) if last and line == last]
    if reading.broken and last and placed.rows[-1:] == [last]:
        found = con.execute(f"select _text from {STAGE} where rowid = {staged - 1} and _text is not null").fetchall()
        lost += [row[0] for row in found]
    if staged and lost and not SUMMARY.match(lost[0]):
        raise Unreadable("cut_off", last)


def _staged(con: DuckDBPyConnection, reading: Reading, names: Sequence[str], bad: str, load: int, file: str) -> None:
    texts = ", ".join(
        f"case when s._raw is null then cast(s.{sql.name(one)} as varchar) else s._raw[{i}] end"
        for i, one in enumerate(names, 1)
    )
    whole = f"left(s._text, {LONGEST_TEXT})" if reading.broken else "null"
    con.execute(
        f"insert into {ASIDE} select {load}, {sql.literal(file)}, l.line,"
        f" list_concat(coalesce(s._reasons, []), coalesce(t.reasons, [])), {whole}, {texts}"
        f" from {STAGE} s left join {LATE} t on t.row = s.rowid left join _lines l on l.row = s.rowid where {bad}"
    )


def _unread(
    con: DuckDBPyConnection, rejects: Sequence[Reject], lines: Sequence[int], dropped: Sequence[Dropped], load: int,
    file: str,
) -> None:  # fmt: skip
    rows = [(line, f"row:{one.code}", one.text) for one, line in zip(rejects, lines, strict=True)]
    rows += [(one.line, f"row:{one.code}", one.text) for one in dropped]
    if rows:
        con.execute(
            f"insert into {ASIDE} by name select {load} as _load, {sql.literal(file)} as _file, unnest(?::bigint[]) as"
            " _line, [unnest(?::varchar[])] as _reasons, unnest(?::varchar[]) as _text",
            [[r[0] for r in rows], [r[1] for r in rows], [r[2][:LONGEST_TEXT] for r in rows]],
        )


def write(con: DuckDBPyConnection, folder: Path) -> None:
    """Write `_aside` as one Parquet file below `folder`."""
    folder.mkdir(parents=True)
    target = sql.literal(str(folder / "part-0.parquet"))
    con.execute(f"copy (select * from {ASIDE} order by _line) to {target} (format parquet, compression zstd)")
