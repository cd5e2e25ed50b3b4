"""Lawful deletion of a person's data. The person stays as a number, so that what was done still has a doer."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessLog
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Forbidden, Reason, Refused, act
from opsloop.base.ledger import private
from opsloop.base.people.actions.rules import acting_for, asker_of
from opsloop.base.people.erased_list import PEOPLE, Noted
from opsloop.base.people.erasing import erased, erasers, keep_list, repeats
from opsloop.base.people.models import Absence, Account, Decision, Erasure, Person, PersonKind, Token

NO_DOOR: frozenset[str] = frozenset()


def _erasable(person: Person) -> str | None:
    if person.erased_at:
        return _t("The data of this person has been erased.")
    if person.here_on(timezone.localdate()) and person.left_on is None:
        return _t("Only the data of somebody who has left is erased.")
    return None


@act("people.erase", _("Erase a person's data"), done=_("{by} asked to erase the data of {person}"), when=_erasable)
def ask_to_erase(person: Person, *, by: Person, reason: Reason) -> Erasure:
    """Ask for the lawful deletion of what is known about a person who has left; a second person confirms it."""
    if person.pk == by.pk:
        raise Forbidden(_t("Nobody erases their own traces."))
    if Erasure.objects.filter(person=person, state=Decision.WAITING).exists():
        raise Refused(_t("This already waits for a second person."))
    asked = Erasure(person=person, reason=reason, asked_by=asker_of(by))
    asked.save()
    return asked


def _waiting(erasure: Erasure) -> str | None:
    return None if erasure.state == Decision.WAITING else _t("This has been decided.")


@act(
    "people.confirm_erasure", _("Confirm an erasure"), done=_("{by} confirmed the erasure of {erasure}"), when=_waiting
)
def confirm_erasure(erasure: Erasure, *, by: Person) -> Erasure:
    """Blank the person's details, account and sign-ins and the personal values in the ledger. It cannot be undone.

    The ledger's chain stays whole: entries hold only salted hashes. Other apps erase theirs in the same transaction
    (people.erasing); the person joins the list by which a restored backup is erased again. Refused to whoever asked.
    """
    concerned = {erasure.asked_by_id, erasure.person_id}
    if concerned & acting_for(by, "people.confirm_erasure") or by.kind != PersonKind.STAFF:
        raise Forbidden(_t("A second person must confirm this."))
    now = timezone.now()
    erasure.state, erasure.decided_by, erasure.decided_at = Decision.CONFIRMED, by, now
    erasure.save()
    erase_now(erasure.person)
    return erasure


@act(
    "people.decline_erasure",
    _("Decline an erasure"),
    done=_("{by} declined the erasure of {erasure}: {reason}"),
    when=_waiting,
)
def decline_erasure(erasure: Erasure, *, by: Person, reason: Reason) -> Erasure:
    """The second person says no, or whoever asked withdraws it."""
    erasure.state, erasure.decided_by, erasure.decided_at = Decision.DECLINED, by, timezone.now()
    erasure.save()
    return erasure


@act(
    "people.repeat_erasure",
    _("Erase again after a restore"),
    done=_("{by} erased {person} again, who came back with a restored backup"),
    doors=NO_DOOR,
)
def repeat_erasure(person: Person, *, by: Person) -> Person:
    """What was confirmed before the backup was restored holds. Refused for who is not on the list of erasures."""
    if str(person.pk) not in erased() or person.erased_at is not None:
        raise Refused(_t("Nothing is to be erased again here."))
    erase_now(person)
    person.refresh_from_db()
    return person


@repeats(PEOPLE)
def erase_people_again(noted: Noted, by: Person) -> int:
    """Those of the list whom a restored backup brought back."""
    back = Person.objects.filter(pk__in=[int(pk) for pk in noted], erased_at=None).order_by("pk")
    for person in (found := list(back)):
        repeat_erasure(person, by=by)
    return len(found)


def erase_now(person: Person) -> None:
    """Delete what is personal. Runs inside an act; safe to run again on a restored backup."""
    now = timezone.now()
    # plain querysets, because Thing's would write the old values into the ledger that is being cleaned
    QuerySet(Person).filter(pk=person.pk).update(
        name="", number=None, email="", phone="", joined_on=None, erased_at=person.erased_at or now
    )
    absences = list(Absence.objects.filter(person=person).values_list("pk", flat=True))
    QuerySet(Absence).filter(pk__in=absences).update(reason="")
    Token.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=now)
    _erase_account(person)
    private.erase("people.person", person.pk)
    for pk in absences:
        private.erase("people.absence", pk)
    for eraser in erasers():
        eraser(person)
    keep_list()


def _erase_account(person: Person) -> None:
    account = Account.objects.filter(person=person).first()
    if account is None:
        return
    for rows in (AccessAttempt, AccessLog):
        rows.objects.filter(username__iexact=account.login).delete()
    for mine in (EmailAddress, SocialAccount, Authenticator):
        mine.objects.filter(user=account).delete()
    account.sign_ins.all().delete()
    account.login, account.email, account.is_active = f"erased-{account.pk}", "", False
    account.sessions_valid_from = timezone.now()
    account.set_unusable_password()
    account.save()
