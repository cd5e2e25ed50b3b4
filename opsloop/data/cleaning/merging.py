"""Staged winners into the present version of a table, file by file.

Files are immutable. A row that is replaced makes its file be written again without it (copy-on-write); files in which
nothing changes stay. What is new goes into new files, one folder for each month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.staged import STAGE
from opsloop.data.cleaning.winners import WINNERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SKIPPED, REPLACED = "_skipped", "_replaced"
FRESH = f"{STAGE}.rowid not in (select row from {SKIPPED})"


@dataclass(frozen=True, slots=True)
class Present:
    """One file of the present version."""

    path: str
    partition: str
    rows: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be written and what it replaces. touched: files whose other rows are written again; whole: every
    file that is there goes."""

    kept: int
    duplicates: int
    touched: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """(name, DuckDB type) of every column that the new version has, `_load` last."""
    whole: bool = False


def columns_of(con: DuckDBPyConnection, contract: Contract, extras: Sequence[str]) -> list[tuple[str, str]]:
    """What a new row brings, without `_load`."""
    out = [(rule.name, rule.sql_type) for rule in contract.columns] + [(one, "VARCHAR") for one in extras]
    return [*out, ("day", "DATE")] if contract.adds_day else out


def plan(
    con: DuckDBPyConnection, contract: Contract, extras: Sequence[str], present: Sequence[Present], arrived: int,
    *, later: Sequence[int] = (), adds: bool = False,
) -> Merge:  # fmt: skip
    """Decide for each winner whether it is new, replaces a row, or is there already. Fills `_skipped`, `_replaced`.

    arrived: the load with which these rows came to the house; rows that are there from later ones are newer.
    later: files that were loaded since then; the days (or the whole) that they brought are not brought back.
    adds: single rows that a person repaired, which replace no day and no whole.
    """
    con.execute(f"create or replace temp table {SKIPPED} (row bigint)")
    con.execute(f"create or replace temp table {REPLACED} (file varchar, place bigint)")
    new = columns_of(con, contract, extras)
    old = described(con, present)
    types = dict(new)
    merged = [*new, *((name, kind) for name, kind in old if name not in types and name != "_load")]
    retyped = any(name in types and types[name] != kind for name, kind in old)
    touched: set[str] = set()
    names = [name for name, _kind in new]
    whole = contract.brings == "whole" and not adds and not later
    if later:
        _pass_over(con, contract, present, later)
    if present and contract.brings == "days" and not adds:
        touched = _days(con, contract, present)
    if present and contract.key and not whole and (adds or not _key_has_day(contract)):
        touched |= _rows(con, contract, names, dict(old), present, arrived)
    if retyped and not whole:
        touched = {one.path for one in present}
    winners, losers = (
        con.execute(f"select count(*) from {STAGE} where {where}").fetchall()[0][0]
        for where in (WINNERS, f"{STAGE}.rowid in (select row from _losers)")
    )
    skipped = con.execute(f"select count(*) from {SKIPPED}").fetchall()[0][0]
    order = [one.path for one in present if one.path in touched]
    return Merge(winners - skipped, losers + skipped, tuple(order), (*merged, ("_load", "BIGINT")), whole)


def _key_has_day(contract: Contract) -> bool:
    """Then a file that brings days replaces every row that could have one of its keys."""
    return contract.brings == "days" and bool({contract.time, "day"} & set(contract.key))


def _pass_over(con: DuckDBPyConnection, contract: Contract, present: Sequence[Present], later: Sequence[int]) -> None:
    """Fill `_skipped` with rows of days, or of a whole, that a later file has brought meanwhile."""
    if not present or contract.brings == "rows":
        return
    where = "true"
    if contract.brings == "days":
        numbers = ", ".join(str(int(one)) for one in later)
        where = f"day in (select day from {scan([one.path for one in present])} where _load in ({numbers}))"
    con.execute(f"insert into {SKIPPED} select {STAGE}.rowid from {STAGE} where {WINNERS} and {where}")


