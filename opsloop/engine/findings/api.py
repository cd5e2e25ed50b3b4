"""What other apps use of findings: raise one, and ask what became of those that came from a thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.acts.about import ref as ref_of
from opsloop.base.inbox.api import able
from opsloop.base.people.models import Person, PersonKind, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.things.models import Thing
from opsloop.engine.findings.actions.raising import EvidenceRow, raise_finding
from opsloop.engine.findings.models import Finding, Source
from opsloop.engine.findings.naming import names_findings
from opsloop.engine.findings.queries import head_of
from opsloop.engine.findings.words import Origin, Outcome, State

Named = Thing | str
"""A thing, or its reference as `monitors.alert:12`; `reports.report:5#advice-2` names one part of it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a finding stands, for a line in a report or a note. outcome is empty until it is verified."""

    pk: int
    code: str
    title: str
    state: State
    state_name: str
    outcome: Outcome | None
    outcome_name: str
    owner: str
    due: date | None
    late: bool
    url: str


def give(
    *,
    by: Person,
    title: str,
    origin: Origin | str,
    seen: str = "",
    cause: str = "",
    period: str = "",
    about: Named | None = None,
    part: str = "",
    owner: str = "",
    due: date | None = None,
    evidence: Sequence[EvidenceRow] = (),
    simulated: bool = False,
) -> Finding:
    """The act `findings.raise`, inside an act or a job of somebody who may do it. Answers the new finding, or the one
    that has this cause and period already and now this origin and these figures too.

    owner: the code of a position, which triage may change; about: what it came from. Raises Refused for a position
    that there is not.
    """
    post = Position.objects.filter(code=owner, withdrawn_at=None).first() if owner else None
    if owner and post is None:
        raise Refused(_t("There is no position {code}.").format(code=owner), field="owner")
    named, word = _split(about) if about is not None else ("", "")
    return raise_finding(
        by=by, title=title, origin=Origin(origin), seen=seen, cause=cause, period=period, about=named,
        part=part or word, owner=post, due_on=due, evidence=list(evidence), simulated=simulated,
    )  # fmt: skip


def of_origin(about: Named) -> list[Finding]:
    """The findings that came from a thing, or from one part of it; a merged one is answered by what it went into."""
    return _found([about])[_key(about)]


def states_of(abouts: Iterable[Named]) -> dict[str, list[Standing]]:
    """reference -> where the findings that came from it stand. One query however many there are."""
    return {key: [standing(one) for one in found] for key, found in _found(list(abouts)).items()}


def standing(finding: Finding) -> Standing:
    """Where it stands now."""
    state, outcome = State(finding.state), Outcome(finding.outcome) if finding.outcome else None
    return Standing(
        finding.pk, finding.code, finding.name, state, str(state.label), outcome,
        str(outcome.label) if outcome else "", finding.whose, finding.next_on, finding.is_late,
        finding.get_absolute_url(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """Findings that wait for somebody's word. triage, decide: how many; triagers, deciders: whose word, the names."""

    triage: int
    decide: int
    triagers: tuple[str, ...]
    deciders: tuple[str, ...]


def waiting(person: Person) -> Waiting:
    """Of those that the person may see: not triaged yet, and taken on but not decided yet."""
    rows = visible(person, Finding)
    new = rows.filter(state=State.NEW).order_by("pk")
    taken = list(rows.filter(state=State.ACCEPTED).select_related("owner", "person").order_by("due_on", "pk"))
    first = new.first()
    may = able("findings.triage", first) if first is not None else []
    triagers = [one.name for one in may if one.kind == PersonKind.STAFF]
    return Waiting(
        new.count(), len(taken), tuple(triagers), tuple(dict.fromkeys(one.whose for one in taken if one.whose))
    )


def _found(abouts: list[Named]) -> dict[str, list[Finding]]:
    keys = [_key(one) for one in abouts]
    wanted = {key: _split(key) for key in keys}
    ids = {int(named.rpartition(":")[2]) for named, _part in wanted.values()}
    rows = Source.objects.filter(thing_id__in=ids).select_related(
        "finding__owner", "finding__person", "finding__merged_into__owner", "finding__merged_into__person"
    )
    out: dict[str, list[Finding]] = {key: [] for key in keys}
    for row in rows.order_by("pk"):
        for key, (named, part) in wanted.items():
            if named == f"{row.thing_type}:{row.thing_id}" and part in ("", row.part):
                head = head_of(row.finding)
                if head not in out[key]:
                    out[key].append(head)
    return out


def _key(about: Named) -> str:
    return about if isinstance(about, str) else ref_of(about)


def _split(about: Named) -> tuple[str, str]:
    named, _hash, part = _key(about).partition("#")
    return named, part


__all__ = [
    "EvidenceRow", "Finding", "Origin", "Outcome", "Standing", "State", "Waiting", "give", "names_findings",
    "of_origin", "standing", "states_of", "waiting",
]  # fmt: skip
