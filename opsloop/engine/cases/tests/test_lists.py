"""Starting, the lanes of the start page, the lists, the board, the load and several approvals at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsloop.base.people.models import Absence
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given, make
from opsloop.engine.cases import actions, api
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, CaseState, WorkItem
from opsloop.engine.cases.reading import open_work, to_decide
from opsloop.engine.cases.tests.crewed import again, checked, item, start
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of

LATE = sop(
    "- {id: look, title: Look, do: operations-specialist}\n",
    """start: {by: [asker], form: [what, since], happened: since, late_after: 2 hours, title: "{what}"}
fields: [{id: what, title: What}, {id: since, title: Since, type: moment}]
""",
)


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_case_is_started_from_its_form_and_a_late_entry_says_why(crew: Any) -> None:
    publish(LATE, "late")
    wang = signed_in(crew.wang)
    assert "退款" in wang.get("/cases/start/").content.decode()
    assert 'name="f-since"' in wang.get("/cases/start/late/").content.decode()
    assert wang.post("/cases/start/late/", {"f-what": ""}).status_code == 422
    old = timezone.localtime(timezone.now() - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    said = {"f-what": "Broken cup", "f-since": old}
    answer = wang.post("/cases/start/late/", said)
    assert answer.status_code == 422 and "_why-late-entry" in answer.content.decode()
    done = wang.post("/cases/start/late/", {**said, "_why-late-entry": "The shop was closed"})
    case = Case.objects.get(sop="late")
    assert done.status_code == 302 and done.headers["Location"] == case.get_absolute_url()
    assert case.title == "Broken cup" and case.happened is not None


def test_what_somebody_did_and_has_is_told_to_other_apps(crew: Any) -> None:
    began = timezone.now()
    case = start(crew.wang)
    assert api.in_hand(crew.chen) == [] and api.done_between(crew.chen, began, timezone.now()) == []
    actions.claim(again(case), by=crew.chen, item=item(case, "check").no)
    [mine] = api.in_hand(crew.chen)
    assert (mine.title, mine.url, mine.done) == ("Check · Refund A", case.get_absolute_url(), None)
    assert mine.due is not None
    checked(crew, case)
    [did] = api.done_between(crew.chen, began, timezone.now() + timedelta(seconds=1))
    assert did.title == "Check · Refund A" and did.done is not None and api.in_hand(crew.chen) == []
    assert api.done_between(crew.chen, began - timedelta(days=7), began) == []


def test_who_does_not_start_it_is_told_so(crew: Any) -> None:
    publish(LATE, "late")
    chen = signed_in(crew.chen)
    assert "/cases/start/late/" not in chen.get("/cases/start/").content.decode()
    assert chen.get("/cases/start/late/").status_code == 403
    assert chen.get("/cases/start/nothing/").status_code == 404
    assert signed_in(crew.zhao).get("/cases/start/").status_code == 403


def test_the_code_on_paper_leads_to_the_start(crew: Any) -> None:
    page = signed_in(crew.wang).get("/cases/start/refund/code/").content.decode()
    assert "<svg" in page and "http://testserver/cases/start/refund/" in page


def test_the_lanes_have_work_approvals_what_one_started_and_copies(crew: Any) -> None:
    case = start(crew.wang)
    lanes = lanes_of(crew.chen)
    assert [one.title for one in lanes[Lane.DO] if "/cases/" in one.url] == ["Check · Refund A"]
    checked(crew, case)
    actions.copy(again(case), by=crew.wang, people=[crew.su])
    assert [one.title for one in lanes_of(crew.lu)[Lane.APPROVE]] == ["Decide · Refund A"]
    started = lanes_of(crew.wang)[Lane.STARTED]
    assert [(one.title, one.kind, one.asked_by) for one in started] == [("Refund A", "Decide", "Lu")]
    assert [one.title for one in lanes_of(crew.su)[Lane.COPIED]] == ["Refund A"]
    make(Absence, person=crew.lu, substitute=crew.lin, starts_at=timezone.now() - timedelta(days=1))
    assert [one.case for one in to_decide(crew.lin)] == [case], "who stands in has it too"


def test_lists_show_where_each_case_stands_with_a_constant_number_of_queries(crew: Any) -> None:
    first = start(crew.wang, customer="one")
    lin, chen, wang = (signed_in(one) for one in (crew.lin, crew.chen, crew.wang))
    pages = [(lin, "/cases/"), (chen, "/cases/todo/"), (wang, "/cases/started/"), (lin, "/cases/board/"),
             (lin, "/cases/load/")]  # fmt: skip
    before = [queries(client, url) for client, url in pages]
    for n in range(6):
        start(crew.wang, customer=f"c{n}")
    checked(crew, first)
    after = [queries(client, url) for client, url in pages]
    assert all(b <= a + 2 for a, b in zip(before, after, strict=True)), (before, after)
    page = lin.get("/cases/").content.decode()
    assert "Refund one" in page and "Decide" in page and "Lu" in page and "Check" in page
    assert "Refund one" not in chen.get("/cases/todo/").content.decode()
    assert "Refund c3" in chen.get("/cases/todo/").content.decode()
    board = lin.get("/cases/board/?sop=refund").content.decode()
    assert board.index("Check") < board.index("Decide") and "Refund c5" in board
    assert "Lu" in lin.get("/cases/load/").content.decode()


def test_filters_find_what_is_late_blocked_somebodys_or_of_an_sop(crew: Any) -> None:
    late, fine, still = (start(crew.wang, customer=name) for name in ("late", "fine", "still"))
    checked(crew, fine)
    actions.suspend(again(still), by=crew.lin, reason="waits for the customer")
    lin = signed_in(crew.lin)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        page = signed_in(crew.lin).get("/cases/?late=1").content.decode()
        assert "Refund late" in page and "Refund fine" not in page
    assert "Refund still" in lin.get("/cases/?blocked=1").content.decode()
    assert "Refund late" not in lin.get("/cases/?blocked=1").content.decode()
    mine = lin.get(f"/cases/?person={crew.lu.pk}").content.decode()
    assert "Refund fine" in mine and "Refund late" not in mine
    assert "Refund late" in lin.get("/cases/?sop=refund").content.decode()
    assert late.pk and lin.get("/cases/?person=x&sop=nothing&level=%00").status_code == 200


def test_the_board_says_which_sop_has_late_cases(crew: Any) -> None:
    publish(LATE, "late")
    start(crew.wang)
    actions.start(
        by=crew.wang,
        sop="late",
        values=[Filled("what", "Cup"), Filled("since", timezone.localtime().strftime("%Y-%m-%dT%H:%M"))],
    )

    def chips() -> str:
        page = signed_in(crew.lin).get("/cases/board/?sop=late").content.decode()
        return page.partition('<nav class="chips"')[2].partition("</nav>")[0]

    assert "over" not in chips()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        late = chips()
    assert late.count("1 over") == 1 and "1 over" in late.partition("?sop=refund")[2].partition("</a>")[0]


def test_what_nobody_has_taken_leads_from_the_load_to_its_cases(crew: Any) -> None:
    free, taken = start(crew.wang, customer="free"), start(crew.wang, customer="taken")
    actions.claim(again(taken), by=crew.chen, item=item(taken, "check").no)
    lin = signed_in(crew.lin)
    page = lin.get("/cases/load/").content.decode()
    address = f"/cases/?untaken={item(free, 'check').position}"
    assert f'href="{address}"' in page
    found = lin.get(address).content.decode()
    assert "Refund free" in found and "Refund taken" not in found
    assert "Refund taken" in lin.get("/cases/?untaken=nobody").content.decode(), "no post narrows nothing"


def test_several_approvals_are_each_their_own_act_and_each_result_is_said(crew: Any) -> None:
    cases = [checked(crew, start(crew.wang, customer=name)) for name in ("A", "B", "C")]
    lu = signed_in(crew.lu)
    page = lu.get("/cases/approvals/").content.decode()
    assert all(f"Refund {name}" in page for name in "ABC")
    works = [item(case, "decide") for case in cases]
    assert lu.post("/cases/approvals/", {}).status_code == 302, "nothing was ticked"
    actions.set_values(again(cases[1]), by=crew.lin, values=[actions.shared.Filled("amount", "900")], reason="more")
    said = {"item": [works[0].pk, works[1].pk], f"word-{works[0].pk}": "fine"}
    answer = lu.post("/cases/approvals/", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and "beyond this authority" in page and "Approved" in page
    assert [again(one).status for one in cases] == [CaseState.RUNNING] * 3
    states = [WorkItem.objects.get(pk=one.pk).outcome for one in works]
    assert states == ["agreed", "", ""]
    assert lu.post("/cases/approvals/", {"item": [works[2].pk]}).status_code == 302
    assert list(open_work(crew.lu)) == [works[1]]
    assert lu.post("/cases/approvals/", {"item": ["x", "99999"]}).status_code == 302


def test_a_refusal_names_what_is_missing_in_the_readers_language(crew: Any) -> None:
    publish(
        sop("- {id: ok, title: 审批, approve: [{by: clerk-lead}], checklist: [看过原件]}\n", "start: {form: []}\n"),
        "ticks",
    )
    with given():
        row = Sop.objects.get(ident="ticks")
        row.words = {"en": {"steps.0.checklist.0": "Seen the original"}}
        row.save()
    work = item(actions.start(by=crew.wang, sop="ticks"), "ok")
    for language, said in (("en", "Not ticked yet: Seen the original."), ("zh-hans", "检查单未勾选：看过原件。")):
        answer = signed_in(crew.lu, language).post("/cases/approvals/", {"item": [work.pk]})
        assert answer.status_code == 422 and said in answer.content.decode()


def test_approvals_that_all_have_to_be_opened_offer_no_common_yes(crew: Any) -> None:
    publish(
        sop("- {id: ok, title: Ok, approve: [{by: clerk-lead}], evidence: [Balance]}\n", "start: {form: []}\n"),
        "proved",
    )
    actions.start(by=crew.wang, sop="proved")
    lu = signed_in(crew.lu)
    page = lu.get("/cases/approvals/").content.decode()
    assert "open it" in page and "Approve the ticked ones" not in page and "Tick what you agree with" not in page
    checked(crew, start(crew.wang))
    assert "Approve the ticked ones" in lu.get("/cases/approvals/").content.decode()


def test_an_approval_that_wants_a_checklist_is_refused_without_its_ticks(crew: Any) -> None:
    publish(
        sop("- {id: ok, title: Ok, approve: [{by: clerk-lead}], checklist: [Read it]}\n", "start: {form: []}\n"),
        "ticks",
    )
    case = actions.start(by=crew.wang, sop="ticks")
    lu, work = signed_in(crew.lu), item(case, "ok")
    answer = lu.post("/cases/approvals/", {"item": [work.pk]})
    assert answer.status_code == 422 and "Not ticked yet: Read it." in answer.content.decode()
    assert lu.post("/cases/approvals/", {"item": [work.pk], f"check-{work.pk}": ["0"]}).status_code == 302
    assert again(case).status == CaseState.DONE


@pytest.mark.parametrize("url", ["/cases/", "/cases/todo/", "/cases/started/", "/cases/board/", "/cases/load/",
                                 "/cases/approvals/", "/cases/start/"])  # fmt: skip
def test_empty_pages_say_what_to_do_and_need_the_right(crew: Any, url: str) -> None:
    page = signed_in(crew.wang).get(url)
    assert page.status_code == 200 and ("empty-title" in page.content.decode() or url == "/cases/start/")
    assert signed_in(crew.zhao).get(url).status_code == 403


def test_an_sop_is_started_from_its_page_and_by_a_word_under_ctrl_k(crew: Any) -> None:
    publish(LATE.replace("退款", "Broken goods"), "late")
    with given():
        for mandate in Mandate.objects.filter(position__code__in=("asker", "operations-specialist")):
            mandate.sees = {**mandate.sees, "sops": "all"}
            mandate.save()
    wang, chen = signed_in(crew.wang), signed_in(crew.chen)
    assert "/cases/start/late/" in wang.get("/go/?q=broken").content.decode()
    assert "/cases/start/late/" not in chen.get("/go/?q=broken").content.decode()
    assert "/cases/start/refund/" in wang.get("/sops/refund/").content.decode()
