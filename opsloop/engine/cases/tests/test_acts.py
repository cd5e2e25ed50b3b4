"""The acts: the hard cases that need the database, people, calendars, authority and the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Refused, Stale, perform
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Absence, Holding, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import given, make, person
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.flow.state import Status
from opsloop.engine.cases.jobs import ring_due
from opsloop.engine.cases.models import Activation, Case, CaseEvent, CaseState, Edition, Timer, Vote, WorkItem
from opsloop.engine.cases.saying import FORBIDDEN, NOTES, REFUSED
from opsloop.engine.cases.tests.crewed import REFUND, again, checked, item, start
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both


def test_a_case_goes_from_start_to_end_and_every_line_has_its_entry(crew: Any) -> None:
    case = checked(crew, start(crew.wang))
    assert (case.title, case.key, case.department) == ("Refund A", "A", crew.ops)
    actions.approve(case, by=crew.lu, item=item(case, "decide").no)
    actions.complete(again(case), by=crew.su, item=item(case, "pay").no)
    case = again(case)
    assert case.status == CaseState.DONE
    entries = dict(Entry.objects.filter(act__startswith="cases.").values_list("id", "act"))
    assert sorted(entries.values()) == ["cases.approve", "cases.complete", "cases.complete", "cases.start"]
    events = CaseEvent.objects.filter(case=case).order_by("seq")
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert {entries[one.entry] for one in events if one.verb == "completed" and one.node == "pay"} == {"cases.complete"}
    assert Notice.objects.filter(person=crew.lu, title__contains="Decide").exists()
    assert not Timer.objects.filter(fired=None, closed=False).exists()


def test_1_joins_in_loops_hold_in_the_database(crew: Any) -> None:
    publish(
        sop(
            """
- {id: loop, repeat_until: "ok is good", steps: [{id: both, parallel: [
   {steps: [{id: a, title: A, do: operations-specialist}]},
   {steps: [{id: b, title: B, do: operations-specialist, form: [ok]}]}]}]}
