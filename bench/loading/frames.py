"""The same cleaning as people write it with pandas.

python -m bench.loading.frames FILE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

NUMBERS = ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc", "week")
NEEDED = ("basket_id", "household_id", "store_id", "product_id")


def main(file: str, folder: str) -> None:
    raw = pd.read_csv(file, dtype=str)
    rows, wrong = raw.copy(), pd.DataFrame(index=raw.index)
    for name in NUMBERS:
        rows[name] = pd.to_numeric(raw[name], errors="coerce")
        wrong[name] = rows[name].isna()
    for name in ("sold_at", "changed_at"):
        rows[name] = pd.to_datetime(raw[name], format="%Y-%m-%d %H:%M:%S", errors="coerce", utc=True)
        wrong[name] = rows[name].isna()
    for name in NEEDED:
        wrong[name] = raw[name].isna()
    wrong["negative"] = (rows["sales_value"] < 0) | (rows["quantity"] < 0)
    bad = wrong.any(axis=1)
    aside = raw[bad].copy()
    aside["reasons"] = wrong[bad].apply(lambda row: "; ".join(row.index[row]), axis=1)
    aside.to_parquet(Path(folder) / "aside.parquet")
    good = rows[~bad].sort_values("changed_at", kind="stable").drop_duplicates(["basket_id", "product_id"], keep="last")
    good["day"] = good["sold_at"].dt.tz_convert("America/New_York").dt.date
    good["part"] = good["sold_at"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m")
    for part, month in good.groupby("part"):
        month.drop(columns="part").to_parquet(Path(folder) / f"{part}.parquet")
    print(len(good), f"{good['sales_value'].sum():.2f}", len(aside))


if __name__ == "__main__":
    main(*sys.argv[1:3])
