"""The table of states, on every path: what is not in it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Refused, perform, registry
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold
from opsloop.engine.monitors.actions import acknowledge, close, silence, wake
from opsloop.engine.monitors.jobs import mind_at
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import PartRow, escalate, grow, raise_alert, recover
from opsloop.engine.monitors.tests.conftest import LAST, an_alert
from opsloop.engine.monitors.transitions import TABLE
from opsloop.engine.monitors.words import Cause, Severity, Sort, State

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SAID: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "silence": {"until": timezone.localdate() + timedelta(days=2), "reason": "stock count"},
    "wake": {},
    "close": {"cause": "price", "note": "promotion of the week before"},
}
ACTS: dict[str, Callable[..., Alert]] = {"acknowledge": acknowledge, "silence": silence, "wake": wake, "close": close}
BEGINNINGS = [(verb, state) for verb in TABLE if verb in ACTS for state in State]


@pytest.mark.parametrize(("verb", "state"), BEGINNINGS)
def test_only_the_transitions_of_the_table_are_possible(
    monitor: Monitor, manager: Person, verb: str, state: State
) -> None:
    alert = an_alert(monitor, state=state)
    sources, target = TABLE[verb]
    if state in sources:
        ACTS[verb](alert, by=manager, **SAID[verb])
        alert.refresh_from_db()
        assert alert.state == target
        assert Entry.objects.filter(act=f"monitors.{verb}", object_id=alert.pk).count() == 1
        return
    with pytest.raises(Refused):
        ACTS[verb](alert, by=manager, **SAID[verb])
    raw = {name: value.isoformat() if isinstance(value, date) else value for name, value in SAID[verb].items()}
    with pytest.raises(Refused):
        perform(f"monitors.{verb}", raw, Call(by=manager, via="api"), on=alert.pk)
    alert.refresh_from_db()
    assert alert.state == state
    assert registry[f"monitors.{verb}"].why_not(alert) is not None


@pytest.mark.parametrize("verb", list(ACTS))
def test_who_has_no_position_for_it_may_not(cast: Cast, monitor: Monitor, verb: str) -> None:
    alert = an_alert(monitor, state=TABLE[verb][0][0])
    with pytest.raises(Forbidden):
        ACTS[verb](alert, by=cast.chen, **SAID[verb])


def test_from_open_to_closed_the_row_says_who_and_why(monitor: Monitor, manager: Person) -> None:
    alert = acknowledge(an_alert(monitor), by=manager)
    assert (alert.acknowledged_by, alert.acknowledged_at is not None) == (manager, True)
    with pytest.raises(Refused, match="few words"):
        close(alert, by=manager, cause=Cause.UNKNOWN)
    close(alert, by=manager, cause=Cause.SUPPLY, note="beef out of stock in ten stores")
    assert (alert.closed_by, alert.cause, alert.note) == (manager, "supply", "beef out of stock in ten stores")


def test_a_silence_ends_at_its_day_and_not_later_than_a_month(cast: Cast, monitor: Monitor, manager: Person) -> None:
    today, alert = timezone.localdate(), an_alert(monitor)
    for wrong in (today - timedelta(days=1), today + timedelta(days=40)):
        with pytest.raises(Refused):
            silence(alert, by=manager, until=wrong, reason="because")
    silence(alert, by=manager, until=today, reason="known, being repaired")
    assert alert.acknowledged_by == manager
    mind_at(cast.robot, timezone.now())
    assert Alert.objects.get().state == State.SILENCED
    mind_at(cast.robot, timezone.now() + timedelta(days=2))
    assert Alert.objects.get().state == State.ACKNOWLEDGED


def test_what_nobody_acknowledges_in_time_goes_up_once(cast: Cast, monitor: Monitor) -> None:
    an_alert(monitor)
    assert mind_at(cast.robot, timezone.now()) == []
    later = timezone.now() + timedelta(hours=5)
    assert len(mind_at(cast.robot, later)) == 1
    assert mind_at(cast.robot, later) == []
    assert Notice.objects.filter(kind="monitors.escalated", person=cast.lin).count() == 1
    with pytest.raises(Refused):
        escalate(Alert.objects.get(), by=cast.robot)


def rows(*days: date, severity: str = "warn") -> list[PartRow]:
    return [PartRow("drop", "sales", Sort.USUAL, one, 900.0, 1000.0, severity=severity, snapshot=4) for one in days]


def raised(by: Person, monitor: Monitor, **more: Any) -> Alert:
    usual = {
        "key": "metric:sales", "sort": Sort.USUAL, "severity": Severity.WARN, "parts": rows(LAST), "said": "sales 900",
        "owners": ["operations-manager"],
    }  # fmt: skip
    return raise_alert(by=by, monitor=monitor, **{**usual, **more})


def test_an_alert_has_an_owner_and_a_limit_and_its_owner_is_told(cast: Cast, monitor: Monitor) -> None:
    alert = raised(cast.robot, monitor)
    assert (alert.owner, alert.state, alert.snapshot, alert.first_day) == ("operations-manager", "open", 4, LAST)
    assert alert.due_at > alert.opened_at
    [line] = Notice.objects.all()
    assert (line.person, line.kind, line.link) == (cast.lin, "monitors.warned", alert.get_absolute_url())


def test_a_cause_has_one_alert_until_it_is_closed(cast: Cast, monitor: Monitor, manager: Person) -> None:
    alert = raised(cast.robot, monitor)
    with pytest.raises(Refused, match="of this cause"):
        raised(cast.robot, monitor)
    close(acknowledge(alert, by=manager), by=manager, cause=Cause.FALSE)
    raised(cast.robot, monitor)
    assert Alert.objects.count() == 2


def test_it_grows_and_tells_again_only_when_it_became_critical(cast: Cast, monitor: Monitor, manager: Person) -> None:
    alert = raised(cast.robot, monitor)
    next_day = LAST + timedelta(days=1)
    grow(alert, by=cast.robot, severity=Severity.WARN, parts=rows(LAST, next_day), said="more")
    assert (alert.last_day, alert.parts.count(), Notice.objects.get().count) == (next_day, 2, 1)
    grow(alert, by=cast.robot, severity=Severity.CRITICAL, parts=rows(next_day), said="much more")
    assert (alert.severity, Notice.objects.get().kind) == ("critical", "monitors.critical")
    close(acknowledge(alert, by=manager), by=manager, cause=Cause.BUSINESS)
    with pytest.raises(Refused):
        grow(alert, by=cast.robot, severity=Severity.WARN, parts=rows(LAST), said="too late")


def test_only_missing_data_ends_by_itself(cast: Cast, monitor: Monitor) -> None:
    with pytest.raises(Refused, match="cause"):
        recover(an_alert(monitor), by=cast.robot)
    late = an_alert(monitor, sort=Sort.LATE, key="source:sales", state=State.SILENCED)
    recover(late, by=cast.robot)
    assert (late.state, late.cause, late.closed_by) == (State.CLOSED, Cause.DATA, None)
    with pytest.raises(Refused):
        recover(late, by=cast.robot)


def test_the_position_holds_it_so_it_survives_people_leaving(cast: Cast, monitor: Monitor) -> None:
    raised(cast.robot, monitor)
    hold(cast.wu, cast.manager, cast.ops)
    raised(cast.robot, monitor, key="metric:orders")
    assert Notice.objects.filter(person=cast.wu).count() == 1


def test_what_the_machine_does_nobody_may_do_by_a_door() -> None:
    for name in ("raise_alert", "grow", "escalate", "recover", "give_back", "join"):
        assert registry[f"monitors.{name}"].doors == frozenset()
