"""What is filled in: lists, keys, moments, and what counts together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Refused, Warned, perform
from opsloop.base.people.models import Absence
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given, make
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, Vote
from opsloop.engine.cases.tests.crewed import again, checked, item, start
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both


def test_a_list_is_read_cell_by_cell(crew: Any) -> None:
    columns = "columns: [{id: who, title: Who, type: person}, {id: at, title: At, type: moment}, {id: n, title: N}]"
    calls = f"fields: [{{id: calls, title: Calls, type: list, {columns}}}]\n"
    publish(sop("- {id: work, title: Work, do: operations-specialist, form: [calls]}\n", calls), "small")
    case = actions.start(by=crew.wang, sop="small")
    number = item(case, "work").no
    for wrong in ('[{"at": "x"}]', '[{"who": 0}]', '[{"who": "Chen"}]', '[{"strange": 1}]', "[" * 9000, "[1]", "{}"):
        with pytest.raises(Refused):
            actions.complete(again(case), by=crew.chen, item=number, values=[Filled("calls", wrong)])
    right = f'[{{"who": {crew.chen.pk}, "at": "2026-01-05T09:30:00+08:00", "n": " three "}}, {{"who": null}}]'
    actions.complete(again(case), by=crew.chen, item=number, values=[Filled("calls", right)])
    first, second = again(case).values["calls"]
    assert (first["who"], first["n"], second) == (crew.chen.pk, "three", {"who": None})


def test_a_second_case_of_the_same_key_and_a_wrong_value_are_refused(crew: Any) -> None:
    start(crew.wang)
    with pytest.raises(Refused):
        start(crew.wang)
    for wrong in ({"amount": "much"}, {"nothing": "x"}, {"amount": "1", "cause": "lost"}):
        with pytest.raises(Refused):
            start(crew.wang, **{"customer": "B", **wrong})
    with pytest.raises(Refused):
        actions.start(by=crew.wang, sop="nothing")
    assert Case.objects.count() == 1


def test_what_happened_long_ago_is_entered_with_a_reason(crew: Any) -> None:
    long_ago = (timezone.now() - timedelta(hours=5)).isoformat()
    with pytest.raises(Warned):
        start(crew.wang, since=long_ago)
    values = [
        {"field": "customer", "value": "A"},
        {"field": "amount", "value": "5"},
        {"field": "since", "value": long_ago},
    ]
    call = Call(by=crew.wang, overrides={"late-entry": "by phone at night"})
    perform("cases.start", {"sop": "refund", "values": values}, call)
    assert Case.objects.get().happened is not None


def test_what_a_substitute_gives_counts_with_the_one_whom_they_stand_in_for(crew: Any) -> None:
    with given():
        mandate = Mandate.objects.get(position__code="clerk-lead")
        mandate.limits = {"compensation": {"each": 200, "per_day": 250, "per_30d": 300, "per_customer_30d": 220}}
        mandate.save()
    make(Absence, person=crew.lu, substitute=crew.su, starts_at=timezone.now() - timedelta(days=1))
    case = checked(crew, start(crew.wang, "200"))
    actions.approve(case, by=crew.su, item=item(case, "decide").no)
    more = checked(crew, start(crew.wang, "60", "B"))
    assert item(more, "decide").assignee == crew.lin, "200 and 60 are more than 250 a day"
    Vote.objects.update(at=timezone.now() - timedelta(days=20))
    assert item(checked(crew, start(crew.wang, "60", "C")), "decide").assignee == crew.lu
    assert item(checked(crew, start(crew.wang, "120", "D")), "decide").assignee == crew.lin, "320 in 30 days"
    actions.complete(again(case), by=crew.lin, item=item(case, "pay").no)
    assert item(checked(crew, start(crew.wang, "30", "A")), "decide").assignee == crew.lin, "230 for A in 30 days"
