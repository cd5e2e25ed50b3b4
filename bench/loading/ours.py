"""A source with the same contract, and its file through opsloop's own loading, in a workspace of its own.

    python -m bench.loading.ours FILE [CHANGES]

Prints the seconds and CPU seconds of each load with its counts, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import bench  # noqa: F401  # makes the workspace and starts Django

SOURCE = """title: 销售
owner: data-analyst
arrives: {drop: "sales-*.csv"}
timezone: America/New_York
key: [basket_id, product_id]
keep: largest changed_at
time: sold_at
columns:
  basket_id: {required: true}
  household_id: {required: true}
  store_id: {required: true}
  product_id: {required: true}
  quantity: {type: integer, required: true, at_least: 0}
  sales_value: {type: money, required: true, at_least: 0}
  retail_disc: {type: money, required: true}
  coupon_disc: {type: money, required: true}
  coupon_match_disc: {type: money, required: true}
  week: {type: integer, required: true}
  sold_at: {type: datetime, required: true, arrives_in: UTC}
  changed_at: {type: datetime, required: true, arrives_in: UTC}
"""


def main(paths: list[str]) -> None:
    from django.test.utils import setup_databases

    setup_databases(verbosity=0, interactive=False)
    from opsloop.base.jobs.robot import for_itself
    from opsloop.data.lake import store
    from opsloop.data.sources.jobs import MAY
    from opsloop.data.sources.loading import load
    from opsloop.data.sources.tests import samples

    source, by, out = samples.source(SOURCE, "sales"), for_itself(MAY), []
    for path in paths:
        wall, cpu = time.perf_counter(), time.process_time()
        (result,) = load(source, [Path(path)], by=by)
        seconds, spent = time.perf_counter() - wall, time.process_time() - cpu
        assert result.done, result.message
        ((rows, total),) = store.fetch("select count(*), sum(sales_value) from sales", ["sales"])
        out.append(
            {"seconds": seconds, "cpu": spent, "rows": rows, "sum": str(total), **result.plain()} | {"seconds": seconds}
        )
    print(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1:])
