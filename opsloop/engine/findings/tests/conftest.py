"""A manager who triages, a specialist who does, an analyst who verifies, and a finding in any state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.people.models import Position
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.data.metrics.models import Metric
from opsloop.engine.findings import actions
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.words import Ground, Plan, Side, State

SALES = {"title": "Sales", "meaning": "Sales", "class": "key", "class_": "key", "owner": "operations-manager"}


@pytest.fixture
def crew(cast: Cast) -> Cast:
    """Lin triages and decides, Chen suggests and does, Wu verifies; one metric is in force."""
    with given():
        for post, may in ((cast.specialist, ["findings.suggest", "findings.take", "findings.finish", "assignments.*"]),
                          (cast.analyst, ["findings.suggest", "findings.verify", "findings.raise"])):  # fmt: skip
            mandate = Mandate.objects.get(position=post)
            mandate.may = may
            mandate.save()
        Metric(ident="sales", number=1, sha256="0" * 64, title="Sales", definition=SALES).save()
    return cast


def day(n: int) -> Any:
    return timezone.localdate() + timedelta(days=n)


def a_finding(crew: Cast, state: State = State.NEW, plan: Plan = Plan.METRIC, **values: Any) -> Finding:
    """Raised by Wu, brought to the state by the acts that lead there."""
    finding = actions.raise_finding(by=crew.wu, **{"title": "Frozen food is missing", "origin": "advice", **values})
    if state == State.NEW:
        return finding
    if state == State.CLOSED:
        return actions.dismiss(finding, by=crew.lin, ground=Ground.ONCE, reason="It was the storm.")
    if state == State.MERGED:
        other = actions.raise_finding(by=crew.wu, title="Another of the cause", origin="advice")  # type: ignore[arg-type]
        return actions.merge(finding, by=crew.lin, into=other)
    actions.triage(finding, by=crew.lin, owner=crew.specialist, due_on=day(5), person=crew.chen)
    if state == State.ACCEPTED:
        return finding
    sales = Metric.objects.get(ident="sales")
    more = {"metric": sales, "side": Side.UP} if plan == Plan.METRIC else {}
    actions.decide(finding, by=crew.lin, measure="Check the shelves", way=plan, verify_on=day(20), **more)
    if state == State.DOING:
        return finding
    actions.finish(finding, by=crew.chen, word="Shelves checked in ten shops")
    if state == State.VERIFIED:
        actions.measure(finding, by=crew.lin, verdict="up", changed_on=day(0))  # type: ignore[arg-type]
        actions.verify(finding, by=crew.wu, outcome="effective", found="Sales rose")  # type: ignore[arg-type]
    return finding


def again(finding: Finding) -> Finding:
    return Finding.objects.get(pk=finding.pk)


def limit_of(post: Position, most: int) -> None:
    with given():
        mandate = Mandate.objects.get(position=post)
        mandate.limits = {"findings": {"in_hand": most}}
        mandate.save()


__all__ = ["a_finding", "again", "crew", "day", "limit_of", "make"]
