"""The demo's business figures are the package's own; only the dates move."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from opsloop.base.testing import Cast
from opsloop.data.lake import manifest, store
from opsloop.demo.grocer import ANCHOR, LAST, TABLE, Shift, due_days, load


def test_the_current_week_is_the_datas_week_of_18_december() -> None:
    saturday = date(2026, 11, 21)
    shift = Shift.to(saturday)
    assert shift.day(ANCHOR) == date(2026, 11, 16)
    assert shift.day(ANCHOR).weekday() == 0


@pytest.mark.django_db
def test_original_dates_bring_the_packages_totals(cast: Cast) -> None:
    snapshot = load(by=cast.lin, shift=Shift(0), today=date(2026, 11, 21))
    assert snapshot is not None
    assert snapshot.rows == 1_469_307
    assert (snapshot.first_day, snapshot.last_day) == (date(2017, 1, 1), LAST)
    sql = "select sum(sales_value), count(distinct basket_id), count(distinct household_id) from transactions"
    assert store.fetch(sql, [TABLE]) == [(Decimal("4596039.58"), 155_848, 2_469)]


@pytest.mark.django_db
def test_days_of_the_future_are_held_back_and_come_one_by_one(cast: Cast) -> None:
    today = date(2026, 11, 21)
    shift = Shift.to(today)
    first = load(by=cast.lin, shift=shift, today=today)
    assert first is not None
    assert first.last_day == today - timedelta(days=1)
    again = load(by=cast.lin, shift=shift, today=today)
    assert again == first
    second = load(by=cast.lin, shift=shift, today=today + timedelta(days=1))
    assert second is not None
    assert second.last_day == today
    assert second.rows > first.rows
    old = store.fetch("select count(*) from transactions", [TABLE], {TABLE: first})
    assert old == [(first.rows,)]
    assert due_days(shift, today + timedelta(days=1)) is None
    assert {f.batch for f in manifest.files_of(second)} == manifest.batches(TABLE)
