"""Who sees whom: the rows of people's own models. One noun for all of them, `people`.

The organisation itself (departments, positions and what positions may do) is seen by whoever sees people at all;
acts still reach only the departments of one's level. Persons belong to the departments they hold a position in, now
or later; a person without one is seen by those who see all.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from opsloop.base.people.models import (
    Absence,
    Appointment,
    Department,
    Erasure,
    Holding,
    Person,
    Position,
    Token,
)
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.scopes import scoped
from opsloop.base.policy.standing import Standing


def _place(standing: Standing, level: str, path: str) -> Q | None:
    """The department condition of a level, for the field path of a department."""
    if level == "department":
        return Q(**{path: standing.department_id})
    if level == "subtree" and standing.department_path:
        return Q(**{f"{path}__path__startswith": standing.department_path})
    return None


def people_of(standing: Standing, level: str) -> Q | None:
    """A condition on holdings: those of the level's departments that have not ended."""
    place = _place(standing, level, "department")
    return place & (Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())) if place is not None else None


def _persons(person: Person, standing: Standing, level: str, path: str = "pk") -> Q:
    """Oneself (or the one stood in for), and the people of the level's departments."""
    found = Q(**{path: standing.behalf_id or person.pk})
    held = people_of(standing, level)
    if held is not None:
        found |= Q(**{f"{path}__in": Holding.objects.filter(held).values("person_id")})
    return found


def _departments(person: Person, standing: Standing, level: str) -> Q | None:
    if level == "subtree" and standing.department_path:
        return Q(path__startswith=standing.department_path)
    return Q(pk=standing.department_id)


def _absences(person: Person, standing: Standing, level: str) -> Q:
    return _persons(person, standing, level, "person") | Q(substitute=standing.behalf_id or person.pk)


scoped(Person, rows=_persons)
scoped(Department, everyone=True, rows=_departments)
scoped(Position, everyone=True)
scoped(Mandate, noun="people", everyone=True)
scoped(Holding, department="department", owner="person")
scoped(Appointment, department="department", owner=("person", "asked_by"))
scoped(Absence, rows=_absences)
scoped(Token, owner="person")
scoped(Erasure, owner="asked_by")
