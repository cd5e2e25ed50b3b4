"""The page of a case: to be worked on by those whose turn it is, to be followed by the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opsloop.base.acts import Forbidden
from opsloop.base.files.models import Attachment
from opsloop.base.inbox.models import Notice
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case, CaseEvent, CaseState, Vote, WorkItem
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

RICH = sop(
    """
- {id: look, title: Look at it, do: operations-specialist, within: 4 hours, mistakes: [Guessing],
   form: [cause, {field: amount, may: write}, {field: customer, may: read}, parts, {field: photo, may: write}, moment],
   evidence: [Picture], checklist: [Asked twice]}
- {id: decide, title: Decide, approve: [{by: clerk-lead, limit: compensation}], amount: amount, not_same_as: [look],
   checklist: [Seen the picture], on_reject: look}
""",
    """start: {form: [customer, amount], key: [customer], title: "Rich {amount}"}
messages: [{id: hello, title: Greeting, text: "Dear {customer}, number {number}, {photo}"}]
levels: [{id: low, title: Low}, {id: high, title: High, when: "amount > 500"}]
fields:
  - {id: customer, title: Customer, personal: true}
  - {id: amount, title: Amount, type: money}
  - {id: cause, title: Cause, type: choice, options: [late, broken]}
  - {id: parts, title: Parts, type: list, columns: [{id: name, title: Name}, {id: n, title: Pieces, type: number}]}
  - {id: photo, title: Photo, type: file}
  - {id: moment, title: When, type: moment}