def described(con: DuckDBPyConnection, present: Sequence[Present]) -> list[tuple[str, str]]:
    """Columns and types of these files together."""
    if not present:
        return []
    rows = con.execute(f"describe select * from {scan([one.path for one in present])}").fetchall()
    return [(row[0], row[1]) for row in rows]


def scan(paths: Sequence[str], more: str = "") -> str:
    """FROM that reads these files; columns that one lacks are NULL."""
    listed = ", ".join(sql.literal(one) for one in paths)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false{more})"


def _days(con: DuckDBPyConnection, contract: Contract, present: Sequence[Present]) -> set[str]:
    """Every row of a day that the file brings is replaced."""
    con.execute(f"create or replace temp table _days as select distinct day from {STAGE} where {WINNERS} and {FRESH}")
    first, last = con.execute("select min(day), max(day) from _days").fetchall()[0]
    if first is None:
        return set()
    near = [
        one.path
        for one in present
        if one.first_day is None or one.last_day is None or (one.first_day <= last and one.last_day >= first)
    ]
    if not near:
        return set()
    con.execute(
        f"insert into {REPLACED} select filename, file_row_number from"
        f" {scan(near, ', filename = true, file_row_number = true')} where day in (select day from _days)"
    )
    return _touched(con)


def _touched(con: DuckDBPyConnection) -> set[str]:
    return {row[0] for row in con.execute(f"select distinct file from {REPLACED}").fetchall()}


def _rows(
    con: DuckDBPyConnection, contract: Contract, names: Sequence[str], old: dict[str, str],
    present: Sequence[Present], arrived: int,
) -> set[str]:  # fmt: skip
    """By key: first where the keys are, reading keys only; then what stands there, in the files concerned.

    A row that `_replaced` names already is gone; of a file that brings days there may be one on another day.
    """
    key = [sql.name(one) for one in contract.key]
    if any(one not in old for one in contract.key):
        return set()  # the key is new: no row that is there can have it
    same = " and ".join(f"e.{one} = s.{one}" for one in key)
    con.execute(
        "create or replace temp table _hits as select e.filename as file, e.file_row_number as place, s.rowid as row"
        f" from {scan([one.path for one in present], ', filename = true, file_row_number = true')} e"
        f" join (select rowid, {', '.join(key)} from {STAGE} where {WINNERS} and {FRESH}) s on {same}"
        f" where not exists (select 1 from {REPLACED} r where r.file = e.filename and r.place = e.file_row_number)"
    )
    files = [row[0] for row in con.execute("select distinct file from _hits").fetchall()]
    if not files:
        return set()
    equal = " and ".join(
        f"e.{sql.name(one)} is not distinct from s.{sql.name(one)}" if one in old else f"s.{sql.name(one)} is null"
        for one in names
    )
    con.execute(
        f"create or replace temp table _met as select h.file, h.place, h.row, ({equal}) as same,"
        f" ({_beaten(contract, old, arrived)}) as beaten"
        f" from {scan(files, ', filename = true, file_row_number = true')} e"
        " join _hits h on h.file = e.filename and h.place = e.file_row_number"
        f" join {STAGE} s on s.rowid = h.row"
    )
    con.execute(f"insert into {SKIPPED} select distinct row from _met where same or not beaten")
    con.execute(f"insert into {REPLACED} select file, place from _met where row not in (select row from {SKIPPED})")
    return _touched(con)


def _beaten(contract: Contract, old: dict[str, str], arrived: int) -> str:
    """SQL: does the staged row s win over the row e that is there?"""
    if contract.keep == "newest" or (contract.keep_by and contract.keep_by not in old):
        return f"e._load <= {arrived}" if "_load" in old else "true"
    if contract.keep == "first":
        return "false"
    mine, theirs = f"s.{sql.name(contract.keep_by)}", f"e.{sql.name(contract.keep_by)}"
    sign = ">=" if contract.keep == "largest" else "<="
    return f"{theirs} is null or coalesce({mine} {sign} {theirs}, false)"
