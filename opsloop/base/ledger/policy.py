"""Who reads the ledger: one's own entries, those of one's department's people, or all. Auditors see all."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.scopes import scoped
from opsloop.base.policy.standing import Standing


def _entries(person: Person, standing: Standing, level: str) -> Q:
    whose = standing.behalf_id or person.pk
    mine = Q(by_id=whose) | Q(behalf_id=whose)
    if level == "department":
        held = Holding.objects.at().filter(department_id=standing.department_id)
    elif level == "subtree" and standing.department_path:
        held = Holding.objects.at().filter(department__path__startswith=standing.department_path)
    else:
        return mine
    return mine | Q(by_id__in=held.values("person_id"))


scoped(Entry, rows=_entries)
