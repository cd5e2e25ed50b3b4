"""An alert opens the case of its SOP, knows what it knows, and neither outlives the other by mistake."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.apps import apps
from django.utils import timezone

from opsloop.base.acts import Call
from opsloop.base.acts.run import operation
from opsloop.base.jobs.api import Context
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.robot import for_itself
from opsloop.base.jobs.tasks import tasks
from opsloop.base.ledger.models import Entry
from opsloop.base.links.queries import linked
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, make, person, position
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.alerts import case_of, offered
from opsloop.engine.cases.jobs import FOLLOW_ALERT, follow_alert
from opsloop.engine.cases.models import Case, CaseState, WorkItem
from opsloop.engine.cases.program import START
from opsloop.engine.cases.tests.test_acts import publish
from opsloop.engine.monitors.actions import acknowledge, close
from opsloop.engine.monitors.api import Alert, AlertPart, Cause, Severity, Sort, State
from opsloop.engine.monitors.models import Monitor
from opsloop.engine.monitors.tests.conftest import LAST, an_alert
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.waiting import Lane, Waiting, lanes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HANDLING = """
start: {{form: [metric, severity, seen{more}], key: [alert_no, metric], title: "{{metric}}: {{severity}}",
  happened: found_at}}
fields:
  - {{id: metric, title: Metric, required: true}}
  - {{id: severity, title: Severity, type: choice, options: [预警, 严重], required: true}}
  - {{id: seen, title: Seen, type: long, required: true}}
  - {{id: alert_no, title: Number}}
  - {{id: found_at, title: Found, type: moment}}
  - {{id: store, title: Store, required: true}}
