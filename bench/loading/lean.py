"""The leanest script that does the same cleaning with DuckDB alone: types, reasons, rows aside with what they held, the
newest row of a key, the shops' business day, one Parquet file a month. No manifest, no ledger, no line numbers.

It casts texts, as a script must that keeps what a row held. One that lets the reader type is no faster and cleans less
(docs/decisions/cost-of-a-load.md).

    python -m bench.loading.lean FILE FOLDER [CHANGES]

CHANGES are cleaned alike and merged by writing the whole table anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench.loading.peers import NEEDED as TEXTS
from bench.loading.peers import Clock, told

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
    con.execute("set disabled_optimizers = 'type_pushdown'")  # without this it drops the rows that it should keep
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
    columns = ", ".join(f"'{one}': 'varchar'" for one in NAMES)
    typed = ", ".join([*TEXTS, *(f"try_cast({n} as {t}) as t_{n}" for n, t in TYPED.items())])
    raw = ", ".join(f"{one}" for one in TYPED)
    wrong = [f"case when {one} is null then '{one} missing' end" for one in TEXTS]
    wrong += [f"case when t_{one} is null then '{one} wrong' end" for one in TYPED]
    wrong += [f"case when t_{one} < 0 then '{one} negative' end" for one in ("sales_value", "quantity")]
    bad = " or ".join([*(f"{one} is null" for one in TEXTS), *(f"t_{one} is null" for one in TYPED)])
    con.execute(
        "create or replace temp table stage as select"
        f" {', '.join(TEXTS)}, {', '.join(f't_{n} as {n}' for n in TYPED)},"
        " timezone('America/New_York', timezone('UTC', t_sold_at))::date as day,"
        f" case when bad then concat_ws('; ', {', '.join(wrong)}) end as reasons,"
        f" case when bad then concat_ws(',', {', '.join(NAMES)}) end as raw"
        f" from (select *, case when {bad} or t_sales_value < 0 or t_quantity < 0 then true else false end as bad"
        f" from (select {typed}, {raw} from read_csv('{file}', columns = {{{columns}}}, header = true,"
        " auto_detect = false, delim = ',', quote = '\"')))"
    )


def _aside(con: duckdb.DuckDBPyConnection, folder: str) -> None:
    con.execute(f"copy (select reasons, raw from stage where reasons is not null) to '{folder}/aside.parquet'")


def _losers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table repeated as select h from (select hash(basket_id, product_id) as h from stage"
        " where reasons is null) group by h having count(*) > 1"
    )
    con.execute(
        "create or replace temp table losers as select r from (select rowid as r, row_number() over (partition by"
        " basket_id, product_id order by changed_at desc, rowid desc) as n from stage where reasons is null"
        " and hash(basket_id, product_id) in (select h from repeated)) where n > 1"
    )


def _write(con: duckdb.DuckDBPyConnection, folder: str, there: str) -> None:
    """`there`: the files of the version before, all of which are written anew; empty for the first load."""
    rows = "select * exclude (reasons, raw) from stage where reasons is null and rowid not in (select r from losers)"
    if there:
        old = f"read_parquet('{there}', hive_partitioning = false)"
        con.execute(
            "create or replace temp table met as select b.rowid as r, a.basket_id, a.product_id,"
            f" b.changed_at >= a.changed_at as wins from {old} a join stage b on {SAME}"
            " where b.reasons is null and b.rowid not in (select r from losers)"
        )
        rows += " and rowid not in (select r from met where not wins)"
        rows += f" union all select * from {old} a where not exists (select 1 from met b where {SAME} and wins)"
    months = con.execute(
        "select distinct date_trunc('month', day)::date from stage where reasons is null"
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
