"""The leanest script that does the same cleaning with DuckDB alone: types, reasons, rows aside with what they held, the
newest row of a key, the shops' business day, one Parquet file a month. No manifest, no ledger, no line numbers; values
are written in one way only, and 12.5 pieces are 13.

    python -m bench.loading.lean FILE FOLDER [CHANGES]

CHANGES are cleaned alike and merged by writing the whole table anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench.loading.peers import NEEDED as TEXTS
from bench.loading.peers import NOT_NEGATIVE, Clock, told

TYPED = {
    "quantity": "bigint", "sales_value": "decimal(18,2)", "retail_disc": "decimal(18,2)",
    "coupon_disc": "decimal(18,2)", "coupon_match_disc": "decimal(18,2)", "week": "bigint", "sold_at": "timestamp",
    "changed_at": "timestamp",
}  # fmt: skip
NAMES = (*TEXTS, *TYPED)
SAME = "a.basket_id = b.basket_id and a.product_id = b.product_id"


def main(file: str, folder: str, changes: str = "") -> None:
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2500MB", "temp_directory": f"{folder}/spill"})
    con.execute("set TimeZone = 'UTC'")
    first = f"{folder}/first"
    results = [_timed(con, file, first, "")]
    if changes:
        results.append(_timed(con, changes, f"{folder}/second", f"{first}/lake/*/*.parquet"))
    told(results)


def _timed(con: duckdb.DuckDBPyConnection, file: str, folder: str, there: str) -> dict[str, object]:
    clock = Clock()
    Path(folder).mkdir(parents=True)
    _stage(con, file)
    _aside(con, folder)
    _losers(con)
    _write(con, folder, there)
    took = clock.read()
    lake = f"read_parquet('{folder}/lake/*/*.parquet', hive_partitioning = false)"
    ((rows, total),) = con.execute(f"select count(*), sum(sales_value) from {lake}").fetchall()
    ((aside,),) = con.execute(f"select count(*) from '{folder}/aside.parquet'").fetchall()
    return {**took, "rows": rows, "sum": str(total), "aside": aside}


def _stage(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """What the reader can type, it types; what it cannot, it names with its reasons."""
    columns = ", ".join(f"'{one}': '{TYPED.get(one, 'varchar')}'" for one in NAMES)
    bad = " or ".join([*(f"{one} is null" for one in NAMES), *(f"{one} < 0" for one in NOT_NEGATIVE)])
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    con.execute(
        "create or replace temp table stage as select *,"
        " timezone('America/New_York', timezone('UTC', sold_at))::date as day, case when "
        f"{bad} then true end as bad from read_csv('{file}', columns = {{{columns}}}, header = true,"
        " auto_detect = false, delim = ',', quote = '\"', store_rejects = true, rejects_limit = 0)"
    )


def _aside(con: duckdb.DuckDBPyConnection, folder: str) -> None:
    wrong = [f"case when {one} is null then '{one} missing' end" for one in NAMES]
    wrong += [f"case when {one} < 0 then '{one} negative' end" for one in NOT_NEGATIVE]
    con.execute(
        "copy (select string_agg(column_name || ' wrong', '; ') as reasons, min(csv_line) as raw from reject_errors"
        f" group by line union all select concat_ws('; ', {', '.join(wrong)}), concat_ws(',', {', '.join(NAMES)})"
        f" from stage where bad) to '{folder}/aside.parquet'"
    )


def _losers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table repeated as select h from (select hash(basket_id, product_id) as h from stage"
        " where bad is null) group by h having count(*) > 1"
    )
    con.execute(
        "create or replace temp table losers as select r from (select rowid as r, row_number() over (partition by"
        " basket_id, product_id order by changed_at desc, rowid desc) as n from stage where bad is null"
        " and hash(basket_id, product_id) in (select h from repeated)) where n > 1"
    )


def _write(con: duckdb.DuckDBPyConnection, folder: str, there: str) -> None:
    """`there`: the files of the version before, all of which are written anew; empty for the first load."""
    rows = "select * exclude (bad) from stage where bad is null and rowid not in (select r from losers)"
    if there:
        old = f"read_parquet('{there}', hive_partitioning = false)"
        con.execute(
            "create or replace temp table met as select b.rowid as r, a.basket_id, a.product_id,"
            f" b.changed_at >= a.changed_at as wins from {old} a join stage b on {SAME}"
            " where b.bad is null and b.rowid not in (select r from losers)"
        )
        rows += " and rowid not in (select r from met where not wins)"
        rows += f" union all select * from {old} a where not exists (select 1 from met b where {SAME} and wins)"
    months = con.execute(
        "select distinct date_trunc('month', day)::date from stage where bad is null"
        + (f" union select distinct date_trunc('month', day)::date from {old}" if there else "")
    ).fetchall()
    for (month,) in months:
        Path(f"{folder}/lake/{month}").mkdir(parents=True)
        con.execute(
            f"copy (select * from ({rows}) where day >= date '{month}' and day < date '{month}' + interval 1 month)"
            f" to '{folder}/lake/{month}/0.parquet' (format parquet)"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
