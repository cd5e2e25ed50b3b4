"""What a case is about: made and changed by the acts of its steps, in one transaction and with the person's right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, CaseEvent, CaseState
from opsloop.engine.cases.tests.crewed import SEEN, again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both


def taken(looking: Any, case: Case, **more: str) -> Case:
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    values = {"subject.owner": str(looking.manager.pk), "subject.due_on": due, **more}
    said = [Filled(name, value) for name, value in values.items()]
    actions.complete(again(case), by=looking.lin, item=item(case, "take").no, values=said)
    return again(case)


def test_the_start_makes_the_subject_and_steps_change_it_by_their_acts(looking: Any) -> None:
    case = actions.start(by=looking.wang, sop="improve", values=SEEN)
    finding = Finding.objects.get()
    assert (again(case).subject, finding.title) == (finding, "milk is sour")
    taken(looking, case)
    finding.refresh_from_db()
    assert (finding.state, finding.owner) == ("accepted", looking.manager)
    actions.complete(again(case), by=looking.lin, item=item(case, "drop").no)
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("closed", "not worth it")
    actions.complete(again(case), by=looking.chen, item=item(case, "look").no)
    assert again(case).status == CaseState.DONE
    inner = Entry.objects.get(act="findings.triage")
    outer = Entry.objects.get(act="cases.complete", pk__lt=inner.pk)
    assert (inner.parent, inner.by_id) == (outer.pk, looking.lin.pk)


def test_the_acts_refusal_refuses_the_step_and_leaves_nothing(looking: Any) -> None:
    case = actions.start(by=looking.wang, sop="improve", values=SEEN)
    before = (CaseEvent.objects.count(), Entry.objects.count())
    with pytest.raises((Refused, Invalid)):
        taken(looking, case, **{"subject.due_on": "2020-01-01"})
    with pytest.raises(Invalid):
        taken(looking, case, **{"subject.due_on": "soon"})
    with pytest.raises(Refused):
        taken(looking, case, **{"subject.due_on": " "})
    with pytest.raises(Refused):
        taken(looking, case, **{"subject.title": "another"})
    assert item(case, "take").status == "open"
    assert (CaseEvent.objects.count(), Entry.objects.count()) == before


def test_the_right_to_the_act_is_the_persons_own(looking: Any) -> None:
    case = actions.start(by=looking.wang, sop="improve", values=SEEN)
    with given():
        mandate = Mandate.objects.get(position=looking.manager)
        mandate.may = ["cases.*"]
        mandate.save()
    with pytest.raises(Forbidden):
        taken(looking, case)
    assert Finding.objects.get().state == "new"


def test_a_case_is_begun_about_what_is_there_already(looking: Any) -> None:
    first = actions.start(by=looking.wang, sop="improve", values=SEEN)
    finding = Finding.objects.get()
    values = [{"field": "note", "value": "again"}]
    about = f"findings.finding:{finding.pk}"
    perform("cases.start", {"sop": "improve", "values": values, "about": about}, Call(by=looking.wang))
    second = Case.objects.exclude(pk=first.pk).get()
    assert (second.subject, Finding.objects.count()) == (finding, 1)
    with pytest.raises(Refused):
        perform("cases.start", {"sop": "improve", "about": f"cases.case:{first.pk}"}, Call(by=looking.wang))


def test_an_approval_does_its_act_when_it_is_won(looking: Any) -> None:
    publish(
        sop(
            """
- {id: decide, title: D, approve: [{by: clerk-lead}, {by: operations-manager}], form: [subject.owner, subject.due_on],
   act: findings.triage}
""",
            "about: findings\nstart: {form: [subject.title, subject.origin], act: findings.raise}\n",
        ),
        "judge",
    )
    case = actions.start(by=looking.wang, sop="judge", values=SEEN[:2])
    actions.approve(again(case), by=looking.lu, item=item(case, "decide").no)
    assert Finding.objects.get().state == "new"
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    said = [Filled("subject.owner", str(looking.manager.pk)), Filled("subject.due_on", due)]
    actions.approve(again(case), by=looking.lin, item=item(case, "decide").no, values=said)
    assert Finding.objects.get().state == "accepted"


def test_a_step_never_does_acts_of_cases(looking: Any) -> None:
    publish(sop("- {id: x, title: X, do: operations-specialist, act: cases.cancel, with: {reason: no more}}\n"), "loop")
    case = actions.start(by=looking.wang, sop="loop")
    with pytest.raises(Refused):
        actions.complete(again(case), by=looking.chen, item=item(case, "x").no)
