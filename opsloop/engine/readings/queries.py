"""What is asked of readings: who has read what, what waits for whom, and what each position still has to read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from opsloop.base.inbox.api import holders
from opsloop.base.people.models import Holding, Person, PersonKind
from opsloop.base.policy.scopes import visible
from opsloop.engine.readings.models import WAITING, Duty, State
from opsloop.engine.readings.planning import Changes, Waiting, changes
from opsloop.engine.readings.shelf import Document, Key, Shelf, needed_at, shelf
from opsloop.playbook.queries import version_at

Held = dict[str, Holding]
"""Code of a position -> the holding by which a person holds it, of several the first."""


def held_by(people: Iterable[Person] | None = None) -> dict[int, Held]:
    """Person -> what they hold now. None: everybody who works here; robots and outsiders read nothing."""
    rows = Holding.objects.at().filter(person__kind=PersonKind.STAFF)
    rows = rows.filter(person__in=people) if people is not None else rows
    today = timezone.localdate()
    found: dict[int, Held] = {}
    for one in rows.select_related("person", "position", "department").order_by("pk"):
        if one.person.here_on(today):
            found.setdefault(one.person_id, {}).setdefault(one.position.code, one)
    return found


def concerns(held: Held, on: Shelf) -> dict[Key, Document]:
    """What the positions somebody holds have to read."""
    return {key: one for key, one in on.documents.items() if one.positions & held.keys()}


def holding_for(document: Document, held: Held) -> Holding:
    """By which holding it concerns them: the first one of them."""
    return next(one for code, one in held.items() if code in document.positions)


def read_by(people: Iterable[int] | None = None) -> dict[int, dict[Key, int]]:
    """Person -> thing -> the newest version that they confirmed."""
    rows = Duty.objects.filter(state=State.DONE)
    rows = rows.filter(person__in=people) if people is not None else rows
    found: dict[int, dict[Key, int]] = {}
    for person, kind, ident, number in (
        rows.values_list("person_id", "kind", "ident").annotate(Max("number")).order_by()
    ):
        found.setdefault(person, {})[kind, ident] = number
    return found


def waiting_of(people: Iterable[int] | None = None) -> dict[int, list[Waiting]]:
    """Person -> what waits, in the order in which it was given."""
    rows = Duty.objects.filter(state__in=WAITING)
    rows = rows.filter(person__in=people) if people is not None else rows
    found: dict[int, list[Waiting]] = {}
    columns = ("person_id", "pk", "kind", "ident", "number", "state", "urgent", "position_id")
    for person, pk, kind, ident, number, state, urgent, post in rows.order_by("pk").values_list(*columns):
        one = Waiting(pk, (kind, ident), number, state == State.OPEN, urgent, post is None)
        found.setdefault(person, []).append(one)
    return found


def changes_of(person: Person) -> Changes:
    """What one person's readings lack."""
    on, held = shelf(), held_by([person]).get(person.pk, {})
    read, waiting = read_by([person.pk]).get(person.pk, {}), waiting_of([person.pk]).get(person.pk, [])
    return changes(concerns(held, on), read, waiting, on.documents)


def unsettled() -> list[int]:
    """Everybody whose readings are not what they should be; a few queries, however many people there are."""
    on, held, read, waiting = shelf(), held_by(), read_by(), waiting_of()
    found = []
    for person in sorted({*held, *waiting}):
        wanted = concerns(held.get(person, {}), on)
        if changes(wanted, read.get(person, {}), waiting.get(person, []), on.documents).any:
            found.append(person)
    return found


def has_read(person: Person, kind: str, ident: str, number: int | None = None) -> bool:
    """Has this person confirmed that version, or one since it that was changed by no more than small changes?

    number: None is the version in force today. A later version counts too. What nobody has to read counts as read.
    """
    if number is None:
        version = version_at(kind, ident)
        if version is None:
            return False
        number = version.number
    read = Duty.objects.filter(person=person, kind=kind, ident=ident, state=State.DONE)
    newest = read.aggregate(newest=Max("number"))["newest"] or 0
    return bool(newest >= needed_at(kind, ident, number))


def read_before(duty: Duty) -> int:
    """The version of the thing that this person read last before this one; 0 for none."""
    rows = Duty.objects.filter(
        person=duty.person_id, kind=duty.kind, ident=duty.ident, state=State.DONE, number__lt=duty.number
    )
    return rows.aggregate(newest=Max("number"))["newest"] or 0


def mine(person: Person) -> QuerySet[Any]:
    """Everything this person had to read: first what is open, by its limit, then what is planned, then what is over."""
    return Duty.objects.filter(person=person).select_related("publication", "position")


def to_read(person: Person) -> QuerySet[Any]:
    """What is open for this person, what is due first at the top."""
    return mine(person).filter(state=State.OPEN).order_by("due_at", "id")


def of_others(person: Person) -> QuerySet[Any]:
    """Everybody's readings that this person may see."""
    return visible(person, Duty).select_related("person", "position", "department")


def superiors(duty: Duty) -> list[Person]:
    """Who leads the position for which it is read; for a reading of one's own, the first position held."""
    post = duty.position
    if post is None:
        held = held_by([duty.person]).get(duty.person_id, {})
        post = next(iter(held.values())).position if held else None
    if post is None or post.reports_to is None:
        return []
    return [one for one in holders(post.reports_to.code, duty.department) if one.pk != duty.person_id]


def to_remind(before: datetime) -> QuerySet[Any]:
    """Open readings whose limit comes before that moment and of which their readers were not reminded."""
    now = timezone.now()
    rows = Duty.objects.filter(state=State.OPEN, reminded=False, due_at__lte=before, due_at__gt=now)
    return rows.select_related("person").order_by("id")


def overdue() -> QuerySet[Any]:
    """Open readings past their limit of which nobody was told yet."""
    rows = Duty.objects.filter(state=State.OPEN, told_late=False, due_at__lte=timezone.now())
    return rows.select_related("person", "position__reports_to", "department").order_by("id")
