"""A file into the table `_stage`: typed rows, each with its business day and, if anything is wrong, all reasons.

The stage is a temporary table in the file's order, so that a row's rowid is its ordinal: lines are looked up for the
few rows aside only, and of two rows with one key the later is known. The good path pays for no line numbers.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from opsloop.data.cleaning import plain, staged
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.reading import Reading
from opsloop.data.cleaning.selecting import select
from opsloop.data.cleaning.staged import STAGE, Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def stage(con: DuckDBPyConnection, contract: Contract, reading: Reading, loaded_at: datetime) -> Staged:
    """Fill the table `_stage`, the fast way where a file allows it. Raises Unreadable."""
    if found := plain.stage(con, contract, reading, loaded_at):
        return found
    staged.forget_rejects(con)
    with reading.to_its_end():
        con.execute(f"create or replace temp table {STAGE} as {select(contract, reading, loaded_at)}")
    rejects = staged.rejects(con) if reading.rejects else []
    return Staged(tuple(rejects), staged.count(con))
