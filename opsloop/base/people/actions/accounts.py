"""Accounts: what signs in. No password passes through an act; a one-time link lets the person set their own."""

from __future__ import annotations

import re
from typing import Annotated

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Reason, Refused, act
from opsloop.base.people.actions.rules import must_be_here, outranks
from opsloop.base.people.models import Account, Person, PersonKind

LOGIN = re.compile(r"[a-z0-9][a-z0-9@._+-]{1,119}")
Login = Annotated[str, Arg(label=_("Login"), help=_("Small letters, digits and @ . _ + -"), min=2, max=120)]


def _account(person: Person) -> Account:
    account = Account.objects.filter(person=person, is_active=True).first()
    if account is None:
        raise Refused(_t("{person} has no open account.").format(person=person))
    return account


def _must_not_outrank(person: Person, by: Person) -> None:
    """Whoever opens a way into an account could walk it; so not into one that may do more than they."""
    if outranks(person, by):
        raise Forbidden(
            _t("{person} may do more than you; somebody with these rights must do it.").format(person=person)
        )


@act("people.open_account", _("Open an account"), done=_("{by} opened an account for {person}"))
def open_account(person: Person, *, by: Person, login: Login) -> Account:
    """Let a person sign in. The account has no password: `passwords.link_token` makes the one-time link to set one.

    A closed account is opened anew. Refused for robots (they bear tokens), outsiders and a login in use.
    """
    must_be_here(person)
    if person.kind != PersonKind.STAFF:
        raise Refused(_t("Robots bear tokens and outsiders get links; only staff have accounts."))
    login = login.lower()
    if not LOGIN.fullmatch(login):
        raise Invalid({"login": [_t("Letters, digits and @ . _ + - only.")]})
    account = Account.objects.filter(person=person).first() or Account(person=person)
    if account.pk and account.is_active:
        raise Refused(_t("{person} has an account already.").format(person=person))
    if Account.objects.filter(login__iexact=login).exclude(pk=account.pk).exists():
        raise Refused(_t("This login is in use."), field="login")
    _must_not_outrank(person, by)
    account.login, account.email, account.is_active = login, person.email, True
    account.opened_at = account.sessions_valid_from = timezone.now()
    account.set_unusable_password()
    account.save()
    return account


@act("people.close_account", _("Close an account"), done=_("{by} closed the account of {person}: {reason}"))
def close_account(person: Person, *, by: Person, reason: Reason) -> Person:
    """Nobody can sign in as this person any more, and who has done so is signed out. Positions stay."""
    account = _account(person)
    account.is_active, account.sessions_valid_from = False, timezone.now()
    account.set_unusable_password()
    account.save()
    return person


@act("people.reset_password", _("Reset a password"), done=_("{by} reset the password of {person}: {reason}"))
def reset_password(person: Person, *, by: Person, reason: Reason) -> Person:
    """Take the password away, so that the person sets a new one by a one-time link. A second factor stays."""
    if person.pk == by.pk:
        raise Refused(_t("Change your own password on your own page."))
    account = _account(person)
    _must_not_outrank(person, by)
    account.set_unusable_password()
    account.sessions_valid_from = timezone.now()
    account.save()
    return person


@act(
    "people.reset_second_factor",
    _("Reset the second factor"),
    done=_("{by} reset the second factor of {person}: {reason}"),
)
def reset_second_factor(person: Person, *, by: Person, reason: Reason) -> Person:
    """For a lost phone: the authenticator and the recovery codes no longer count, and sessions end. The password stays.

    Refused for oneself: who has the session alone must not be able to take the second factor away.
    """
    if person.pk == by.pk:
        raise Forbidden(_t("Somebody else must reset your second factor."))
    account = _account(person)
    _must_not_outrank(person, by)
    Authenticator.objects.filter(user=account).delete()
    account.sessions_valid_from = timezone.now()
    account.save()
    return person
