"""Campaigns and holidays are no alarm, by the day and by the week, and nothing is learned from them."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from opsloop.base.testing import Cast
from opsloop.data.metrics.tests.shop import fresh
from opsloop.engine.monitors import days as monitored
from opsloop.engine.monitors.actions import mark_days
from opsloop.engine.monitors.backtesting import backtest, untested
from opsloop.engine.monitors.days import Marked, festival, skips, weeks_off
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.rounds import Judged, go_round
from opsloop.engine.monitors.tests.conftest import DAYS, LAST, monitor_file, orders_on, sell, watch
from opsloop.engine.monitors.words import Ignored, Verdict

MONDAY = LAST - timedelta(days=6)
NONE = Marked(())
DAILY = monitor_file("订单数", "orders", "method: usual-for-weekday\n").replace("ignore: []\n", "")
WEEKLY = monitor_file("周订单数", "orders", "every: week\nmethod: usual-for-weekday\n").replace("ignore: []\n", "")


def judged(shop: Cast) -> Judged:
    [one] = go_round(shop.robot).judged
    return one


def many(*campaign: date) -> None:
    """These days have five times as many orders."""
    fresh()
    sell(lambda day, orders, average: (orders * 5 if day in campaign else orders, average))


def test_the_peaks_of_the_large_festivals_are_known_without_being_marked() -> None:
    known = [date(2026, 6, 18), date(2026, 11, 11), date(2026, 12, 12)]
    assert skips(known, [Ignored.CAMPAIGNS], NONE, ()) == [True] * 3
    assert skips(known, [Ignored.HOLIDAYS, Ignored.CLOSED], NONE, ()) == [False] * 3
    assert not festival(date(2026, 6, 19)) and not festival(date(2026, 11, 12))


def test_a_holiday_is_left_out_and_so_is_the_workday_that_makes_up_for_it() -> None:
    assert skips([date(2025, 10, n) for n in (1, 11, 15)], [Ignored.HOLIDAYS], NONE, ()) == [True, True, False]


def test_one_campaign_day_makes_another_week_of_it() -> None:
    mondays = [MONDAY - timedelta(weeks=n) for n in (2, 1, 0)]
    member_day = Marked(((LAST, LAST),))
    # double eleven lies in the week before the last
    assert weeks_off(mondays, [Ignored.CAMPAIGNS], member_day, ()) == [False, True, True]
    assert weeks_off(mondays, [], member_day, ()) == [False] * 3


def test_a_shop_that_is_closed_on_sundays_has_weeks_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shop: Any = SimpleNamespace(closed="sundays")
    monkeypatch.setattr(monitored, "definition_of", lambda source: source)
    monkeypatch.setattr(monitored, "closed", lambda _definition, day: day.weekday() == 6)
    assert skips([MONDAY, LAST], [Ignored.CLOSED], NONE, [shop]) == [False, True]
    assert weeks_off([MONDAY], [Ignored.CLOSED], NONE, [shop]) == [False]
    monkeypatch.setattr(monitored, "closed", lambda _definition, _day: True)
    assert weeks_off([MONDAY], [Ignored.CLOSED], NONE, [shop]) == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("file", [DAILY, WEEKLY])
def test_a_campaigns_jump_is_an_alarm_only_while_nobody_has_marked_it(shop: Cast, file: str) -> None:
    many(LAST)
    watch(shop.lin, jump=file)
    found = backtest(untested())[0]
    assert [one.last for one in found.alerts] == [LAST if file is DAILY else MONDAY]
    mark_days(by=shop.lin, title="会员日", first_day=LAST, last_day=LAST)
    assert (judged(shop).verdict, Alert.objects.count()) == (Verdict.IGNORED, 0)
    assert backtest(untested())[0].alerts == ()


@pytest.mark.django_db
def test_nothing_is_learned_from_campaign_days(shop: Cast) -> None:
    sundays = [LAST - timedelta(weeks=n) for n in range(1, 6)]
    many(*sundays)
    watch(shop.lin, drop=DAILY)
    spoiled = judged(shop).readings[-1]
    for day in sundays:
        mark_days(by=shop.lin, title="会员日", first_day=day, last_day=day)
    reading = judged(shop).readings[-1]
    assert spoiled.expected is not None and spoiled.expected > 2 * orders_on(DAYS - 1)
    assert reading.expected == pytest.approx(orders_on(DAYS - 1), rel=0.08) and not reading.severity


@pytest.mark.django_db
def test_a_week_with_a_festival_is_not_judged_and_the_next_is_by_the_weeks_before(shop: Cast) -> None:
    many(date(2026, 11, 11))
    watch(shop.lin, week=WEEKLY)
    one = judged(shop)
    assert (one.verdict, one.day) == (Verdict.FINE, MONDAY)
    assert one.readings[-1].expected == pytest.approx(sum(map(orders_on, range(DAYS - 7, DAYS))), rel=0.05)
    fresh()
    sell(lambda day, orders, average: (orders // 2 if day >= MONDAY else orders, average))
    assert judged(shop).verdict == Verdict.CRITICAL, "a fall of a plain week is found all the same"
