"""波动拆解: parts and factors against cases worked by hand, and the law that parts make the whole."""

from __future__ import annotations

from datetime import date, timedelta
from math import fsum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsloop.base.testing import Cast
from opsloop.data.metrics.api import Breakdown, Split, explain
from opsloop.data.metrics.tests.shop import metrics, sales, shop

pytestmark = pytest.mark.django_db
A, B = date(2026, 3, 9), date(2026, 3, 15)
C, D = date(2026, 3, 2), date(2026, 3, 8)
WEEKS = (A, B, C, D)


def row(order: str, who: str, amount: float, day: date, product: str = "p1", where: str = "north") -> tuple[Any, ...]:
    return (order, who, product, where, f"{amount:.2f}", "0.00", 1, day.isoformat())


def define(cast: Cast, rows: list[tuple[Any, ...]]) -> None:
    shop(cast.lin, rows)
    metrics(
        cast.lin,
        sales="value: {sum: amount}\nby: [department, shop, nowhere]",
        orders="value: {count: order_id, distinct: true}",
        average_order="formula: sales / orders\nby: [shop]",
        per_line="ratio: {over: {sum: amount}, under: {count: rows}}\nby: [shop]",
        buyers="value: {count: customer, distinct: true}\nby: [shop]",
        spread="formula: sales - orders\nby: [shop]",
    )


@pytest.fixture
def two_weeks(cast: Cast) -> None:
    """Then: 4 orders of 100; now: 5 orders of 90."""
    define(
        cast,
        [
            row("a", "ann", 10, C), row("b", "ann", 20, C, "p3"), row("c", "bob", 30, C, where="south"),
            row("d", "bob", 40, C, "p9"),
            row("e", "ann", 25, A), row("f", "bob", 5, A, where="south"), row("g", "cid", 20, A, where="south"),
            row("h", "cid", 30, A, "p3"), row("i", "ann", 10, A, where="west"),
        ],
    )  # fmt: skip


def effects(split: Split) -> dict[str | None, float]:
    return {part.name: pytest.approx(part.effect) for part in split.parts}


def holds(found: Breakdown) -> bool:
    """Every split adds up to the whole."""
    splits = [*found.splits, *([found.factors] if found.factors else [])]
    assert found.difference is not None
    return all(fsum(p.effect for p in one.parts) == pytest.approx(found.difference, abs=1e-9) for one in splits)


@pytest.mark.usefixtures("two_weeks")
def test_a_sum_is_split_by_what_each_value_changed() -> None:
    found = explain("sales", *WEEKS)
    assert (found.now, found.then, found.difference) == (90.0, 100.0, -10.0)
    assert [split.by for split in found.splits] == ["department", "shop"]  # nobody has `nowhere`
    # food 10 + 30 -> 25 + 5 + 20 + 10; fuel 20 -> 30; unknown 40 -> 0
    assert effects(found.splits[0]) == {"food": 20.0, "fuel": 10.0, None: -40.0}
    assert [part.name for part in found.splits[0].parts] == [None, "food", "fuel"]  # the largest first
    assert effects(found.splits[1]) == {"north": -15.0, "south": -5.0, "west": 10.0}
    assert holds(found)


@pytest.mark.usefixtures("two_weeks")
def test_sales_are_orders_at_the_old_average_and_the_average_over_the_new_orders() -> None:
    found = explain("sales", *WEEKS, by=())
    assert found.factors is not None and found.splits == ()
    volume, price = found.factors.parts
    assert (volume.name, volume.effect, volume.then, volume.now) == ("orders", 25.0, 4.0, 5.0)
    assert (price.name, price.effect, price.then, price.now) == ("average_order", -35.0, 25.0, 18.0)


@pytest.mark.usefixtures("two_weeks")
def test_a_quotient_of_sums_is_split_into_rate_and_mix() -> None:
    found = explain("per-line", *WEEKS)
    (split,) = found.splits
    # then north 70/3 and south 30/1, now north 55/2, south 25/2, west 10/1; the whole 100/4 and 90/5, mean 21.5
    north, south, west = 55 / 5 - 70 / 4, 25 / 5 - 30 / 4, 10 / 5
    assert effects(split) == {
        "north": north - 21.5 * (2 / 5 - 3 / 4),
        "south": south - 21.5 * (2 / 5 - 1 / 4),
        "west": west - 21.5 * (1 / 5),
    }
    assert split.within is not None and split.mix is not None
    assert split.within + split.mix == pytest.approx(-7.0) and holds(found)
    part = next(one for one in split.parts if one.name == "north")
    assert part.within == pytest.approx((2 / 5 + 3 / 4) / 2 * (55 / 2 - 70 / 3))
    assert (part.over, part.under) == ((70.0, 55.0), (3.0, 2.0))
    assert found.factors is not None and [one.name for one in found.factors.parts] == ["Numerator", "Denominator"]


@pytest.mark.usefixtures("two_weeks")
def test_an_average_order_splits_by_shop_when_no_order_is_in_two() -> None:
    found = explain("average-order", *WEEKS)
    assert found.difference == -7.0 and holds(found) and found.splits[0].within is not None
    assert found.factors is not None and [one.name for one in found.factors.parts] == ["sales", "orders"]


@pytest.mark.usefixtures("two_weeks")
def test_what_is_counted_in_several_parts_stands_apart(cast: Cast) -> None:
    found = explain("buyers", *WEEKS)
    # then ann north, bob both; now ann north and west, bob south, cid both
    assert found.difference == 1.0 and holds(found)
    parts = {(p.name, p.overlap): p.effect for p in found.splits[0].parts}
    assert parts == {("north", False): 0.0, ("south", False): 1.0, ("west", False): 1.0, (None, True): -1.0}
    # an order over two departments: the average order is split by what it holds of each
    more = [row("z", "ann", 50, A), row("z", "ann", 10, A, "p3"), row("y", "ann", 40, C), row("y", "ann", 20, C, "p3")]
    sales(more)
    found = explain("average-order", *WEEKS, by=("department",))
    assert effects(found.splits[0]) == {"food": 10.0, "fuel": -10.0} and found.splits[0].within is None


@pytest.mark.usefixtures("two_weeks")
def test_without_a_value_there_is_nothing_to_split() -> None:
    found = explain("sales", A, B, date(2025, 1, 1), date(2025, 1, 7))
    assert (found.difference, found.splits, found.factors) == (None, (), None)


SHOPS, PRODUCTS, DAYS = ["north", "south", "west"], ["p1", "p3", "p9"], [C, C + timedelta(1), A, A + timedelta(1)]
LINE = st.tuples(
    st.integers(1, 6), st.sampled_from(["ann", "bob", "cid"]), st.sampled_from(PRODUCTS), st.sampled_from(SHOPS),
    st.integers(0, 5000), st.sampled_from(DAYS),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=2, max_size=25))
def test_whatever_the_rows_the_parts_make_the_whole(cast: Cast, lines: list[tuple[Any, ...]]) -> None:
    rows = [row(f"o{n}", who, cents / 100, day, product, where) for n, who, product, where, cents, day in lines]
    define(cast, [*rows, row("x", "ann", 1, A), row("y", "bob", 2, C)])
    for metric in ("sales", "average-order", "per-line", "buyers", "spread"):
        assert holds(explain(metric, *WEEKS, by=("shop", "department", "age"))), metric
