"""Whose work is open: queries over all cases."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from opsloop.base.people.models import Absence, Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.models import LIVE, Candidate, Case, WorkItem
from opsloop.engine.cases.rows import marks

COPY = "copy"
DECIDING = ("approve", "countersign")
WORK = ("do", *DECIDING)
DECIDED = Q(kind__in=DECIDING, owner=None)
"""Approvals; one that was given to somebody for help goes back and is no decision of theirs."""
OFFERED = f"select item_id from {Candidate._meta.db_table} where person_id in"  # noqa: S608  # our own name
AWAY = f"""select person_id from {Absence._meta.db_table}
    where substitute_id = %(me)s and starts_at <= %(now)s and (ends_at is null or ends_at > %(now)s)"""  # noqa: S608
"""Every page with somebody's work asks these, so they are not put together anew each time. Candidates stand only at
work that nobody has taken."""


def stands_for(person: Person) -> list[int]:
    """The person, and those for whom they stand in now."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(AWAY, {"me": person.pk, "now": now})
        return [person.pk, *(pk for (pk,) in cursor.fetchall())]


def open_work(person: Person) -> QuerySet[WorkItem]:
    """Work that is theirs, or that they may take, as themselves or as a substitute; copies left out."""
    whose = stands_for(person)
    offered = RawSQL(f"{OFFERED} ({marks(whose)})", whose)  # noqa: S611  # numbers
    return WorkItem.objects.filter(Q(assignee_id__in=whose) | Q(pk__in=offered), kind__in=WORK, status="open")


def to_decide(person: Person) -> QuerySet[WorkItem]:
    """Approvals among them."""
    return open_work(person).filter(DECIDED)


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
