"""Tokens by which programs act as a person or a robot."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Note, Refused, act, registry
from opsloop.base.people.actions.rules import Until, aware, must_be_here
from opsloop.base.people.models import Person, PersonKind, Token
from opsloop.base.policy.rules import can

LONGEST = timedelta(days=366)
DIGEST = re.compile(r"[0-9a-f]{64}")


@act(
    "people.issue_token",
    _("Issue a token"),
    done=_("{by} issued the token {title} for {person}"),
    doors=frozenset({"page", "cli"}),
)
def issue_token(
    person: Person,
    *,
    by: Person,
    title: Annotated[str, Arg(label=_("What for"), min=2, max=80)],
    digest: Annotated[str, Arg(label=_("Digest"))],
    ends_at: Until,
    acts: Annotated[list[str], Arg(label=_("Acts"), help=_("Names or noun.*; none means reading only."))] | None = None,
) -> Token:
    """Let a program act as oneself or as a robot until a moment, at most a year ahead.

    `digest` is the SHA-256 of a secret that the door makes, shows once and forgets (bearers.new_secret). The bearer
    may do the acts named here as far as the person may, and see what the person sees.
    """
    must_be_here(person)
    if person.kind != PersonKind.ROBOT and person.pk != by.pk:
        raise Forbidden(_t("A token is issued for oneself or for a robot."))
    if person.kind == PersonKind.ROBOT and not can(by, "people.register_robot"):
        raise Forbidden(_t("Who bears a robot's token has its rights: only those who register robots issue one."))
    if not DIGEST.fullmatch(digest):
        raise Invalid({"digest": [_t("64 hexadecimal digits, please.")]})
    end, now = aware(ends_at), timezone.now()
    if not now < end <= now + LONGEST:
        raise Refused(_t("A token ends within a year from now."), field="ends_at")
    token = Token(person=person, title=title, digest=digest, acts=_known(acts or []), ends_at=end)
    token.save()
    return token


def _known(patterns: list[str]) -> list[str]:
    nouns = {one.noun for one in registry.values()}
    unknown = [p for p in patterns if p not in registry and not (p.endswith(".*") and p[:-2] in nouns)]
    if unknown:
        raise Invalid({"acts": [_t("There is no act {name}.").format(name=name) for name in unknown]})
    return list(dict.fromkeys(patterns))


def _valid(token: Token) -> str | None:
    return _t("This token is revoked already.") if token.revoked_at else None


@act("people.revoke_token", _("Revoke a token"), done=_("{by} revoked the token {token}"), when=_valid)
def revoke_token(token: Token, *, by: Person, reason: Note = "") -> Token:
    """Whoever bears it is a stranger from now on."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
