"""Telling as tests do it: outside any act, and what would be mailed now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from opsloop.base.inbox import broadcasting
from opsloop.base.inbox.api import Bulletin, tell
from opsloop.base.inbox.mails import send_due
from opsloop.base.inbox.models import Notice
from opsloop.base.people.models import Person
from opsloop.base.testing import given


def mailed(who: Person) -> Person:
    with given():
        who = Person.objects.get(pk=who.pk)
        who.email = f"{who.name.lower()}@example.com"
        who.save()
    return who


def told(who: Any, kind: str = "test.late", title: Any = "Late", **more: Any) -> list[Notice]:
    with given():
        return tell(who, kind, title, **more)


@contextmanager
def later(**span: float) -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC) + timedelta(**span), tick=False):
        yield


def mails() -> list[tuple[str, str, str]]:
    """What is due now, posted: (to, subject, text). Each key once."""
    out: list[tuple[str, str, str]] = []
    keys: set[str] = set()

    def post(to: str, subject: str, text: str, key: str, **more: str) -> None:
        assert key not in keys
        keys.add(key)
        out.append((to, subject, text))

    send_due(post)
    return out


class Pigeon:
    """A way out of the house that keeps what it is handed, and says how many channels took it."""

    def __init__(self, taken: int, channels: dict[str, str]) -> None:
        self.got: list[Bulletin] = []
        self.taken, self.channels = taken, channels

    def carry(self, bulletin: Bulletin) -> int:
        self.got.append(bulletin)
        return self.taken

    def known(self) -> dict[str, str]:
        return self.channels


def pigeon(patch: pytest.MonkeyPatch, taken: int = 1, **channels: str) -> Pigeon:
    """The only way out of the house while the test runs."""
    bird = Pigeon(taken, channels)
    patch.setattr(broadcasting, "carriers", {"pigeon": lambda: bird})
    return bird
