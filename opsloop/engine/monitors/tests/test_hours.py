"""Hourly monitors: nights are known, an hour that is not over is not judged, one bad hour is one alert."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from opsloop.base.testing import Cast
from opsloop.data.metrics.api import ask
from opsloop.data.metrics.questions import CannotAnswer, Question
from opsloop.data.metrics.tests.shop import define, fresh, metrics, publish
from opsloop.engine.monitors import hours
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.models import Alert, AlertPart, Monitor
from opsloop.engine.monitors.rounds import go_round
from opsloop.engine.monitors.tests.conftest import LAST, SOURCE, monitor_file, watch
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
OPEN, DAYS = range(9, 21), 56
ZONE = ZoneInfo(settings.TIME_ZONE)
HOURLY = monitor_file("每小时订单数", "orders", "every: hour\nmethod: usual-for-weekday\nsides: down\n")
TYPES = {"order_id": "varchar", "pieces": "bigint", "sold_at": "timestamp with time zone", "day": "date"}


def usual(day: date, hour: int) -> int:
    return 100 + 10 * hour + 20 * (day.weekday() > 4) + (day.toordinal() * 7 + hour) % 9


def trade(bad: dict[tuple[date, int], int | None] | None = None, until: tuple[date, int] = (LAST, 23)) -> None:
    """Publish hours of trade; bad: what an hour has instead, None for nothing."""
    rows = []
    for n in range(DAYS):
        day = LAST - timedelta(days=DAYS - 1 - n)
        for hour in OPEN:
            pieces = (bad or {}).get((day, hour), usual(day, hour))
            if pieces is not None and (day, hour) <= until:
                at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE).astimezone(UTC)
                rows.append((f"{day}-{hour}", pieces, f"{at:%Y-%m-%d %H:%M:%S}+00", day))
    publish("sales", rows, TYPES)


@pytest.fixture
def till(cast: Cast) -> Cast:
    fresh()
    define("source", cast.lin, sales=SOURCE.replace("  amount:", "  pieces:   {type: integer}\n  amount:"))
    metrics(cast.lin, orders="value: {sum: pieces}\nbetter: higher", rate="value: {average: pieces}")
    return cast


@pytest.mark.both
def test_a_metric_is_split_by_the_hour_that_its_zone_shows(till: Cast) -> None:
    trade()
    result = ask(Question(("orders",), "day", ("hour",), LAST, LAST)).results[0]
    assert {int(row.dims[0] or -1): row.value for row in result.rows} == {hour: usual(LAST, hour) for hour in OPEN}
    define("source", till.lin, plain="title: p\nowner: data-analyst\narrives: {drop: p.csv}\ntime: day\n"
           "columns:\n  day: {type: date}\n  n: {type: integer}\n")  # fmt: skip
    metrics(till.lin, n="from: plain\nvalue: {sum: n}")
    publish("plain", [(LAST, 1)], {"day": "date", "n": "bigint"})
    with pytest.raises(CannotAnswer, match="cannot be split by hour"):
        ask(Question(("n",), "day", ("hour",), LAST, LAST))


def test_an_hour_far_below_its_usual_is_one_alert_with_its_hours(till: Cast) -> None:
    trade({(LAST, 14): 60, (LAST, 15): 50})
    watch(till.lin, hourly=HOURLY)
    [alert] = go_round(till.robot).opened
    parts = AlertPart.objects.filter(alert=alert).order_by("hour")
    assert [(one.day, one.hour, one.value) for one in parts] == [(LAST, 14, 60.0), (LAST, 15, 50.0)]
    again = go_round(till.robot)
    assert (again.opened, again.grown, Alert.objects.count()) == ([], [], 1)
    keep(backtest(untested()))
    client = signed_in(till.lin)
    assert "14:00–15:00" in client.get(alert.get_absolute_url()).content.decode()
    page = client.get("/monitors/rules/hourly/").content.decode()
    assert "same hour of the last four weeks" in page and "data-chart=" in page


def test_an_open_hour_without_a_sale_is_none_sold_and_a_night_is_nothing(till: Cast) -> None:
    trade({(LAST, 12): None})
    watch(till.lin, hourly=HOURLY)
    [alert] = go_round(till.robot).opened
    [part] = alert.parts.all()
    assert (part.hour, part.value, alert.severity) == (12, 0.0, "critical")


def test_the_running_hour_is_not_judged(till: Cast) -> None:
    assert hours.whole([(LAST, n) for n in range(24)], [1.0] * 15 + [0.0] * 9, today=LAST) == 14
    assert hours.whole([(LAST, n) for n in range(24)], [1.0] * 15 + [0.0] * 9, LAST + timedelta(1)) == 24
    assert hours.slots([LAST], 5)[0] == (LAST, 5) and hours.slots([LAST], 5)[-1] == (LAST, 4)


def test_its_back_test_says_what_it_would_have_said_and_too_short_a_history_says_so(till: Cast) -> None:
    trade({(LAST - timedelta(days=9), 11): 30})
    watch(till.lin, on=False, hourly=HOURLY, rate=HOURLY.replace("watches: orders", "watches: rate"))
    found = {one.ident: one for one in backtest(list(Monitor.objects.all()))}
    assert [one.worst for one in found["hourly"].alerts] == [LAST - timedelta(days=9)]
    assert found["hourly"].judged >= 300 and found["rate"].cannot == ""
    fresh()
    publish("sales", [("a", 5, f"{LAST} 04:00:00+00", LAST)], TYPES)
    [short] = backtest(list(Monitor.objects.filter(ident="hourly")))
    assert short.cannot
