from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scoped
from opsloop.base.policy.standing import Standing
from opsloop.data.sql.models import SavedQuery


def _own_and_shared(person: Person, standing: Standing, level: str) -> Q:
    """One's own and what is shared; acts that change one ask for its owner besides."""
    return Q(owner=standing.behalf_id or person.pk) | Q(shared=True)


scoped(SavedQuery, rows=_own_and_shared)
