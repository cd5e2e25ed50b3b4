"""Targets and past totals: set, replaced, taken away, refused, forbidden and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, make
from opsloop.data.metrics.models import Metric, PastTotal, Target
from opsloop.data.metrics.targets import past_of, read_months, target_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PASTED = "2025-01\t123,456.78\n2025年2月　12.3万\n2025/3, 99\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def sales() -> Metric:
    return make(Metric, ident="sales", number=1, sha256="0" * 64, title="Sales", definition={})


def do(name: str, cast: Cast, metric: Metric, **values: object) -> object:
    return perform(name, values, Call(by=cast.lin, via="page"), on=metric.pk)


def test_a_target_is_of_the_period_in_which_the_day_lies(cast: Cast, sales: Metric) -> None:
    do("metrics.set_target", cast, sales, grain="week", day="2026-12-16", value="90000")
    do("metrics.set_target", cast, sales, grain="week", day="2026-12-18", value="95000")
    assert target_of("sales", "week", date(2026, 12, 14)) == 95000.0
    assert target_of("sales", "week", date(2026, 12, 7)) is None and Target.objects.count() == 1
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None and entry.act == "metrics.set_target"


def test_without_a_value_it_is_taken_away(cast: Cast, sales: Metric) -> None:
    do("metrics.set_target", cast, sales, grain="month", day="2026-12-16", value="400000")
    do("metrics.set_target", cast, sales, grain="month", day="2026-12-01")
    assert not Target.objects.exists()
    with pytest.raises(Refused, match="no target of its own"):
        do("metrics.set_target", cast, sales, grain="month", day="2026-12-01")


def test_months_are_read_as_people_paste_them() -> None:
    found, wrong = read_months(PASTED)
    assert found == {
        date(2025, 1, 1): Decimal("123456.78"),
        date(2025, 2, 1): Decimal("123000"),
        date(2025, 3, 1): Decimal("99"),
    }
    assert wrong == []
    assert read_months("2025-04 85.5%")[0] == {date(2025, 4, 1): Decimal("0.855")}


@pytest.mark.parametrize("line", ["2025-13 5", "January 5", "2025-01", "2025-01 many", "2025-01 1e99", "2025-01 NaN"])
def test_what_is_no_month_with_a_value_is_not_understood(line: str) -> None:
    assert read_months(line) == ({}, [line])


def test_past_months_are_kept_and_replaced(cast: Cast, sales: Metric) -> None:
    do("metrics.put_totals", cast, sales, pasted=PASTED)
    do("metrics.put_totals", cast, sales, pasted="2025-03 100")
    assert past_of("sales", "month", date(2025, 3, 1)) == 100.0 and past_of("sales", "month", date(2025, 4, 1)) is None
    assert PastTotal.objects.count() == 3


def test_a_quarter_is_the_sum_of_its_months_only_where_months_add_up(cast: Cast) -> None:
    head = {"title": "x", "meaning": "x", "class": "key", "owner": "x", "from": "transactions"}
    kinds = {"sales": {"sum": "sales_value"}, "buyers": {"count": "household_id", "distinct": True}}
    for ident, value in kinds.items():
        row = make(Metric, ident=ident, number=1, sha256="0" * 64, title=ident, definition={**head, "value": value})
        do("metrics.put_totals", cast, row, pasted="2025-01 1\n2025-02 2\n2025-03 3")
    assert past_of("sales", "quarter", date(2025, 1, 1)) == 6.0
    assert past_of("buyers", "quarter", date(2025, 1, 1)) is None
    assert past_of("sales", "year", date(2025, 1, 1)) is None


def test_a_wrong_line_keeps_all_out(cast: Cast, sales: Metric) -> None:
    with pytest.raises(Invalid, match="2025-13 5"):
        do("metrics.put_totals", cast, sales, pasted="2025-01 5\n2025-13 5")
    assert not PastTotal.objects.exists()


def test_who_may_not_is_told(cast: Cast, sales: Metric) -> None:
    for name, values in (
        ("set_target", {"grain": "day", "day": "2026-12-16", "value": "1"}),
        ("put_totals", {"pasted": PASTED}),
    ):
        with pytest.raises(Forbidden):
            perform(f"metrics.{name}", values, Call(by=cast.chen, via="page"), on=sales.pk)
