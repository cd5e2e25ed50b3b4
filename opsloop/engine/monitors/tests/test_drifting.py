"""What no single day shows: orders that fall a little every day, seen in the week in which they passed the limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from opsloop.base.testing import Cast
from opsloop.engine.monitors.api import Sides, drifting
from opsloop.engine.monitors.backtesting import backtest, untested
from opsloop.engine.monitors.tests.conftest import LAST, monitor_file, sell, watch

pytestmark = pytest.mark.django_db
BEGAN = LAST - timedelta(days=27)
NAMES = ["orders", "average-order", "gone"]


def falling(day: date, orders: int, average: float) -> tuple[int, float]:
    return round(orders * 0.99 ** max(0, (day - BEGAN).days)), average


def test_a_slow_fall_is_found_though_no_day_is_an_alert(shop: Cast) -> None:
    sell(falling)
    watch(shop.lin, on=False, orders=monitor_file("订单数", "orders", "method: usual-for-weekday\n"))
    assert backtest(untested())[0].alerts == ()
    [one] = drifting(shop.lin, BEGAN, LAST, NAMES)
    assert (one.metric, one.title, one.side, one.better) == ("orders", "orders", Sides.DOWN, "higher")
    assert BEGAN <= one.began < one.seen_on <= LAST
    assert -0.15 < one.rate < -0.02
    assert drifting(shop.lin, LAST - timedelta(days=90), BEGAN, NAMES) == []


def test_a_day_that_is_out_is_an_alert_and_no_drift(shop: Cast) -> None:
    sell(lambda day, orders, average: (orders // 2 if day == LAST else orders, average))
    assert drifting(shop.lin, LAST - timedelta(days=6), LAST, NAMES) == []
