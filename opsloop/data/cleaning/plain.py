"""The fast way for large texts: what is written plainly, DuckDB's reader types itself.

It decides nothing but that a row is good. Every other row, which the reader could not type or which breaks the
contract, is copied as it stands into a small file and staged the careful way, which alone knows other ways of writing a
value and names reasons. So a file's result is the same by both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from opsloop.data.cleaning import casts, native, sql, staged
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.reading import Copied, PlainText, Reading
from opsloop.data.cleaning.selecting import select, select_plain
from opsloop.data.cleaning.staged import STAGE, Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FROM_BYTES = 8 * 2**20
"""Below, the careful way takes a fraction of a second."""
SAMPLE = 10_000
PLAINLY = 0.98
"""A column is left to the reader when so much of what the first rows hold in it is written plainly."""
MOST_AGAIN, SHARE_AGAIN = 500_000, 0.1
"""With more to read again, the whole file goes the careful way."""
Cells = Mapping[str, str]
"""Contract column -> the reader's column, for those that the reader types."""


def stage(con: DuckDBPyConnection, contract: Contract, reading: Reading, loaded_at: datetime) -> Staged | None:
    """Fill `_stage`. None when the file is small, not plain enough, or anything about it is unusual."""
    text = reading.plain
    if text is None or text.size < FROM_BYTES:
        return None
    cells = _plainly(con, contract, reading, text)
    if not cells:
        return None
    staged.forget_rejects(con)
    typed = {cell: native.type_of(contract.rule(name)) for name, cell in cells.items()}
    rows = select_plain(contract, replace(reading, relation=text.relation(typed)), list(cells), loaded_at)
    con.execute(f"create or replace temp table {STAGE} as {rows}")
    read = staged.count(con)
    if _many(con, read):
        return None
    rejects = staged.rejects(con)
    untyped = [one for one in rejects if one.untyped]
    doubtful = con.execute(f"select rowid from {STAGE} where _reasons is not null order by 1").fetchall()
    if doubtful or untyped:
        copied = text.copied([row for (row,) in doubtful], read, rejects)
        if copied is None or not _read_again(con, contract, reading, copied, loaded_at):
            return None
    return Staged(tuple(one for one in rejects if not one.untyped), read, tuple(one.position for one in untyped))


def _many(con: DuckDBPyConnection, read: int) -> bool:
    """Are too many rows to be read again?"""
    wrong, doubtful = con.execute(
        f"select (select count(*) from reject_errors), (select count(*) from {STAGE} where _reasons is not null)"
    ).fetchall()[0]
    return bool(wrong + doubtful > min(MOST_AGAIN, SHARE_AGAIN * read))


def _plainly(con: DuckDBPyConnection, contract: Contract, reading: Reading, text: PlainText) -> Cells:
    """Columns that the reader can type, by the first rows of the file."""
    used = list(reading.columns.values())
    could = {
        rule.name: cell
        for rule in contract.columns
        if native.type_of(rule) and (cell := reading.columns.get(rule.name)) and used.count(cell) == 1
    }
    if not could:
        return {}
    said = []
    for name, cell in could.items():
        rule, value = contract.rule(name), native.tried(contract.rule(name), cell)
        wrong = " or ".join([f"{value} is null", *native.doubts(rule, value)])
        said += [f"count({cell})", f"count(*) filter ({cell} is not null and ({wrong}))"]
    first = f"select * from {text.relation({})} limit {SAMPLE}"
    found = con.execute(f"select {', '.join(said)} from ({first})").fetchall()[0]
    return {
        name: cell
        for (name, cell), filled, wrong in zip(could.items(), found[::2], found[1::2], strict=True)
        if filled and wrong <= (1 - PLAINLY) * filled
    }


def _read_again(
    con: DuckDBPyConnection, contract: Contract, reading: Reading, copied: Copied, loaded_at: datetime
) -> bool:
    """Stage the copied rows the careful way, each at its place in the file. False when they are not what was copied."""
    staged.forget_rejects(con)
    careful = replace(reading, relation=copied.relation, line="_line", place="_place")
    con.execute(f"create or replace temp table _again as {select(contract, careful, loaded_at)}")
    rows = con.execute("select count(*) from _again").fetchall()[0][0]
    if rows != copied.rows or staged.rejects(con) or _others(con, contract):
        return False
    con.execute(f"insert into {STAGE} by name from _again")
    return True


def _others(con: DuckDBPyConnection, contract: Contract) -> bool:
    """Is a row that was read again another than the one that it is to stand for? Then lines are no rows here.

    Told by the columns of which both readings have the same, or nothing where one of them could not read a cell.
    """
    rules = [rule for rule in contract.columns if rule.default is None]
    texts, values = ([sql.name(r.name) for r in rules if r.type in some] for some in (("text",), ("money", "number")))
    differ = [f"{casts.trimmed(f's.{one}')} is distinct from a.{one}" for one in texts]
    differ += [f"s.{one} <> a.{one}" for one in values]
    if not differ:
        return True
    query = (
        f"select 1 from _again a join (select rowid as place, * from {STAGE} where _reasons is not null) s"
        f" on s.place = a._place where {' or '.join(differ)} limit 1"
    )
    return bool(con.execute(query).fetchall())
