"""From an alert to a finding and to a named person with a date."""

from __future__ import annotations

import re

import pytest

from opsloop.base.acts import Forbidden
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.engine.assignments.models import Assignment
from opsloop.engine.findings import api as findings
from opsloop.engine.findings.models import Evidence, Finding
from opsloop.engine.monitors.actions import acknowledge, close, raise_finding
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.tests.conftest import LAST
from opsloop.engine.monitors.tests.test_states import raised
from opsloop.engine.monitors.words import Cause
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(cast: Cast, monitor: Monitor) -> Alert:
    return raised(cast.robot, monitor)


@pytest.mark.both
def test_a_finding_has_the_alerts_figures_and_there_is_one_of_it(cast: Cast, alert: Alert) -> None:
    found = raise_finding(alert, by=cast.lin, title="Sales fell on Sunday", seen="no beef")
    [figure] = Evidence.objects.filter(finding=found)
    assert (figure.metric, figure.value, figure.expected, figure.since) == ("sales", 900.0, 1000.0, LAST)
    assert (found.cause, found.period, figure.href) == ("metric:sales", f"{LAST:%G-W%V}", alert.get_absolute_url())
    assert raise_finding(alert, by=cast.lin, title="Sales fell once more") == found
    assert findings.of_origin(alert) == [found]
    assert Entry.objects.filter(act="monitors.raise_finding", object_id=alert.pk).count() == 2
    page = signed_in(cast.lin).get(alert.get_absolute_url()).content.decode()
    assert found.code in page and "/act/monitors.raise_finding/" not in page


def test_the_same_cause_in_a_week_is_one_finding(cast: Cast, monitor: Monitor, alert: Alert) -> None:
    first = raise_finding(alert, by=cast.lin, title="Sales fell on Sunday")
    close(acknowledge(Alert.objects.get(), by=cast.lin), by=cast.lin, cause=Cause.SUPPLY, finding=True)
    again = raised(cast.robot, monitor)
    close(acknowledge(again, by=cast.lin), by=cast.lin, cause=Cause.SUPPLY, note="no beef again", finding=True)
    assert list(Finding.objects.all()) == [first]
    assert findings.of_origin(again) == [first]


def test_who_may_not_raise_findings_closes_without_one(cast: Cast, alert: Alert, manager: Person) -> None:
    acknowledge(alert, by=manager)
    with pytest.raises(Forbidden):
        raise_finding(Alert.objects.get(), by=cast.chen, title="Sales fell")
    with pytest.raises(Forbidden):
        close(Alert.objects.get(), by=manager, cause=Cause.SUPPLY, finding=True)
    close(Alert.objects.get(), by=manager, cause=Cause.SUPPLY)
    assert not Finding.objects.exists()


def test_three_clicks_from_the_start_page_to_a_named_person_with_a_date(cast: Cast, alert: Alert) -> None:
    client = signed_in(cast.lin)
    clicks = 0

    def click(page: str, wanted: str) -> str:
        nonlocal clicks
        [link] = {found.replace("&amp;", "&") for found in re.findall(r'href="([^"]*)"', page) if wanted in found}
        clicks += 1
        return client.get(link).content.decode()

    page = click(client.get("/").content.decode(), alert.get_absolute_url())
    form = click(page, "/act/assignments.give/")
    values = filled(form)
    assert values["title"].startswith("Look into: ") and values["due_at"]
    answer = client.post("/act/assignments.give/", {**values, "doer": str(cast.chen.pk)})
    clicks += 1
    assert answer.status_code in (200, 204, 302)
    given = Assignment.objects.get(doer=cast.chen)
    assert given.due_at > alert.opened_at and clicks <= 3
    assert given.title in client.get(alert.get_absolute_url()).content.decode()


def filled(form: str) -> dict[str, str]:
    """The values that a form comes with."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else ""
    return found
