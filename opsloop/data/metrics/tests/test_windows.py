"""Windows, running totals, balances, changes, retention, cohorts and funnels against cases worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from opsloop.base.testing import Cast
from opsloop.data.metrics.api import Question, Result, Row, ask
from opsloop.data.metrics.tests.shop import define, fresh, metrics, publish, shop

pytestmark = pytest.mark.django_db
D = date
MONDAY = D(2026, 3, 2)


def rows(metric: str, **more: Any) -> tuple[Row, ...]:
    return ask(Question((metric,), **more)).results[0].rows


def values(metric: str, **more: Any) -> list[Any]:
    return [(row.period.day, *row.dims, row.value) for row in rows(metric, **more)]


def row(order: str, who: str, amount: float, day: int, where: str = "north") -> tuple[Any, ...]:
    """A sale on a day counted from Monday 2026-03-02 as 0."""
    return (order, who, "p1", where, f"{amount:.2f}", "0.00", 1, (MONDAY + timedelta(days=day)).isoformat())


@pytest.fixture
def days(cast: Cast) -> None:
    """Four days of a week and three of the next; nobody on the 4th, 5th and 6th day."""
    shop(
        cast.lin,
        [
            row("a", "ann", 10, 0), row("b", "bob", 20, 0), row("c", "ann", 5, 1), row("d", "cid", 8, 2),
            row("e", "ann", 7, 3), row("f", "bob", 1, 7), row("g", "ann", 2, 7), row("h", "dan", 4, 9),
        ],
    )  # fmt: skip
    metrics(
        cast.lin,
        sales="value: {sum: amount}",
        sales_3="value: {sum: amount}\nwindow: 3 days",
        mean_3="value: {average: amount}\nwindow: 3 days",
        largest_3="value: {max: amount}\nwindow: 3 days",
        buyers_3="value: {count: customer, distinct: true}\nwindow: 3 days",
        median_3="value: {median: amount}\nwindow: 3 days",
        twice_3="value: {count: customer, having: {count: order_id, distinct: true, at_least: 2}}\nwindow: 3 days",
        spent_3="value: {count: customer, having: {sum: amount, at_least: 15}}\nwindow: 3 days",
        repeat_3="window: 3 days\nratio:\n  over: {count: customer, having: {count: order_id, at_least: 2}}\n"
        "  under: {count: customer, distinct: true}",
        so_far="value: {sum: amount}\nto_date: month",
        ever="value: {sum: amount}\nto_date: ever",
        buyers_ever="value: {count: customer, distinct: true}\nto_date: ever",
        this_year="value: {sum: amount}\nto_date: year",
        big_3="value: {sum: amount, where: amount >= 8}\nwindow: 3 days",
        growth="change: {of: sales}",
        more="change: {of: sales, as: difference}",
        growth_year="change: {of: sales, against: year}",
        kept="retention: {of: customer}\nwindow: 2 days",
        again="cohort: {of: customer, within: 2 days}",
    )


@pytest.mark.usefixtures("days")
def test_a_window_is_the_days_up_to_the_end_and_unknown_without_enough_history() -> None:
    # day:     2  3  4  5  |  9  10 11        by amount 30 5 8 7 . . . 3 . 4
    assert values("sales-3", grain="day") == [
        (2, None), (3, None), (4, 43.0), (5, 20.0), (6, 15.0), (7, 7.0), (9, 3.0), (10, 3.0), (11, 7.0)
    ]  # fmt: skip
    assert "begins before" in str(rows("sales-3", grain="day")[0].why)
    assert values("mean-3", grain="day")[2:4] == [(4, 43 / 4), (5, 20 / 3)]
    assert values("largest-3", grain="day")[2:5] == [(4, 20.0), (5, 8.0), (6, 8.0)]
    assert values("buyers-3", grain="day")[2:] == [
        (4, 3.0), (5, 2.0), (6, 2.0), (7, 1.0), (9, 2.0), (10, 2.0), (11, 3.0)
    ]  # fmt: skip
    assert values("median-3", grain="day")[2:5] == [(4, 9.0), (5, 7.0), (6, 7.5)]
    assert values("twice-3", grain="day")[2:6] == [(4, 1.0), (5, 1.0), (6, 0.0), (7, 0.0)]
    assert values("spent-3", grain="day")[2:5] == [(4, 2.0), (5, 0.0), (6, 0.0)]  # ann 15, bob 20, cid 8
    assert values("big-3", grain="day")[2:6] == [(4, 38.0), (5, 8.0), (6, 8.0), (7, 0.0)]


@pytest.mark.usefixtures("days")
def test_a_windowed_ratio_keeps_its_sides() -> None:
    found = rows("repeat-3", grain="day")
    assert (found[2].over, found[2].under, found[2].value) == (1.0, 3.0, pytest.approx(1 / 3))
    assert (found[0].value, found[0].over) == (None, None)
    assert [(r.period, r.value) for r in rows("repeat-3", grain="week")] == [(D(2026, 3, 9), 0.0)]
    # the first week's window is the 6th to the 8th: nobody; the second's ends on the data's last day, the 11th


@pytest.mark.usefixtures("days")
def test_a_week_of_nothing_is_a_gap_even_for_a_window() -> None:
    assert values("sales-3", grain="week") == [(9, 7.0)]
    assert values("sales-3") == [(2, 7.0)]  # the total is the window that ends with the last day


@pytest.mark.usefixtures("days")
def test_running_totals_begin_where_they_should(cast: Cast) -> None:
    # the data begins on the 2nd, so of the month and the year not all is there
    assert {row.value for row in rows("so-far", grain="day")} == {None}
    assert values("ever", grain="day") == [
        (2, 30.0), (3, 35.0), (4, 43.0), (5, 50.0), (6, 50.0), (7, 50.0), (8, 50.0), (9, 53.0), (10, 53.0), (11, 57.0)
    ]  # fmt: skip
    assert values("buyers-ever", grain="week") == [(2, 3.0), (9, 4.0)]
    shop(cast.lin, [row("a", "ann", 10, -1), row("b", "ann", 3, 0), row("c", "bob", 4, 29), row("d", "bob", 5, 30)])
    assert values("so-far", grain="day", since=D(2026, 3, 30)) == [(30, 17.0 - 4), (31, 17.0), (1, 5.0)]
    assert values("so-far", grain="month") == [(1, 17.0), (1, 5.0)]
    assert {r.value for r in rows("this-year", grain="month")} == {None}


@pytest.mark.usefixtures("days")
def test_changes_compare_with_the_period_before_and_know_no_zero_for_what_is_not_there() -> None:
    week = rows("growth", grain="week")
    # the second week is not over: its Monday to Wednesday against those of the first, 30 + 5 + 8
    assert [(r.value, r.over, r.under) for r in week] == [(None, 50.0, None), (pytest.approx(7 / 43 - 1), 7.0, 43.0)]
    assert "No data" in str(week[0].why)
    assert rows("growth-year", grain="week")[1].value is None
    assert values("more", grain="day")[1:4] == [(3, -25.0), (4, 3.0), (5, -1.0)]


@pytest.mark.usefixtures("days")
def test_an_unfinished_week_is_compared_with_as_many_days_of_the_one_before() -> None:
    (_first, second) = rows("sales", grain="week", compare="previous")
    assert second.value == 7.0 and second.then == 43.0  # Monday to Wednesday of both
    assert second.change == pytest.approx(7 / 43 - 1)


@pytest.mark.usefixtures("days")
def test_retention_is_who_of_the_window_before_is_back() -> None:
    # 2nd ann bob, 3rd ann, 4th cid, 5th ann; windows of two days
    found = {r.period.day: (r.over, r.under, r.value) for r in rows("kept", grain="day")}
    assert found[5] == (1.0, 2.0, 0.5)  # 2nd-3rd: ann bob; 4th-5th: cid ann
    assert found[4] == (None, None, None)  # the window before begins on the 1st
    assert found[6] == (1.0, 2.0, 0.5)  # 3rd-4th: ann cid; 5th-6th: ann
    assert found[11] == (0.0, 2.0, 0.0)  # 8th-9th: bob ann; 10th-11th: dan
    assert found[9] == (0.0, 0.0, None) or found[9][1] == 0.0  # nobody was there on the 6th and 7th


@pytest.mark.usefixtures("days")
def test_a_cohort_is_who_was_new_and_came_again_in_time() -> None:
    found = {r.period.day: (r.over, r.under, r.value) for r in rows("again", grain="day")}
    assert found[2] == (1.0, 2.0, 0.5)  # ann again on the 3rd; bob on the 9th, too late
    assert found[4] == (0.0, 1.0, 0.0)  # cid never
    assert found[11] == (None, None, None)  # dan has two days still
    assert [r.value for r in rows("again", grain="week")] == [pytest.approx(1 / 3), None]
    assert rows("again", since=D(2026, 3, 2), until=D(2026, 3, 4))[0].value == pytest.approx(1 / 3)


def test_a_balance_is_never_added_over_days(cast: Cast) -> None:
    fresh()
    stock = [
        ("2026-03-02", "a", 5), ("2026-03-02", "b", 1), ("2026-03-05", "a", 7), ("2026-03-05", "b", 2),
        ("2026-03-09", "a", 4), ("2026-03-10", "b", 3),
    ]  # fmt: skip
    publish("stock", stock, {"day": "date", "shop": "varchar", "pieces": "bigint"})
    metrics(
        cast.lin,
        last="from: stock\nvalue: {sum: pieces}\nbalance: last",
        first="from: stock\nvalue: {sum: pieces}\nbalance: first",
        mean="from: stock\nvalue: {sum: pieces}\nbalance: average",
    )
    assert values("last", grain="week") == [(2, 9.0), (9, 3.0)]
    assert values("first", grain="week") == [(2, 6.0), (9, 4.0)]
    assert values("mean", grain="week") == [(2, 7.5), (9, 3.5)]
    assert values("last", grain="week", by=("shop",)) == [(2, "a", 7.0), (2, "b", 2.0), (9, "b", 3.0)]
    assert values("mean", by=("shop",)) == [(2, "a", 4.0), (2, "b", 1.5)]  # 16/4 and 6/4 days
    assert values("last") == [(2, 3.0)] and values("last", where=(("shop", ("a",)),)) == [(2, 4.0)]


VISITS = [
    # who, what, minutes after 2026-03-02 00:00
    ("ann", "view", 10), ("ann", "cart", 20), ("ann", "pay", 30),
    ("bob", "view", 10), ("bob", "pay", 15), ("bob", "cart", 40),  # paid before the cart
    ("cid", "view", 0), ("cid", "cart", 90), ("cid", "pay", 100),  # too slow the first time ...
    ("cid", "view", 80),  # ... but in time from the second look on
    ("dan", "cart", 5), ("dan", "view", 6),
    ("eve", "view", 4000), ("eve", "cart", 4010),  # a later day
]  # fmt: skip


def test_a_funnel_counts_steps_in_order_and_in_time(cast: Cast) -> None:
    fresh()
    from datetime import datetime

    told = []
    for who, what, minutes in VISITS:
        at = datetime(2026, 3, 2) + timedelta(minutes=minutes)
        told.append((who, what, at.isoformat(sep=" "), at.date().isoformat()))
    told.append(("zoe", "other", "2026-03-20 00:00:00", "2026-03-20"))
    publish("visits", told, {"who": "varchar", "event": "varchar", "at": "timestamp", "day": "date"})
    steps = "[{title: v, where: event = 'view'}, {title: c, where: event = 'cart'}, {title: p, where: event = 'pay'}]"
    metrics(cast.lin, paid=f"from: visits\nfunnel: {{of: who, at: at, within: 1 hours, steps: {steps}}}")
    (total,) = rows("paid", until=D(2026, 3, 10))
    # view: ann bob cid dan eve; cart after it: ann bob cid eve; pay after it: ann cid
    assert (total.steps, total.over, total.under, total.value) == ((5.0, 4.0, 2.0), 2.0, 5.0, 0.4)
    days = rows("paid", grain="day", until=D(2026, 3, 10))
    assert [(r.period.day, r.steps) for r in days] == [(2, (4.0, 3.0, 2.0)), (4, (1.0, 1.0, 0.0))]
    late = rows("paid", grain="day", until=D(2026, 3, 20))
    assert late[-1].steps == (1.0, 1.0, 0.0)
    metrics(cast.lin, slow=f"from: visits\nfunnel: {{of: who, at: at, within: 30 days, steps: {steps}}}")
    (row_,) = rows("slow")
    assert row_.value is None and "not over" in str(row_.why)


def test_a_metric_over_a_dataset_reads_through_it(cast: Cast) -> None:
    shop(cast.lin, [row("a", "ann", 10, 0), row("a", "ann", 5, 0), row("b", "bob", 6, 1), row("c", "ann", 1, 2)])
    define(
        "dataset",
        cast.lin,
        baskets="-- one row = one order\n-- key: order_id\nselect order_id, customer, min(day) as day,"
        " sum(amount) as amount from sales group by order_id, customer\n",
    )
    metrics(
        cast.lin,
        mean_basket="from: baskets\nvalue: {average: amount}\nby: [age]",
        baskets="from: baskets\nvalue: {count: rows}",
    )
    assert values("mean-basket") == [(2, pytest.approx(22 / 3))]
    assert values("baskets", by=("age",)) == [(2, "20-29", 2.0), (2, "30-39", 1.0)]  # through the source's reference


def test_a_result(cast: Cast) -> None:
    shop(cast.lin, [row("a", "ann", 10, 0)])
    metrics(cast.lin, sales="value: {sum: amount}\nunit: money\nbetter: higher", lost="from: nothing\nvalue: {sum: x}")
    found: Result = ask(Question(("sales",))).results[0]
    assert (found.unit, found.currency, found.decimals, found.better) == ("money", "CNY", 2, "higher")
    assert "nothing" in str(ask(Question(("lost",))).results[0].waiting)
