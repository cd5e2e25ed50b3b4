"""The standard's own SOPs played through their acts: whoever does a step fills in what its form asks for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from opsloop.base.people.models import Department, Person, Position
from opsloop.base.testing import hold, make
from opsloop.engine.cases import actions, building
from opsloop.engine.cases.actions.shared import Filled, Proof, Ticked
from opsloop.engine.cases.carrying import new_case
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.readings.models import Duty, State
from opsloop.engine.sops import walk
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.words import FieldType, May
from opsloop.playbook import commands
from opsloop.playbook.models import Publication

STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh"


def published(by: Person) -> None:
    """The whole standard is in force."""
    report = commands.publish(STANDARD, by=by, reason="The first edition.")
    assert report.data["state"] == "published", report.lines


def staff(department: Department, *codes: str) -> dict[str, Person]:
    """One person for each of these positions of the standard."""
    out = {}
    for code in codes:
        out[code] = make(Person, name=code)
        hold(out[code], Position.objects.get(code=code), department)
    return out


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def item(case: Case, node: str) -> WorkItem:
    return WorkItem.objects.get(case=case, node=node, status="open")


def any_of(field: CaseField, person: int) -> str:
    """Something that fits a field."""
    now = timezone.localtime()
    plain = {
        FieldType.NUMBER: "1", FieldType.MONEY: "0", FieldType.DATE: now.date().isoformat(),
        FieldType.MOMENT: now.isoformat(), FieldType.YES_NO: "no", FieldType.PERSON: str(person), FieldType.FILE: "1",
    }  # fmt: skip
    if field.type == FieldType.CHOICE:
        return field.options[0]
    if field.type == FieldType.LIST:
        return json.dumps([{one.id: any_of(CaseField(one.id, one.title, one.type, one.options), person)
                            for one in field.columns}])  # fmt: skip
    return plain.get(field.type, f"{field.title} x")


def filled(file: SopFile, form: Any, by: Person, said: dict[str, Any]) -> list[Filled]:
    """Every field that the form needs, as said or as anything that fits."""
    fields = {one.id: one for one in file.fields}
    need = [one.field for one in form if one.may == May.NEED and one.field in fields]
    text = {name: str(value.pk if isinstance(value, Person) else value) for name, value in said.items()}
    return [Filled(name, text.get(name, any_of(fields[name], by.pk))) for name in dict.fromkeys([*need, *text])]


def start(sop: str, by: Person, **said: Any) -> Case:
    file = building.definition(new_case(Sop.objects.get(ident=sop), by).edition)
    return actions.start(by=by, sop=sop, values=filled(file, file.start.form, by, said))


def have_read(sop: str, *people: Person) -> None:
    """They have confirmed the version that is in force."""
    now, row = timezone.now(), Sop.objects.get(ident=sop)
    for one in people:
        make(
            Duty, person=one, kind="sop", ident=sop, number=row.number, title=row.title, state=State.DONE, done_at=now,
            publication=Publication.objects.latest("pk"), given_at=now, week=timezone.localdate(),
        )  # fmt: skip


def done(case: Case, node: str, by: Person, **said: Any) -> Case:
    """Finish a step as the SOP asks for: form, evidence, checklist."""
    file = building.definition(case.edition)
    block: Any = walk.block(file, node)
    actions.complete(
        again(case), by=by, item=item(case, node).no, values=filled(file, block.form, by, said),
        evidence=[Proof(one, 1) for one in block.evidence], ticked=[Ticked(one) for one in block.checklist],
    )  # fmt: skip
    return again(case)


def agreed(case: Case, node: str, by: Person) -> Case:
    """Approve as the SOP asks for."""
    block: Any = walk.block(building.definition(case.edition), node)
    actions.approve(again(case), by=by, item=item(case, node).no, ticked=[Ticked(one) for one in block.checklist])
    return again(case)
