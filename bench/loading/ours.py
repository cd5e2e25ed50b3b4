"""A source with the same contract, and its file through opsloop's own loading, in a workspace of its own.

    python -m bench.loading.ours FILE [CHANGES]

What is timed is a load from its call to the published version, its entry in the ledger among it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bench  # noqa: F401  # makes the workspace and starts Django
from bench.loading.peers import Clock, told

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
        clock = Clock()
        (result,) = load(source, [Path(path)], by=by)
        took = clock.read()
        assert result.done, result.message
        ((rows, total),) = store.fetch("select count(*), sum(sales_value) from sales", ["sales"])
        out.append({**took, "rows": rows, "sum": str(total), "aside": result.set_aside, "kept": result.kept})
    told(out)


if __name__ == "__main__":
    main(sys.argv[1:])
