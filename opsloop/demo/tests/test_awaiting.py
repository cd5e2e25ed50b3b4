"""What waits for the director at the first sight of the demo: real cases, decided by nobody yet."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file
from opsloop.base.files.keep import store
from opsloop.base.files.models import Attachment
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.demo import awaiting, complaints, stepping
from opsloop.demo.tests.test_year import _publish, house
from opsloop.demo.year.answers import MARK
from opsloop.demo.year.keeping import PROOF
from opsloop.engine.cases.models import Case, CaseEvent, Vote, WorkItem
from opsloop.engine.cases.reading import to_decide
from opsloop.engine.sops.models import Sop

__all__ = ["house"]
pytestmark = pytest.mark.django_db
DIRECTOR, FINANCE = "HL001", "HL013"


@pytest.fixture
def waiting(house: None, tmp_path: Path) -> None:
    """The SOPs that wait are in force, everybody may do their work, and there is evidence."""
    _publish(awaiting.BUDGET)
    with given():
        for one in Mandate.objects.all():
            one.may = ["cases.*", "files.*"]
            one.limits = {**one.limits, "spending": {"each": 50_000}}
            one.save()
    evidence(tmp_path)


def test_two_approvals_wait_for_the_director_and_are_made_by_acts_once(waiting: None) -> None:
    assert awaiting.await_approval() == 2
    director = Person.objects.get(number=DIRECTOR)
    found = {one.case.sop: one for one in to_decide(director)}
    assert set(found) == {awaiting.BUDGET, awaiting.CAMPAIGN}
    assert all(MARK in one.case.title for one in found.values())
    assert Entry.objects.filter(act="cases.start").count() == 2
    assert CaseEvent.objects.filter(verb="completed", by__number=FINANCE).exists()
    spending, campaign = found[awaiting.BUDGET].case, found[awaiting.CAMPAIGN]
    assert Decimal(spending.values["same_payee"]) > 5000, "below that the manager decides"
    (vote,) = Vote.objects.filter(case=campaign.case)
    assert vote.by is not None and vote.by.number == FINANCE, "above 50,000 finance signs before"
    assert awaiting.await_approval() == 0 and Case.objects.count() == 2
    stepping.done(DIRECTOR, campaign.case, "review", {}, Attachment.objects.all()[0].stored)
    assert not to_decide(director).filter(case=campaign.case).exists()


def test_without_the_years_evidence_there_is_nothing_to_show(house: None) -> None:
    assert awaiting.await_approval() == complaints.await_specialist() == 0


def test_the_specialist_has_a_complaint_to_answer_and_one_where_300_go_to_the_head(waiting: None) -> None:
    assert complaints.await_specialist() == 2
    wang = Person.objects.get(number="HL003")
    mine = {one.case.key: one for one in WorkItem.objects.filter(assignee=wang, status="open")}
    assert {key: one.node for key, one in mine.items()} == {complaints.NEW: "first-reply", complaints.OLD: "plan"}
    assert all(one.case.title.startswith(MARK) for one in mine.values())
    assert mine[complaints.NEW].due is not None, "its limit runs from when the customer said it"
    case, stored = mine[complaints.OLD].case, Attachment.objects.all()[0].stored
    no = {"goods_due": "no", "coupon": "0", "damages": "0", "refund": "88.6", "customer_30d": "0", "agent_today": "0"}
    offer = {"plan": "退货款，补偿 300 元。", "cash": "300", "legal_basis": "约定退换", "precedents": "近 5 例"}
    stepping.done("HL003", case, "plan", {**no, **offer}, stored)
    (item,) = WorkItem.objects.filter(case=case, status="open", kind="approve")
    assert (item.node, item.position) == ("approve", "customer-service-head")
    assert complaints.await_specialist() == 0 and Case.objects.count() == 2


def evidence(folder: Path) -> None:
    """The file that stands for every other."""
    path, by = folder / PROOF, Person.objects.get(number=DIRECTOR)
    path.write_text("evidence", encoding="utf-8")
    with acting(Call(by=by)):
        attach_file(by=by, stored=store(path, by, name=PROOF), about=ref(Sop.objects.order_by("ident")[0]), name=PROOF)
