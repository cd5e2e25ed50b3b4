"""When an SOP is looked at again: the span that runs, from which day its owner is asked, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.utils import timezone

from opsloop.base.inbox.api import holders
from opsloop.base.people.models import Person, Position
from opsloop.base.policy.standing import standings
from opsloop.data.metrics.durations import duration, months_before
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.playbook.models import Version

LEAD_DAYS, SHARE = 30, 10
"""The owner is asked thirty days before the end, or a tenth of the span where that is shorter."""
GRACE = timedelta(days=7)
"""Who is asked when the end is over already, as after an outage, has a week."""


@dataclass(frozen=True, slots=True)
class Term:
    """One span from review to review. since: its first day; due: its last."""

    since: date
    due: date

    @property
    def asked(self) -> date:
        """From this day on its owner is asked."""
        return self.due - timedelta(days=min(LEAD_DAYS, (self.due - self.since).days // SHARE))

    def is_asked(self, today: date) -> bool:
        return self.asked <= today

    def limit(self, today: date) -> date:
        """By when it is done, if it is asked today."""
        return self.due if self.due >= today else today + GRACE


def term_of(every: str, since: date | None) -> Term | None:
    """every: as the file says it, `6 months`; empty: it is never reviewed."""
    if not every or since is None:
        return None
    span = duration(every)
    due = months_before(since, -span.n) if span.unit == "month" else since + timedelta(days=span.days)
    return Term(since, due)


def terms(rows: Iterable[Sop]) -> dict[int, Term]:
    """pk -> the span that runs: from the day of its version, or on which that version was last confirmed unchanged."""
    kept = [row for row in rows if row.definition.get("review_every") and not row.withdrawn]
    versions = Version.objects.filter(kind="sop", ident__in=[row.ident for row in kept])
    begun: dict[tuple[str, int], date] = {
        (ident, number): day for ident, number, day in versions.values_list("ident", "number", "effective_from")
    }
    said = Review.objects.filter(sop__in=kept, state=ReviewState.CONFIRMED, ended_at__isnull=False)
    for ident, number, at in said.order_by("ended_at").values_list("sop__ident", "number", "ended_at"):
        begun[ident, number] = timezone.localdate(at)
    found = {row.pk: term_of(row.definition["review_every"], begun.get((row.ident, row.number))) for row in kept}
    return {pk: term for pk, term in found.items() if term is not None}


def coming_idents(today: date | None = None) -> list[str]:
    """SOPs that have a version which is published and begins on a later day."""
    rows = Version.objects.filter(kind="sop", effective_from__gt=today or timezone.localdate())
    return list(rows.values_list("ident", flat=True).distinct().order_by())


def due_now(today: date | None = None) -> list[Sop]:
    """SOPs in force whose review is due within the days in which it is asked for, asked or not. One whose next version
    is published and begins on a later day was looked at."""
    day = today or timezone.localdate()
    rows = list(Sop.objects.filter(withdrawn=False).exclude(ident__in=coming_idents(day)))
    found = terms(rows)
    return [row for row in rows if row.pk in found and found[row.pk].is_asked(day)]


def superior(code: str) -> str:
    """The position that a position reports to; empty where it reports to none."""
    boss = Position.objects.filter(code=code, reports_to__isnull=False).values_list("reports_to__code", flat=True)
    return boss.first() or ""


class Part(Enum):
    """How a person answers for what a position owns."""

    OWNS = "owns"
    LEADS = "leads"


def part_of(person: Person, owner: str) -> Part | None:
    """Owns: holds the owner position, stands in for who does, or has it because nobody holds it. Leads: holds the
    position above it, or stands in for who does."""
    posts = {one.position for one in standings(person)}
    if owner in posts or person.pk in {one.pk for one in holders(owner)}:
        return Part.OWNS
    return Part.LEADS if superior(owner) in posts else None
