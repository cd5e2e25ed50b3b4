"""Limits worked out by hand, put to the engine's own clock: end, warning at 80 % to the minute, and pauses.

The days are those of 国务院办公厅关于2026年部分节假日安排的通知, which the standard's company calendar takes from the
package chinesecalendar: Labour Day 1 to 5 May with work on Saturday 9 May; National Day 1 to 7 October with work on
Sunday 20 September and Saturday 10 October. Company hours 9-12 and 13-18, customer service every day 9-22, both as the
standard's files have them; the night shift is 22-6 from Monday to Friday.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import yaml

from opsloop.base.calendar.actions import put_calendar
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.jobs import ring_due
from opsloop.engine.cases.models import CaseEvent, Waits
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh/calendars"
NIGHT = {"title": "Night", "timezone": "Asia/Shanghai", "hours": {"mon-fri": ["22:00-06:00"]}, "holidays": "china"}
MINUTE = timedelta(minutes=1)

# what, calendar, opened, limit, warning at 80 %, end
EXAMPLES = (
    ("lunch does not count", "company", "03-02 11:00", "2 working hours", "03-02 13:36", "03-02 14:00"),
    ("nor does the night", "company", "03-02 17:00", "2 working hours", "03-03 09:36", "03-03 10:00"),
    ("an ordinary weekend", "company", "03-06 16:00", "4 working hours", "03-09 10:12", "03-09 11:00"),
    ("Saturday 9 May is worked", "company", "05-08 16:00", "4 working hours", "05-09 10:12", "05-09 11:00"),
    ("Sunday 20 September too", "company", "09-18 16:00", "4 working hours", "09-20 10:12", "09-20 11:00"),
    ("Saturday 19 September is not", "company", "09-18 17:00", "9 working hours", "09-20 16:12", "09-20 18:00"),
    ("1 to 7 October are off", "company", "09-30 16:00", "4 working hours", "10-08 10:12", "10-08 11:00"),
    ("three working days to 10 October", "company", "09-30 10:00", "3 working days", "10-10 10:48", "10-10 18:00"),
    ("hours of natural time run on", "company", "09-30 16:00", "24 hours", "10-01 11:12", "10-01 16:00"),
    ("natural days end at midnight", "company", "09-30 10:00", "3 days", "10-03 06:48", "10-04 00:00"),
    ("service on Sunday evening", "customer-service", "03-01 21:30", "1 working hour", "03-02 09:18", "03-02 09:30"),
    ("service on a holiday", "customer-service", "10-01 20:00", "4 working hours", "10-02 10:12", "10-02 11:00"),
    ("night shift over midnight", "night", "03-02 23:00", "8 working hours", "03-03 05:24", "03-03 23:00"),
    ("Friday's shift ends on Saturday", "night", "03-06 23:00", "8 working hours", "03-07 05:24", "03-09 23:00"),
    ("no clock goes forward in March", "company", "03-28 12:00", "24 hours", "03-29 07:12", "03-29 12:00"),
    ("nor back in November", "company", "10-31 12:00", "24 hours", "11-01 07:12", "11-01 12:00"),
)  # fmt: skip
# what, opened, limit, paused, resumed, end
PAUSES = (
    ("two working hours of a pause", "03-02 10:00", "4 working hours", "03-02 11:00", "03-02 14:00", "03-02 17:00"),
    ("a pause over the night", "03-02 10:00", "8 working hours", "03-02 17:30", "03-03 09:30", "03-03 11:00"),
    ("a pause over lunch alone", "03-02 10:00", "4 working hours", "03-02 12:00", "03-02 13:00", "03-02 15:00"),
    ("a pause over the holiday", "09-30 16:00", "4 working hours", "09-30 17:00", "10-08 10:00", "10-08 14:00"),
    ("natural time", "03-02 10:00", "24 hours", "03-02 11:00", "03-02 14:00", "03-03 13:00"),
)  # fmt: skip


def at(text: str) -> datetime:
    """`03-02 11:00` in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def calendar(crew: Any, name: str) -> None:
    """In force for the department in which the step is done."""
    path = STANDARD / f"{name}.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else dict(NIGHT)
    said = json.dumps({**data, "for": [crew.ops.code]})
    with given():
        mandate = Mandate.objects.get(position=crew.manager)
        mandate.may = [*mandate.may, "calendar.put"]
        mandate.save()
    lin = Person.objects.get(pk=crew.lin.pk)
    put_calendar(by=lin, code=name, version="1", from_day=date(2025, 1, 1), file=said)


def begun(crew: Any, limit: str) -> Any:
    publish(sop(f"- {{id: call, title: Call, do: operations-specialist, within: {limit}}}\n"), "timed")
    return actions.start(by=crew.wang, sop="timed")


def fired(case: Any, **which: Any) -> list[str]:
    rows = CaseEvent.objects.filter(case=case, verb__in=("warn", "overdue"), **which)
    return list(rows.order_by("seq").values_list("verb", flat=True))


@pytest.mark.parametrize("hours", ["company", "customer-service", "night"])
def test_a_limit_ends_and_warns_when_a_person_says_so(crew: Any, hours: str) -> None:
    calendar(crew, hours)
    mine = [(what, *rest) for what, which, *rest in EXAMPLES if which == hours]
    assert mine
    for what, opened, limit, warned, due in mine:
        with time_machine.travel(at(opened), tick=False) as clock:
            case = begun(crew, limit)
            assert item(case, "call").due == at(due), what
            for moment, told in ((at(warned), ["warn"]), (at(due), ["warn", "overdue"])):
                clock.move_to(moment - MINUTE)
                ring_due(crew.robot)
                assert fired(case) == told[:-1], f"{what}: a minute before"
                clock.move_to(moment)
                ring_due(crew.robot)
                assert fired(case) == told, what


