"""A step is paused by its act and on its page; what rings and what is late knows of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.engine.cases import actions
from opsloop.engine.cases.jobs import ring_due
from opsloop.engine.cases.lists import blocked, late
from opsloop.engine.cases.models import Case, CaseEvent, Timer, Waits
from opsloop.engine.cases.tests.crewed import again, checked, item, start
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.both


def pause(case: Case, by: Any, reason: str = "needs the receipt") -> Case:
    number = item(case, "check").no
    actions.pause_step(again(case), by=by, item=number, waits=Waits.CUSTOMER, reason=reason)
    return again(case)


def test_it_stands_still_and_goes_on_with_what_was_left(crew: Any) -> None:
    case = start(crew.wang)
    due = item(case, "check").due
    assert due is not None
    pause(case, crew.chen)
    paused = item(case, "check")
    assert (paused.due, paused.held, paused.assignee) == (None, due, crew.chen)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert ring_due(crew.robot) == [], "its timers are due and do not ring, minute by minute"
        assert not Case.objects.filter(late()).exists()
        assert Case.objects.filter(blocked()).get() == case
        with pytest.raises(Refused, match="paused"):
            checked(crew, case)
        actions.resume_step(again(case), by=crew.chen, item=paused.no)
        assert item(case, "check").due is not None
        assert item(case, "check").due >= timezone.now() + (due - paused.paused) - timedelta(minutes=1)  # type: ignore[operator]
        assert not Timer.objects.filter(case=case, paused=True).exists()
        assert ring_due(crew.robot) == []
        checked(crew, case)
    lines = list(CaseEvent.objects.filter(case=case, verb__startswith="step-").order_by("seq"))
    assert [(one.verb, one.by) for one in lines] == [("step-paused", crew.chen), ("step-resumed", crew.chen)]
    assert lines[0].data["waits"] == "customer"
    acts = Entry.objects.filter(act__in=["cases.pause_step", "cases.resume_step"]).order_by("id")
    assert list(acts.values_list("act", "by_id")) == [
        ("cases.pause_step", crew.chen.pk), ("cases.resume_step", crew.chen.pk),
    ]  # fmt: skip


def test_others_do_not_pause_it_and_who_may_resume_cases_resumes_it(crew: Any) -> None:
    case = start(crew.wang)
    with pytest.raises(Forbidden):
        pause(case, crew.lu)
    with pytest.raises(Invalid):
        perform("cases.pause_step", {"item": 1, "waits": "colleague", "reason": "busy"}, Call(by=crew.chen), on=case.pk)
    with pytest.raises(Refused, match="Say why"):
        pause(case, crew.chen, reason="")
    with pytest.raises(Refused, match="not paused"):
        actions.resume_step(again(case), by=crew.chen, item=item(case, "check").no)
    pause(case, crew.chen)
    actions.resume_step(again(case), by=crew.lin, item=item(case, "check").no)
    assert item(case, "check").paused is None


def test_the_page_says_why_it_stands_still_and_takes_no_form(crew: Any) -> None:
    case = start(crew.wang)
    client, number = signed_in(crew.chen), item(case, "check").no
    assert "act=pause_step" in client.get(case.get_absolute_url()).content.decode()
    path = f"{case.get_absolute_url()}do/?act=pause_step&item={number}"
    assert "Whoever waits for a colleague" in client.get(path).content.decode()
    client.post(path, {"waits": "customer", "reason": "needs the receipt"})
    page = client.get(case.get_absolute_url()).content.decode()
    assert "waits for the customer" in page and "needs the receipt" in page and "act=resume_step" in page
    assert 'name="cause"' not in page and "stands still" in page
    assert client.post(case.get_absolute_url(), {"item": number, "cause": "late"}).status_code == 409
    other = signed_in(crew.lin).get(case.get_absolute_url()).content.decode()
    assert "paused since" in other and "act=resume_step" in other and f"act=urge&amp;item={number}" not in other
