"""A case of the demo is taken to where it is to stand today: by the acts of those whose work it is, step by step."""

from __future__ import annotations

from collections.abc import Mapping

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.people.models import Person
from opsloop.demo.improving import person_of
from opsloop.demo.year.keeping import PROOF
from opsloop.engine.cases import building
from opsloop.engine.cases.actions import approve, complete, start
from opsloop.engine.cases.actions.shared import Filled, Proof, Ticked
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Step


def evidence() -> Stored | None:
    """The file that stands for every proof of the simulated year; None before there is one."""
    return Stored.objects.filter(pk__in=Attachment.objects.filter(name=PROOF).values("stored")).first()


def begun(number: str, sop: str, values: Mapping[str, str]) -> Case:
    """Begun by the person of this number."""
    by = person_of(number)
    with acting(Call(by=by, via="demo")):
        return start(by=by, sop=sop, values=_filled(values))


def done(number: str, case: Case, step: str, values: Mapping[str, str], stored: Stored) -> Case:
    """The step is done, or its approval given, as the file asks: all its evidence, every line of its checklist."""
    by, asked = person_of(number), walk.block(building.definition(case.edition), step)
    assert isinstance(asked, Step | Approve), step
    finish = complete if isinstance(asked, Step) else approve
    item = WorkItem.objects.get(case=case, node=step, status="open")
    with acting(Call(by=by, via="demo")):
        given = [Proof(one, _attached(by, case, stored)) for one in asked.evidence]
        ticked = [Ticked(one) for one in asked.checklist]
        after: Case = finish(case, by=by, item=item.no, values=_filled(values), evidence=given, ticked=ticked)
    return after


def _attached(by: Person, case: Case, stored: Stored) -> int:
    found: Attachment = attach_file(by=by, stored=stored, about=ref(case), name=PROOF)
    return found.pk


def _filled(values: Mapping[str, str]) -> list[Filled]:
    return [Filled(name, text) for name, text in values.items()]
