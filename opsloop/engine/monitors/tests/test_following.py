"""`opens:` names an SOP, the owner has an assignment, who follows has a job; cases open the SOP (engine/cases)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from opsloop.base.jobs.api import Context, task
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.tasks import tasks
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.engine.monitors import following
from opsloop.engine.monitors.actions import acknowledge, close
from opsloop.engine.monitors.api import follow_alerts
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import grow
from opsloop.engine.monitors.tests.conftest import LAST, monitor_file, watch
from opsloop.engine.monitors.tests.test_states import raised, rows
from opsloop.engine.monitors.words import Cause, Severity
from opsloop.ui.testing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FOLLOW = "test.follow_alert"


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(following, "_tasks", set())

    @task(FOLLOW, "Open a case")
    def follow_alert(ctx: Context, alert: int, happened: str) -> None:
        """What later opens the case."""

    follow_alerts(FOLLOW)
    yield
    tasks.pop(FOLLOW)


def test_an_sop_that_is_not_in_force_is_named_and_the_owner_has_an_assignment(cast: Cast) -> None:
    text = monitor_file("缺货", "sales", "method: usual-for-weekday\nopens: out-of-stock\n")
    alert = raised(cast.robot, watch(cast.lin, on=False, stock=text)["stock"])
    assert alert.opens == "out-of-stock" and alert.assignment is not None
    assert alert.assignment.position == cast.manager
    page = signed_in(cast.lin).get(alert.get_absolute_url()).content.decode()
    assert "out-of-stock" in page and "the assignment stands in its place" in page


def test_who_follows_alerts_has_a_job_of_each_of_their_acts(
    cast: Cast, monitor: Monitor, manager: Person, followed: None
) -> None:
    alert = raised(cast.robot, monitor)
    grow(alert, by=cast.robot, severity=Severity.WARN, parts=rows(LAST, LAST + timedelta(days=1)), said="more")
    close(acknowledge(Alert.objects.get(), by=manager), by=manager, cause=Cause.SUPPLY)
    args = [json.loads(job.args) for job in Job.objects.filter(task=FOLLOW).order_by("id")]
    assert args == [{"alert": alert.pk, "happened": one} for one in ("opened", "grown", "closed")]
