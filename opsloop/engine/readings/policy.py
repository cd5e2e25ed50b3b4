"""Who sees a reading: whose it is, and the department by level."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import of_department, scoped
from opsloop.base.policy.standing import Standing
from opsloop.engine.readings.models import Duty, QuizTry


def _duties(person: Person, standing: Standing, level: str) -> Q:
    return Q(person_id=standing.behalf_id or person.pk) | of_department(standing, level)


def _tries(person: Person, standing: Standing, level: str) -> Q:
    return Q(duty__in=Duty.objects.filter(_duties(person, standing, level)))


scoped(Duty, rows=_duties)
scoped(QuizTry, rows=_tries)
