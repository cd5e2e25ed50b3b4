"""Whose an assignment is: a person's, or a post's until one of its holders takes it on."""

from __future__ import annotations

from django.db.models import QuerySet

from opsloop.base.inbox.api import holders
from opsloop.base.people.models import Holding, Person, PersonKind
from opsloop.base.policy.scopes import visible
from opsloop.engine.assignments.models import Task


def staff(by: Person, _task: object = None) -> QuerySet[Person]:
    """Who can be given something: people who work here now."""
    now = Holding.objects.at().values("person_id")
    return visible(by, Person).filter(kind=PersonKind.STAFF, pk__in=now)


def holds(person: Person, task: Task) -> bool:
    """Does this person hold the post that the task waits for?"""
    held = Holding.objects.at().filter(person=person, position_id=task.position_id)
    return task.position_id is not None and held.exists()


def doers(task: Task) -> list[Person]:
    """The doer, or everyone who holds its post."""
    if task.doer is not None:
        return [task.doer]
    return holders(task.position.code, task.department) if task.position else []
