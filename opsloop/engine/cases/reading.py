"""Whose work is open: queries over all cases."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from opsloop.base.people.models import Absence, Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.models import LIVE, Candidate, Case, WorkItem

COPY = "copy"
DECIDING = ("approve", "countersign")


def stands_for(person: Person) -> list[int]:
    """The person, and those for whom they stand in now."""
    away = Absence.objects.at(timezone.now()).filter(substitute=person).values_list("person_id", flat=True)
    return [person.pk, *away]


def open_work(person: Person) -> QuerySet[WorkItem]:
    """Work that is theirs, or that they may take, as themselves or as a substitute; copies left out."""
    whose = stands_for(person)
    offered = Candidate.objects.filter(person_id__in=whose).values("item_id")
    mine = Q(assignee_id__in=whose) | Q(assignee=None, pk__in=offered)
    return WorkItem.objects.filter(mine, status="open").exclude(kind=COPY)


def to_decide(person: Person) -> QuerySet[WorkItem]:
    """Approvals among them."""
    return open_work(person).filter(kind__in=DECIDING, owner=None)


def started_by(person: Person) -> QuerySet[Case]:
    """Cases of theirs that still run."""
    return Case.objects.filter(initiator=person, status__in=LIVE)


def copied_to(person: Person) -> QuerySet[WorkItem]:
    """Copies that they have not marked as read."""
    return WorkItem.objects.filter(assignee=person, kind=COPY, status="open")


def running_work(person: Person) -> QuerySet[WorkItem]:
    """Everything open in the cases that the person may see."""
    cases = visible(person, Case).filter(status__in=LIVE)
    return WorkItem.objects.filter(case__in=cases.values("pk"), status="open").exclude(kind=COPY)
