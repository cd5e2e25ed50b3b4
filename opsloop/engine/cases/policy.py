"""Who sees a case: who started it, has or had work in it, and the department by level."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import of_department, scoped
from opsloop.base.policy.standing import Standing
from opsloop.engine.cases.models import Candidate, Case, WorkItem


def _cases(person: Person, standing: Standing, level: str) -> Q:
    whose = standing.behalf_id or person.pk
    mine = WorkItem.objects.filter(Q(assignee_id=whose) | Q(by_id=whose) | Q(behalf_id=whose) | Q(owner_id=whose))
    waiting = Candidate.objects.filter(person_id=whose).values("item__case_id")
    return Q(initiator_id=whose) | Q(pk__in=mine.values("case_id")) | Q(pk__in=waiting) | of_department(standing, level)


scoped(Case, rows=_cases)
