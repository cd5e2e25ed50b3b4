"""Fields of the subject on the pages of a case: asked for as the act takes them, beginning with what is there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case, CaseState
from opsloop.engine.cases.tests.crewed import SEEN, again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

START = "/cases/start/improve/"
MENDED = sop(
    """
- {id: mend, title: Mend, do: operations-manager, act: findings.triage, form: [{field: subject.title, may: read},
   subject.owner, {field: subject.due_on, may: write}, {field: subject.seen, may: write}]}
""",
    "about: findings\nstart: {form: [subject.title, subject.origin, {field: subject.evidence, may: write}],\n"
    "  act: findings.raise}\n",
)


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def box(page: str, name: str) -> str:
    """The tag of one field."""
    place = page.index(f' name="{name}"')
    return page[page.rindex("<", 0, place) : page.index(">", place)]


def begun(looking: Any, **more: str) -> Case:
    said = {"s-title": "milk is sour", "s-origin": "suggestion", "f-note": "not worth it", **more}
    assert signed_in(looking.wang).post(START, said).status_code == 302
    return Case.objects.latest("pk")


def test_the_start_asks_for_what_its_act_takes_and_makes_the_subject(looking: Any) -> None:
    wang = signed_in(looking.wang)
    page = text(wang, START)
    assert page.index('name="s-title"') < page.index('name="s-origin"') < page.index('name="f-note"')
    assert '<option value="suggestion"' in page, "the choices of the act"
    refused = wang.post(START, {"s-title": "", "s-origin": "suggestion", "f-note": "x"})
    assert refused.status_code == 422 and not Case.objects.exists()
    case = begun(looking)
    finding = Finding.objects.get()
    assert (case.subject, finding.title, case.values["note"]) == (finding, "milk is sour", "not worth it")


def test_a_step_shows_the_subjects_present_values_and_sends_what_stands_in_the_form(looking: Any) -> None:
    case, lin = begun(looking), signed_in(looking.lin)
    due = timezone.localdate() + timedelta(days=9)
    with given():
        finding = Finding.objects.get()
        finding.due_on, finding.owner = due, looking.manager
        finding.save()
    page = text(lin, case.get_absolute_url())
    assert f'value="{due}"' in box(page, "s-due_on") and 'type="date"' in box(page, "s-due_on")
    assert f'value="{looking.manager.pk}"' in box(page, "s-owner"), "the post that has it already"
    assert finding.get_absolute_url() in page, "what it is about is one click away"
    later = due + timedelta(days=1)
    said = {"item": item(case, "take").no, "s-owner": looking.manager.pk, "s-due_on": later.isoformat(), "f-note": "x"}
    assert lin.post(case.get_absolute_url(), said).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.owner, finding.due_on) == ("accepted", looking.manager, later)


@pytest.mark.parametrize("wrong", [{"s-due_on": "2020-01-01"}, {"s-due_on": "soon"}, {"s-due_on": ""}, {"s-owner": ""}])
def test_what_the_act_refuses_is_said_beside_the_field_and_nothing_is_done(looking: Any, wrong: Any) -> None:
    case, lin = begun(looking), signed_in(looking.lin)
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    said = {"item": item(case, "take").no, "s-owner": looking.manager.pk, "s-due_on": due, "f-note": "x", **wrong}
    answer = lin.post(case.get_absolute_url(), said)
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="f_{next(iter(wrong))}_error"' in page
    assert Finding.objects.get().state == "new" and item(case, "take").status == "open"


def test_what_is_only_read_stands_above_the_form_and_what_the_act_does_not_take_is_no_field(looking: Any) -> None:
    publish(MENDED, "improve")
    rows = {"s-evidence-TOTAL_FORMS": "1", "s-evidence-INITIAL_FORMS": "0", "s-evidence-0-said": "At the till"}
    assert 'name="s-evidence-0-said"' in text(signed_in(looking.wang), START), "nested rows of the act"
    case = begun(looking, **rows)
    assert Finding.objects.get().evidence.get().said == "At the till"
    page = text(signed_in(looking.lin), case.get_absolute_url())
    assert "milk is sour" in page and 'name="s-title"' not in page and 'name="s-seen"' not in page
    said = {"item": item(case, "mend").no, "s-owner": looking.manager.pk, "s-due_on": date(2099, 1, 1).isoformat()}
    assert signed_in(looking.lin).post(case.get_absolute_url(), said).status_code == 302
    assert again(case).status == CaseState.DONE


def test_a_request_that_comes_back_makes_no_second_subject(looking: Any) -> None:
    case = actions.start(by=looking.wang, sop="improve", values=SEEN)
    actions.return_(again(case), by=looking.lin, item=item(case, "take").no, to="start", reason="Which milk?")
    wang = signed_in(looking.wang)
    page = text(wang, case.get_absolute_url())
    assert 'name="s-title"' not in page and 'name="f-note"' in page and "milk is sour" in page
    said = {"item": item(case, "start").no, "f-note": "The fresh one"}
    assert wang.post(case.get_absolute_url(), said).status_code == 302
    assert Finding.objects.count() == 1 and again(case).values["note"] == "The fresh one"


def test_whoever_may_not_see_the_subject_learns_nothing_of_it(looking: Any) -> None:
    case = begun(looking)
    with given():
        mandate = Mandate.objects.get(position=looking.manager)
        mandate.sees = {"*": "all", "findings": "own"}
        mandate.save()
        Finding.objects.update(due_on=date(2031, 5, 6))
    page = text(signed_in(looking.lin), case.get_absolute_url())
    assert "2031-05-06" not in page and Finding.objects.get().get_absolute_url() not in page
