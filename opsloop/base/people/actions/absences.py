"""Being away and standing in (代理人). A substitute acts with the absent person's rights, on their behalf."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Note, Refused, act, warn
from opsloop.base.people.actions.rules import From, Until, acting_for, aware, is_power, must_be_here
from opsloop.base.people.models import Absence, Holding, Person, PersonKind
from opsloop.base.policy.standing import in_force
from opsloop.base.things.texts import listed


def colleagues(by: Person, person: Person) -> QuerySet[Person]:
    """Everyone on the staff who is still here but the absent one: a substitute may come from another department."""
    today = timezone.localdate()
    here = Q(left_on__isnull=True) | Q(left_on__gte=today)
    return Person.objects.filter(here, kind=PersonKind.STAFF).exclude(pk=person.pk)


@act("people.absent", _("Enter an absence"), done=_("{by} entered that {person} is away from {starts_at}"))
def enter_absence(
    person: Person,
    *,
    by: Person,
    starts_at: From,
    ends_at: Until | None = None,
    substitute: Annotated[Person | None, Arg(label=_("Substitute"), pick=colleagues)] = None,
    reason: Note = "",
) -> Absence:
    """Somebody is away, until a moment or until further notice, and a substitute acts for them.

    Refused when the substitute is the person, is away at that time or leaves before, and when somebody would name
    themselves, or anybody at all for a colleague whose position has power over people or the standard.
    """
    must_be_here(person)
    absence = Absence(
        person=person,
        substitute=substitute,
        starts_at=aware(starts_at),
        ends_at=aware(ends_at) if ends_at else None,
        reason=reason[:200],
    )
    if absence.ends_at is not None and absence.ends_at <= max(absence.starts_at, timezone.now()):
        raise Refused(_t("It ends before it begins."), field="ends_at")
    if _away(person, absence):
        raise Refused(_t("{person} is already entered as away in that time.").format(person=person))
    if substitute is not None:
        _check_substitute(absence, substitute, by)
    _warn_of_duties(absence)
    absence.save()
    return absence


def _meets(absence: Absence) -> Q:
    """Absences that share a moment with this one."""
    after = Q(ends_at__isnull=True) | Q(ends_at__gt=absence.starts_at)
    return after & Q(starts_at__lt=absence.ends_at) if absence.ends_at is not None else after


def _away(person: Person, during: Absence) -> bool:
    return Absence.objects.filter(_meets(during), person=person).exists()


def _check_substitute(absence: Absence, substitute: Person, by: Person) -> None:
    person = absence.person
    if substitute.pk == person.pk:
        raise Refused(_t("Nobody stands in for themselves."), field="substitute")
    must_be_here(substitute)
    if substitute.kind != PersonKind.STAFF:
        raise Refused(_t("Only a colleague can stand in."), field="substitute")
    if _away(substitute, absence):
        raise Refused(_t("{person} is away in that time too.").format(person=substitute), field="substitute")
    last = substitute.left_on
    if last is not None and (absence.ends_at is None or timezone.localdate(absence.ends_at) > last):
        raise Refused(_t("{person} leaves before that.").format(person=substitute), field="substitute")
    if by.pk == person.pk:
        return
    if substitute.pk in acting_for(by, "people.absent", person):
        raise Forbidden(_t("Nobody makes themselves a substitute; the absent person or somebody else enters it."))
    if _has_power(person, absence):
        raise Forbidden(
            _t(
                "{person} has power over people or the standard: only they name their substitute. Enter the absence"
                " without one and appoint somebody to act."
            ).format(person=person)
        )


def _has_power(person: Person, during: Absence) -> bool:
    held = Holding.objects.filter(_meets(during), person=person)
    mandates = in_force(set(held.values_list("position_id", flat=True)), max(during.starts_at, timezone.now()))
    return any(is_power(pattern) for mandate in mandates.values() for pattern in mandate.may)


def _warn_of_duties(absence: Absence) -> None:
    """Whoever stands in for others and goes away leaves them with nobody: say so, but illness cannot be refused."""
    left = Absence.objects.filter(_meets(absence), substitute=absence.person).select_related("person")
    if names := listed(one.person for one in left):
        warn("stands-in", _t("{person} stands in for {names} then.").format(person=absence.person, names=names))


def _not_back(absence: Absence) -> str | None:
    over = absence.ends_at is not None and absence.ends_at <= timezone.now()
    return _t("This has already ended.") if over else None


@act("people.return", _("Enter a return"), done=_("{by} entered that {absence} is back"), when=_not_back)
def come_back(absence: Absence, *, by: Person, ends_at: Until | None = None) -> Absence:
    """The absence ends now or at the given moment, and with it what the substitute may do; one not begun is off."""
    now = timezone.now()
    end: datetime = max(aware(ends_at), now) if ends_at else now
    if absence.ends_at is not None and end > absence.ends_at:
        raise Refused(_t("It already ends earlier; enter a new absence to make it longer."), field="ends_at")
    absence.ends_at = max(end, absence.starts_at)
    absence.save(update_fields=["ends_at"])
    return absence
