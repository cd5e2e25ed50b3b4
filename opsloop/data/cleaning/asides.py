"""Rows aside: everything that is wrong with a row, where it stood, and what it held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.reading import Dropped, Placed, Reading, Reject, Unreadable
from opsloop.data.cleaning.staged import BAD, ORDINAL, STAGE, STANDS, Staged
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
    con: DuckDBPyConnection, contract: Contract, reading: Reading, staged: Staged, load: int, file: str
) -> Counted:
    """Fill the table `_aside` with staged rows that are bad, rejected and dropped ones. Raises Unreadable when the
    rows do not account for the file."""
    names = [*contract.names, *reading.extras]
    columns = ", ".join(f"{sql.name(one)} varchar" for one in names)
    con.execute(f"create or replace temp table {ASIDE} ({', '.join(f'{n} {k}' for n, k in OWN)}, {columns})")
    stand = int(con.execute(f"select count(*) from {STAGE} where {STANDS}").fetchall()[0][0])
    late = con.execute(f"select count(*) from {LATE}").fetchall()[0][0]
    # without any the scan itself sorts the good rows out, before it reads their other columns
    bad = f"({BAD} or {STAGE}.rowid in (select row from {LATE}))" if late else BAD
    aside = con.execute(f"select count(*) from {STAGE} where {bad}").fetchall()[0][0]
    unplaced = con.execute(
        f"select {STAGE}.rowid, {ORDINAL}::bigint from {STAGE} where {bad} and _line is null order by 2"
    ).fetchall()
    lines = _lines(con, reading, unplaced, staged)
    if aside:
        _staged(con, reading, names, bad, load, file)
    _unread(con, staged.rejects, lines, reading.dropped, load, file)
    out = len(staged.rejects) + len(reading.dropped)
    return Counted(stand + out, aside + out)


def _lines(con: DuckDBPyConnection, reading: Reading, rows: Sequence[tuple[int, int]], staged: Staged) -> list[int]:
    """Fill `_lines` for rows (rowid, ordinal) of unknown lines; answers the lines of the rejected rows."""
    con.execute("create or replace temp table _lines (row bigint, line bigint)")
    rejects = staged.rejects
    if reading.lines is None or not (rows or rejects):
        return []
    positions = sorted([*staged.again, *(one.position for one in rejects)])
    placed = reading.lines([ordinal for _row, ordinal in rows], staged.read, positions)
    line_of = dict(zip(positions, placed.rejected, strict=True))
    lines = [line_of[one.position] for one in rejects]
    for one, line in zip(rejects, lines, strict=True):
        if one.code == "quotes" and "\n" in one.text.strip():
            raise Unreadable("quotes_open", line)  # the rows after it are swallowed
    _refuse_cut_off(con, reading, staged, lines, placed)
    con.execute(
        "insert into _lines select unnest(?::bigint[]), unnest(?::bigint[])", [[r for r, _o in rows], placed.rows]
    )
    return lines


def _refuse_cut_off(
    con: DuckDBPyConnection, reading: Reading, staged: Staged, lines: Sequence[int], placed: Placed
) -> None:
    """What ends in the middle of its last row was cut off on its way, and more than that row is missing."""
    last = placed.unfinished
    lost = [one.text for one, line in zip(staged.rejects, lines, strict=True) if last and line == last]
    if reading.broken and last and placed.rows[-1:] == [last]:
        found = con.execute(
            f"select _text from {STAGE} where rowid = {staged.read - 1} and _text is not null"
        ).fetchall()
        lost += [row[0] for row in found]
    if staged.read and lost and not SUMMARY.match(lost[0]):
        raise Unreadable("cut_off", last)


def _staged(con: DuckDBPyConnection, reading: Reading, names: Sequence[str], bad: str, load: int, file: str) -> None:
    texts = ", ".join(
        f"case when _raw is null then cast({STAGE}.{sql.name(one)} as varchar) else _raw[{i}] end"
        for i, one in enumerate(names, 1)
    )
    whole = f"left(_text, {LONGEST_TEXT})" if reading.broken else "null"
    con.execute(
        f"insert into {ASIDE} select {load}, {sql.literal(file)}, coalesce(_line, l.line),"
        f" list_concat(coalesce(_reasons, []), coalesce(t.reasons, [])), {whole}, {texts}"
        f" from {STAGE} left join {LATE} t on t.row = {STAGE}.rowid left join _lines l on l.row = {STAGE}.rowid"
        f" where {bad}"
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
