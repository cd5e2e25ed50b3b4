"""A decided merge as Parquet files, one folder for each month.

DuckDB writes a table into folders by copying every row into the buffer of its folder first, which costs nearly as much
as the writing. Where rows lie roughly in the order of their days, as files of sales do, each month is picked out of the
stage and written at once instead: what the stage knows of its blocks passes over the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.merging import FRESH, REPLACED, Merge, Present, described, scan
from opsloop.data.cleaning.staged import STAGE
from opsloop.data.cleaning.winners import WINNERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALL = "all"
FORMAT = "format parquet, compression snappy"
"""New files are read at once and often; compaction packs old months tighter."""
MONTH = re.compile(r"\d{4}-\d{2}")
BLOCK = 122_880
"""Rows of which DuckDB knows the first and last day, in its tables and its Parquet files alike."""
READINGS = 4.0
"""Months are picked out while that reads each block no more often on average. In a random order, where twelve months
read each block twelve times, it takes no more CPU than the folders either, but short writings fill two cores worse."""


def write(
    con: DuckDBPyConnection, contract: Contract, merge: Merge, present: Sequence[Present], load: int, folder: Path
) -> None:
    """Write new and surviving rows below `folder`, in one folder `_part=…` for each month, or in one file."""
    touched = [one for one in present if one.path in merge.touched]
    body = _rows(con, merge, touched, load)
    folder.mkdir(parents=True)
    if not contract.time:
        con.execute(f"copy ({body}) to {sql.literal(str(folder / 'part-0.parquet'))} ({FORMAT})")
    elif months := _worth_picking(con, touched):
        for month in months:
            _one_month(con, body, month, folder)
    else:
        con.execute(
            f"copy (select *, date_trunc('month', day)::date as _part from ({body})) to {sql.literal(str(folder))}"
            f" ({FORMAT}, partition_by (_part), filename_pattern 'part-{{i}}', overwrite_or_ignore)"
        )


def _rows(con: DuckDBPyConnection, merge: Merge, touched: Sequence[Present], load: int) -> str:
    """SELECT of what the new files hold: new rows, and those of the touched files that stay."""
    old = dict(described(con, touched))
    mine = {name for name, _kind in _staged(con)}
    new = ", ".join(
        f"{load}::bigint as _load"
        if name == "_load"
        else sql.name(name)
        if name in mine
        else f"null::{kind} as {sql.name(name)}"
        for name, kind in merge.columns
    )
    body = f"select {new} from {STAGE} where {WINNERS} and {FRESH}"
    if merge.touched:
        kept = ", ".join(_kept(name, kind, old) for name, kind in merge.columns)
        body += (
            f" union all select {kept} from {scan(merge.touched, ', filename = true, file_row_number = true')} e"
            f" where not exists (select 1 from {REPLACED} r where r.file = e.filename and r.place = e.file_row_number)"
        )
    return body


def _staged(con: DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in con.execute(f"describe {STAGE}").fetchall()]


def _kept(name: str, kind: str, old: dict[str, str]) -> str:
    if name not in old:
        return f"null::{kind} as {sql.name(name)}"
    return f"e.{sql.name(name)}" if old[name] == kind else f"try_cast(e.{sql.name(name)} as {kind}) as {sql.name(name)}"


def _worth_picking(con: DuckDBPyConnection, touched: Sequence[Present]) -> list[date]:
    """The months of all rows when each is to be picked out by itself; none when rows are sorted into folders."""
    if any(not MONTH.fullmatch(one.partition) for one in touched):
        return []
    blocks = con.execute(
        f"select date_trunc('month', min(day))::date, date_trunc('month', max(day))::date from {STAGE}"
        f" where _reasons is null group by rowid // {BLOCK}"
    ).fetchall()
    old = [date.fromisoformat(f"{one.partition}-01") for one in touched]
    read = [month for first, last in blocks for month in _months(first, last)]
    again = sum(-(-one.rows // BLOCK) for one in touched)
    if len(read) + again > READINGS * (len(blocks) + again):
        return []
    return sorted({*read, *old})


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of all months from one to the other."""
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(month // 12, month % 12 + 1, 1)


def _one_month(con: DuckDBPyConnection, body: str, month: date, folder: Path) -> None:
    place = folder / f"_part={month}"
    place.mkdir()
    file = place / "part-0.parquet"
    span = f"day >= date '{month}' and day < date '{month}' + interval 1 month"
    rows = con.execute(f"copy (select * from ({body}) where {span}) to {sql.literal(str(file))} ({FORMAT})").fetchall()
    if not rows[0][0]:
        file.unlink()
        place.rmdir()


def partition_of(file: Path) -> str:
    """The partition that a written file is of: a month as 2026-03, or all."""
    _name, _equals, value = file.parent.name.partition("=")
    return value[:7] if value else ALL
