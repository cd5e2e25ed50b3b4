"""Readings follow what is published and who holds which position: given, planned, opened, replaced, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.calendar.limits import Limit, Unit
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Person
from opsloop.base.people.posts import department_of
from opsloop.engine.readings import queries
from opsloop.engine.readings.actions.telling import tell_opened
from opsloop.engine.readings.models import WAITING, Duty, State
from opsloop.engine.readings.planning import monday, weeks
from opsloop.engine.readings.queries import Held
from opsloop.engine.readings.shelf import Document, Key, places, shelf

URGENT_DAYS = 1


@act(
    "readings.settle", _("Settle what somebody has to read"), done=_("What {person} has to read was settled"),
    doors=frozenset(),
)  # fmt: skip
def settle(person: Person, *, by: Person) -> Person:
    """Give, replace and end this person's readings as what is published and what they hold now want it, and open those
    whose week has come. Done twice it does nothing the second time.
    """
    found, now, known = queries.changes_of(person), timezone.now(), _known(person)
    rows = {one.pk: one for one in Duty.objects.filter(person=person, state__in=WAITING)}
    for gone in found.ended:
        _end(rows.pop(gone.pk), State.ENDED, now)
    for was, document in found.raised:
        one = rows[was.pk]
        one.number, one.places = document.number, _places(known, document)
        one.save()
    opened = []
    for was, document in found.replaced:
        old = rows.pop(was.pk)
        _end(old, State.REPLACED, now)
        new = _made(person, document, now, known, like=old)
        if was.is_open:
            _open(new, now)
            opened.append(new)
        new.save()
    for document in found.given:
        _made(person, document, now, known).save()
    tell_opened(person, opened + _open_due(person, now))
    return person


def _end(one: Duty, state: State, now: datetime) -> None:
    one.state, one.ended_at = state, now
    one.save()


def _known(person: Person) -> tuple[Held, dict[Key, int]]:
    """What the person holds, and the newest version of each thing that they confirmed."""
    return queries.held_by([person]).get(person.pk, {}), queries.read_by([person.pk]).get(person.pk, {})


def _places(known: tuple[Held, dict[Key, int]], document: Document) -> int:
    read = known[1].get(document.key, 0)
    return places(document.kind, document.ident, read, document.number) if read else 0


def _made(
    person: Person, document: Document, now: datetime, known: tuple[Held, dict[Key, int]], *, like: Duty | None = None
) -> Duty:  # fmt: skip
    """A new reading, planned and not saved; like: the one that it replaces."""
    one = Duty(
        person=person, kind=document.kind, ident=document.ident, number=document.number, title=document.title[:200],
        places=_places(known, document), publication_id=document.publication_id, urgent=document.urgent, given_at=now,
        week=like.week if like else monday(timezone.localdate(now)),
    )  # fmt: skip
    held = known[0]
    if document.positions & held.keys() and (like is None or like.position_id is not None):
        holding = queries.holding_for(document, held)
        one.position, one.department = holding.position, holding.department
    else:
        one.department = department_of(person)
    return one


def _open(one: Duty, now: datetime) -> None:
    days = URGENT_DAYS if one.urgent else shelf().within
    calendar = calendar_for(one.department)
    one.state, one.opened_at = State.OPEN, now
    one.week = monday(timezone.localdate(now))
    one.due_at = Limit(Decimal(days), Unit.DAYS, working=True).due(now, calendar).at


def _open_due(person: Person, now: datetime) -> list[Duty]:
    """Plan anew what is not open yet, and open what falls into this week."""
    today = timezone.localdate(now)
    begins = timezone.make_aware(datetime.combine(monday(today), time.min))
    taken = Duty.objects.filter(person=person, state__in=[State.OPEN, State.DONE], opened_at__gte=begins).count()
    planned = list(Duty.objects.filter(person=person, state=State.PLANNED).order_by("pk"))
    opened = []
    for one, week in zip(planned, weeks(taken, [d.urgent for d in planned], today, shelf().a_week), strict=True):
        if week == monday(today):
            _open(one, now)
            opened.append(one)
            one.save()
        elif one.week != week:
            one.week = week
            one.save()
    return opened


def ask(person: Person, kind: str, ident: str) -> Duty:
    """Inside an act: this person reads it now, whatever their positions are. Opens what is planned; raises Refused
    where it is not there or read already.
    """
    document, now = shelf().documents.get((kind, ident)), timezone.now()
    if document is None:
        raise Refused(_t("There is nothing of this name to read."), field="ident")
    waiting = Duty.objects.filter(person=person, kind=kind, ident=ident, state__in=WAITING).first()
    if waiting is None and queries.has_read(person, kind, ident, document.number) and document.needed:
        raise Refused(_t("You have read this version already."))
    one = waiting or _made(person, document, now, _known(person))
    if one.pk is None and one.position_id is not None and document.key not in _concerned(person):
        one.position = None
    if one.state == State.PLANNED:
        _open(one, now)
        one.save()
    return one


def _concerned(person: Person) -> Sequence[tuple[str, str]]:
    return list(queries.concerns(queries.held_by([person]).get(person.pk, {}), shelf()))


@act("readings.take", _("Read it"), done=_("{by} took {result} to read"))
def take(
    *,
    by: Person,
    kind: Annotated[str, Arg(label=_("Kind"), max=40)],
    ident: Annotated[str, Arg(label=_("Id"), max=160)],
) -> Duty:
    """Read something that nobody asked of one, or before its week, so that it counts as read."""
    return ask(by, kind, ident)
