"""The leanest script that does the same cleaning with DuckDB alone: types, reasons, rows aside with what they held, the
newest row of a key, the shops' business day, one Parquet file a month. No manifest, no ledger, no line numbers.

    python -m bench.loading.lean FILE FOLDER
"""

from __future__ import annotations

import sys

import duckdb

TEXTS = ("basket_id", "household_id", "store_id", "product_id")
TYPED = {
    "quantity": "bigint", "sales_value": "decimal(18,2)", "retail_disc": "decimal(18,2)",
    "coupon_disc": "decimal(18,2)", "coupon_match_disc": "decimal(18,2)", "week": "bigint", "sold_at": "timestamp",
    "changed_at": "timestamp",
}  # fmt: skip
NAMES = (*TEXTS, *TYPED)


def main(file: str, folder: str) -> None:
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": f"{folder}/spill"})
    con.execute("set TimeZone = 'UTC'")
    con.execute("set disabled_optimizers = 'type_pushdown'")  # without this it drops the rows that it should keep
    columns = ", ".join(f"'{one}': 'varchar'" for one in NAMES)
    typed = ", ".join([*TEXTS, *(f"try_cast({n} as {t}) as t_{n}" for n, t in TYPED.items())])
    raw = ", ".join(f"{one}" for one in TYPED)
    wrong = [f"case when {one} is null then '{one} missing' end" for one in TEXTS]
    wrong += [f"case when t_{one} is null then '{one} wrong' end" for one in TYPED]
    wrong += ["case when t_sales_value < 0 then 'negative' end", "case when t_quantity < 0 then 'negative' end"]
    bad = " or ".join([*(f"{one} is null" for one in TEXTS), *(f"t_{one} is null" for one in TYPED)])
    con.execute(
        "create temp table stage as select"
        f" {', '.join(TEXTS)}, {', '.join(f't_{n} as {n}' for n in TYPED)},"
        " timezone('America/New_York', timezone('UTC', t_sold_at))::date as day,"
        f" case when bad then concat_ws('; ', {', '.join(wrong)}) end as reasons,"
        f" case when bad then concat_ws(',', {', '.join(NAMES)}) end as raw"
        f" from (select *, case when {bad} or t_sales_value < 0 or t_quantity < 0 then true else false end as bad"
        f" from (select {typed}, {raw} from read_csv('{file}', columns = {{{columns}}}, header = true,"
        " auto_detect = false, delim = ',', quote = '\"')))"
    )
    con.execute(f"copy (select reasons, raw from stage where reasons is not null) to '{folder}/aside.parquet'")
    con.execute(
        "create temp table repeated as select h from (select hash(basket_id, product_id) as h from stage"
        " where reasons is null) group by h having count(*) > 1"
    )
    con.execute(
        "create temp table losers as select r from (select rowid as r, row_number() over (partition by basket_id,"
        " product_id order by changed_at desc, rowid desc) as n from stage where reasons is null"
        " and hash(basket_id, product_id) in (select h from repeated)) where n > 1"
    )
    con.execute(
        "copy (select * exclude (reasons, raw), date_trunc('month', day) as part from stage where reasons is null"
        f" and rowid not in (select r from losers)) to '{folder}/lake' (format parquet, partition_by (part))"
    )
    found = con.execute(
        f"select count(*), sum(sales_value) from read_parquet('{folder}/lake/*/*.parquet', hive_partitioning = false)"
    ).fetchall()[0]
    aside = con.execute(f"select count(*) from '{folder}/aside.parquet'").fetchall()[0][0]
    print(found[0], found[1], aside)


if __name__ == "__main__":
    main(*sys.argv[1:3])
