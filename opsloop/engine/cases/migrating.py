"""Going over to the version in force: what a plan would do to each running case, before anybody does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases import building, casevalues, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.models import LIVE, Activation, Case, Edition
from opsloop.engine.cases.saying import said
from opsloop.engine.cases.world import House
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Task
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop


@dataclass(frozen=True, slots=True)
class Preview:
    """One case. why: what hinders it, empty where it can go over; past: new or changed steps that it will not do."""

    case: Case
    why: str
    past: tuple[str, ...]


def preview(person: Person, sop: str, plan: Mapping[str, str] | None = None) -> list[Preview]:
    """Every running case of this SOP that the person sees and that runs on another version. Nothing is written."""
    row = Sop.objects.filter(ident=sop, withdrawn=False).first()
    if row is None:
        return []
    to = _in_force(row)
    return [Preview(one, _why(one, to, plan or {}, person), past(one, to)) for one in _older(person, sop, to)]


def _in_force(row: Sop) -> Edition:
    """Unsaved where no case has it yet: looking writes nothing."""
    known = Edition.objects.filter(sop=row.ident, sha256=row.sha256).first()
    return known or Edition(sop=row.ident, number=row.number, sha256=row.sha256, definition=row.definition)


def _older(person: Person, sop: str, to: Edition) -> QuerySet[Case]:
    rows = visible(person, Case).filter(sop=sop, status__in=LIVE).exclude(edition__sha256=to.sha256)
    return rows.select_related("edition", "department").order_by("pk")


def _why(case: Case, to: Edition, plan: Mapping[str, str], person: Person) -> str:
    file, now = building.definition(to), timezone.now()
    state = store.load(case, casevalues.typed(file, case.values), None, back=False)
    command = say.Move(by=person.pk, old=building.program(case.edition), plan=plan, reason="?")
    try:
        advance(building.program(to), state, command, now, House(case, file.calendar, now))
    except No as no:
        return str(said(no))
    return ""


def past(case: Case, to: Edition) -> tuple[str, ...]:
    """Steps that are new or different in the other version and lie before what is open: they are not done any more."""
    old, new = building.definition(case.edition), building.definition(to)
    nodes = set(Activation.objects.filter(case=case, status="open").values_list("node", flat=True))
    behind = {ident for node in nodes for ident in walk.before(new, node) if walk.block(new, node) is not None}
    return tuple(one.title for one in _changed(old, new) if one.id in behind and one.id not in nodes)


def _changed(old: SopFile, new: SopFile) -> Iterable[Task]:
    before = {one.id: one for one in walk.tasks(old)}
    return (one for one in walk.tasks(new) if before.get(one.id) != one)
