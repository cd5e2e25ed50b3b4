"""闭环看板: each finding at its place in the circle, and whether the circle turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Text
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.policy import mine
from opsloop.engine.findings.queries import past_due
from opsloop.engine.findings.transitions import ALIVE
from opsloop.engine.findings.words import Origin, Outcome, State

PLACES = (State.NEW, State.ACCEPTED, State.DOING, State.DONE, State.VERIFIED)
SHOWN = 25
"""Cards in a column; the list has the others."""
LATELY = timedelta(days=30)
"""So long what is over stays on the board."""
SPANS = {"30": 30, "90": 90, "365": 365}
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: origin, owner position's id, raised within so many days, only mine, only overdue."""

    origin: str = ""
    owner: int | None = None
    within: str = ""
    mine: bool = False
    late: bool = False

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Asked:
        """Words that are none are left out."""
        owner, origin = str(query.get("owner", "")), str(query.get("origin", ""))
        return cls(
            origin if origin in Origin.values else "",
            int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else None,
            str(query.get("within")) if query.get("within") in SPANS else "",
            query.get("mine") == "1", query.get("late") == "1",
        )  # fmt: skip

    def narrow(self, rows: QuerySet[Finding], by: Person) -> QuerySet[Finding]:
        wanted = Q()
        if self.origin:
            wanted &= Q(origin=self.origin)
        if self.owner is not None:
            wanted &= Q(owner_id=self.owner)
        if self.within:
            wanted &= Q(raised_at__gte=timezone.now() - timedelta(days=SPANS[self.within]))
        if self.mine:
            wanted &= mine(by.pk)
        if self.late:
            wanted &= past_due(timezone.localdate())
        return rows.filter(wanted)


@dataclass(frozen=True, slots=True)
class Column:
    """One place of the circle. more: how many are not shown."""

    state: State
    title: Text
    cards: list[Finding]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last year: how long from seen to verified, which share helped of those verified by figures or on the
    spot, and how many were not pursued. days, share: None where there is nothing to count."""

    days: float | None
    share: float | None
    verified: int
    closed: int
    alive: int
    late: int


def columns(by: Person, asked: Asked) -> list[Column]:
    """Every place with what is there: what is due first on top, of what is over the newest."""
    rows = asked.narrow(visible(by, Finding), by).select_related("owner", "person")
    fresh = timezone.now() - LATELY
    out = []
    for state in PLACES:
        here = rows.filter(state=state)
        if state == State.VERIFIED:
            here = here.filter(verified_at__gte=fresh).order_by("-verified_at")
        elif state == State.DONE:
            here = here.order_by("verify_on", "number")
        else:
            here = here.order_by("due_on", "number") if state != State.NEW else here.order_by("number")
        out.append(Column(state, state.label, list(here[:SHOWN]), here.count()))
    return out


def figures(by: Person, asked: Asked) -> Figures:
    """Of what one may see, with the board's filters."""
    rows = asked.narrow(visible(by, Finding), by)
    since = timezone.now() - YEAR
    verified = list(
        rows.filter(state=State.VERIFIED, verified_at__gte=since).values_list("raised_at", "verified_at", "outcome")
    )
    judged = [outcome for _raised, _verified, outcome in verified if outcome != Outcome.WAIVED]
    helped = sum(outcome == Outcome.EFFECTIVE for outcome in judged)
    spans = [(end - start).total_seconds() / 86400 for start, end, _outcome in verified if end is not None]
    return Figures(
        median(spans) if spans else None, helped / len(judged) if judged else None, len(verified),
        rows.filter(state=State.CLOSED, closed_at__gte=since).count(),
        rows.filter(state__in=ALIVE).count(), rows.filter(past_due(timezone.localdate())).count(),
    )  # fmt: skip


def age(finding: Finding) -> int:
    """Whole days since it was raised."""
    return (timezone.now() - finding.raised_at).days
