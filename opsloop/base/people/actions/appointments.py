"""任职: who holds which position. Nobody appoints themselves; power needs a second person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Note, Reason, Refused, act, warn
from opsloop.base.people.actions.rules import (
    From,
    Until,
    acting_for,
    asker_of,
    aware,
    end_sessions,
    may_confirm,
    must_be_here,
    must_reach,
    powers_of,
)
from opsloop.base.people.models import (
    Appointment,
    Decision,
    Department,
    Holding,
    HoldingKind,
    Person,
    PersonKind,
    Position,
)
from opsloop.base.policy import beginning

Post = Annotated[Position, Arg(label=_("Position"))]
Where = Annotated[Department, Arg(label=_("Department"))]
Kind = Annotated[HoldingKind, Arg(label=_("Kind"))]

BACKDATED = timedelta(days=1)
"""A beginning further back than this is asked for its reason."""


@act("people.appoint", _("Appoint"), done=_("{by} appointed {person} as {position} in {department}"))
def appoint(
    person: Person,
    *,
    by: Person,
    position: Post,
    department: Where,
    kind: Kind = HoldingKind.PERMANENT,
    starts_at: From | None = None,
    ends_at: Until | None = None,
    reason: Note = "",
) -> Holding | Appointment:
    """Give a person a position in a department, now or later, for good or until a moment.

    Answers the holding, or, for a position with power over people, the standard or jobs, the appointment that a
    second person confirms. Refused for oneself, for somebody one stands in for, and for what is held already.
    """
    asked = Appointment(
        person=person,
        position=position,
        department=department,
        kind=kind,
        starts_at=aware(starts_at) if starts_at else timezone.now(),
        ends_at=aware(ends_at) if ends_at else None,
        reason=reason,
        asked_by=asker_of(by),
    )
    if person.pk in acting_for(by, "people.appoint", person):
        raise Forbidden(_t("Nobody appoints themselves."))
    must_reach(by, "people.appoint", department)
    _check(asked, by)
    if _needs_second(asked, by):
        asked.save()
        return asked
    return _hold(asked)


def _check(asked: Appointment, by: Person) -> None:
    """The rules of an appointment, judged when it is asked and again when it is confirmed."""
    person, ends = asked.person, asked.ends_at
    must_be_here(person)
    if person.kind == PersonKind.OUTSIDER:
        raise Refused(_t("An outsider holds no position."))
    if asked.position.withdrawn_at:
        raise Refused(_t("This position has been withdrawn."), field="position")
    if asked.department.closed_at:
        raise Refused(_t("{department} is closed.").format(department=asked.department), field="department")
    if ends is not None and ends <= asked.starts_at:
        raise Refused(_t("It ends before it begins."), field="ends_at")
    if asked.kind == HoldingKind.ACTING and ends is None:
        raise Refused(_t("Say until when they act in this position."), field="ends_at")
    if timezone.now() - asked.starts_at > BACKDATED and not beginning.is_setup(by):
        warn("backdated", _t("This begins in the past, when the rights were not in force; say why."))
    same = Q(person=person, position=asked.position, department=asked.department)
    later = Q(ends_at__isnull=True) | Q(ends_at__gt=asked.starts_at)
    before = Q(starts_at__lt=ends) if ends is not None else Q()
    if Holding.objects.filter(same & later & before).exists():
        raise Refused(_t("{person} already holds this position in that time.").format(person=person))
    if asked.pk is None and Appointment.objects.filter(same, state=Decision.WAITING).exists():
        raise Refused(_t("This appointment already waits for a second person."))


def _needs_second(asked: Appointment, by: Person) -> bool:
    """A position with power needs a second person; warns and goes on while there has been none for a week."""
    if beginning.is_setup(by) or not powers_of(asked.position):
        return False
    if may_confirm("people.confirm_appointment", {by.pk, asked.asked_by_id, asked.person_id}):
        return True
    warn("alone", _t("Nobody else can confirm this appointment to a position with power; say why you do it alone."))
    return False


def _hold(asked: Appointment) -> Holding:
    holding = Holding(
        person=asked.person,
        position=asked.position,
        department=asked.department,
        kind=asked.kind,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
    )
    holding.save()
    if holding.starts_at <= timezone.now():
        end_sessions(asked.person)
    return holding


def _waiting(asked: Appointment) -> str | None:
    return None if asked.state == Decision.WAITING else _t("This has been decided.")


@act(
    "people.confirm_appointment",
    _("Confirm an appointment"),
    done=_("{by} confirmed the appointment of {appointment}"),
    when=_waiting,
)
def confirm_appointment(appointment: Appointment, *, by: Person) -> Holding:
    """The second person says yes, and the position is held from now or its later beginning.

    Refused to whoever asked for it, is to be appointed, or stands in for one of them, and to robots.
    """
    concerned = {appointment.asked_by_id, appointment.person_id}
    if concerned & acting_for(by, "people.confirm_appointment") or by.kind != PersonKind.STAFF:
        raise Forbidden(_t("A second person must confirm this."))
    now = timezone.now()
    if appointment.starts_at < now:
        appointment.starts_at = now
    _check(appointment, by)
    appointment.holding = _hold(appointment)
    _decide(appointment, Decision.CONFIRMED, by, now)
    return appointment.holding


@act(
    "people.decline_appointment",
    _("Decline an appointment"),
    done=_("{by} declined the appointment of {appointment}: {reason}"),
    when=_waiting,
)
def decline_appointment(appointment: Appointment, *, by: Person, reason: Reason) -> Appointment:
    """The second person says no, or whoever asked withdraws it."""
    _decide(appointment, Decision.DECLINED, by, timezone.now())
    return appointment


def _decide(appointment: Appointment, state: Decision, by: Person, now: datetime) -> None:
    appointment.state, appointment.decided_by, appointment.decided_at = state, by, now
    appointment.save()


def _not_over(holding: Holding) -> str | None:
    over = holding.ends_at is not None and holding.ends_at <= timezone.now()
    return _t("This has already ended.") if over else None


@act("people.relieve", _("Relieve"), done=_("{by} ended {holding}: {reason}"), when=_not_over)
def relieve(holding: Holding, *, by: Person, reason: Reason, ends_at: Until | None = None) -> Holding:
    """End a holding now or at a later moment; sign-in sessions end with it. It is never made longer this way."""
    now = timezone.now()
    end = max(aware(ends_at), now) if ends_at else now
    if holding.ends_at is not None and end > holding.ends_at:
        raise Refused(_t("It already ends earlier; appoint anew to make it longer."), field="ends_at")
    holding.ends_at = max(end, holding.starts_at)
    holding.save(update_fields=["ends_at"])
    if end == now:
        end_sessions(holding.person)
    return holding