""",
            "fields: [{id: ok, title: Ok, type: choice, options: [good, bad]}]\n",
        ),
        "loop",
    )
    case = actions.start(by=crew.wang, sop="loop")
    for ok in ("bad", "good"):
        actions.complete(again(case), by=crew.chen, item=item(case, "a").no)
        actions.complete(again(case), by=crew.chen, item=item(case, "b").no, values=[Filled("ok", ok)])
    assert again(case).status == CaseState.DONE
    assert Activation.objects.filter(case=case, node="both").count() == 2


def test_2_cancelling_ends_the_sub_case_and_late_timers_and_clicks_do_nothing(crew: Any) -> None:
    publish(sop("- {id: below, title: Below, call: refund}\n"), "above")
    publish(REFUND.replace("start: {form: [customer, amount],", "start: {form: [],"))
    case = actions.start(by=crew.wang, sop="above")
    child = case.children.get()
    number = item(child, "check").no
    actions.claim(again(child), by=crew.chen, item=number)
    actions.cancel(again(case), by=crew.lin, reason="not wanted")
    assert [again(one).status for one in (case, child)] == [CaseState.CANCELLED, CaseState.CANCELLED]
    with pytest.raises(Refused):
        actions.complete(again(child), by=crew.chen, item=number)
    assert actions.ring(again(child), by=crew.robot).status == CaseState.CANCELLED


def test_3_two_clicks_a_retry_and_an_old_form_finish_a_step_once(crew: Any) -> None:
    case = start(crew.wang)
    values = {"item": item(case, "check").no, "values": [{"field": "cause", "value": "late"}]}
    call = Call(by=crew.chen, key="tap", revision=again(case).revision)
    perform("cases.complete", values, call, on=case.pk)
    perform("cases.complete", values, Call(by=crew.chen, key="tap", revision=call.revision), on=case.pk)
    assert CaseEvent.objects.filter(case=case, verb="completed", node="check").count() == 1
    with pytest.raises(Refused):
        perform("cases.complete", values, Call(by=crew.chen), on=case.pk)
    with pytest.raises(Stale):
        perform("cases.complete", values, Call(by=crew.chen, revision=call.revision), on=case.pk)


def test_3_who_claims_first_has_it(crew: Any) -> None:
    case = start(crew.wang)
    number = item(case, "check").no
    actions.claim(again(case), by=crew.chen, item=number)
    with pytest.raises(Forbidden):  # it is no longer offered to her, so she does not reach the case
        actions.claim(again(case), by=crew.su, item=number)
    actions.unclaim(again(case), by=crew.chen, item=number)
    actions.claim(again(case), by=crew.su, item=number)
    assert visible(crew.su, Case).get() == case


def test_4_handing_over_delegating_and_standing_in(crew: Any) -> None:
    case = start(crew.wang)
    number = item(case, "check").no
    actions.hand_over(again(case), by=crew.chen, item=number, to=crew.su)
    actions.delegate(again(case), by=crew.su, item=number, to=crew.lin)
    with pytest.raises(Refused):
        actions.complete(again(case), by=crew.lin, item=number, values=[Filled("cause", "late")])
    actions.give_back(again(case), by=crew.lin, item=number, word="fine")
    checked(crew, case, by=crew.su)
    away = make(Absence, person=crew.lu, substitute=crew.lin, starts_at=timezone.now() - timedelta(days=1))
    number = item(case, "decide").no
    actions.approve(again(case), by=crew.lin, item=number)
    vote = Vote.objects.get(case=case)
    assert (vote.by, vote.behalf) == (crew.lin, crew.lu)
    assert away.pk


def test_4_an_absence_that_ends_in_the_middle_ends_the_right_to_act(crew: Any) -> None:
    case = checked(crew, start(crew.wang))
    away = make(Absence, person=crew.lu, substitute=crew.lin, starts_at=timezone.now() - timedelta(days=2))
    with given():
        away = Absence.objects.get(pk=away.pk)
        away.ends_at = timezone.now() - timedelta(hours=1)
        away.save()
    with pytest.raises(Forbidden):
        actions.approve(again(case), by=crew.lin, item=item(case, "decide").no)


def test_5_6_votes_and_signers_are_counted_from_the_rows(crew: Any) -> None:
    publish(sop("- {id: decide, title: D, approve: [{by: clerk-lead}, {by: operations-manager}], how: any}\n"), "vote")
    case = actions.start(by=crew.wang, sop="vote")
    mine, other = (WorkItem.objects.get(case=case, assignee=one).no for one in (crew.lu, crew.lin))
    actions.add_signers(again(case), by=crew.lu, item=mine, people=[crew.su], place=actions.deciding.Place.AFTER)
    actions.approve(again(case), by=crew.lu, item=mine)
    assert again(case).status == CaseState.RUNNING, "the added one has to agree as well"
    actions.approve(again(case), by=crew.su, item=WorkItem.objects.get(case=case, assignee=crew.su).no)
    assert again(case).status == CaseState.DONE
    assert WorkItem.objects.get(case=case, no=other).status == Status.UNNEEDED


def test_7_8_returned_straight_back_taken_back_and_withdrawn(crew: Any) -> None:
    case = checked(crew, start(crew.wang))
    actions.return_(case, by=crew.lu, item=item(case, "decide").no, reason="which order?", to="check", straight=True)
    with pytest.raises(Refused):
        actions.withdraw(again(case), by=crew.wang)
    case = checked(crew, case)
    number = item(case, "decide").no
    actions.approve(case, by=crew.lu, item=number)
    actions.take_back(again(case), by=crew.lu, item=number)
    assert item(case, "decide").assignee == crew.lu
    assert Vote.objects.filter(case=case, void=True).count() == 1
    actions.reject(again(case), by=crew.lu, item=item(case, "decide").no, reason="no such order")
    assert item(case, "start").assignee == crew.wang
    actions.withdraw(again(case), by=crew.wang)
    assert again(case).status == CaseState.WITHDRAWN


def test_9_urging_is_limited_and_copies_are_seen_and_read(crew: Any) -> None:
    case = start(crew.wang)
    actions.urge(again(case), by=crew.wang, item=item(case, "check").no)
    with pytest.raises(Refused):
        actions.urge(again(case), by=crew.wang, item=item(case, "check").no)
    assert not visible(crew.lu, Case).exists()
    actions.copy(again(case), by=crew.wang, people=[crew.lu])
    assert visible(crew.lu, Case).get() == case
    copied = WorkItem.objects.get(case=case, kind="copy")
    actions.read(again(case), by=crew.lu, item=copied.no)
    copied.refresh_from_db()
    assert copied.read is not None
    actions.comment(again(case), by=crew.wang, text="see the photo", mentions=[crew.su])
    assert Notice.objects.filter(person=crew.su, body="see the photo").exists()


def test_10_11_a_vacant_post_goes_up_and_people_are_found_again_on_request(crew: Any) -> None:
    case = start(crew.wang)
    with given():
        held = Holding.objects.get(person=crew.lu)
        held.ends_at = timezone.now()
        held.save()
    checked(crew, case)
    found = item(case, "decide")
    assert (found.assignee, found.found) == (crew.lin, "manager")
    new = person("New", Position.objects.get(code="clerk-lead"), crew.ops)
    assert item(case, "decide").assignee == crew.lin
    actions.resolve(again(case), by=crew.lin, item=found.no)
    assert item(case, "decide").assignee == new


def test_12_three_hands_and_amounts_that_count_together(crew: Any) -> None:
    case = checked(crew, start(crew.wang, "150"))
    actions.approve(case, by=crew.lu, item=item(case, "decide").no)
    with pytest.raises(Forbidden):
        actions.complete(again(case), by=crew.chen, item=item(case, "pay").no)
    actions.complete(again(case), by=crew.su, item=item(case, "pay").no)
    split = checked(crew, start(crew.wang, "100"))
    assert item(split, "decide").assignee == crew.lin, "150 and 100 for one customer within seven days are 250"
    beyond = checked(crew, start(crew.wang, "20", "B"))
    assert item(beyond, "decide").assignee == crew.lu
    actions.set_values(beyond, by=crew.lin, values=[Filled("amount", "300")], reason="read wrongly")
    with pytest.raises(Forbidden):
        perform("cases.approve", {"item": item(beyond, "decide").no}, Call(by=crew.lu, via="api"), on=beyond.pk)
    actions.resolve(again(beyond), by=crew.lin, item=item(beyond, "decide").no)
    actions.approve(again(beyond), by=crew.lin, item=item(beyond, "decide").no)
    third = checked(crew, start(crew.wang, "950", "C"))
    assert item(third, "decide").assignee is None, "300 and 950 a day are more than 1200: nobody may give it"


def test_12_the_asker_neither_decides_nor_stands_in_for_who_does(crew: Any) -> None:
    case = checked(crew, start(crew.lu, "100"))
    assert item(case, "decide").assignee == crew.lin
    make(Absence, person=crew.lin, substitute=crew.lu, starts_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Forbidden):
        actions.approve(again(case), by=crew.lu, item=item(case, "decide").no)


def test_13_a_case_keeps_the_version_that_it_began_with(crew: Any) -> None:
    case = start(crew.wang)
    publish(REFUND.replace("form: [cause]", "form: []"), number=2)
    with pytest.raises(Refused):
        actions.complete(again(case), by=crew.chen, item=item(case, "check").no)
    with pytest.raises(Refused):
        actions.complete(again(case), by=crew.chen, item=item(case, "check").no, values=[Filled("cause", "lost")])
    checked(crew, case)
    newer = start(crew.wang, customer="B")
    actions.complete(again(newer), by=crew.chen, item=item(newer, "check").no)
    assert sorted(Edition.objects.values_list("number", flat=True)) == [1, 2]


def test_15_timers_fire_once_after_a_long_stop_and_not_while_suspended(crew: Any) -> None:
    case = start(crew.wang)
    week = timedelta(days=7)
    Timer.objects.update(at=timezone.now() - week)
    actions.suspend(again(case), by=crew.lin, reason="waits for papers")
    assert ring_due(crew.robot) == []
    actions.resume(again(case), by=crew.lin)
    assert ring_due(crew.robot) == [case]
    assert ring_due(crew.robot) == []
    late = CaseEvent.objects.filter(case=case, verb__in=("warn", "overdue")).order_by("seq")
    assert [(one.verb, one.data["told"]) for one in late] == [("warn", False), ("overdue", True)]
    assert Notice.objects.filter(person=crew.chen, kind="cases.late").count() == 1


def test_16_going_past_a_step_is_a_deviation_with_its_reason(crew: Any) -> None:
    case = start(crew.wang)
    step = Activation.objects.get(case=case, node="check", status="open")
    actions.skip(again(case), by=crew.lin, activation=step.no, reason="the customer has gone")
    event = CaseEvent.objects.get(case=case, verb="deviation")
    assert (event.by, event.data["reason"]) == (crew.lin, "the customer has gone")
    assert item(case, "decide").status == "open"


def test_6_an_added_signer_is_removed_by_who_added_them(crew: Any) -> None:
    case = checked(crew, start(crew.wang))
    host = item(case, "decide").no
    actions.add_signers(case, by=crew.lu, item=host, people=[crew.su], place=actions.deciding.Place.BEFORE)
    added = item(case, "decide")
    assert added.assignee == crew.su
    with pytest.raises(Forbidden):
        actions.remove_signer(again(case), by=crew.lin, item=added.no)
    actions.remove_signer(again(case), by=crew.lu, item=added.no)
    assert item(case, "decide").no == host


def test_the_level_rises_with_the_values_and_is_lowered_with_a_reason(crew: Any) -> None:
    levels = "levels: [{id: minor, title: Minor}, {id: major, title: Major, when: amount > 500}]\n"
    publish(REFUND.replace("start: {", levels + "start: {"))
    case = start(crew.wang)
    actions.set_values(again(case), by=crew.lin, values=[Filled("amount", "600")], reason="read wrongly")
    assert again(case).level == "major"
    with pytest.raises(Refused):
        actions.lower_level(again(case), by=crew.lin, level="major", reason="it is not so grave")
    actions.lower_level(again(case), by=crew.lin, level="minor", reason="it is not so grave")
    assert again(case).level == "minor"


def test_a_day_is_waited_for_until_it_begins(crew: Any) -> None:
    publish(
        sop(
            """