""",
    body="## look\n\nLook at it **twice**.\n",
)


@pytest.fixture
def rich(crew: Any) -> Any:
    publish(RICH, "rich")
    with given():
        for mandate in Mandate.objects.filter(position__code__in=("operations-specialist", "clerk-lead")):
            mandate.may = ["cases.*", "files.keep", "files.attach"]
            mandate.save()
    values = [actions.shared.Filled("customer", "Mrs Long"), actions.shared.Filled("amount", "150")]
    crew.case = actions.start(by=crew.wang, sop="rich", values=values)
    return crew


def text(client: Client, case: Case, at: str = "") -> str:
    return client.get(case.get_absolute_url() + at).content.decode()


def filled(case: Case, node: str = "look", **more: Any) -> dict[str, Any]:
    rows = {
        "f-parts-TOTAL_FORMS": "1", "f-parts-INITIAL_FORMS": "0", "f-parts-0-name": "Screw", "f-parts-0-n": "1,200",
    }  # fmt: skip
    return {
        "item": str(item(case, node).no), "f-cause": "broken", "f-amount": "150", "f-moment": "2026-11-20T09:30",
        "ck-0": "on", "word": "Ring before noon", "ev-0": SimpleUploadedFile("p.txt", b"a picture"), **rows, **more,
    }  # fmt: skip


def test_whose_turn_it_is_sees_guidance_form_evidence_checklist_clock_and_messages(rich: Any) -> None:
    page = text(signed_in(rich.chen), rich.case)
    assert "<strong>twice</strong>" in page and "Guessing" in page and "Asked twice" in page and "Picture" in page
    assert 'name="f-cause"' in page and 'name="f-parts-0-name"' in page and 'name="f-customer"' not in page
    assert "Dear Mrs Long, number LC-" in page and "……" in page
    assert "3 hours" in page and "left" in page
    assert page.count("Mrs Long") >= 2, "whoever works on it sees personal fields"


def test_who_only_follows_it_sees_no_form_and_personal_fields_masked(rich: Any) -> None:
    page = text(signed_in(rich.wang), rich.case)
    assert 'name="f-cause"' not in page and "Mrs Long" not in page and "Mrs*Long" in page
    assert "Where it stands" in page and "Look at it" in page and "What happened" in page


def test_finishing_keeps_values_files_and_the_word_for_the_next(rich: Any) -> None:
    chen = signed_in(rich.chen)
    answer = chen.post(rich.case.get_absolute_url(), filled(rich.case), follow=True)
    assert "Done: Look at it" in answer.content.decode()
    case = again(rich.case)
    assert case.values["parts"] == [{"name": "Screw", "n": "1200"}] and case.values["cause"] == "broken"
    assert case.values["moment"].startswith("2026-11-20T"), "a moment of the organisation's clock"
    file = Attachment.objects.get(object_id=case.pk)
    done = CaseEvent.objects.get(case=case, verb="completed", node="look")
    assert done.data["evidence"] == {"Picture": [file.pk]}
    history = text(signed_in(rich.wang), case)
    assert "Chen finished “Look at it”" in history and "Ring before noon" in history and "p.txt" in history
    values = [actions.shared.Filled("customer", "Mr Short"), actions.shared.Filled("amount", "10")]
    other = actions.start(by=rich.chen, sop="rich", values=values)
    assert "Ring before noon" in text(chen, other), "what was noted the last time at this step"


def test_what_is_missing_is_said_and_what_was_uploaded_need_not_come_again(rich: Any) -> None:
    chen = signed_in(rich.chen)
    answer = chen.post(rich.case.get_absolute_url(), filled(rich.case, **{"f-cause": "", "ck-0": ""}))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Ring before noon" in page and 'value="Screw"' in page
    file = Attachment.objects.get(object_id=rich.case.pk)
    kept = page.split(f'name="have-0" value="{file.pk}"')[1]
    assert "checked" in kept[: kept.index(">")]
    said = filled(rich.case, **{"have-0": str(file.pk)})
    del said["ev-0"]
    refused = chen.post(rich.case.get_absolute_url(), {**said, "ck-0": ""})
    assert refused.status_code == 422 and "Not ticked yet: Asked twice." in refused.content.decode()
    assert chen.post(rich.case.get_absolute_url(), said).status_code == 302
    assert not WorkItem.objects.filter(case=rich.case, node="look", status="open").exists()


def test_a_step_that_came_back_has_its_evidence_still(rich: Any) -> None:
    chen, url = signed_in(rich.chen), rich.case.get_absolute_url()
    chen.post(url, filled(rich.case))
    file = Attachment.objects.get(object_id=rich.case.pk)
    decides = WorkItem.objects.get(case=rich.case, status="open")
    actions.return_(again(rich.case), by=decides.assignee or rich.lu, item=decides.no, reason="Blurred.", to="look")
    page = chen.get(url).content.decode()
    kept = page.split(f'name="have-0" value="{file.pk}"')[1]
    assert "checked" in kept[: kept.index(">")] and "Blurred." in page
    said = filled(again(rich.case), **{"have-0": str(file.pk)})
    del said["ev-0"]
    assert chen.post(url, said).status_code == 302
    done = CaseEvent.objects.filter(case=rich.case, verb="completed", node="look")
    assert [one.data["evidence"] for one in done] == [{"Picture": [file.pk]}, {"Picture": [file.pk]}]


def test_who_signs_next_has_what_the_signer_before_gave_as_evidence(crew: Any) -> None:
    """In turn: Lu brings the balance, Lin finds it ticked and signs with one press."""
    publish(sop("- {id: sign, title: Sign, approve: [{by: clerk-lead}, {by: operations-manager}], how: in-turn,"
                " evidence: [Balance]}"), "signed")  # fmt: skip
    with given():
        Mandate.objects.filter(position__code="clerk-lead").update(may=["cases.*", "files.keep", "files.attach"])
    case = actions.start(by=crew.wang, sop="signed")
    first = {"item": item(case, "sign").no, "ev-0": SimpleUploadedFile("b.txt", b"balance")}
    assert signed_in(crew.lu).post(case.get_absolute_url(), first).status_code == 302
    file = Attachment.objects.get(object_id=case.pk)
    kept = text(signed_in(crew.lin), case).split(f'name="have-0" value="{file.pk}"')[1]
    assert "checked" in kept[: kept.index(">")]
    second = {"item": item(case, "sign").no, "have-0": str(file.pk)}
    assert signed_in(crew.lin).post(case.get_absolute_url(), second).status_code == 302
    assert again(case).status == CaseState.DONE


def test_bad_input_is_refused_and_the_second_click_is_answered_kindly(rich: Any) -> None:
    chen, url = signed_in(rich.chen), rich.case.get_absolute_url()
    said = filled(rich.case)
    for wrong in ({"f-amount": "much"}, {"f-cause": "stolen"}, {"f-moment": "soon"}, {"f-parts-0-n": "few"}):
        answer = chen.post(url, {**filled(rich.case), **wrong})
        assert answer.status_code == 422, wrong
    assert chen.post(url, {"item": "99"}).status_code == 409
    assert chen.post(url, {"item": "x"}).status_code == 409
    assert chen.post(url, filled(rich.case)).status_code == 302
    del said["ev-0"]
    twice = chen.post(url, said, follow=True)
    assert "This is done already." in twice.content.decode()
    assert CaseEvent.objects.filter(case=rich.case, verb="completed", node="look").count() == 1
    assert chen.get("/cases/999999/").status_code == 404
    assert signed_in(rich.zhao).get(url).status_code in (403, 404)
    assert Client().get(url).status_code == 302


def test_an_amount_beyond_the_authority_of_a_clerk_is_stopped_and_goes_to_who_may(rich: Any) -> None:
    chen = signed_in(rich.chen)
    chen.post(rich.case.get_absolute_url(), filled(rich.case, **{"f-amount": "300"}))
    work = item(rich.case, "decide")
    assert work.assignee == rich.lin, "Lu may give 200"
    page = text(signed_in(rich.lin), rich.case)
    assert "Amount to decide on" in page and "300" in page and "Reject" in page
    said = {"item": work.no, "ck-0": "on"}
    assert signed_in(rich.chen).post(rich.case.get_absolute_url(), said).status_code == 409
    assert signed_in(rich.lu).post(rich.case.get_absolute_url(), said).status_code in (403, 404, 409)
    assert signed_in(rich.lin).post(rich.case.get_absolute_url(), said).status_code == 302
    assert again(rich.case).status == CaseState.DONE and Vote.objects.get(case=rich.case).by == rich.lin


def test_who_decides_decides_on_what_they_saw(rich: Any) -> None:
    signed_in(rich.chen).post(rich.case.get_absolute_url(), filled(rich.case))
    lu, work = signed_in(rich.lu), item(rich.case, "decide")
    seen = text(lu, rich.case).split('name="_seen" value="')[1].split('"')[0]
    actions.set_values(
        again(rich.case), by=rich.lin, values=[actions.shared.Filled("amount", "160")], reason="a correction"
    )
    said = {"item": work.no, "ck-0": "on", "_seen": seen}
    answer = lu.post(rich.case.get_absolute_url(), said)
    assert answer.status_code == 422 and "The values changed since you opened it." in answer.content.decode()
    fresh = answer.content.decode().split('name="_seen" value="')[1].split('"')[0]
    assert lu.post(rich.case.get_absolute_url(), {**said, "_seen": fresh}).status_code == 302


def do(case: Case, verb: str, work: WorkItem | None = None) -> str:
    return f"/cases/{case.pk}/do/?act={verb}" + (f"&item={work.no}" if work else "")


def test_everything_else_is_a_button_that_opens_the_acts_own_form(rich: Any) -> None:
    signed_in(rich.chen).post(rich.case.get_absolute_url(), filled(rich.case))
    lu, work = signed_in(rich.lu), item(rich.case, "decide")
    page = text(lu, rich.case)
    for verb in ("reject", "return", "add_signers", "hand_over", "delegate"):
        assert f"act={verb}&amp;item={work.no}" in page, verb
    form = lu.get(do(rich.case, "return", work)).content.decode()
    assert "Look at it" in form and "The step before" in form and 'name="item"' not in form
    assert lu.post(do(rich.case, "return", work), {"to": "look"}).status_code == 422, "a reason is wanted"
    said = {"to": "look", "reason": "The picture shows nothing"}
    assert lu.post(do(rich.case, "return", work), said).status_code == 302
    back = text(signed_in(rich.chen), rich.case)
    assert "It came back." in back and "The picture shows nothing" in back
    assert lu.get(do(rich.case, "fly", work)).status_code == 404
    assert lu.get(do(rich.case, "urge")).status_code == 404
    assert signed_in(rich.zhao).get(do(rich.case, "comment")).status_code in (403, 404)


def test_signers_help_handing_over_urging_and_taking_back(rich: Any) -> None:
    signed_in(rich.chen).post(rich.case.get_absolute_url(), filled(rich.case))
    lu, work = signed_in(rich.lu), item(rich.case, "decide")
    assert lu.post(do(rich.case, "add_signers", work), {"people": [rich.su.pk], "place": "before"}).status_code == 302
    added = WorkItem.objects.get(case=rich.case, kind="countersign")
    assert f"act=remove_signer&amp;item={added.no}" in text(lu, rich.case)
    assert "decides now" in text(signed_in(rich.su), rich.case)
    wang = signed_in(rich.wang)
    assert wang.post(do(rich.case, "urge", added), {"word": "please"}).status_code == 302
    again_ = wang.post(do(rich.case, "urge", added), {"word": "please"})
    assert again_.status_code == 422 and "urged a short while ago" in again_.content.decode()
    su = signed_in(rich.su)
    assert su.post(rich.case.get_absolute_url(), {"item": added.no, "ck-0": "on"}).status_code == 302
    assert lu.post(do(rich.case, "delegate", work), {"to": rich.lin.pk}).status_code == 302
    lin = signed_in(rich.lin)
    assert "asks for your help" in text(lin, rich.case)
    assert lin.post(rich.case.get_absolute_url(), {"item": work.no, "ck-0": "on"}).status_code == 403
    assert lin.post(do(rich.case, "give_back", work), {"word": "fine"}).status_code == 302
    assert lu.post(rich.case.get_absolute_url(), {"item": work.no, "ck-0": "on"}).status_code == 302
    assert again(rich.case).status == CaseState.DONE


def test_fields_are_corrected_with_a_reason_by_who_may(rich: Any) -> None:
    url, lin = f"/cases/{rich.case.pk}/correct/", signed_in(rich.lin)
    assert 'value="150' in lin.get(url).content.decode()
    rows = {"f-parts-TOTAL_FORMS": "0", "f-parts-INITIAL_FORMS": "0"}
    said = {"f-customer": "Mrs Long", "f-amount": "700", **rows}
    assert lin.post(url, said).status_code == 422
    assert lin.post(url, {**said, "reason": "misread"}).status_code == 302
    assert again(rich.case).values["amount"] == "700"
    page = text(lin, rich.case)
    assert "corrected Amount" in page and "The level rose to High" in page


def test_the_number_of_queries_of_a_page_does_not_grow_with_its_history(
    rich: Any, django_assert_max_num_queries: Any
) -> None:
    chen = signed_in(rich.chen)
    for n in range(12):
        actions.comment(again(rich.case), by=rich.wang, text=f"word {n}")
    chen.get(rich.case.get_absolute_url())
    with django_assert_max_num_queries(75):
        assert "word 11" in text(chen, rich.case)


def test_who_has_a_step_before_them_sees_the_newest_lines_and_opens_the_others(rich: Any) -> None:
    for n in range(12):
        actions.comment(again(rich.case), by=rich.wang, text=f"word {n}")
    page = text(signed_in(rich.chen), rich.case)
    newest, _, earlier = page.partition("8 earlier lines")
    assert "word 11" in newest and "word 7" in newest and "word 6" not in newest and "word 6" in earlier
    follows = text(signed_in(rich.wang), rich.case)
    assert "earlier lines" not in follows and "word 0" in follows, "who only follows it reads all of it"


def test_it_speaks_chinese(rich: Cast) -> None:
    client = signed_in(rich.chen, "zh-hans")
    assert "常见错误" in text(client, rich.case)  # type: ignore[attr-defined]


def test_a_note_from_a_step_becomes_a_finding_and_the_owner_hears_of_it(rich: Any) -> None:
    with given():
        for mandate in Mandate.objects.filter(position__code="operations-specialist"):
            mandate.may = ["cases.*", "findings.suggest"]
            mandate.save()
    chen, url = signed_in(rich.chen), f"/cases/{rich.case.pk}/do/?act=note&step=look"
    assert "act=note&amp;step=look" in text(chen, rich.case)
    assert chen.post(url, {"text": "no"}).status_code == 422
    assert chen.post(url, {"text": "Ask for the picture at the start."}).status_code == 302
    finding = Finding.objects.get()
    assert "Look at it" in finding.title and "picture at the start" in finding.seen
    assert Notice.objects.filter(person=rich.lin, link=finding.get_absolute_url()).exists(), "Lin answers for the SOP"
    with pytest.raises(Forbidden):
        actions.note(again(rich.case), by=rich.wang, text="Nobody may suggest here")
