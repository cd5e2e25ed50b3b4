"""The sales card stands on the start page of those who see metrics, and only then a chart is loaded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from opsloop.base.people.models import Account
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics import figures
from opsloop.data.metrics.queries import DaySales, SalesByDay

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def start_page(cast_person: object) -> str:
    account = make(Account, login="x", person=cast_person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client.get("/").content.decode()


@pytest.fixture
def two_weeks(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    """The first week sells 70 in 7 orders, the second 84 in 7."""
    days = [DaySales(MONDAY + timedelta(days=n), 10.0 if n < 7 else 12.0, 1) for n in range(14)]
    snapshot = Snapshot(pk=7, table="transactions", rows=14)
    monkeypatch.setattr(figures, "sales_by_day", lambda: SalesByDay(snapshot, tuple(days)))


@pytest.mark.usefixtures("two_weeks")
def test_the_last_full_week_is_shown_beside_the_one_before(cast: Cast) -> None:
    text = start_page(cast.lin)
    card = text.split('id="card-metricssales"')[1].split("card-metricssales")[0].split("inbox-title")[0]
    assert ">84<" in card and ">12.00<" in card and card.count("+20.0%") == 2 and "unchanged" in card
    assert text.count("echarts/echarts.min") == 1 and "data-chart" in card and 'href="/metrics/sales/"' in card


@pytest.mark.usefixtures("two_weeks")
def test_who_sees_no_metrics_loads_no_chart(cast: Cast) -> None:
    with given():
        mandate = Mandate.objects.get(position=cast.specialist)
        mandate.sees = {**mandate.sees, "metrics": "none"}
        mandate.save()
    text = start_page(cast.chen)
    assert "echarts" not in text and "metricssales" not in text


def test_nothing_loaded_is_no_card_and_no_chart(cast: Cast) -> None:
    text = start_page(cast.lin)
    assert "echarts" not in text and "metricssales" not in text
