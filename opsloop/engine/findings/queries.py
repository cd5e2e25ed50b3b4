"""What is asked of findings: their assignments, what came from a thing, and with what was merged into them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from opsloop.base.links.models import Link
from opsloop.engine.assignments.models import RUNNING, Assignment
from opsloop.engine.findings.models import Evidence, Finding, Source

FOLLOWS = "follows-from"
"""The kind of link from an assignment to what it follows from."""


def tasks(findings: Iterable[Finding]) -> dict[int, list[Assignment]]:
    """finding id -> its assignments, whoever may see them; for rules, not for pages."""
    ids = [one.pk for one in findings]
    links = Link.objects.filter(
        kind=FOLLOWS, a_type="assignments.assignment", b_type="findings.finding", b_id__in=ids
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


def family(finding: Finding) -> list[int]:
    """Its id and those of what was merged into it, at any depth: merging keeps no more than what points at it."""
    found, fresh = [finding.pk], [finding.pk]
    while fresh:
        fresh = list(Finding.objects.filter(merged_into__in=fresh).exclude(pk__in=found).values_list("pk", flat=True))
        found += fresh
    return found


def sources_of(finding: Finding) -> QuerySet[Source]:
    """Every sight of it, also those of what was merged into it."""
    rows = Source.objects.filter(finding__in=family(finding))
    return rows.select_related("by", "finding").order_by("pk")


def evidence_of(finding: Finding) -> QuerySet[Evidence]:
    """The figures behind it, also those of what was merged into it."""
    return Evidence.objects.filter(finding__in=family(finding)).select_related("finding").order_by("pk")


def head_of(finding: Finding) -> Finding:
    """What it was merged into in the end, or itself."""
    seen = {finding.pk}
    while finding.merged_into is not None and finding.merged_into_id not in seen:
        finding = finding.merged_into
        seen.add(finding.pk)
    return finding