def test_a_pause_moves_the_end_by_what_it_took_of_the_limit(crew: Any) -> None:
    calendar(crew, "company")
    for what, opened, limit, paused, resumed, due in PAUSES:
        with time_machine.travel(at(opened), tick=False) as clock:
            case = begun(crew, limit)
            clock.move_to(at(paused))
            actions.suspend(again(case), by=crew.lin, reason="Waits for the supplier.")
            clock.move_to(at(resumed))
            ring_due(crew.robot)
            assert fired(case) == [], f"{what}: nothing runs out in a pause"
            actions.resume(again(case), by=crew.lin)
            assert item(case, "call").due == at(due), what
            clock.move_to(at(due) - MINUTE)
            ring_due(crew.robot)
            assert fired(case) == ["warn"], what
            clock.move_to(at(due))
            ring_due(crew.robot)
            assert fired(case) == ["warn", "overdue"], what


RISING = """levels:
  - {{id: normal, title: Normal}}
  - {{id: grave, title: Grave, when: hurt}}
fields: [{{id: hurt, title: Hurt, type: yes-no}}]
limit: {{normal: 16 working hours, grave: 8 working hours}}
"""
# what, limit at the raised level, warning, end: opened 10:00, still from 11:00 to 15:00, raised at 16:00
RAISED = (
    ("one hour before the pause, three after it", "4 working hours", "03-02 17:12", "03-02 18:00"),
    ("four hours of natural time stood still", "6 hours", "03-02 18:48", "03-02 20:00"),
    ("it was over before the pause", "30 minutes", "03-02 16:00", "03-02 10:30"),
)  # fmt: skip


@pytest.mark.parametrize("whole", [False, True], ids=["the step", "the case"])
@pytest.mark.parametrize(("what", "limit", "warned", "due"), RAISED, ids=[one[0] for one in RAISED])
def test_a_raised_level_leaves_out_what_stood_still(
    crew: Any, what: str, limit: str, warned: str, due: str, whole: bool
) -> None:
    calendar(crew, "company")
    step = (
        f"- {{id: call, title: Call, do: operations-specialist, within: {{normal: 8 working hours, grave: {limit}}}}}"
    )
    publish(sop(step + "\n", RISING.format()), "rising")
    with time_machine.travel(at("03-02 10:00"), tick=False) as clock:
        case = actions.start(by=crew.wang, sop="rising")
        assert item(case, "call").due == at("03-03 10:00")
        clock.move_to(at("03-02 11:00"))
        stand_still(crew, case, whole)
        clock.move_to(at("03-02 15:00"))
        go_on(crew, case, whole)
        assert item(case, "call").due == at("03-03 14:00")
        clock.move_to(at("03-02 16:00"))
        actions.set_values(again(case), by=crew.lin, values=[Filled("hurt", "yes")], reason="Somebody is hurt.")
        assert again(case).level == "grave"
        assert item(case, "call").due == at(due), what
        assert again(case).due == at("03-03 14:00" if whole else "03-03 10:00"), "the limit of the whole case"
        if at(due) > at("03-02 16:00"):
            clock.move_to(at(warned) - MINUTE)
            ring_due(crew.robot)
            assert fired(case, item=item(case, "call").no) == []
        clock.move_to(at(warned))
        ring_due(crew.robot)
        assert fired(case, item=item(case, "call").no)[:1] == ["warn"]


def stand_still(crew: Any, case: Any, whole: bool) -> None:
    if whole:
        actions.suspend(again(case), by=crew.lin, reason="Waits for the supplier.")
    else:
        number = item(case, "call").no
        actions.pause_step(again(case), by=crew.chen, item=number, waits=Waits.SUPPLIER, reason="Waits for an answer.")


def go_on(crew: Any, case: Any, whole: bool) -> None:
    if whole:
        actions.resume(again(case), by=crew.lin)
    else:
        actions.resume_step(again(case), by=crew.chen, item=item(case, "call").no)


def test_a_level_that_rises_during_a_pause_leaves_the_pause_out_when_it_is_over(crew: Any) -> None:
    calendar(crew, "company")
    within = "{normal: 8 working hours, grave: 4 working hours}"
    step = f"- {{id: call, title: Call, do: operations-specialist, within: {within}}}"
    publish(sop(step + "\n", RISING.format()), "rising")
    with time_machine.travel(at("03-02 10:00"), tick=False) as clock:
        case = actions.start(by=crew.wang, sop="rising")
        clock.move_to(at("03-02 11:00"))
        stand_still(crew, case, whole=False)
        clock.move_to(at("03-02 14:00"))
        actions.set_values(again(case), by=crew.lin, values=[Filled("hurt", "yes")], reason="Somebody is hurt.")
        clock.move_to(at("03-02 15:00"))
        go_on(crew, case, whole=False)
        assert item(case, "call").due == at("03-02 18:00")


def test_the_clock_of_shanghai_never_jumps() -> None:
    assert {at(f"{month:02}-15 12:00").utcoffset() for month in range(1, 13)} == {timedelta(hours=8)}
