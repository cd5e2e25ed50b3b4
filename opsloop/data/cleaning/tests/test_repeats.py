"""Rows that may share a key, found by runs or by counting all: the same as comparing each with each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import event, given, settings
from hypothesis import strategies as st

from opsloop.data.cleaning import repeats
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.staged import STAGE

GOOD = "_reasons is null"
Row = tuple[str, str | int, bool]
"""The first column of the key, the last one, and whether the row is good."""


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    with connected(tmp_path_factory.mktemp("repeats"), "200MB") as con:
        yield con


def found(con: DuckDBPyConnection, rows: list[Row], line: str = "text") -> set[int]:
    """Places of the rows that are compared."""
    contract = Contract("t", (Rule("receipt"), Rule("line", line)), key=("receipt", "line"))
    kind = contract.rule("line").sql_type
    con.execute(f"create or replace temp table {STAGE} (receipt varchar, line {kind}, _reasons varchar[])")
    if rows:
        con.execute(
            f"insert into {STAGE} select unnest(?::varchar[]), unnest(?::{kind}[]),"
            " case when not unnest(?::boolean[]) then ['x'] end",
            [list(one) for one in zip(*rows, strict=True)],
        )
    where = repeats.find(con, contract, GOOD)
    return {row for (row,) in con.execute(f"select rowid from {STAGE} where {where}").fetchall()}


def by_hand(rows: list[Row]) -> set[int]:
    many = Counter(row[:2] for row in rows if row[2])
    return {place for place, row in enumerate(rows) if row[2] and many[row[:2]] > 1}


def looked_for_runs(con: DuckDBPyConnection) -> bool:
    return bool(con.execute("from duckdb_tables() select 1 where table_name = '_again_begun'").fetchall())


RUN = st.tuples(st.sampled_from("abc"), st.lists(st.integers(1, 30), max_size=8), st.booleans())
"""The lines of a receipt, in their order or as they come."""


@given(st.lists(RUN, max_size=12), st.lists(st.booleans(), max_size=100), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_same_rows_as_by_hand(
    con: DuckDBPyConnection, runs: list[tuple[str, list[int], bool]], bad: list[bool], text: bool
) -> None:
    con.execute("drop table if exists _again_begun")
    keys = [(receipt, n) for receipt, lines, ordered in runs for n in (sorted(lines) if ordered else lines)]
    marks = [*(not one for one in bad), *[True] * len(keys)]
    rows: list[Row] = [(a, str(n) if text else n, good) for (a, n), good in zip(keys, marks, strict=False)]
    assert found(con, rows, "text" if text else "integer") == by_hand(rows)
    event(f"runs: {looked_for_runs(con)}")


def test_a_row_after_the_others_is_met_by_the_run_that_it_repeats(con: DuckDBPyConnection) -> None:
    rows: list[Row] = [(f"r{n}", str(line), True) for n in range(20) for line in range(1, 12)]
    assert found(con, rows) == set()
    assert con.execute("select count(*) from _again_begun").fetchall() == [(0,)], "10 comes behind 9"
    assert found(con, [*rows, ("r7", "3", True)]) == {7 * 11 + 2, 220}
    assert con.execute("select count(*) from _again_begun").fetchall() == [(1,)]


def test_keys_of_one_column_and_rows_in_no_runs_are_counted(con: DuckDBPyConnection) -> None:
    con.execute("drop table if exists _again_begun")
    mixed: list[Row] = [(f"r{n % 50}", str(n), True) for n in range(100)]
    assert found(con, [*mixed, mixed[3]]) == {3, 100}
    con.execute(f"create or replace temp table {STAGE} as select unnest([1, 2, 1]) as id, null::varchar[] as _reasons")
    where = repeats.find(con, Contract("t", (Rule("id", "integer"),), key=("id",)), GOOD)
    assert con.execute(f"select rowid from {STAGE} where {where} order by 1").fetchall() == [(0,), (2,)]
    assert not looked_for_runs(con)
