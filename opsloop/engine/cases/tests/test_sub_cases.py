"""Cases within cases: what they are given, and how their end comes back."""

from __future__ import annotations

from typing import Any

import pytest

from opsloop.base.acts import Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, CaseEvent, WorkItem
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both

CALLS = sop(
    """
- {id: see, title: See, do: operations-specialist, form: [what, seen]}
- {id: below, title: Below, call: small, with: {problem: what, since: seen, kind: what, size: 1 + 1}}
- {id: last, title: Last, do: operations-specialist}
""",
    "fields: [{id: what, title: What}, {id: seen, title: Seen, type: moment}]\n",
)
SMALL = sop(
    "- {id: work, title: Work, do: operations-specialist}\n",
    """start: {form: [problem, kind], key: [problem], title: "{kind} {problem} {since}", happened: since}
fields: [{id: problem, title: Problem}, {id: kind, title: Kind, type: choice, options: [big, little]},
  {id: since, title: Since, type: moment}, {id: size, title: Size, type: number}]
""",
)


def test_14_a_sub_cases_result_comes_back_by_a_job_and_early_messages_are_kept(crew: Any) -> None:
    publish(
        sop(
            """
- {id: below, title: Below, call: small}
- {id: paid, title: Paid, message: paid}
- {id: last, title: Last, do: operations-specialist}
"""
        ),
        "above",
    )
    publish(sop("- {id: work, title: Work, do: operations-specialist}\n"), "small")
    case = actions.start(by=crew.wang, sop="above")
    child = case.children.get()
    actions.receive(again(case), by=crew.lin, key="paid")
    actions.complete(child, by=crew.chen, item=item(child, "work").no)
    assert Job.objects.filter(task="cases.report").count() == 1
    actions.hear(again(case), by=crew.robot, child=again(child))
    assert item(case, "last").status == "open"
    assert again(case).values["below"]["outcome"] == "done"
    events = CaseEvent.objects.count()
    actions.hear(again(case), by=crew.robot, child=again(child))
    assert CaseEvent.objects.count() == events, "twice told is told once"


def test_14_an_sop_that_calls_itself_or_one_that_is_not_there_ends_with_a_person(crew: Any) -> None:
    publish(sop("- {id: below, title: Below, call: endless}\n"), "endless")
    case = actions.start(by=crew.wang, sop="endless")
    assert Case.objects.count() == 6
    assert WorkItem.objects.filter(node="below", status="open").count() == 1
    publish(sop("- {id: below, title: Below, call: nowhere}\n"), "lost")
    case = actions.start(by=crew.wang, sop="lost")
    assert item(case, "below").assignee == crew.lin


def test_a_sub_case_begins_with_what_is_given_and_asks_its_initiator_for_the_rest(crew: Any) -> None:
    publish(CALLS, "above")
    publish(SMALL, "small")
    case = actions.start(by=crew.wang, sop="above")
    values = [Filled("what", "milk is sour"), Filled("seen", "2026-01-05T09:30:00+08:00")]
    actions.complete(again(case), by=crew.chen, item=item(case, "see").no, values=values)
    child = case.children.get()
    assert (child.values["problem"], child.values["size"], "kind" in child.values) == ("milk is sour", "2", False)
    assert child.happened is not None
    first = item(child, "start")
    assert first.assignee == crew.wang
    assert Notice.objects.filter(person=crew.wang, kind="cases.work").count() == 1
    with pytest.raises(Refused):
        actions.complete(again(child), by=crew.wang, item=first.no)
    actions.complete(again(child), by=crew.wang, item=first.no, values=[Filled("kind", "big")])
    assert (again(child).title, again(child).key) == ("big milk is sour 2026-01-05 09:30", "milk is sour")
    assert item(child, "work").status == "open"


def test_a_sub_case_whose_key_is_taken_says_so_to_whoever_fills_in_its_start(crew: Any) -> None:
    publish(CALLS, "above")
    publish(SMALL, "small")
    other = actions.start(by=crew.wang, sop="small", values=[Filled("problem", "sour"), Filled("kind", "big")])
    case = actions.start(by=crew.wang, sop="above")
    values = [Filled("what", "sour"), Filled("seen", "2026-01-05T09:30:00+08:00")]
    actions.complete(again(case), by=crew.chen, item=item(case, "see").no, values=values)
    child = case.children.get()
    number = item(child, "start").no
    with pytest.raises(Refused):
        actions.complete(again(child), by=crew.wang, item=number, values=[Filled("kind", "big")])
    actions.cancel(again(other), by=crew.lin, reason="twice")
    actions.complete(again(child), by=crew.wang, item=number, values=[Filled("kind", "big")])
    assert again(child).key == "sour"
