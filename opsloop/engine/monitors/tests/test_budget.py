"""At most three alerts a day for each owner; nothing of what exceeds is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Refused, acting
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.tests.telling import pigeon
from opsloop.base.testing import Cast
from opsloop.data.metrics.tests.shop import define, fresh, metrics
from opsloop.engine.assignments.models import Assignment
from opsloop.engine.monitors import commands
from opsloop.engine.monitors.actions import acknowledge, close
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.budget import Begun, Load, a_day, full, load, load_of
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.jobs import mind_at
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import join
from opsloop.engine.monitors.rounds import go_round
from opsloop.engine.monitors.telling import channels_of
from opsloop.engine.monitors.tests.conftest import LAST, monitor_file, sell, watch
from opsloop.engine.monitors.tests.test_states import raised, rows
from opsloop.engine.monitors.words import Cause, Method, Severity
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "c", "d", "e")


@pytest.fixture
def five(shop: Cast) -> Cast:
    """Five metrics that have nothing to do with each other, all wrong on the newest day."""
    sell(lambda day, orders, average: (5, 30.0) if day == LAST else (100, 30.0))
    metrics(shop.lin, **dict.fromkeys(NAMES, "value: {sum: pieces}"))
    watch(shop.lin, **{f"low-{n}": monitor_file(f"低{n}", n, "below: 50\n") for n in NAMES})
    return shop


@pytest.mark.both
def test_the_fourth_and_fifth_cause_of_a_day_are_parts_of_the_third(five: Cast) -> None:
    done = go_round(five.robot)
    assert (a_day(), len(done.opened), Alert.objects.count(), Assignment.objects.count()) == (3, 3, 3, 3)
    last = Alert.objects.order_by("-pk")[0]
    assert (last.joined, last.headline) == (2, f"{last.title} and 2 more")
    assert sorted(last.parts.values_list("metric", "cause")) == [("c", ""), ("d", "metric:d"), ("e", "metric:e")]
    assert sum(one.parts.count() for one in Alert.objects.all()) == 5
    line = Notice.objects.get(person=five.lin, object_id=last.pk)
    assert line.count == 3 and "低e" in line.body
    again = go_round(five.robot)
    assert (again.opened, again.grown, Alert.objects.count()) == ([], [], 3)
    page = signed_in(five.lin).get(last.get_absolute_url()).content.decode()
    assert last.headline in page and "/metrics/e/" in page


def test_who_has_closed_all_of_a_day_is_told_of_what_is_new(five: Cast) -> None:
    go_round(five.robot)
    for alert in Alert.objects.all():
        close(acknowledge(alert, by=five.lin), by=five.lin, cause=Cause.FALSE)
    metrics(five.lin, f="value: {sum: pieces}")
    watch(five.lin, low_f=monitor_file("低f", "f", "below: 50\n"))
    [new] = go_round(five.robot).opened
    assert (new.title, new.joined) == ("低f", 0)


def test_the_next_day_has_its_own_budget_and_another_owner_too(cast: Cast, monitor: Monitor) -> None:
    for n in range(3):
        raised(cast.robot, monitor, key=f"metric:m{n}")
    assert full("operations-manager", timezone.now()) == Alert.objects.order_by("-pk")[0]
    assert full("operations-manager", timezone.now() + timedelta(days=1)) is None
    assert full("data-analyst", timezone.now()) is None


def test_a_cause_joins_once_and_nothing_joins_what_is_closed(cast: Cast, monitor: Monitor) -> None:
    alert = raised(cast.robot, monitor)
    parts = [replace(one, monitor="orders-drop", metric="orders") for one in rows(LAST)]
    more = {"severity": Severity.CRITICAL, "parts": parts, "said": "orders 9", "title": "orders low"}
    with pytest.raises(Refused, match="of this cause"):
        join(alert, by=cast.robot, key="metric:sales", **more)
    join(alert, by=cast.robot, key="metric:orders", **more)
    assert Alert.objects.get().severity == "critical"
    with pytest.raises(Refused, match="of this cause"):
        raised(cast.robot, monitor, key="metric:orders")
    close(acknowledge(Alert.objects.get(), by=cast.lin), by=cast.lin, cause=Cause.FALSE)
    with pytest.raises(Refused, match="closed"):
        join(Alert.objects.get(), by=cast.robot, key="metric:visits", **more)


def test_missing_data_of_many_sources_ends_when_all_of_it_came(shop: Cast) -> None:
    metrics(shop.lin, **{f"m{n}": f"from: nowhere-{n}\nvalue: {{count: rows}}" for n in range(5)})
    watch(shop.lin, **{f"w-{n}": monitor_file(f"无{n}", f"m{n}", "method: usual-for-weekday\n") for n in range(5)})
    assert len(go_round(shop.robot).opened) == 3
    joined = Alert.objects.order_by("-pk")[0]
    assert joined.causes == {"blind:w-2", "blind:w-3", "blind:w-4"}
    for gone, left in (("w-2", 3), ("w-3", 3), ("w-4", 2)):
        define("monitor", shop.lin, **{gone: monitor_file("无", "sales", "below: 1\n")})
        fresh()
        sell()
        go_round(shop.robot)
        assert Alert.objects.exclude(state="closed").count() == left


BEGAN = date(2026, 3, 2)


def begun(metric: str, first: int, last: int = 0) -> Begun:
    obj = MonitorFile(title=metric, watches=metric, owner="o", method=Method.USUAL)
    return Begun(metric, obj, BEGAN + timedelta(first), BEGAN + timedelta(last or first), timedelta(days=7))


def test_the_back_test_counts_causes_and_not_monitors() -> None:
    kin = {"sales": frozenset({"orders"})}
    same = [begun("sales", 0), begun("orders", 0), begun("orders", 5), begun("sales", 30)]
    assert load(same, kin, 3) == Load(2, 1, BEGAN + timedelta(30), 0, 0)
    many = load([begun(name, 0) for name in NAMES], {}, 3)
    assert (many.alerts, many.most, many.over, many.joined) == (5, 5, 1, 2)


def test_the_page_and_the_command_say_how_many_an_owner_would_have_been_given(five: Cast) -> None:
    keep(backtest(untested()))
    found = load_of("operations-manager", 0)
    assert found is not None and (found.most, found.joined) == (5, 2)
    lines, values = commands.tested("")
    assert values[0]["together"]["most_a_day"] == 5 and "at most 5 on one day" in lines[-1]
    page = signed_in(five.lin).get("/monitors/rules/low-a/").content.decode()
    assert "at most 5 a day" in page and "2 would have joined another" in page


def test_channels_are_told_as_the_file_says_for_each_severity() -> None:
    tell = {"warn": "inbox", "critical": ("inbox", "group")}
    assert (channels_of(tell, "warn"), channels_of(tell, "critical")) == ({"inbox"}, {"inbox", "group"})
    assert (channels_of({}, "warn"), channels_of({"warn": "group"}, "critical")) == (set(), {"group"})


def test_an_alert_reaches_the_groups_that_its_monitor_names(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bird = pigeon(monkeypatch)
    tell = "tell: {warn: inbox, critical: [inbox, group]}\n"
    sell(lambda day, orders, average: (40, 30.0) if day == LAST else (100, 30.0))
    watch(shop.lin, low=monitor_file("低", "orders", "below: {warn: 50, critical: 20}\n" + tell))
    [alert] = go_round(shop.robot).opened
    assert bird.got == []
    fresh()
    sell(lambda day, orders, average: (10, 30.0) if day >= LAST - timedelta(days=1) else (100, 30.0))
    go_round(shop.robot)
    [said] = bird.got
    assert (said.channels, said.grave, said.link) == ({"group"}, True, alert.get_absolute_url())
    assert "低" in said.title and "operations-manager" in said.body
    with acting(Call(by=shop.robot)):
        mind_at(shop.robot, timezone.now() + timedelta(days=3))
    assert len(bird.got) == 2 and len({one.key for one in bird.got}) == 2
