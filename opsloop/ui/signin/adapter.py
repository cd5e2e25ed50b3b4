"""How sign-in behaves: nobody signs up by themselves; accounts are opened by an act."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authentication_failed
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from opsloop.base.people.models import Account
from opsloop.ui.signin import sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Somebody whose last day is over is treated like a closed account, before a job or a person closes it."""
        if not user.person.here_on(timezone.localdate()):
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("signin:security")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """No "successfully signed in as": the page says who one is."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A company account signs in whom we know: at the first time it is tied to the open account that matches."""
        if sociallogin.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("signin:security"))
        if sociallogin.is_existing:
            return
        account = matching(sociallogin.account.extra_data)
        if account is None:
            raise ImmediateHttpResponse(render(request, "signin/unknown.html", status=403))
        sociallogin.connect(request, account)


def matching(claims: dict[str, Any]) -> Account | None:
    """The open account that a company account's claims name, or None.

    The workspace's `oidc` says by what: `match = "email"` (the default; only an address that the server calls verified
    counts) or `match = "login"` (the claim preferred_username).
    """
    said = claims.get("userinfo") or claims.get("id_token") or claims
    rows = Account.objects.filter(is_active=True)
    if settings.WORKSPACE.oidc.get("match", "email") == "login":
        name = said.get("preferred_username") or ""
        return rows.filter(login__iexact=name).first() if name else None
    email = said.get("email") or ""
    if not email or said.get("email_verified") is not True:
        return None
    found = list(rows.filter(email__iexact=email)[:2])
    return found[0] if len(found) == 1 else None


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie encrypted in the database; the key is derived from the workspace's secret key."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"opsloop second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def login_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The login that an attempt is for, as django-axes counts it: capitals and blanks make no other login."""
    said = (credentials or {}).get("username") or request.POST.get("login")
    return str(said).strip().lower() if said else None


def _count_wrong_code(request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    """A wrong second factor counts like a wrong password, in the database, across processes."""
    user_login_failed.send(sender=__name__, credentials={"username": user.login}, request=request)


def _sign_out_elsewhere(request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    sessions.end_others(request, user)


authentication_failed.connect(_count_wrong_code, dispatch_uid="opsloop.ui.signin.wrong_code")
password_changed.connect(_sign_out_elsewhere, dispatch_uid="opsloop.ui.signin.password_changed")
