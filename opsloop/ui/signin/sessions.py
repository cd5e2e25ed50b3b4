"""How long a sign-in lasts: idle and absolute limits, and the moment at which the person's rights change."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Account, SignIn

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)
"""`seen_at` is written no more often than this, so that reading pages hardly writes."""
KEY = "sign_in"


def begin(sender: Any, request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    """Called after each sign-in, whatever the way: password, company account, demo face, test client."""
    now = timezone.now()
    row = SignIn.objects.create(
        account=user,
        began_at=now,
        seen_at=now,
        address=_address(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    request.session[KEY] = row.pk


user_logged_in.connect(begin, dispatch_uid="opsloop.ui.signin.begin")


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def key_of(request: HttpRequest) -> int:
    """The id of the request's sign-in, or 0."""
    return int(request.session.get(KEY) or 0)


CURRENT = """
    select s.*, exists(
        select 1 from people_holding h where h.person_id = %(person)s and (
            (h.starts_at <= %(now)s and h.starts_at > s.began_at) or (h.ends_at <= %(now)s and h.ends_at > s.began_at)
        )
    ) as moved
    from people_signin s where s.id = %(sign_in)s and s.account_id = %(account)s
"""
"""Every page asks this, so it is not put together anew each time. moved: a position began or ended since."""


def current(request: HttpRequest) -> SignIn | None:
    """The request's sign-in with its account and person, or None when there is none of this user."""
    account: Any = request.user
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    told = {"sign_in": key_of(request), "account": account.pk or 0, "person": account.person_id, "now": now}
    for row in SignIn.objects.raw(CURRENT, told):
        row.account = account
        return row
    return None


def why_over(row: SignIn) -> str | None:
    """Why this sign-in no longer counts, for the person to read, or None while it does. `row` is from `current`."""
    now, account = timezone.now(), row.account
    if not account.is_active or not account.person.here_on(timezone.localdate()):
        return _t("This account is closed.")
    if row.ended_at is not None:
        return _t("You were signed out.")
    if now - row.seen_at > IDLE or now - row.began_at > ABSOLUTE:
        return _t("You were signed out after a long time; please sign in again.")
    if row.moved or row.began_at < account.sessions_valid_from:  # type: ignore[attr-defined]
        return _t("Your rights have changed; please sign in again.")
    return None


def seen(row: SignIn) -> None:
    """Note that it is used, now and then."""
    now = timezone.now()
    if now - row.seen_at > SEEN_EVERY:
        SignIn.objects.filter(pk=row.pk).update(seen_at=now)


def open_of(account: Account) -> QuerySet[SignIn]:
    """The account's sign-ins that may still count, newest first."""
    now = timezone.now()
    rows = SignIn.objects.filter(account=account, ended_at__isnull=True, began_at__gte=account.sessions_valid_from)
    return rows.filter(seen_at__gt=now - IDLE, began_at__gt=now - ABSOLUTE)


def end(rows: QuerySet[SignIn]) -> int:
    """Sign these out; answers how many."""
    return rows.filter(ended_at__isnull=True).update(ended_at=timezone.now())


def end_others(request: HttpRequest, account: Account) -> int:
    """Sign the account out everywhere but here; answers from how many places."""
    return end(SignIn.objects.filter(account=account).exclude(pk=key_of(request)))
