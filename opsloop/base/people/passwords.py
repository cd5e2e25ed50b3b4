"""The one-time link by which a person sets the password of a new or reset account.

The link's token is derived from the account, the time and the workspace's secret key: nothing of it is stored or
written into the ledger. It works only while the account is open and has no password, so setting one ends every link.
"""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int, int_to_base36

from opsloop.base.people.models import Account


class _Generator(PasswordResetTokenGenerator):
    key_salt = "opsloop.base.people.passwords"


_generator = _Generator()


def link_token(account: Account) -> str:
    """The token for `/sign-in/password/<token>/`, good for settings.PASSWORD_RESET_TIMEOUT seconds.

    Raises ValueError for an account that is closed or has a password.
    """
    if not account.is_active or account.has_usable_password():
        raise ValueError("only an open account without a password gets a link")
    return f"{int_to_base36(account.pk)}-{_generator.make_token(account)}"


def account_of(token: str) -> Account | None:
    """The account whose password this token may set, or None when it is wrong, too old or used up."""
    number, _dash, rest = token.partition("-")
    try:
        account = Account.objects.select_related("person").filter(pk=base36_to_int(number)).first()
    except ValueError:
        return None
    if account is None or not account.is_active or account.has_usable_password():
        return None
    return account if _generator.check_token(account, rest) else None
