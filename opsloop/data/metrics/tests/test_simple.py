"""Simple, distinct, ratio and derived metrics against cases worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from opsloop.base.testing import Cast
from opsloop.data.metrics.api import CannotAnswer, Question, Result, ask, ask_many, where_of
from opsloop.data.metrics.tests.shop import metrics, shop

pytestmark = pytest.mark.django_db
D = date

# order, customer, product, shop, amount, cost, pieces, day; 2026-03-02 is a Monday
ROWS: list[tuple[Any, ...]] = [
    ("o1", "ann", "p1", "north", "10.00", "6.00", 2, "2026-03-02"),
    ("o1", "ann", "p2", "north", "5.00", "2.00", 1, "2026-03-02"),
    ("o2", "bob", "p3", "north", "30.00", "27.00", 1, "2026-03-03"),
    ("o3", "ann", "p1", "south", "20.00", "12.00", 4, "2026-03-09"),
    ("o4", "cid", "p9", "south", "7.00", None, 1, "2026-03-10"),
    ("o5", "bob", "p2", "south", "8.00", "4.00", 2, "2026-03-24"),
]


@pytest.fixture
def data(cast: Cast) -> None:
    shop(cast.lin, ROWS)
    metrics(
        cast.lin,
        sales="value: {sum: amount}",
        lines="value: {count: rows}",
        costed="value: {count: cost}",
        orders="value: {count: order_id, distinct: true}",
        smallest="value: {min: amount}",
        largest="value: {max: amount}",
        mean="value: {average: amount}",
        median="value: {median: amount}",
        upper="value: {quantile: amount, at: 0.75}",
        margin="value: {sum: amount - cost}",
        fuel="value: {sum: amount, where: department = 'fuel'}",
        fuel_lines="value: {count: rows, where: department = 'fuel'}",
        mean_fuel="value: {average: amount, where: department = 'fuel'}",
        average_order="ratio: {over: {sum: amount}, under: {count: order_id, distinct: true}}",
        derived="formula: sales / orders",
        double="formula: derived * 2 - 1",
        per_fuel="ratio: {over: {sum: amount}, under: {count: rows, where: department = 'fuel'}}",
        unit_price="value: {average: amount / pieces}",
        loyal="value: {count: customer, having: {count: order_id, distinct: true, at_least: 2}}",
        big_spenders="value: {count: customer, having: {sum: amount, at_least: 38}}",
    )


def result(metric: str, **more: Any) -> Result:
    return ask(Question((metric,), **more)).results[0]


def values(metric: str, **more: Any) -> list[Any]:
    return [(row.period, *row.dims, row.value) for row in result(metric, **more).rows]


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("sales", 80.0),
        ("lines", 6.0),
        ("costed", 5.0),
        ("orders", 5.0),
        ("smallest", 5.0),
        ("largest", 30.0),
        ("mean", 80 / 6),
        ("median", 9.0),  # 5 7 8 10 20 30
        ("upper", 17.5),  # rank 0.75 × 5 = 3.75: 10 + 0.75 × 10
        ("margin", 4 + 3 + 3 + 8 + 4),  # the row without cost is unknown and not counted
        ("fuel", 30.0),
        ("fuel-lines", 1.0),
        ("average-order", 16.0),
        ("derived", 16.0),
        ("double", 31.0),
        ("unit-price", (5 + 5 + 30 + 5 + 7 + 4) / 6),
        ("loyal", 2.0),  # ann: o1 o3, bob: o2 o5
        ("big-spenders", 1.0),  # ann 35, bob 38, cid 7
    ],
)
def test_each_aggregate_over_everything(metric: str, value: float) -> None:
    found = result(metric)
    assert [(row.period, row.value) for row in found.rows] == [(D(2026, 3, 2), pytest.approx(value))]
    assert (found.since, found.until, found.complete) == (D(2026, 3, 2), D(2026, 3, 24), True)


@pytest.mark.usefixtures("data")
def test_weeks_begin_on_monday_and_a_week_without_rows_is_a_gap() -> None:
    assert values("sales", grain="week") == [(D(2026, 3, 2), 45.0), (D(2026, 3, 9), 27.0), (D(2026, 3, 23), 8.0)]
    assert values("sales", grain="month") == [(D(2026, 3, 1), 80.0)]
    assert values("sales", grain="quarter") == [(D(2026, 1, 1), 80.0)]
    assert values("sales", grain="year") == [(D(2026, 1, 1), 80.0)]
    assert values("sales", grain="day", until=D(2026, 3, 3)) == [(D(2026, 3, 2), 15.0), (D(2026, 3, 3), 30.0)]
    assert values("sales", since=D(2026, 3, 4), until=D(2026, 3, 8)) == []


@pytest.mark.usefixtures("data")
def test_zero_unknown_and_not_applicable_differ() -> None:
    second = {"since": D(2026, 3, 9), "until": D(2026, 3, 10)}
    assert values("fuel", **second) == [(D(2026, 3, 9), 0.0)]  # there are rows, none of fuel
    assert values("fuel-lines", **second) == [(D(2026, 3, 9), 0.0)]
    (row,) = result("mean-fuel", **second).rows
    assert row.value is None and "Unknown" in str(row.why)
    (row,) = result("per-fuel", **second).rows
    assert (row.value, row.over, row.under) == (None, 27.0, 0.0) and "divide" in str(row.why)
    (row,) = result("margin", since=D(2026, 3, 10), until=D(2026, 3, 10)).rows
    assert row.value is None  # 7.00 less an unknown cost


@pytest.mark.usefixtures("data")
def test_a_dimension_of_a_referenced_relation_neither_loses_nor_multiplies_rows() -> None:
    by = values("sales", by=("department",))
    assert by == [(D(2026, 3, 2), "food", 43.0), (D(2026, 3, 2), "fuel", 30.0), (D(2026, 3, 2), None, 7.0)]
    assert values("orders", by=("shop", "products.department"), since=D(2026, 3, 9)) == [
        (D(2026, 3, 9), "south", "food", 2.0),
        (D(2026, 3, 9), "south", None, 1.0),
    ]
    assert values("sales", by=("age",)) == [(D(2026, 3, 2), "20-29", 35.0), (D(2026, 3, 2), "30-39", 45.0)]


@pytest.mark.usefixtures("data")
def test_filters_choose_values_and_the_unknown() -> None:
    assert values("sales", where=where_of([("department", "food"), ("department", None)]))[0][1] == 50.0
    assert values("sales", where=where_of({"shop": "south", "department": ["food", "fuel"]}))[0][1] == 28.0
    assert values("sales", where=where_of([("shop", "it's; drop table x --")])) == []
    assert values("lines", where=where_of([("pieces", "1")]))[0][1] == 3.0


@pytest.mark.usefixtures("data")
def test_over_and_under_are_kept_apart() -> None:
    first, second, third = result("average-order", grain="week").rows
    assert (first.value, first.over, first.under) == (22.5, 45.0, 2.0)
    assert (second.value, second.over, second.under) == (13.5, 27.0, 2.0)
    assert (third.over, third.under) == (8.0, 1.0)
    derived = result("derived", grain="week").rows
    assert [(row.value, row.over, row.under) for row in derived] == [
        (22.5, 45.0, 2.0), (13.5, 27.0, 2.0), (8.0, 8.0, 1.0)
    ]  # fmt: skip


@pytest.mark.usefixtures("data")
def test_what_is_not_there_is_named() -> None:
    for question, word in [
        (Question(("gone",)), "no metric gone"),
        (Question(("sales",), by=("colour",)), "colour"),
        (Question(("sales",), by=("phone.x",)), "phone.x"),
    ]:
        with pytest.raises(CannotAnswer, match=word):
            ask(question)
    answers = ask_many([Question(("sales",)), Question(("sales",), by=("colour",)), Question(("gone",))])
    assert [answer.results[0].value for answer in answers] == [80.0, None, None]
    assert "colour" in str(answers[1].results[0].waiting) and "gone" in str(answers[2].results[0].waiting)


@pytest.mark.usefixtures("data")
def test_metrics_of_one_relation_are_one_statement() -> None:
    idents = ("sales", "orders", "lines", "median", "average-order", "loyal", "fuel")
    answer = ask(Question(idents, grain="week", by=("shop",)))
    assert len(answer.sql) == 1 and answer.sql[0].count("read_parquet") == 2  # sales and products, once each
    alone = [ask(Question((one,), grain="week", by=("shop",))).rows for one in idents]
    assert [one.rows for one in answer.results] == alone
