"""Tokens of programs. The door makes the secret and shows it once; only its digest travels through the act."""

from __future__ import annotations

import hashlib
import secrets

from django.utils import timezone

from opsloop.base.people.models import Token

PREFIX = "opsloop_"
"""So that scanners of leaked secrets can recognise one."""


def new_secret() -> tuple[str, str]:
    """(the secret to show once, its digest to give to the act people.issue_token)."""
    secret = PREFIX + secrets.token_urlsafe(32)
    return secret, digest_of(secret)


def digest_of(secret: str) -> str:
    """SHA-256 in hex: enough, because the secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret: str) -> Token | None:
    """The token of this secret with its person, or None when there is none, it ended, or the person has left.

    The door then binds the person with `policy.rules.narrow(token.person, token.acts)` and acts via `token:<id>`.
    """
    if not secret.startswith(PREFIX):
        return None
    token = Token.objects.select_related("person").filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    if token is None or (token.ends_at is not None and token.ends_at <= timezone.now()):
        return None
    return token if token.person.here_on(timezone.localdate()) else None
