"""What waits for the director at the first sight of the demo: real cases, decided by nobody yet."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file
from opsloop.base.files.keep import store
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.demo import awaiting
from opsloop.demo.tests.test_year import _publish, house
from opsloop.demo.year.answers import MARK
from opsloop.demo.year.keeping import PROOF
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case, CaseEvent
from opsloop.engine.cases.reading import to_decide
from opsloop.engine.sops.models import Sop

__all__ = ["house"]
pytestmark = pytest.mark.django_db
DIRECTOR, FINANCE = "HL001", "HL013"


def test_two_approvals_wait_for_the_director_and_are_made_by_acts_once(house: None, tmp_path: Path) -> None:
    assert awaiting.await_approval() == 0, "without the year's evidence there is nothing to show"
    for ident in (awaiting.BUDGET, awaiting.TRAINING):
        _publish(ident)
    with given():
        for one in Mandate.objects.all():
            one.may = ["cases.*", "files.*"]
            one.limits = {**one.limits, "spending": {"each": 50_000}}
            one.save()
    evidence(tmp_path)
    assert awaiting.await_approval() == 2
    director = Person.objects.get(number=DIRECTOR)
    waiting = list(to_decide(director))
    assert {one.case.sop for one in waiting} == {awaiting.BUDGET, awaiting.TRAINING}
    assert all(MARK in one.case.title for one in waiting)
    assert Entry.objects.filter(act="cases.start").count() == Entry.objects.filter(act="cases.complete").count() == 2
    assert CaseEvent.objects.filter(verb="completed", by__number=FINANCE).exists()
    spending = next(one for one in waiting if one.case.sop == awaiting.BUDGET)
    assert Decimal(spending.case.values["same_payee"]) > 5000, "below that the manager decides"
    assert awaiting.await_approval() == 0 and Case.objects.count() == 2
    training = next(one for one in waiting if one.case.sop == awaiting.TRAINING)
    actions.approve(training.case, by=director, item=training.no)
    assert not to_decide(director).filter(case=training.case).exists()


def evidence(folder: Path) -> None:
    """The file that stands for every other."""
    path, by = folder / PROOF, Person.objects.get(number=DIRECTOR)
    path.write_text("evidence", encoding="utf-8")
    with acting(Call(by=by)):
        attach_file(by=by, stored=store(path, by, name=PROOF), about=ref(Sop.objects.order_by("ident")[0]), name=PROOF)