"""
STEPS = """
- {id: claim, title: Claim, do: watch, within: 4 hours}
- {id: explain, title: Explain, do: watch}
"""


@pytest.fixture
def li(cast: Cast) -> Person:
    """Who has the alerts of the shop."""
    may = ["monitors.acknowledge", "monitors.close", "cases.*"]
    return person("Li", position("watch", may=may, sees={"*": "all"}), cast.ops)


@pytest.fixture
def alert(cast: Cast, li: Person) -> Alert:
    publish(sop(STEPS, HANDLING.format(more="")), ident="handling")
    monitor = make(Monitor, ident="drop", title="销售额异常下跌", number=1, sha256="0" * 64, definition={})
    row = an_alert(monitor, opens="handling", owner="watch", severity=Severity.CRITICAL, key="metric:sales")
    make(
        AlertPart, alert=row, monitor="drop", metric="sales", sort=Sort.USUAL, day=LAST, severity=Severity.CRITICAL,
        said="sales 12,000, usually 20,000",
    )  # fmt: skip
    return row


def tell(alert: Alert, happened: str) -> None:
    """As the worker does it: in one operation of the robot."""
    robot = for_itself(tasks[FOLLOW_ALERT].may)
    with operation(Call(by=robot)):
        follow_alert(cast("Context", SimpleNamespace(by=robot)), alert=alert.pk, happened=happened)


def test_an_alert_opens_a_case_that_knows_what_the_alert_knows(alert: Alert, li: Person) -> None:
    tell(alert, "opened")
    case = Case.objects.get()
    assert (case.status, case.initiator, case.key) == (CaseState.RUNNING, li, f"{alert.pk} · 销售额异常下跌")
    assert case.title == "销售额异常下跌: 严重"
    assert case.values["seen"] == f"{LAST} sales 12,000, usually 20,000"
    assert WorkItem.objects.get(case=case, status="open").node == "claim"
    assert [one.other for one in linked(alert, li)] == [case]
    assert [one.on for one in waiting_for(li)] == []
    (entry,) = Entry.objects.filter(act="cases.open_for")
    assert (entry.object_type, entry.object_id) == ("cases.case", case.pk)


def waiting_for(person: Person) -> list[Waiting]:
    """What stands on the start page about the alert itself."""
    return [one for one in lanes_of(person)[Lane.DO] if isinstance(one.on, Alert)]


def test_an_alert_without_a_case_has_a_line_of_its_own(alert: Alert, li: Person) -> None:
    assert [one.on for one in waiting_for(li)] == [alert]


def test_it_opens_once_however_often_it_is_told(alert: Alert) -> None:
    for _time in range(2):
        tell(alert, "opened")
        tell(alert, "grown")
    assert Case.objects.count() == 1 and case_of(alert) == Case.objects.get()


def test_what_the_alert_does_not_know_is_asked_of_whoever_has_it(alert: Alert, li: Person) -> None:
    publish(sop(STEPS, HANDLING.format(more=", store")), ident="handling", number=2)
    tell(alert, "opened")
    item = WorkItem.objects.get(status="open")
    assert (item.node, item.assignee) == (START, li)
    actions.complete(item.case, by=li, item=item.no, values=[Filled("store", "367")])
    assert WorkItem.objects.get(status="open").node == "claim"


def test_without_an_sop_in_force_the_assignment_is_all_there_is(alert: Alert) -> None:
    with given():
        row = Alert.objects.get()
        row.opens = "not-written"
        row.save()
    tell(alert, "opened")
    assert not Case.objects.exists()


def test_without_anybody_to_have_it_no_case_begins(alert: Alert) -> None:
    with given():
        row = Alert.objects.get()
        row.owner = "nobody-has-this"
        row.save()
    tell(alert, "opened")
    assert not Case.objects.exists()


def test_who_does_its_first_step_has_acknowledged_the_alert(
    alert: Alert, li: Person, django_capture_on_commit_callbacks: Any
) -> None:
    tell(alert, "opened")
    item = WorkItem.objects.get(status="open")
    with django_capture_on_commit_callbacks(execute=True):
        actions.complete(item.case, by=li, item=item.no)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == (State.ACKNOWLEDGED, li)


def test_a_second_alert_of_the_same_case_is_acknowledged_by_the_next_step(
    alert: Alert, li: Person, django_capture_on_commit_callbacks: Any
) -> None:
    keyed = HANDLING.format(more="").replace("key: [alert_no, metric]", "key: [metric]")
    publish(sop(STEPS, keyed), ident="handling")
    tell(alert, "opened")
    again = an_alert(alert.monitor, opens="handling", owner="watch", key="metric:sales-again")
    make(AlertPart, alert=again, monitor="drop", metric="sales", sort=Sort.USUAL, day=LAST, severity=Severity.WARN)
    tell(again, "opened")
    assert case_of(again) == case_of(alert) == Case.objects.get()
    item = WorkItem.objects.get(status="open")
    with django_capture_on_commit_callbacks(execute=True):
        actions.complete(item.case, by=li, item=item.no)
    again.refresh_from_db()
    assert again.state == State.ACKNOWLEDGED


def test_cases_from_before_the_column_learn_their_alert_from_their_links(alert: Alert) -> None:
    tell(alert, "opened")
    with given():
        Case.objects.update(alert=None)
        import_module("opsloop.engine.cases.migrations.0005_alert").from_links(apps, None)
    assert Case.objects.get().alert == alert.pk


def test_an_alert_that_is_closed_at_once_ends_its_case(alert: Alert, li: Person) -> None:
    tell(alert, "opened")
    close(acknowledge(Alert.objects.get(), by=li), by=li, cause=Cause.SUPPLY, note="late lorry")
    assert json.loads(Job.objects.get(task=FOLLOW_ALERT).args) == {"alert": alert.pk, "happened": "closed"}
    tell(alert, "closed")
    assert Case.objects.get().status == CaseState.CANCELLED
    assert Entry.objects.filter(act="cases.end_with").count() == 1


def test_a_case_in_which_somebody_worked_goes_on_after_its_alert(alert: Alert, li: Person) -> None:
    tell(alert, "opened")
    item = WorkItem.objects.get(status="open")
    actions.complete(item.case, by=li, item=item.no)
    close(acknowledge(Alert.objects.get(), by=li), by=li, cause=Cause.SUPPLY)
    tell(alert, "closed")
    assert Case.objects.get().status == CaseState.RUNNING
    assert not Entry.objects.filter(act="cases.end_with").exists()


def test_what_is_offered_has_the_types_of_an_sops_fields(alert: Alert) -> None:
    with given():
        row = Alert.objects.get()
        row.last_day = LAST + timedelta(days=1)
        row.save()
    known = offered(Alert.objects.get())
    assert known["spreading"] is True and known["alert_no"] == str(alert.pk)
    assert known["first_day"] == LAST and cast(Any, known["found_at"]) <= timezone.now()
