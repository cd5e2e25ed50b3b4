"""Going over to the version in force: what a plan would do to each running case, before anybody does it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases import building, casevalues, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.moving import goals, holds, keeps
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.models import LIVE, Activation, Case, Edition
from opsloop.engine.cases.saying import said
from opsloop.engine.cases.translated import words_of
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


Plan = Mapping[str, str]
"""Open step -> the step at which it goes on; itself: begun anew; "": left out. What is not named keeps its place."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A step that is open in running cases of one older version, and the version in force (perhaps not yet saved).

    n: so many cases stand there; keeps: it has its place without a plan; goals: steps to which a plan may send it.
    """

    edition: Edition
    to: Edition
    node: str
    n: int
    keeps: bool
    goals: tuple[str, ...]


def preview(person: Person, sop: str, plans: Mapping[int, Plan] | None = None) -> list[Preview]:
    """Every running case of this SOP that the person sees and that runs on another version. Nothing is written.

    plans: by the key of the edition that a case runs on.
    """
    row = Sop.objects.filter(ident=sop, withdrawn=False).first()
    if row is None:
        return []
    to, every = _in_force(row), plans or {}
    return [
        Preview(one, _why(one, to, every.get(one.edition_id, {}), person), past(one, to)) for one in behind(person, row)
    ]


def behind(person: Person, row: Sop) -> QuerySet[Case]:
    """Running cases that follow another version of this SOP than the one in force."""
    rows = visible(person, Case).filter(sop=row.ident, status__in=LIVE).exclude(edition__sha256=row.sha256)
    return rows.select_related("edition", "department").order_by("pk")


def opened(sop: str, cases: Collection[Case]) -> list[Opened]:
    """Where these cases of an SOP stand and where each may go on: by version, in the order of the file."""
    row = Sop.objects.filter(ident=sop, withdrawn=False).first()
    if row is None or not cases:
        return []
    to, editions = _in_force(row), {one.edition_id: one.edition for one in cases}
    counted = Activation.objects.filter(case__in=cases, status="open").values_list("case__edition", "node")
    found = [_opened(editions[pk], to, node, n) for pk, node, n in counted.annotate(Count("case", distinct=True))]
    order = {pk: list(building.program(one).blocks) for pk, one in editions.items()}
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.edition.number, one.edition.pk, order[one.edition.pk].index(one.node)),
    )


def _opened(edition: Edition, to: Edition, node: str, n: int) -> Opened | None:
    """None for what only holds other blocks: it has no work of its own."""
    old, new = building.program(edition), building.program(to)
    if holds(old.blocks[node]):
        return None
    return Opened(edition, to, node, n, keeps(old, new, node), tuple(one.id for one in goals(old, new, node)))


def _in_force(row: Sop) -> Edition:
    """Unsaved where no case has it yet: looking writes nothing."""
    known = Edition.objects.filter(sop=row.ident, sha256=row.sha256).first()
    return known or Edition(sop=row.ident, number=row.number, sha256=row.sha256, definition=row.definition)


def _why(case: Case, to: Edition, plan: Plan, person: Person) -> str:
    file, now = building.definition(to), timezone.now()
    state = store.load(case, casevalues.typed(file, case.values), None, back=False)
    command = say.Move(by=person.pk, old=building.program(case.edition), plan=plan, reason="?")
    try:
        advance(building.program(to), state, command, now, House(case, file.calendar, now))
    except No as no:
        return str(said(no, words_of(to)))
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
