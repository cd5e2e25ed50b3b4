"""A procedure is changed by those who work by it: from what one of them noted to the version by which cases begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts.about import ref
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.robot import for_itself
from opsloop.base.jobs.tasks import tasks
from opsloop.base.links.queries import linked
from opsloop.base.people.models import Language, Person
from opsloop.base.testing import Cast, given, person, position
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.tests.crewed import REFUND, again, start
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.test_reviews import MANAGER, SPECIALIST, bring
from opsloop.playbook.actions import enact
from opsloop.playbook.models import Draft, Publication
from opsloop.playbook.telling import review_due
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MAY = "sops.confirm, playbook.discard, cases.*, findings.*]"
EDIT = "/sops/refund/edit/"
LIMITED = REFUND.replace("by: clerk-lead, limit: compensation", "by: operations-manager").replace(
    ", amount: amount", ""
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def boss(cast: Cast) -> Person:
    """Chen works by the refund, Lin owns it and may publish; Boss is the second person."""
    with given():
        Person.objects.update(language=Language.EN)
    bring(cast.robot, {
        ("playbook", "playbook"): "title: 试用标准\nlanguage: zh-Hans\n",
        ("position", "operations-manager"): MANAGER.replace("sops.confirm]", MAY),
        ("position", "operations-specialist"): SPECIALIST.replace("may: [", "may: [cases.*, findings.suggest, "),
        ("sop", "refund"): LIMITED,
    })  # fmt: skip
    return person("Boss", position("director", may=["playbook.*"], sees={"*": "all"}), cast.company, language="en")


def noted(cast: Cast) -> tuple[Case, Finding]:
    """A case of Chen's, and what Chen noted on it to the owner of the SOP."""
    case = start(cast.chen)
    actions.note(again(case), by=cast.chen, text="Four hours are too short for the check.", step="check")
    return case, Finding.objects.get()


def revised(client: Client, about: str) -> Draft:
    """The draft that begins from a thing's page, with the check's limit changed to six hours."""
    url = f"/playbook/-/revise/?about={about}"
    page = client.get(url).content.decode()
    assert '<option value="sop/refund" selected>' in page
    answer = client.post("/playbook/-/revise/", {"about": about, "file": "sop/refund"})
    assert (answer.status_code, answer["Location"]) == (302, EDIT)
    page = client.get(f"{EDIT}?step=check").content.decode()
    was = re.findall(r'name="was" value="([0-9a-f]+)"', page)[0]
    client.post(EDIT, {"was": was, "step": "check", "panel": "1", "title": "Check", "do": "operations-specialist",
                       "within.all.n": "6", "within.all.unit": "hours", "form.0.field": "cause", "form.0.may": "need",
                       "warn": "80", "counts_from": "opened"})  # fmt: skip
    return Draft.objects.get(kind="sop", ident="refund", closed_at__isnull=True)


def proposed(client: Client, draft: Draft, **more: str) -> Publication:
    answer = client.post("/playbook/-/propose/", {"draft": draft.pk, "reason": "The check takes longer.", **more})
    assert answer.status_code == 302, answer.content.decode()
    return Publication.objects.order_by("-number")[0]


def press(client: Client, act: str, publication: Publication, **values: str) -> None:
    answer = client.post(f"/act/{act}/{publication.pk}/", values)
    assert answer.status_code in (200, 204, 302), answer.content.decode()[:400]


def call_to_mind() -> None:
    """The morning's job, as the robot does it."""
    task = tasks["playbook.reviews"]
    task.fn(SimpleNamespace(by=for_itself(task.may), due=timezone.now()))


def test_a_note_leads_to_the_version_that_came_of_it(cast: Cast, boss: Person) -> None:
    case, finding = noted(cast)
    lin, link = signed_in(cast.lin), f'href="{finding.get_absolute_url()}"'
    begin = f"/playbook/-/revise/?about={ref(finding).replace(':', '%3A')}"
    assert begin in lin.get(case.get_absolute_url()).content.decode(), "beside the note on the case"
    assert begin in lin.get(finding.get_absolute_url()).content.decode()
    draft = revised(lin, ref(finding))
    assert link in lin.get(EDIT).content.decode()
    page = lin.get(f"/playbook/-/propose/?draft={draft.pk}").content.decode()
    assert link in page and f"{finding.code} " in page.partition("<textarea")[2].partition("</textarea>")[0]
    made = proposed(lin, draft)
    page = signed_in(boss).get(made.get_absolute_url()).content.decode()
    assert link in page and "Time limit was 4 hours, now 6 hours" in page, "compared in a sentence"
    page = lin.get(finding.get_absolute_url()).content.decode()
    assert made.get_absolute_url() in page and "Proposed" in page
    press(signed_in(boss), "playbook.approve", made, note="Rightly so.")
    press(lin, "playbook.publish", made)
    assert {(one.label, one.other) for one in linked(finding, cast.lin) if one.other != case} == {
        ("brought", made), ("gave rise to", made),
    }  # fmt: skip
    assert Notice.objects.filter(person=cast.chen, link=finding.get_absolute_url(), title__contains="changed").exists()
    assert "Published" in lin.get(finding.get_absolute_url()).content.decode()


