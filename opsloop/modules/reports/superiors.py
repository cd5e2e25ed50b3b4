"""Whom a person's positions report to, now."""

from __future__ import annotations

from opsloop.base.inbox.api import holders
from opsloop.base.people.models import Holding, Person


def superiors(person: Person) -> list[Person]:
    """Holders of the positions that this person's report to, without the person; where a post is empty, those above."""
    found: dict[int, Person] = {}
    for one in Holding.objects.at().filter(person=person).select_related("position__reports_to", "department"):
        if one.position.reports_to is not None:
            found |= {boss.pk: boss for boss in holders(one.position.reports_to.code, one.department)}
    found.pop(person.pk, None)
    return sorted(found.values(), key=lambda one: one.pk)
