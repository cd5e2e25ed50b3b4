from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloop.analytics.decomposition import Share, additive, product, ratio, whole

amounts = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2))
counts = st.integers(0, 10**6).map(float)
names = st.sampled_from(["A", "B", "C", "D", "E"])
shares = st.builds(Share, over=amounts, under=counts)


def test_a_sum_is_explained_by_its_segments_new_and_gone_ones_included() -> None:
    assert additive({"meat": 10.0, "fuel": 4.0}, {"meat": 7.0, "gifts": 2.0}) == {"meat": -3, "fuel": -4, "gifts": 2}


def test_the_demo_week_splits_into_more_orders_and_smaller_ones() -> None:
    split = product((2915, 2933), (92_939 / 2915, 86_923 / 2933))
    assert round(split.volume) == 574
    assert round(split.price) == -6590
    assert split.total == pytest.approx(86_923 - 92_939)


def test_a_quotient_by_hand() -> None:
    # North: 40 of 100, then 60 of 100. South: 10 of 100, then 20 of 300. Whole: 50/200 = .25, then 80/400 = .20.
    # Weights .5 .5 -> .25 .75; rates .4 .1 -> .6 .0667; mean of the whole .225.
    before = {"north": Share(40, 100), "south": Share(10, 100)}
    after = {"north": Share(60, 100), "south": Share(20, 300)}
    said = ratio(before, after)
    assert said is not None
    assert said["north"].rate == pytest.approx(0.375 * 0.2)
    assert said["north"].mix == pytest.approx((0.5 - 0.225) * -0.25)
    assert said["south"].rate == pytest.approx(0.625 * (20 / 300 - 0.1))
    assert said["south"].mix == pytest.approx(((0.1 + 20 / 300) / 2 - 0.225) * 0.25)
    assert sum(one.total for one in said.values()) == pytest.approx(-0.05)


def test_growth_of_a_segment_with_the_average_rate_changes_nothing() -> None:
    before = {"a": Share(10, 100), "b": Share(10, 100)}
    after = {"a": Share(10, 100), "b": Share(50, 500)}
    said = ratio(before, after)
    assert said is not None
    assert all(isclose(one.total, 0, abs_tol=1e-12) for one in said.values())


def test_a_period_without_denominator_has_no_rate_to_explain() -> None:
    assert ratio({"a": Share(0, 0)}, {"a": Share(1, 2)}) is None
    assert ratio({}, {"a": Share(1, 2)}) is None


@given(st.dictionaries(names, amounts), st.dictionaries(names, amounts))
def test_parts_of_a_sum_make_the_whole(before: dict[str, float], after: dict[str, float]) -> None:
    parts = sum(additive(before, after).values())
    assert isclose(parts, sum(after.values()) - sum(before.values()), abs_tol=1e-3)


@given(st.dictionaries(names, shares), st.dictionaries(names, shares))
def test_parts_of_a_quotient_make_the_whole(before: dict[str, Share], after: dict[str, Share]) -> None:
    said, first, second = ratio(before, after), whole(before).rate, whole(after).rate
    if said is None or first is None or second is None:
        assert first is None or second is None
        return
    size = sum(abs(s.over) for s in (*before.values(), *after.values())) + 1
    assert isclose(sum(one.total for one in said.values()), second - first, abs_tol=1e-9 * size)


@given(st.tuples(amounts, amounts), st.tuples(amounts, amounts))
def test_parts_of_a_product_make_the_whole(volume: tuple[float, float], price: tuple[float, float]) -> None:
    whole_change = volume[1] * price[1] - volume[0] * price[0]
    size = sum(abs(v) for v in volume) * sum(abs(p) for p in price) + 1
    assert isclose(product(volume, price).total, whole_change, abs_tol=1e-9 * size)