- {id: plan, title: Plan, do: operations-specialist, form: [starts_on]}
- {id: open-day, title: Wait, until: starts_on}
- {id: run, title: Run, do: operations-specialist, until: starts_on}
""",
            "fields: [{id: starts_on, title: Starts, type: date}]\n",
        ),
        "launch",
    )
    case = actions.start(by=crew.chen, sop="launch")
    day = timezone.localdate() + timedelta(days=3)
    actions.complete(case, by=crew.chen, item=item(case, "plan").no, values=[Filled("starts_on", day.isoformat())])
    (timer,) = Timer.objects.filter(case=case, fired=None, closed=False)
    assert timezone.localtime(timer.at).isoformat()[:19] == f"{day}T00:00:00"
    assert not WorkItem.objects.filter(case=case, node="run").exists()
    with time_machine.travel(timer.at - timedelta(seconds=30), tick=False):
        assert ring_due(crew.robot) == []
    with time_machine.travel(timer.at, tick=False):
        assert ring_due(crew.robot) == [case]
        actions.complete(again(case), by=crew.chen, item=item(case, "run").no)
    assert again(case).status == CaseState.DONE


def test_a_step_is_not_done_before_its_day(crew: Any) -> None:
    publish(
        sop(
            "- {id: run, title: Run, do: operations-specialist, until: ends_on}\n",
            "start: {form: [ends_on]}\nfields: [{id: ends_on, title: Ends, type: date}]\n",
        ),
        "watch",
    )
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    case = actions.start(by=crew.chen, sop="watch", values=[Filled("ends_on", day)])
    with pytest.raises(Refused):
        actions.complete(case, by=crew.chen, item=item(case, "run").no)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        actions.complete(again(case), by=crew.chen, item=item(case, "run").no)
    assert again(case).status == CaseState.DONE


def test_an_sop_is_cancelled_by_those_whom_it_names(crew: Any) -> None:
    named = REFUND.replace("start: {", "on_cancel: {by: [clerk-lead, 'field:owner']}\nstart: {").replace(
        "fields:\n", "fields:\n  - {id: owner, title: Owner, type: person}\n"
    )
    publish(named)
    case = start(crew.wang, owner=str(crew.chen.pk))
    for no in (crew.wang, crew.su):
        with pytest.raises(Forbidden):
            actions.cancel(again(case), by=no, reason="not wanted")
    actions.cancel(again(case), by=crew.chen, reason="not wanted")
    assert again(case).status == CaseState.CANCELLED


def test_every_no_and_every_note_has_its_words() -> None:
    import re
    from pathlib import Path

    from opsloop.engine.cases import flow

    text = "\n".join(one.read_text() for one in Path(flow.__file__).parent.glob("*.py"))
    text += (Path(flow.__file__).parents[1] / "advance.py").read_text()
    codes = set(re.findall(r'No\(\s*"([a-z-]+)"', text)) | set(re.findall(r'_no\("([a-z-]+)"', text))
    assert codes - {"stale"} <= {*FORBIDDEN, *REFUSED}
    kinds = set(re.findall(r'\.tell\(\s*"([a-z-]+)"', text))
    assert kinds <= set(NOTES)
