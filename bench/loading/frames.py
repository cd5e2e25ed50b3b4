"""The same cleaning as people write it with pandas: typed columns, every reason of a bad row, the newest row of a key,
the shops' business day, one Parquet file a month.

    python -m bench.loading.frames FILE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from bench.loading.peers import NEEDED, NOT_NEGATIVE, NUMBERS, STAMPS, Clock, told


def main(file: str, folder: str) -> None:
    clock = Clock()
    raw = pd.read_csv(file, dtype=str)
    rows, wrong = raw.copy(), pd.DataFrame(index=raw.index)
    for name in NUMBERS:
        rows[name] = pd.to_numeric(raw[name], errors="coerce")
        wrong[f"{name} wrong"] = rows[name].isna()
    for name in STAMPS:
        rows[name] = pd.to_datetime(raw[name], format="%Y-%m-%d %H:%M:%S", errors="coerce", utc=True)
        wrong[f"{name} wrong"] = rows[name].isna()
    for name in NEEDED:
        wrong[f"{name} missing"] = raw[name].isna()
    for name in NOT_NEGATIVE:
        wrong[f"{name} negative"] = rows[name] < 0
    bad = wrong.any(axis=1)
    aside = raw[bad].copy()
    aside["reasons"] = [list(wrong.columns[row]) for row in wrong[bad].to_numpy()]
    aside.to_parquet(Path(folder) / "aside.parquet")
    good = rows[~bad].sort_values("changed_at", kind="stable").drop_duplicates(["basket_id", "product_id"], keep="last")
    good["day"] = good["sold_at"].dt.tz_convert("America/New_York").dt.tz_localize(None).dt.normalize()
    for part, month in good.groupby(good["day"].dt.year * 100 + good["day"].dt.month):
        month.to_parquet(Path(folder) / f"{part}.parquet")
    took = clock.read()
    told([{**took, "rows": len(good), "sum": f"{good['sales_value'].sum():.2f}", "aside": len(aside)}])


if __name__ == "__main__":
    main(*sys.argv[1:3])
