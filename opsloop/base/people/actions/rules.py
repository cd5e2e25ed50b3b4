"""What the acts on people share: reach, power, sign-in sessions and checks of one row."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Refused
from opsloop.base.people.models import Account, Department, Holding, Person, PersonKind, Position
from opsloop.base.policy import beginning
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import allowed, can
from opsloop.base.policy.standing import in_force, lender, standings

From = Annotated[datetime, Arg(label=_("From"))]
Until = Annotated[datetime, Arg(label=_("Until"), help=_("The end itself is no longer part of it."))]

POWER = frozenset(
    {
        "people.*", "people.appoint", "people.confirm_appointment", "people.open_account", "people.reset_password",
        "people.reset_second_factor", "people.register_robot", "people.erase", "people.confirm_erasure",
        "playbook.*", "playbook.publish", "playbook.approve",
    }
)  # fmt: skip
"""Acts that give rights, decide what positions may do, or take a person's data away; every act of `jobs` besides."""
COOL_OFF = timedelta(days=7)
"""How long somebody must have been the only one who could confirm before a request of theirs goes without a second."""


def aware(moment: datetime) -> datetime:
    """A moment typed without a zone is meant in the workspace's."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def end_of(day: date) -> datetime:
    """The first moment after `day` in the workspace's zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def must_reach(by: Person, act: str, department: Department) -> None:
    """Raises Forbidden when no position of `by` that allows the act reaches this department."""
    if not can(by, act, department):
        raise Forbidden(_t("{department} is beyond your position.").format(department=department))


def is_power(pattern: str) -> bool:
    """Does this act or star of a mandate give power over people, the standard or jobs?"""
    return pattern in POWER or pattern.startswith("jobs.")


def powers_of(position: Position) -> set[str]:
    """The powers that a position gives today or will give by a mandate that is already compiled."""
    today = timezone.localdate()
    mandates = list(Mandate.objects.filter(position=position).order_by("from_day", "id"))
    now = [mandate for mandate in mandates if mandate.from_day <= today][-1:]
    later = [mandate for mandate in mandates if mandate.from_day > today]
    return {p for mandate in (*now, *later) for p in mandate.may if is_power(p)}


def outranks(person: Person, by: Person) -> bool:
    """Does `person` hold a power that `by` lacks? Then `by` may not open a way into that account."""
    held = {p for s in standings(person) if s.behalf_id is None for p in s.may if is_power(p)}
    mine = {p for s in standings(by) if s.behalf_id is None for p in s.may}
    return any(p not in mine and f"{p.partition('.')[0]}.*" not in mine for p in held)


def may_confirm(act: str, but_not: set[int]) -> bool:
    """Is there, or was there within the cool-off, a person outside of `but_not` who could sign in and do `act`?"""
    now = timezone.now()
    ids = set(Position.objects.values_list("pk", flat=True))
    noun_star = f"{act.partition('.')[0]}.*"
    able = [pk for pk, mandate in in_force(ids, now).items() if act in mandate.may or noun_star in mandate.may]
    since = now - COOL_OFF
    return (
        Holding.objects.filter(position_id__in=able, starts_at__lte=now, person__kind=PersonKind.STAFF)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=since))
        .filter(Q(person__account__is_active=True) | Q(person__account__sessions_valid_from__gt=since))
        .exclude(person_id__in=but_not)
        .exists()
    )


def acting_for(by: Person, act: str, obj: Person | Department | None = None) -> set[int]:
    """Whose interest `by` has in this act: their own, and that of the person they stand in for or work for."""
    standing, employer = allowed(by, act, obj), lender(by)
    behalf = standing.behalf_id if standing is not None else None
    return {pk for pk in (by.pk, behalf, employer.pk if employer else None) if pk is not None}


def asker_of(by: Person) -> Person:
    """Who asks for something that a second person confirms: whom a job works for, not the robot that runs it."""
    return lender(by) or by


def end_sessions(person: Person) -> None:
    """Whoever is signed in as this person signs in again: their rights have changed."""
    Account.objects.filter(person=person).update(sessions_valid_from=timezone.now())


def must_be_here(person: Person) -> None:
    """Raises Refused for somebody who has left or whose data is erased."""
    if person.erased_at is not None or not person.here_on(timezone.localdate()):
        raise Refused(_t("{person} has left.").format(person=person))


def check_person(person: Person) -> None:
    """Raises Invalid for values that do not fit, Refused for a staff number that is taken."""
    try:
        person.clean_fields()
    except ValidationError as error:
        raise Invalid(error.message_dict) from None
    if person.number is None:
        return
    taken = Person.objects.filter(number=person.number).exclude(pk=person.pk).first()
    if taken is not None or person.number.lower().startswith(beginning.NUMBER):  # the house's own robots
        who = taken or person.number
        raise Refused(_t("This staff number belongs to {person}.").format(person=who), field="number")
