"""The clock through the real job: a week of downtime, a clock that jumps, and limits on the standard's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from opsloop.base.inbox.models import Notice
from opsloop.engine.cases import actions
from opsloop.engine.cases.jobs import ring_due
from opsloop.engine.cases.models import Activation, Case, CaseEvent, Timer
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""An ordinary Monday morning."""
LATE = sop(
    """
- {id: call, title: Call, do: operations-specialist, within: 4 hours,
   on_overdue: {notify: clerk-lead, again: [{at: 150%, notify: operations-manager}, {at: 300%, notify: clerk-lead}]}}
- {id: rest, title: Rest, wait: 2 days}
- {id: look, title: Look, do: operations-specialist, within: 1 hour}
"""
)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


def told(case: Case) -> list[tuple[str, str, bool]]:
    """Every alarm that fired, in its order, and whether somebody was told."""
    rows = CaseEvent.objects.filter(case=case, verb__in=("warn", "overdue", "again")).order_by("seq")
    return [(one.verb, one.data["share"], one.data["told"]) for one in rows]


def test_after_a_week_of_downtime_every_reminder_is_written_once_and_the_newest_is_told(crew: Any, clock: Any) -> None:
    publish(LATE, "late")
    case = actions.start(by=crew.wang, sop="late")
    clock.shift(timedelta(days=7))
    assert ring_due(crew.robot) == [case]
    alarms = [("warn", "0.8", False), ("overdue", "1", False), ("again", "1.5", False), ("again", "3", True)]
    assert [(verb, share.rstrip("0") if "." in share else share, was) for verb, share, was in told(case)] == alarms
    assert Notice.objects.filter(person=crew.lu, kind="cases.late").count() == 1
    assert Notice.objects.filter(person=crew.lin, kind="cases.late").count() == 0, "an older one, skipped by rule"
    for _minute in range(3):
        clock.shift(timedelta(minutes=1))
        assert ring_due(crew.robot) == []
    assert len(told(case)) == 4


def test_a_wait_that_ended_while_nothing_ran_goes_on_once_from_the_first_run(crew: Any, clock: Any) -> None:
    publish(LATE, "late")
    case = actions.start(by=crew.wang, sop="late")
    actions.complete(again(case), by=crew.chen, item=item(case, "call").no)
    clock.shift(timedelta(days=9))
    ring_due(crew.robot)
    ring_due(crew.robot)
    assert Activation.objects.filter(case=case, node="look").count() == 1
    assert item(case, "look").due == MONDAY + timedelta(days=9, hours=1)


def test_a_clock_that_jumps_back_tells_nothing_twice_and_one_that_jumps_ahead_skips_nothing(
    crew: Any, clock: Any
) -> None:
    publish(LATE, "late")
    case = actions.start(by=crew.wang, sop="late")
    clock.move_to(MONDAY + timedelta(hours=3, minutes=30))
    ring_due(crew.robot)
    assert [one[0] for one in told(case)] == ["warn"]
    clock.move_to(MONDAY - timedelta(days=1))
    assert ring_due(crew.robot) == []
    clock.move_to(MONDAY + timedelta(hours=3, minutes=50))
    assert ring_due(crew.robot) == []
    clock.move_to(MONDAY + timedelta(days=365))
    ring_due(crew.robot)
    assert [one[0] for one in told(case)] == ["warn", "overdue", "again", "again"]
    assert not Timer.objects.filter(case=case, fired=None, closed=False).exists()


def test_work_that_was_done_before_the_clock_came_is_not_told(crew: Any, clock: Any) -> None:
    publish(LATE, "late")
    case = actions.start(by=crew.wang, sop="late")
    clock.shift(timedelta(hours=6))
    actions.complete(again(case), by=crew.chen, item=item(case, "call").no)
    assert ring_due(crew.robot) == []
    assert told(case) == []
    assert Timer.objects.filter(case=case, fired=None, closed=False).count() == 1, "only the wait is left"
