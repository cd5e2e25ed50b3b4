"""Who sees a finding: who raised it, has it, or holds its post; others by level of their department."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.scopes import of_department, scoped
from opsloop.base.policy.standing import Standing
from opsloop.engine.findings.models import Evidence, Finding, Measurement, Source


def mine(whose: int) -> Q:
    """Q over findings: raised by this person, in their hands, or waiting for a post that they hold."""
    posts = Holding.objects.at().filter(person_id=whose).values("position_id")
    raised = Source.objects.filter(by_id=whose).values("finding_id")
    return Q(raised_by_id=whose) | Q(person_id=whose) | Q(owner__in=posts) | Q(pk__in=raised)


def _findings(person: Person, standing: Standing, level: str) -> Q:
    return mine(standing.behalf_id or person.pk) | of_department(standing, level)


def _of_findings(person: Person, standing: Standing, level: str) -> Q:
    return Q(finding__in=Finding.objects.filter(_findings(person, standing, level)))


scoped(Finding, rows=_findings)
for _model in (Source, Evidence, Measurement):
    scoped(_model, rows=_of_findings)
