"""What is asked of findings: their assignments, what came from a thing, and with what was merged into them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from opsloop.base.links.models import Link
from opsloop.engine.assignments.keepers import ABOUT
from opsloop.engine.assignments.models import RUNNING, Assignment
from opsloop.engine.findings.models import Evidence, Finding, Measurement, Source
from opsloop.engine.findings.transitions import ALIVE
from opsloop.engine.findings.words import State, Way

UNDONE = tuple(one for one in ALIVE if one != State.DONE)


def past_due(today: date) -> Q:
    """What is past its day: of doing, or of verifying. `Finding.is_late` says the same of one."""
    return Q(state__in=UNDONE, due_on__lt=today) | Q(state=State.DONE, verify_on__lt=today)


def measured() -> Q:
    """What was measured since it was done."""
    return Q(Exists(Measurement.objects.filter(finding=OuterRef("pk"), at__gte=OuterRef("done_at"))))


def verifiable() -> Q:
    """What is done and can be verified now: the figures are there, or it is looked at on the spot."""
    return Q(state=State.DONE) & (Q(way=Way.SPOT) | measured())


def tasks(findings: Iterable[Finding]) -> dict[int, list[Assignment]]:
    """finding id -> its assignments, whoever may see them; for rules, not for pages."""
    ids = [one.pk for one in findings]
    links = Link.objects.filter(
        kind=ABOUT, a_type="assignments.assignment", b_type="findings.finding", b_id__in=ids
    ).values_list("b_id", "a_id")
    pairs = list(links)
    rows = Assignment.objects.select_related("doer", "position").in_bulk([a for _b, a in pairs])
    found: dict[int, list[Assignment]] = {pk: [] for pk in ids}
    for finding, assignment in pairs:
        if assignment in rows:
            found[finding].append(rows[assignment])
    return found


def running_tasks(finding: Finding) -> list[Assignment]:
    """Its assignments that are not over."""
    return [one for one in tasks([finding])[finding.pk] if one.state in RUNNING]


def _with_merged(finding: Finding) -> Q:
    """Its own rows and those of what was merged into it. `merge` refuses chains, so one step is all."""
    return Q(finding=finding) | Q(finding__merged_into=finding)


def sources_of(finding: Finding) -> QuerySet[Source]:
    """Every sight of it, also those of what was merged into it."""
    rows = Source.objects.filter(_with_merged(finding))
    return rows.select_related("by", "finding").order_by("pk")


def evidence_of(finding: Finding) -> QuerySet[Evidence]:
    """The figures behind it, also those of what was merged into it."""
    return Evidence.objects.filter(_with_merged(finding)).select_related("finding").order_by("pk")


def head_of(finding: Finding) -> Finding:
    """What it was merged into, or itself."""
    return finding.merged_into or finding
