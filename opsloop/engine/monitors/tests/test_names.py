"""What the standard has words for stands in the reader's language, also where a title was stored in the company's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from opsloop.base.acts.about import ref
from opsloop.base.people import posts
from opsloop.base.people.models import Position
from opsloop.base.testing import Cast, given, make
from opsloop.engine.assignments.models import Assignment
from opsloop.engine.findings import api as findings
from opsloop.engine.monitors.actions import raise_finding
from opsloop.engine.monitors.compiled import translate_monitors
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import KEEPER
from opsloop.engine.monitors.tests.conftest import an_alert
from opsloop.engine.monitors.words import Every
from opsloop.ui.testing import signed_in

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def alert(cast: Cast, monitor: Monitor, settings: Any) -> Alert:
    settings.LANGUAGE_CODE = "zh-hans"
    with given():
        translate_monitors("en", {monitor.ident: {"title": "Sales far below usual"}})
    return an_alert(Monitor.objects.get(pk=monitor.pk), title="销售额异常下跌")


def test_the_days_of_an_alert_are_said_as_the_reader_writes_days() -> None:
    weekly = Alert(every=Every.WEEK, first_day=date(2026, 11, 16), last_day=date(2026, 11, 16))
    with translation.override("en"):
        assert weekly.days == "16–22 Nov"
    with translation.override("zh-hans"):
        assert weekly.days == "11-16至11-22"


def test_an_alert_is_called_as_its_monitor_is_in_the_readers_language(alert: Alert) -> None:
    with translation.override("en"):
        assert str(alert) == "Sales far below usual" == alert.monitor.name
    with translation.override("zh-hans"):
        assert str(alert) == "销售额异常下跌"


def test_the_assignment_behind_it_is_named_after_it_and_what_people_wrote_stays(cast: Cast, alert: Alert) -> None:
    usual = {"asked_by": cast.lin, "asked_at": alert.opened_at, "due_at": alert.due_at}
    kept = make(Assignment, title="处理预警：销售额异常下跌", kept_by=KEEPER, **usual)
    own = make(Assignment, title="核对价签", **usual)
    with given():
        row = Alert.objects.get(pk=alert.pk)
        row.assignment = kept
        row.save()
    with translation.override("en"):
        assert str(kept) == "Handle the alert: Sales far below usual" and str(own) == "核对价签"
    with translation.override("zh-hans"):
        assert str(kept) == "处理预警：销售额异常下跌"


def test_a_finding_that_nobody_titled_is_called_as_its_alert_in_the_readers_language(cast: Cast, alert: Alert) -> None:
    found = raise_finding(alert, by=cast.lin, title="销售额异常下跌")
    with translation.override("en"):
        assert str(found) == f"{found.code} Sales far below usual" and str(found.sources.get()) == found.name
        assert findings.states_of([alert])[ref(alert)][0].title == "Sales far below usual"
        for url in (found.get_absolute_url(), "/findings/", "/findings/list/"):
            page = signed_in(cast.lin, "en").get(url).content.decode().partition("history-at")[0]  # as it was recorded
            assert "Sales far below usual" in page and "销售额异常下跌" not in page, url
    with translation.override("zh-hans"):
        assert found.name == "销售额异常下跌"


@pytest.mark.parametrize("title", ["查明原因：销售额异常下跌", "Look into: Sales far below usual"])
def test_the_proposed_title_is_read_in_each_language_whoever_took_it(cast: Cast, alert: Alert, title: str) -> None:
    found = raise_finding(alert, by=cast.lin, title=title)
    with translation.override("en"):
        assert found.name == "Look into: Sales far below usual"
    with translation.override("zh-hans"):
        assert found.name == "查明原因：销售额异常下跌"


def test_what_a_person_wrote_as_a_title_stays_in_every_language(cast: Cast, alert: Alert) -> None:
    found = raise_finding(alert, by=cast.lin, title="销售额异常下跌，先查冷冻")
    with translation.override("en"):
        assert found.name == "销售额异常下跌，先查冷冻"


def test_a_position_without_an_english_title_keeps_its_own(cast: Cast) -> None:
    with given():
        post = Position.objects.get(pk=cast.analyst.pk)
        post.title, post.title_en = "数据分析员", "Data analyst"
        post.save()
        other = Position.objects.get(pk=cast.manager.pk)
        other.title, other.title_en = "运营经理", ""
        other.save()
    with translation.override("en"):
        assert posts.title_of(post.code) == "Data analyst" and posts.titles()[other.code] == "运营经理"
    with translation.override("zh-hans"):
        assert str(post) == "数据分析员" and posts.title_of("nobody") == "nobody"
