"""From a new day of data to one alert with parts, and what a monitor says when it cannot judge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.testing import Cast
from opsloop.data.metrics.tests.shop import fresh, metrics
from opsloop.engine.monitors.actions import acknowledge, close, mark_days, switch_off, switch_on, unmark_days
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.models import Alert, Look, MarkedDays, Monitor
from opsloop.engine.monitors.rounds import go_round
from opsloop.engine.monitors.tests.conftest import LAST, monitor_file, sell, watch
from opsloop.engine.monitors.words import Cause, Verdict

pytestmark = [pytest.mark.django_db]

DROP = monitor_file("销售额异常", "sales", "with: [orders, average-order]\nmethod: usual-for-weekday\n")
ORDERS = monitor_file("订单数异常", "orders", "method: usual-for-weekday\n")
AVERAGE = monitor_file("客单价异常", "average-order", "method: usual-for-weekday\n")


def half(day: date, orders: int, average: float) -> tuple[int, float]:
    return (orders // 2, average) if day == LAST else (orders, average)


def test_a_usual_day_makes_no_alert(shop: Cast) -> None:
    sell()
    watch(shop.lin, drop=DROP, orders=ORDERS, average=AVERAGE)
    done = go_round(shop.robot)
    assert [one.verdict for one in done.judged] == [Verdict.FINE] * 3
    assert not Alert.objects.exists()


@pytest.mark.both
def test_what_falls_together_is_one_alert_with_parts(shop: Cast) -> None:
    sell(half)
    watch(shop.lin, drop=DROP, orders=ORDERS, average=AVERAGE)
    done = go_round(shop.robot)
    [alert] = done.opened
    assert (alert.monitor.ident, alert.key, alert.severity) == ("drop", "metric:sales", "critical")
    parts = {(one.monitor, one.metric): one for one in alert.parts.all()}
    assert {key for key, one in parts.items() if one.severity} == {("drop", "sales"), ("orders", "orders")}
    assert parts["drop", "average-order"].severity == ""
    sales = parts["drop", "sales"]
    assert sales.value is not None and sales.expected is not None and sales.low is not None
    assert sales.value < sales.low < sales.expected
    assert sales.rate == pytest.approx(-0.5, abs=0.06)
    again = go_round(shop.robot)
    assert (again.opened, again.grown, Alert.objects.count()) == ([], [], 1)


def test_the_next_days_belong_to_the_same_alert_and_a_closed_one_stays_closed_for_a_week(shop: Cast) -> None:
    sell(half)
    watch(shop.lin, drop=DROP)
    [alert] = go_round(shop.robot).opened
    fresh()
    sell(lambda day, orders, average: (orders // 2 if day >= LAST - timedelta(days=1) else orders, average))
    done = go_round(shop.robot)
    assert (done.opened, done.grown) == ([], [alert])
    assert alert.parts.filter(metric="sales", severity="critical").count() == 2
    close(acknowledge(Alert.objects.get(), by=shop.lin), by=shop.lin, cause=Cause.FALSE)
    assert (go_round(shop.robot).opened, Alert.objects.count()) == ([], 1)


def test_marked_days_are_not_judged_until_the_mark_is_taken_back(shop: Cast) -> None:
    sell(half)
    watch(shop.lin, drop=DROP.replace("ignore: []", "ignore: [campaign-days]"))
    row = mark_days(by=shop.lin, title="会员日", first_day=LAST, last_day=LAST)
    done = go_round(shop.robot)
    assert ([one.verdict for one in done.judged], done.opened) == ([Verdict.IGNORED], [])
    unmark_days(row, by=shop.lin, reason="it did not take place")
    with pytest.raises(Refused, match="already"):
        unmark_days(MarkedDays.objects.get(), by=shop.lin, reason="again")
    assert len(go_round(shop.robot).opened) == 1
    with pytest.raises(Refused, match="before the first"):
        mark_days(by=shop.lin, title="x", first_day=LAST, last_day=LAST - timedelta(days=1))
    with pytest.raises(Forbidden):
        mark_days(by=shop.chen, title="x", first_day=LAST, last_day=LAST)


def test_fixed_limits_targets_and_days_in_a_row(shop: Cast) -> None:
    sell(lambda day, orders, average: (40, 30.0) if day >= LAST - timedelta(days=1) else (100, 30.0))
    watch(
        shop.lin,
        low=monitor_file("低", "orders", "below: {warn: 50, critical: 30}\nin_a_row: 2\n"),
        row=monitor_file("连", "orders", "below: 50\nin_a_row: 3\n"),
        off=monitor_file("偏", "sales", "off_target: {warn: 5%, critical: 50%}\n"),
    )
    done = {one.row.ident: one for one in go_round(shop.robot).judged}
    assert (done["low"].verdict, done["row"].verdict, done["off"].verdict) == ("warn", "fine", "critical")
    reading = done["off"].readings[-1]
    assert (reading.value, reading.expected, reading.score) == (1200.0, 3000.0, pytest.approx(-0.6))
    [alert] = Alert.objects.all()
    assert alert.parts.filter(severity="").count() == 0


def test_a_trend_that_leads_to_its_limit_is_told_before_it_is_there(shop: Cast) -> None:
    sell(lambda day, orders, average: (200 - max(0, 60 - (LAST - day).days) * 2, average))
    watch(
        shop.lin,
        near=monitor_file("近", "orders", "trend: {limit: 60, within: 21 days}\n"),
        far=monitor_file("远", "orders", "trend: {limit: 60, within: 5 days}\n"),
    )
    done = {one.row.ident: one for one in go_round(shop.robot).judged}
    assert (done["near"].verdict, done["far"].verdict) == ("warn", "fine")
    assert done["near"].readings[-1].score == pytest.approx(10, abs=1)


def test_what_could_not_be_back_tested_is_tried_again_the_next_day(shop: Cast) -> None:
    watch(shop.lin, on=False, orders=monitor_file("订单", "orders", "method: usual-for-weekday\n"))
    keep(backtest(untested()))
    assert Look.objects.get().backtest["cannot"] and untested() == []
    sell()
    Look.objects.update(backtested_at=timezone.now() - timedelta(days=1))
    keep(backtest(untested()))
    assert Look.objects.get().backtest["cannot"] == "" and untested() == []
    Look.objects.update(backtested_at=timezone.now() - timedelta(days=1))
    assert untested() == [], "what could be tested is tested once"


def test_a_monitor_that_cannot_judge_is_an_alert_that_ends_when_it_can(shop: Cast) -> None:
    sell(lambda day, orders, average: None if day == LAST - timedelta(days=30) else (0, average))
    metrics(shop.lin, gone="from: nowhere\nvalue: {count: rows}")
    watch(shop.lin, zero=ORDERS, gone=monitor_file("无", "gone", "method: usual-for-weekday\n"))
    done = go_round(shop.robot)
    assert {one.row.ident: one.verdict for one in done.judged} == {"zero": "cannot", "gone": "cannot"}
    said = Look.objects.get(monitor__ident="zero").said
    assert "zero" in said
    assert {one.key for one in done.opened} == {"blind:zero", "blind:gone"}
    fresh()
    sell()
    ended = go_round(shop.robot).ended
    assert [(one.key, one.cause) for one in ended] == [("blind:zero", "data")]


def test_before_it_is_switched_on_it_shows_its_alarms_of_the_last_year(shop: Cast) -> None:
    dips = {LAST - timedelta(days=n) for n in (3, 20, 60, 61)}
    sell(lambda day, orders, average: (orders // 2 if day in dips else orders, average))
    watch(shop.lin, on=False, drop=DROP)
    row = Monitor.objects.get()
    with pytest.raises(Refused, match="Back-test it first"):
        switch_on(row, by=shop.lin)
    [found] = backtest(untested())
    assert [one.worst in dips for one in found.alerts] == [True] * 3
    assert (found.judged, found.cannot) == (210 - 119, "")
    assert found.a_year == pytest.approx(3 * 365 / 91, abs=0.1)
    keep([found])
    assert untested() == []
    switch_on(row, by=shop.lin)
    with pytest.raises(Refused, match="is switched on"):
        switch_on(row, by=shop.lin)
    switch_off(row, by=shop.lin, reason="too many")
    assert go_round(shop.robot).judged == []
    watch(shop.lin, on=False, drop=DROP + "warn: 4\n")
    with pytest.raises(Refused, match="Back-test it first"):
        switch_on(Monitor.objects.get(), by=shop.lin)
    with pytest.raises(Forbidden):
        switch_on(Monitor.objects.get(), by=shop.chen)


def test_too_short_a_history_is_said_and_keeps_it_off(shop: Cast) -> None:
    sell(lambda day, orders, average: (orders, average) if (LAST - day).days < 60 else None)
    watch(shop.lin, on=False, drop=DROP)
    [found] = backtest(untested())
    assert "not enough history" in str(found.cannot)
    keep([found])
    with pytest.raises(Refused, match="not enough history"):
        switch_on(Monitor.objects.get(), by=shop.lin)


def test_weeks_are_held_against_the_weeks_before(shop: Cast) -> None:
    monday = LAST - timedelta(days=6)
    sell(lambda day, orders, average: (orders, average * 0.8 if day >= monday else average))
    watch(shop.lin, week=monitor_file("周", "average-order", "every: week\nmethod: usual-for-weekday\n"))
    [judged] = go_round(shop.robot).judged
    assert (judged.verdict, judged.day) == ("critical", monday)
