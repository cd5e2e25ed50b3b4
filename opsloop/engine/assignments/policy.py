"""Who sees an assignment: who asked, does it, holds its post or is kept informed; the department by level."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.scopes import of_department, scoped
from opsloop.base.policy.standing import Standing
from opsloop.engine.assignments.models import Assignment, Copied, Series


def mine(whose: int) -> Q:
    """Q over tasks: asked by this person, done by them, or waiting for a post that they hold."""
    posts = Holding.objects.at().filter(person_id=whose).values("position_id")
    return Q(asked_by_id=whose) | Q(doer_id=whose) | Q(doer=None, position__in=posts)


def _tasks(person: Person, standing: Standing, level: str) -> Q:
    return mine(standing.behalf_id or person.pk) | of_department(standing, level)


def _assignments(person: Person, standing: Standing, level: str) -> Q:
    copied = Copied.objects.filter(person_id=standing.behalf_id or person.pk).values("assignment_id")
    return _tasks(person, standing, level) | Q(pk__in=copied)


def _copies(person: Person, standing: Standing, level: str) -> Q:
    return Q(assignment__in=Assignment.objects.filter(_assignments(person, standing, level)))


scoped(Assignment, rows=_assignments)
scoped(Series, rows=_tasks)
scoped(Copied, rows=_copies)
