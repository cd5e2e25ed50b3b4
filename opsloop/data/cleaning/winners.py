"""Which staged rows are good, and which of several with one key counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsloop.data.cleaning import repeats, sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.staged import ORDINAL, STAGE, STANDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LATE, LOSERS = "_late", "_losers"
GOOD = f"_reasons is null and {STAGE}.rowid not in (select row from {LATE})"
WINNERS = f"{GOOD} and {STAGE}.rowid not in (select row from {LOSERS})"
"""WHERE of the rows of `_stage` that are candidates for the lake."""


def look_up(con: DuckDBPyConnection, contract: Contract, relations: Mapping[str, str]) -> None:
    """Fill `_late`: rows with a value that is not found where it should be. `relations`: name -> what stands behind
    FROM; a reference into one that is not there is not looked up. A row may refer to rows of its own file."""
    con.execute(f"create or replace temp table {LATE} (row bigint, reasons varchar[])")
    parts = []
    for rule in contract.columns:
        if rule.reference is None:
            continue
        relation, column = rule.reference
        found = [f"select {sql.name(column)} from {relations[relation]}"] if relation in relations else []
        if relation == contract.table:
            found.append(f"select {sql.name(column)} from {STAGE} where _reasons is null")
        if not found:
            continue
        value = sql.name(rule.name)
        parts.append(
            f"select s.rowid as row, {sql.literal(rule.name + ':not_found')} as reason from {STAGE} s"
            f" where {STANDS} and {value} is not null and cast({value} as varchar) not in"
            f" (select cast(x as varchar) from ({' union all '.join(found)}) t(x) where x is not null)"
        )
    if parts:
        con.execute(f"insert into {LATE} select row, list(reason) from ({' union all '.join(parts)}) group by row")


def choose(con: DuckDBPyConnection, contract: Contract) -> None:
    """Fill `_losers`: of good rows with one key all but the one that counts. Only repeated keys are compared."""
    con.execute(f"create or replace temp table {LOSERS} (row bigint)")
    if not contract.key:
        return
    key = ", ".join(sql.name(one) for one in contract.key)
    con.execute(
        f"insert into {LOSERS} select row from (select {STAGE}.rowid as row,"
        f" row_number() over (partition by {key} order by {order(contract)}) as place from {STAGE}"
        f" where {repeats.find(con, contract, GOOD)}) where place > 1"
    )


def order(contract: Contract) -> str:
    """ORDER BY that puts the row that counts first; of equal ones the later."""
    if contract.keep == "first":
        return ORDINAL
    if contract.keep == "largest":
        return f"{sql.name(contract.keep_by)} desc nulls last, {ORDINAL} desc"
    if contract.keep == "smallest":
        return f"{sql.name(contract.keep_by)} asc nulls last, {ORDINAL} desc"
    return f"{ORDINAL} desc"
