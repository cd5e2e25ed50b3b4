"""Who works here: registering, correcting, leaving; robots are persons too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Day, Reason, Refused, act
from opsloop.base.people.actions.rules import check_person, end_of, end_sessions, must_be_here
from opsloop.base.people.models import Absence, Account, Holding, Language, Person, PersonKind, Token

Name = Annotated[str, Arg(label=_("Full name"), min=1, max=60)]
Number = Annotated[str, Arg(label=_("Staff number"), max=30)]
Email = Annotated[str, Arg(label=_("E-mail"), max=254)]
Phone = Annotated[str, Arg(label=_("Phone"), max=30)]
Joined = Annotated[date, Arg(label=_("Joined on"))]


def _not_erased(person: Person) -> str | None:
    return _t("The data of this person has been erased.") if person.erased_at else None


@act("people.register", _("Register a person"), done=_("{by} registered {name}"))
def register(
    *,
    by: Person,
    name: Name,
    number: Number | None = None,
    kind: Annotated[PersonKind, Arg(label=_("Kind"))] = PersonKind.STAFF,
    email: Email = "",
    phone: Phone = "",
    language: Annotated[Language, Arg(label=_("Language"))] = Language.ZH,
    joined_on: Joined | None = None,
) -> Person:
    """Enter somebody who works here or for us. Rights come later, with a position. Refused for a number in use."""
    if kind == PersonKind.ROBOT:
        raise Refused(_t("A robot is registered by its own act."), field="kind")
    person = Person(
        name=name, number=number or None, kind=kind, email=email, phone=phone, language=language, joined_on=joined_on
    )
    check_person(person)
    person.save()
    return person


@act("people.register_robot", _("Register a robot"), done=_("{by} registered the robot {name}"))
def register_robot(*, by: Person, name: Name, number: Number | None = None) -> Person:
    """A program that acts under its own name, by a token, within the positions it is given."""
    robot = Person(name=name, number=number or None, kind=PersonKind.ROBOT)
    check_person(robot)
    robot.save()
    return robot


@act("people.correct", _("Correct a person"), done=_("{by} corrected {person}: {reason}"), when=_not_erased)
def correct(
    person: Person,
    *,
    by: Person,
    reason: Reason,
    name: Name | None = None,
    number: Number | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    language: Annotated[Language, Arg(label=_("Language"))] | None = None,
    joined_on: Joined | None = None,
) -> Person:
    """Put a person's details right. What is not given stays; an empty e-mail, phone or number is taken away."""
    said = {"name": name, "email": email, "phone": phone, "language": language, "joined_on": joined_on}
    for column, value in said.items():
        if value is not None:
            setattr(person, column, value)
    if number is not None:
        person.number = number or None
    check_person(person)
    person.save()
    if email is not None:
        Account.objects.filter(person=person).update(email=email)
    return person


def _still_here(person: Person) -> str | None:
    gone = person.left_on is not None and not person.here_on(timezone.localdate())
    return _t("{person} has left.").format(person=person) if gone else None


@act("people.leave", _("Let a person leave"), done=_("{by} entered that {person} leaves"), when=_still_here)
def leave(
    person: Person,
    *,
    by: Person,
    last_day: Annotated[Day, Arg(label=_("Last day"))],
    reason: Reason,
    at_once: Annotated[bool, Arg(label=_("Rights end now, not at the end of the last day"))] = False,
) -> Person:
    """Archive a person: positions, tokens and the account end with the last day, or now.

    A last day in the past ends the rights now: what was done until now was done with them.
    """
    must_be_here(person)
    now = timezone.now()
    end = end_of(last_day)
    if at_once or end <= now:
        end = now
    person.left_on = last_day
    person.save()
    _end_everything(person, end)
    if end == now:
        Account.objects.filter(person=person).update(is_active=False, sessions_valid_from=now)
        not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        Absence.objects.filter(not_over, substitute=person).update(substitute=None)
    end_sessions(person)
    return person


def _end_everything(person: Person, end: datetime) -> None:
    for holding in Holding.objects.filter(person=person):
        if holding.ends_at is None or holding.ends_at > end:
            holding.ends_at = max(end, holding.starts_at)
            holding.save()
    for token in Token.objects.filter(person=person, revoked_at__isnull=True):
        if token.ends_at is None or token.ends_at > end:
            token.ends_at = end
            token.save()
