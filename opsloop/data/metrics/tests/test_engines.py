"""The same questions on Sail and on Spark itself, two workers each, give results equal to DuckDB's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from opsloop.base.testing import Cast
from opsloop.data.metrics import spark
from opsloop.data.metrics.api import Question, ask, where_of
from opsloop.data.metrics.tests import servers
from opsloop.data.metrics.tests.shop import define, metrics, publish, shop

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module", params=servers.SERVERS)
def remote(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, ended with the tests of this file."""
    link = pytest.importorskip("opsloop.data.metrics.spark_link", reason="the extra spark is not installed")
    try:
        with servers.SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as address:
            yield address
            link.forget(address)
    except servers.Missing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture
def connected(remote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spark.REMOTE, remote)


def sale(order: str, who: str, product: str, shop_: str, amount: str, cost: str | None, day: int) -> tuple[Any, ...]:
    return (order, who, product, shop_, amount, cost, 1 + day % 3, (MONDAY + timedelta(days=day)).isoformat())


STEPS = "[{title: a, where: shop = 'north'}, {title: b, where: shop = 'south'}]"
METRICS = {
    "sales": "value: {sum: amount}",
    "fuel": "value: {sum: amount, where: department = 'fuel'}",
    "lines": "value: {count: rows}",
    "orders": "value: {count: order_id, distinct: true}",
    "mean": "value: {average: amount - cost}",
    "smallest": "value: {min: amount}",
    "median": "value: {median: amount}",
    "upper": "value: {quantile: amount, at: 0.95}",
    "per_piece": "value: {average: amount / pieces}",
    "average_order": "ratio: {over: {sum: amount}, under: {count: order_id, distinct: true}}",
    "loyal": "value: {count: customer, having: {count: order_id, distinct: true, at_least: 2}}",
    "derived": "formula: sales / orders * 2",
    "sales_7": "value: {sum: amount}\nwindow: 7 days",
    "mean_7": "value: {average: amount}\nwindow: 7 days",
    "buyers_7": "value: {count: customer, distinct: true}\nwindow: 7 days",
    "median_7": "value: {median: amount}\nwindow: 7 days",
    "repeat_7": "window: 7 days\nratio: {over: {count: customer, having: {count: order_id, distinct: true,"
    " at_least: 2}}, under: {count: customer, distinct: true}}",
    "spent_7": "value: {count: customer, having: {sum: amount, at_least: 20}}\nwindow: 7 days",
    "running": "value: {sum: amount}\nto_date: ever",
    "last": "value: {sum: amount}\nbalance: last",
    "daily": "value: {sum: amount}\nbalance: average",
    "growth": "change: {of: sales}",
    "kept": "retention: {of: customer}\nwindow: 7 days",
    "again": "cohort: {of: customer, within: 7 days}",
    "moved": f"funnel: {{of: customer, at: day, within: 10 days, steps: {STEPS}}}",
    "baskets": "from: baskets\nvalue: {average: amount}",
    "gone": "value: {sum: amount, where: amount < 0}",
}


@pytest.fixture
def data(cast: Cast) -> None:
    names, products, shops = ["ann", "bob", "cid"], ["p1", "p2", "p3", "p9"], ["north", "south"]
    rows = [
        sale(
            f"o{n // 2}", names[n * 7 % 3], products[n % 4], shops[n * 5 % 2], f"{n * 13 % 17}.{n * 7 % 100:02d}",
            None if n % 11 == 0 else "1.25", n * 3 % 40,
        )
        for n in range(80)
    ]  # fmt: skip
    shop(cast.lin, rows)
    define(
        "dataset",
        cast.lin,
        baskets="-- one row = one order\n-- key: order_id\nselect order_id, customer, min(day) as day,"
        " sum(amount) as amount from sales group by order_id, customer\n",
    )
    metrics(cast.lin, **METRICS)


def told(question: Question) -> list[tuple[Any, ...]]:
    found = ask(question).results[0].rows
    return [
        (r.period, r.dims, *(None if v is None else pytest.approx(v, abs=1e-9) for v in (r.value, r.over, r.under)))
        for r in found
    ]


@pytest.mark.usefixtures("connected", "data")
def test_every_type_of_metric_is_equal_on_both_engines() -> None:
    for name in (one.replace("_", "-") for one in METRICS):
        for grain in ("total", "week", "month"):
            here = told(Question((name,), grain=grain))
            there = told(Question((name,), grain=grain, engine="spark"))
            assert here == there and here, (name, grain)


@pytest.mark.usefixtures("connected", "data")
def test_dimensions_filters_and_comparisons_are_equal_too() -> None:
    for name in ("average-order", "repeat-7", "kept", "median", "fuel"):
        for more in (
            {"by": ("department", "age")},
            {"where": where_of([("department", "food"), ("department", None)]), "grain": "day"},
            {"compare": "previous", "grain": "week", "by": ("shop",)},
        ):
            here, there = Question((name,), **more), Question((name,), **more, engine="spark")  # type: ignore[arg-type]
            assert told(here) == told(there), (name, more)


@pytest.mark.usefixtures("connected", "data")
def test_many_metrics_are_one_statement_there_too() -> None:
    idents = tuple(one.replace("_", "-") for one in METRICS if one not in ("baskets", "growth"))
    answer = ask(Question(idents, grain="week", engine="spark"))
    assert len(answer.sql) == 1
    here = ask(Question(idents, grain="week"))
    for one, other in zip(answer.results, here.results, strict=True):
        assert [(r.period, r.value) for r in one.rows] == [
            (r.period, pytest.approx(r.value) if r.value is not None else None) for r in other.rows
        ]


@pytest.mark.usefixtures("connected")
def test_an_empty_version_has_its_columns_there_too(cast: Cast) -> None:
    shop(cast.lin, [sale("a", "ann", "p1", "north", "1", "1", 0)])
    metrics(cast.lin, sales="value: {sum: amount}")
    publish("products", [("p1", "food", "m")], {"product_id": "varchar", "department": "varchar", "maker": "varchar"})
    assert ask(Question(("sales",), by=("department",), engine="spark")).rows[0].dims == ("food",)
