"""Pages, the start page, the command and the list of alerts, over the shop of the rounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from opsloop.base.acts import registry
from opsloop.base.search.api import find, reindex
from opsloop.base.testing import Cast
from opsloop.engine.monitors import api, commands
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.cards import mine, wrong
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.rounds import go_round
from opsloop.engine.monitors.tests.conftest import LAST, monitor_file, sell, watch
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
DROP = monitor_file("销售额异常", "sales", "with: [orders, average-order]\nmethod: usual-for-weekday\n")


@pytest.fixture
def alert(shop: Cast) -> Alert:
    def half(day: date, orders: int, average: float) -> tuple[int, float]:
        return (orders // 2, average) if day == LAST else (orders, average)

    sell(half)
    watch(shop.lin, drop=DROP)
    keep(backtest(untested()))
    return go_round(shop.robot).opened[0]


def test_two_characters_find_an_alert_for_whoever_sees_it(shop: Cast, alert: Alert) -> None:
    reindex()
    assert alert.get_absolute_url() in [hit.url for hit in find(shop.lin, "异常")]
    assert alert.get_absolute_url() not in [hit.url for hit in find(shop.zhao, "异常")]


def test_from_the_start_page_to_the_figure_its_parts_and_who_has_it(shop: Cast, alert: Alert) -> None:
    [line] = mine(shop.lin)
    assert wrong(shop.lin) is None
    card = wrong(shop.wu)
    assert card is not None
    assert [line["alert"].pk for line in card.context["lines"]] == [alert.pk]
    assert "Lin" in card.context["lines"][0]["holders"], "a name stands beside the position"
    assert (line.title, line.url, line.due) == ("销售额异常 · 22 Nov 2026", alert.get_absolute_url(), alert.due_at)
    page = of(shop.lin).get(line.url).content.decode()
    for text in (
        "sales is below its usual value",
        "data-chart=",
        "Lin",
        "/explore/explain/?metric=sales",
        "Acknowledge",
    ):
        assert text in page, text
    assert of(shop.lin).get("/").status_code == 200


def test_a_fixed_limit_is_called_one_and_its_week_is_named_whole(shop: Cast) -> None:
    sell(lambda day, orders, average: (40, 30.0) if day == LAST else (orders, average))
    low = "with: [sales]\nevery: week\nbelow: {warn: 700, critical: 100}\n"
    watch(shop.lin, low=monitor_file("低", "orders", low))
    [alert] = go_round(shop.robot).opened
    [line] = mine(shop.lin)
    assert line.title == "低 · 16–22 Nov"
    page = of(shop.lin).get(alert.get_absolute_url()).content.decode()
    head, parts = page.split('id="parts-title"')
    assert "<span>Limit</span><span><b>700" in head and "<span>Usual</span>" not in head
    chart = head.split('id="history-option"')[1].split("</script>")[0]
    assert '"Limit"' in chart and "Usual" not in chart and "Expected" not in chart
    assert 'data-label="Limit"' in parts and "Held against" in parts and 'data-label="Expected"' in parts


def test_the_lists_show_alerts_and_monitors_with_their_back_test(shop: Cast, alert: Alert) -> None:
    client = of(shop.lin)
    assert "销售额异常" in client.get("/monitors/?alive=1").content.decode()
    page = client.get("/monitors/rules/").content.decode()
    assert "销售额异常" in page and "Critical" in page
    monitor = client.get("/monitors/rules/drop/").content.decode()
    for text in ("Alarms a year", "Alerts it would have made", "Switch off", "data-chart="):
        assert text in monitor, text
    assert client.get("/monitors/days/").status_code == 200


def test_bad_addresses_are_not_found_and_strangers_are_sent_to_the_door(shop: Cast, alert: Alert) -> None:
    client = of(shop.lin)
    assert client.get("/monitors/alerts/999/").status_code == 404
    assert client.get("/monitors/rules/nothing/").status_code == 404
    assert Client().get("/monitors/").status_code == 302
    assert of(shop.zhao).get("/monitors/").status_code in (403, 404)


def test_closing_is_a_form_of_the_act_and_nothing_waits_afterwards(shop: Cast, alert: Alert) -> None:
    client = of(shop.lin)
    for name, values in (("acknowledge", {}), ("close", {"cause": "supply", "note": "no beef"})):
        assert client.post(f"/act/monitors.{name}/{alert.pk}/", values).status_code in (200, 204, 302)
    alert.refresh_from_db()
    assert (alert.state, alert.cause) == ("closed", "supply")
    assert list(mine(shop.lin)) == [] and wrong(shop.lin) is None
    assert "no beef" in client.get(alert.get_absolute_url()).content.decode()


def test_programs_read_what_was_judged(shop: Cast, alert: Alert) -> None:
    lines, values = commands.run("", shop.robot)
    assert values[0]["verdict"] == "critical" and values[0]["readings"][-1]["day"] == LAST.isoformat()
    lines, values = commands.tested("drop")
    assert (values[0]["judged"], len(values[0]["alerts"])) == (91, 1)
    assert "1 alerts" in lines[0]
    with pytest.raises(Exception, match="there are: drop"):
        commands.tested("dorp")


def test_reports_and_notes_find_alerts_by_days_and_metrics(shop: Cast, alert: Alert) -> None:
    assert list(api.open_alerts(shop.lin)) == [alert]
    assert list(api.alerts_between(shop.lin, LAST, LAST, ["sales"])) == [alert]
    assert list(api.alerts_between(shop.lin, LAST, LAST, ["orders"])) in ([], [alert])
    assert list(api.alerts_between(shop.lin, date(2020, 1, 1), date(2020, 2, 1))) == []


def test_every_act_has_its_words() -> None:
    names = [name for name in registry if name.startswith("monitors.")]
    assert len(names) == 16
    assert Monitor.objects.count() == 0


def test_why_an_alert_of_the_past_moved_is_asked_of_its_week(shop: Cast) -> None:
    monday = LAST - timedelta(days=6)
    sell(lambda day, orders, average: (orders // 2 if day >= monday else orders, average))
    watch(shop.lin, on=False, week=monitor_file("周", "orders", "every: week\nmethod: usual-for-weekday\n"))
    keep(backtest(untested()))
    page = of(shop.lin).get("/monitors/rules/week/").content.decode().replace("&amp;", "&")
    before = monday - timedelta(days=7)
    days = f"a={monday}&b={LAST}&c={before}&d={monday - timedelta(days=1)}"
    assert f'"/explore/explain/?metric=orders&{days}"' in page
