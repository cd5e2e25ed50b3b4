"""What the page of triage offers: the queue, what could be the same cause, and what a press of a button does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.findings.models import Evidence, Finding
from opsloop.engine.findings.transitions import ALIVE
from opsloop.engine.findings.words import Ground, State

ALIKE = 0.25
"""Titles that share this much of their pairs of characters may be of one cause."""
MOST = 6


def queue(by: Person) -> QuerySet[Finding]:
    """What waits to be triaged, the longest waiting first."""
    rows = visible(by, Finding).filter(state=State.NEW).order_by("raised_at", "pk")
    found: QuerySet[Finding] = rows.select_related("raised_by", "owner", "department")
    return found


def alike(finding: Finding, by: Person) -> list[Finding]:
    """Others that are not over and may be of its cause: of the same metric, or with a similar title; likest first."""
    metrics = set(finding.evidence.exclude(metric="").values_list("metric", flat=True))
    same = set(Evidence.objects.filter(metric__in=metrics).values_list("finding_id", flat=True)) if metrics else set()
    others = visible(by, Finding).filter(state__in=ALIVE).exclude(pk=finding.pk).order_by("-pk")[:300]
    scored = [(likeness(finding.title, one.title) + (0.3 if one.pk in same else 0.0), one) for one in others]
    close = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [one for _score, one in close[:MOST]]


def likeness(a: str, b: str) -> float:
    """Shared pairs of neighbouring characters (Dice); 1 for equal titles. Works for Chinese and English."""
    one, other = _pairs(a), _pairs(b)
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _pairs(text: str) -> set[str]:
    plain = "".join(text.lower().split())
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


def asked(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """(act, its values) for the button that was pressed, None for none of them. A ground is reason enough."""
    pressed = data.get("do", "")
    if pressed == "triage":
        values = {name: data.get(name) or None for name in ("owner", "due_on", "person")}
        return "findings.triage", values
    if pressed == "merge":
        return "findings.merge", {"into": data.get("into") or None}
    if pressed in Ground.values:
        reason = str(data.get("reason", "")).strip() or str(Ground(pressed).label)
        return "findings.dismiss", {"ground": pressed, "reason": reason}
    return None
