"""Who sees a request: who asked, works on it or may receive it; the department, if no personal data is in it."""

from __future__ import annotations

from django.db.models import Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import of_department, scoped
from opsloop.base.policy.standing import Standing
from opsloop.data.requests.models import Receiver, Request


def _rows(person: Person, standing: Standing, level: str) -> Q:
    whose = standing.behalf_id or person.pk
    received = Receiver.objects.filter(person_id=whose).values("request_id")
    part = Q(asked_by_id=whose) | Q(owner_id=whose) | Q(pk__in=received)
    if near := of_department(standing, level):
        part |= near & Q(personal=False)
    return part


scoped(Request, rows=_rows)
scoped(
    Receiver, rows=lambda person, standing, level: Q(request__in=Request.objects.filter(_rows(person, standing, level)))
)