def test_a_case_is_a_reason_and_one_that_is_given_up_is_none(cast: Cast, boss: Person) -> None:
    case, _finding = noted(cast)
    lin = signed_in(cast.lin)
    assert "Propose a change of the SOP" in lin.get(case.get_absolute_url()).content.decode()
    draft = revised(lin, ref(case))
    assert case in [one.other for one in linked(draft, cast.lin)]
    assert "Propose a change" not in signed_in(cast.chen).get(case.get_absolute_url()).content.decode()
    lin.post(f"/act/playbook.discard/{draft.pk}/", {})
    assert linked(draft, cast.lin) == []


def test_a_reason_that_one_does_not_see_or_a_file_that_is_none_is_refused(cast: Cast, boss: Person) -> None:
    lin = signed_in(cast.lin)
    assert lin.get("/playbook/-/revise/?about=findings.finding:999").status_code == 404
    assert lin.get("/playbook/-/revise/?about=nonsense").status_code == 422
    _case, finding = noted(cast)
    answer = lin.post("/playbook/-/revise/", {"about": ref(finding), "file": "sop/nothing"})
    assert answer.status_code == 422 and not Draft.objects.filter(kind="sop").exists()
    assert signed_in(cast.chen).get("/playbook/-/revise/").status_code == 403


def test_a_later_day_is_kept_until_then_cases_begin_on_the_version_before(cast: Cast, boss: Person) -> None:
    case, _finding = noted(cast)
    lin, day = signed_in(cast.lin), timezone.localdate() + timedelta(days=9)
    made = proposed(lin, revised(lin, ref(case)), effective_from=day.isoformat())
    press(signed_in(boss), "playbook.approve", made)
    press(lin, "playbook.publish", made)
    assert Sop.objects.get(ident="refund").number == 1
    assert start(cast.chen, customer="B").edition.number == 1
    page = lin.get("/sops/refund/").content.decode()
    assert "a new definition holds; until then" in page and ">v2</a>" in page and "<dd>v1" in page
    for late, number in ((timedelta(days=-1), 1), (timedelta(0), 2), (timedelta(days=3), 2)):
        with time_machine.travel(timezone.make_aware(datetime.combine(day + late, time(0, 5))), tick=False):
            enact(by=cast.robot, day=timezone.localdate())
            assert Sop.objects.get(ident="refund").number == number, late
    with time_machine.travel(timezone.make_aware(datetime.combine(day, time(9))), tick=False):
        assert start(cast.chen, customer="C").edition.number == 2
        assert again(case).edition.number == 1, "what runs stays on its version"
        assert "a new definition holds; until then" not in signed_in(cast.lin).get("/sops/refund/").content.decode()


def test_urgent_holds_at_once_is_reviewed_afterwards_and_called_to_mind(cast: Cast, boss: Person) -> None:
    case, _finding = noted(cast)
    lin = signed_in(cast.lin)
    made = proposed(lin, revised(lin, ref(case)), urgent="1", at_once="1")
    assert Sop.objects.get(ident="refund").number == 2 and made.waits_for_review
    [line] = [one for one in lanes_of(boss)[Lane.APPROVE] if one.url == made.get_absolute_url()]
    assert line.due == review_due(made)
    told = Notice.objects.filter(person=boss, kind="playbook.urgent", link=made.get_absolute_url())
    assert told.get().count == 1
    with time_machine.travel(review_due(made) + timedelta(hours=1), tick=False):
        call_to_mind()
        assert told.get().count == 2
        press(signed_in(boss), "playbook.review", made, note="Six hours are right.")
        call_to_mind()
        assert told.get().count == 2, "what is reviewed is called to mind no more"
