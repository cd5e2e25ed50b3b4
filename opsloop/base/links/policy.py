"""A link is seen by who sees both its ends."""

from __future__ import annotations

from django.db.models import Model, Q

from opsloop.base.links.models import Link
from opsloop.base.people.models import Person
from opsloop.base.policy.borrowed import reachable
from opsloop.base.policy.scopes import scoped


def both_ends(person: Person, one: Link | None = None) -> Q:
    """Both ends among what the person sees."""

    def a(model: type[Model]) -> bool:
        return one is None or model._meta.label_lower == one.a_type

    def b(model: type[Model]) -> bool:
        return one is None or model._meta.label_lower == one.b_type

    return reachable(person, "a_type", "a_id", only=a) & reachable(person, "b_type", "b_id", only=b)


scoped(Link, noun="links", through=both_ends)
