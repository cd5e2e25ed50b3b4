"""Which staged rows may have a key that another row has too: those alone are compared.

The lines of one receipt or order stand together, and in order. So where the key has several columns, all but the last
name a run, as long as rows follow each other with the same values there and greater ones in the last. A run that begins
once holds no key twice, whatever the order of the runs, and most rows need not be looked at again. Where rows do not
lie like this, the keys of all are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsloop.data.cleaning import sql, staged
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.staged import STAGE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 100_000
IN_RUNS = 0.5
"""Runs are looked for when fewer of the first rows than this begin one."""
REPEATED = "_repeated"


def find(con: DuckDBPyConnection, contract: Contract, good: str) -> str:
    """SQL that is true for the rows of `_stage` with a key that comes twice among the good ones, as far as hashes tell;
    `good` is the condition of these. Fills temporary tables."""
    key = [sql.name(one) for one in contract.key]
    hashed = f"hash({', '.join(key)})"
    among = f"{good} and {_run(key)} in (select run from _again_begun)" if _in_runs(con, contract) else good
    con.execute(
        f"create or replace temp table {REPEATED} as"
        f" select h from (select {hashed} as h from {STAGE} where {among}) group by h having count(*) > 1"
    )
    return f"{among} and {hashed} in (select h from {REPEATED})"


def _in_runs(con: DuckDBPyConnection, contract: Contract) -> bool:
    """Fill `_again_begun` with the runs that begin more than once. False when rows do not lie in runs."""
    if len(contract.key) < 2:
        return False
    first = con.execute(f"select count(*) from ({_begun(contract, f'limit {SAMPLE}')})").fetchall()[0][0]
    if first > IN_RUNS * min(SAMPLE, staged.count(con)):
        return False
    con.execute(
        "create or replace temp table _again_begun as"
        f" select run from ({_begun(contract)}) group by run having count(*) > 1"
    )
    return True


def _begun(contract: Contract, limit: str = "") -> str:
    """SELECT of `run` for each row that does not go on with the run of the row before it."""
    *_most, last = key = [sql.name(one) for one in contract.key]
    rows = f"select {_run(key)} as run, {last} as here, {_length(contract)} as size from {STAGE} {limit}"
    beside = "lag(run) over () as run_before, lag(here) over () as before, lag(size) over () as size_before"
    goes_on = "run = run_before and case when size = size_before then here > before else size > size_before end"
    return f"select run from (select *, {beside} from ({rows})) where not coalesce({goes_on}, false)"


def _run(key: Sequence[str]) -> str:
    return f"hash({', '.join(key[:-1])})"


def _length(contract: Contract) -> str:
    """Texts are ordered by their length first, so that 10 comes behind 9."""
    last = contract.key[-1]
    is_text = any(rule.name == last and rule.sql_type == "VARCHAR" for rule in contract.columns)
    return f"strlen({sql.name(last)})" if is_text else "0"
