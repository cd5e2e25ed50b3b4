"""The assignment behind an alert: one line on the start page, taken and ended together, whoever comes and goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.links.models import Link
from opsloop.base.people.models import Absence, Holding, Person
from opsloop.base.testing import Cast, given, hold, make, person, position
from opsloop.engine.assignments.actions import accept, decline, done, hand_over
from opsloop.engine.assignments.models import Assignment, State
from opsloop.engine.monitors.actions import acknowledge, close, silence
from opsloop.engine.monitors.cards import mine, wrong
from opsloop.engine.monitors.jobs import mind_at
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import give_back, recover
from opsloop.engine.monitors.tests.conftest import LAST
from opsloop.engine.monitors.tests.test_states import raised, rows
from opsloop.engine.monitors.words import Cause, Sort
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def alert(cast: Cast, monitor: Monitor) -> Alert:
    return raised(cast.robot, monitor)


def behind(alert: Alert) -> Assignment:
    return Assignment.objects.get(pk=Alert.objects.get(pk=alert.pk).assignment_id)


def titles(someone: Person) -> list[str]:
    """What is to do, without the days that each line names."""
    return [one.title.partition(" · ")[0] for one in lanes_of(someone)[Lane.DO]]


def test_an_alert_gives_its_owner_post_one_thing_to_do_and_tells_once(cast: Cast, alert: Alert) -> None:
    one = behind(alert)
    assert (one.position, one.doer, one.state) == (cast.manager, None, State.OPEN)
    assert one.due_at >= alert.due_at and alert.title in one.title
    assert Link.objects.filter(kind="follows-from", a_id=one.pk, b_id=alert.pk).exists()
    assert Notice.objects.filter(person=cast.lin).count() == 1
    assert titles(cast.lin) == [alert.title]
    [line] = mine(cast.lin)
    assert (line.act, line.on, line.due) == ("monitors.acknowledge", alert, alert.due_at)
    assert wrong(cast.lin) is None
    assert f"/act/monitors.acknowledge/{alert.pk}/" in signed_in(cast.lin).get("/").content.decode()


def test_who_acknowledges_has_the_assignment_and_closing_ends_both(cast: Cast, alert: Alert) -> None:
    wu = hold(cast.wu, cast.manager, cast.ops).person
    assert titles(wu) == titles(cast.lin) == [alert.title]
    acknowledge(alert, by=wu)
    assert (behind(alert).doer, behind(alert).state) == (wu, State.ACCEPTED)
    assert titles(cast.lin) == []
    [line] = mine(wu)
    assert (line.act, line.due) == ("monitors.close", behind(alert).due_at)
    close(Alert.objects.get(), by=wu, cause=Cause.SUPPLY, note="no beef in ten stores")
    assert (behind(alert).state, behind(alert).done_at is not None) == (State.DONE, True)
    assert "no beef in ten stores" in behind(alert).word
    assert titles(wu) == []


def test_accepting_the_assignment_acknowledges_the_alert(cast: Cast, alert: Alert) -> None:
    accept(behind(alert), by=cast.lin)
    found = Alert.objects.get()
    assert (found.state, found.acknowledged_by) == ("acknowledged", cast.lin)
    with pytest.raises(Refused, match="Close its alert"):
        done(behind(alert), by=cast.lin, word="fine")
    assert (behind(alert).state, Alert.objects.get().state) == (State.ACCEPTED, "acknowledged")


def test_it_is_handed_over_only_to_who_may_close_alerts(cast: Cast, alert: Alert) -> None:
    with pytest.raises(Refused, match="stays with its post"):
        decline(behind(alert), by=cast.lin, reason="not mine")
    acknowledge(alert, by=cast.lin)
    with pytest.raises(Refused, match="may not close alerts"):
        hand_over(behind(alert), by=cast.lin, to=cast.chen, reason="he is in the shop")
    deputy = person("Qi", position("deputy", may=["monitors.*", "assignments.*"], sees={"*": "all"}), cast.ops)
    hand_over(behind(alert), by=cast.lin, to=deputy, reason="he knows the suppliers")
    assert (titles(deputy), titles(cast.lin)) == ([alert.title], [])
    assert Alert.objects.get().has_it == "Qi"
    close(Alert.objects.get(), by=deputy, cause=Cause.FALSE)
    assert behind(alert).doer == deputy


def test_silencing_takes_it_and_data_that_comes_withdraws_it(cast: Cast, monitor: Monitor) -> None:
    alert = raised(
        cast.robot,
        monitor,
        sort=Sort.LATE,
        key="source:sales",
        parts=[replace(one, sort=Sort.LATE) for one in rows(LAST)],
    )
    silence(alert, by=cast.lin, until=timezone.localdate(), reason="the till is being mended")
    assert behind(alert).doer == cast.lin and titles(cast.lin) == []
    recover(Alert.objects.get(), by=cast.robot)
    assert (behind(alert).state, behind(alert).reason != "") == (State.WITHDRAWN, True)


def test_when_its_doer_leaves_it_is_open_again_for_the_post(cast: Cast, alert: Alert) -> None:
    acknowledge(alert, by=cast.lin)
    with pytest.raises(Refused, match="Somebody has it"):
        give_back(Alert.objects.get(), by=cast.robot)
    assert mind_at(cast.robot, timezone.now()) == [] and Alert.objects.get().state == "acknowledged"
    new = person("Gu", cast.manager, cast.ops)
    end(Holding.objects.get(person=cast.lin))
    mind_at(cast.robot, timezone.now())
    found = Alert.objects.get()
    assert (found.state, found.acknowledged_by, behind(alert).doer) == ("open", None, None)
    assert found.due_at > timezone.now()
    assert titles(new) == [alert.title]
    assert Notice.objects.filter(person=new, body__contains="Lin").exists()


def test_a_substitute_has_it_while_its_owner_is_away(cast: Cast, alert: Alert) -> None:
    now = timezone.now()
    away: dict[str, Any] = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=3)}
    make(Absence, person=cast.lin, substitute=cast.wu, **away)
    wu = Person.objects.get(pk=cast.wu.pk)
    assert titles(wu) == [alert.title]
    acknowledge(alert, by=wu)
    assert behind(alert).doer == wu and titles(wu) == [alert.title]


def test_a_vacant_post_falls_to_whom_it_reports(cast: Cast, monitor: Monitor) -> None:
    boss = person("Chu", position("director", may=["monitors.*"], sees={"*": "all"}), cast.company)
    with given():
        cast.manager.remember()
        cast.manager.reports_to = Holding.objects.get(person=boss).position
        cast.manager.save()
    end(Holding.objects.get(person=cast.lin))
    alert = raised(cast.robot, monitor)
    assert Notice.objects.filter(person=boss).count() == 1
    assert titles(boss) == [alert.title]
    acknowledge(alert, by=boss)
    assert titles(boss) == [alert.title] and behind(alert).doer == boss


def end(holding: Holding) -> None:
    with given():
        holding.remember()
        holding.ends_at = timezone.now() - timedelta(minutes=1)
        holding.save()
