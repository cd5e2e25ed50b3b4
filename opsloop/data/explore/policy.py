"""Who sees which dashboard: those of the standard and shared ones everybody who sees metrics, one's own oneself."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scoped, sees
from opsloop.data.explore.models import Dashboard, Pin


def _dashboards(person: Person, _one: Any) -> Q:
    mine = Q(owner=person)
    return mine if sees(person, "metrics") is None else mine | Q(owner__isnull=True) | Q(shared=True)


def _pins(person: Person, _one: Any) -> Q:
    return Q(person=person)


scoped(Dashboard, through=_dashboards)
scoped(Pin, through=_pins)
