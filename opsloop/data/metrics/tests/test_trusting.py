"""May a number be believed: how far it reaches, what is late or held, which days are in doubt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from opsloop.base.testing import Cast, make
from opsloop.data.metrics.api import Judges, trust, trusts
from opsloop.data.metrics.latest import Wanted, figures
from opsloop.data.metrics.tests.shop import metrics, publish, shop
from opsloop.data.reconciliation.models import Control, State
from opsloop.data.sources.models import Load, LoadState, Source

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 8)


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    shop(cast.lin, [(f"o{n}", "ann", "p1", "north", "1", "0", 1, LAST - timedelta(days=n)) for n in range(10)])
    metrics(
        cast.lin,
        sales="value: {sum: amount}\nfresh_within: 1 day",
        double="formula: sales * 2\nfresh_within: 1 day",
        stocks="from: stocks\nvalue: {sum: pieces}",
    )


def loaded(cast: Cast, day: date, state: str = LoadState.LOADED, **more: Any) -> None:
    at = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    values = {"first_day": day, "last_day": day, "due_on": day, "began_at": at, "ended_at": at, "by": cast.robot}
    make(
        Load, pk=Load.objects.count() + 1, source=Source.objects.get(ident="sales"), source_version=1, file="f",
        state=state, **values, **more,
    )  # fmt: skip


@time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False)
def test_a_number_of_yesterday_is_fresh(cast: Cast) -> None:
    loaded(cast, LAST)
    found = trust("sales")
    assert (found.last_day, found.late, found.doubts, found.good) == (LAST, "", (), True)
    assert found.snapshot is not None and trusts(["sales", "double"])["double"].good


@time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False)
def test_an_old_number_is_late_and_the_source_says_why(cast: Cast) -> None:
    loaded(cast, LAST)
    found = trust("sales")
    assert "3 days later" in str(found.late)  # the 12th, less a day, less the 8th
    assert not found.good and any("销售" in str(one) for one in found.doubts)


@time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False)
def test_a_day_off_its_control_figure_is_in_doubt_where_it_is_asked(cast: Cast) -> None:
    loaded(cast, LAST)
    make(Control, source="sales", day=LAST, figure="amount", ours=100, control=98, limit=1, state=State.OPEN)
    assert "2.04%" in str(trust("sales").doubts[0]) and not trust("double").good
    assert trust("sales", LAST - timedelta(days=6), LAST - timedelta(days=1)).doubts == ()


def test_a_metric_without_data_waits() -> None:
    found = trust("stocks")
    assert "stocks" in str(found.waiting) and found.last_day is None and not found.good


@time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False)
def test_a_metric_made_of_others_is_as_good_as_the_worst_of_them(cast: Cast) -> None:
    loaded(cast, LAST)
    metrics(
        cast.lin,
        costs="from: costs\nvalue: {sum: amount}\nwaits_for: 成本",
        seldom="from: checks\nvalue: {sum: pieces}\nfresh_within: 1 day",
        margin="formula: (sales - costs) / sales",
        share="formula: margin * 100",
        per_check="formula: sales / seldom",
    )
    publish("checks", [(3, LAST - timedelta(days=6))], {"pieces": "bigint", "day": "date"})
    found = trusts(["margin", "share", "per-check", "sales"])
    assert found["sales"].good
    assert "成本" in str(found["margin"].waiting) and not found["margin"].good
    assert found["share"].waiting == found["margin"].waiting and found["share"].last_day is None
    assert found["per-check"].last_day == LAST - timedelta(days=6) and "later" in str(found["per-check"].late)


@time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False)
def test_a_window_is_in_doubt_for_as_long_as_it_looks_back(cast: Cast) -> None:
    loaded(cast, LAST)
    metrics(cast.lin, rolling="value: {sum: amount}\nwindow: 28 days", to_date="value: {sum: amount}\nto_date: month")
    day = LAST - timedelta(days=20)
    make(Control, source="sales", day=day, figure="amount", ours=100, control=98, limit=1, state=State.OPEN)
    found = trusts(["sales", "rolling", "to-date"])
    assert [bool(found[one].doubts) for one in ("sales", "rolling", "to-date")] == [False, True, False]


@time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False)
def test_each_figure_is_trusted_by_the_days_that_it_shows(cast: Cast) -> None:
    loaded(cast, LAST)
    before = LAST - timedelta(days=7)  # the Sunday of the week before
    make(Control, source="sales", day=before, figure="amount", ours=100, control=98, limit=1, state=State.OPEN)
    week, day = figures([Wanted(metric="sales", grain="week"), Wanted(metric="double", grain="day")], None)
    assert week.period == LAST - timedelta(days=6) and week.trust.doubts == day.trust.doubts == ()
    judges = Judges(["sales", "double"])
    assert "2.04%" in str(judges.trust("double", before - timedelta(days=6), before).doubts[0])
    make(Control, source="sales", day=LAST, figure="amount", ours=100, control=99, limit=1, state=State.OPEN)
    [week] = figures([Wanted(metric="sales", grain="week")], None)
    assert len(week.trust.doubts) == 1 and "1.01%" in str(week.trust.doubts[0])


@time_machine.travel(datetime(2026, 3, 11, 9, tzinfo=UTC), tick=False)
def test_a_day_that_is_missing_is_in_doubt_where_it_is_counted(cast: Cast) -> None:
    loaded(cast, LAST - timedelta(days=1))
    loaded(cast, LAST, LoadState.FAILED, message="cut off")
    loaded(cast, LAST + timedelta(days=1))
    judges = Judges(["sales"])
    assert judges.trust("sales", LAST - timedelta(days=2), LAST - timedelta(days=1)).doubts == ()
    assert "failed" in str(judges.trust("sales", LAST - timedelta(days=2), LAST).doubts[0])
    assert judges.trust("sales").doubts == (), "without a span the newest day is judged, which came"
