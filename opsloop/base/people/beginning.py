"""How a workspace begins: the robot, the first-start token and the faces of a demo."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from opsloop.base.people.actions.beginnings import begin
from opsloop.base.people.models import Account, Person, PersonKind
from opsloop.base.policy import beginning


def setup_robot() -> Person:
    """The robot `opsloop`, entered at first use. What it may do, and when, is said in policy/beginning.py."""
    found = Person.objects.filter(kind=PersonKind.ROBOT, number=beginning.NUMBER).first()
    if found is not None:
        return found
    return begin(by=Person(name="Opsloop", number=beginning.NUMBER, kind=PersonKind.ROBOT))


def _file() -> Path:
    file: Path = settings.WORKSPACE.secrets / "first-start.token"
    return file


def unfinished() -> Account | None:
    """The only account, when the first start was cut off before its password was set."""
    accounts = list(Account.objects.select_related("person")[:2])
    only = accounts[0] if len(accounts) == 1 else None
    return only if only is not None and only.is_active and not only.has_usable_password() else None


def first_start_token() -> str | None:
    """The one-time token for /sign-in/first/, to be printed on the console; None once somebody can sign in."""
    file = _file()
    if Account.objects.exists() and not (file.exists() and unfinished()):
        return None
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(24))
    return file.read_text().strip()


def is_first_start_token(said: str) -> bool:
    """Is this the token, and can it still be used?"""
    kept = first_start_token() if _file().exists() else None
    return kept is not None and hmac.compare_digest(kept.encode(), said.strip().encode())


def end_first_start() -> None:
    """The token is used up."""
    _file().unlink(missing_ok=True)


def put_faces(persons: Sequence[Person]) -> None:
    """Show these persons' accounts, in this order, at the door of a demo workspace. RuntimeError in a real one."""
    if not settings.WORKSPACE.demo:
        raise RuntimeError("only a demo workspace has faces to choose from")
    Account.objects.exclude(demo_order=None).update(demo_order=None)
    for order, person in enumerate(persons, 1):
        Account.objects.filter(person=person).update(demo_order=order)


def faces() -> list[Account]:
    """The accounts at the demo's door; none in a real workspace, whatever its rows say."""
    if not settings.WORKSPACE.demo:
        return []
    rows = Account.objects.filter(demo_order__isnull=False, is_active=True)
    return list(rows.select_related("person").order_by("demo_order"))
