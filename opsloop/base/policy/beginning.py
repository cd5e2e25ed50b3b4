"""The right to begin: a robot that may set a workspace up while nobody can sign in, and never afterwards.

Rights come from positions, and positions are given by people who hold one: somebody must be first. That is the robot
`opsloop`. It stands in the built-in position `opsloop-setup`, which has no row and no playbook file, as long as
- no account exists in the workspace (first start, import before the first sign-in), or
- the workspace says `demo = true` and this very process is inside `seeding()` (the demo command, never a web process).
Outside of both it has no standing at all, so every act refuses it like a stranger. What it did is in the ledger under
its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from opsloop.base.people.models import Account, Person, PersonKind

NUMBER = "opsloop"
"""The robot's staff number; nobody else may bear it."""
POSITION = "opsloop-setup"
NOUNS = (
    "people", "departments", "playbook", "calendar", "files", "links", "jobs", "sources", "lake", "reconciliation",
    "kinds",
)  # fmt: skip
MAY = frozenset(f"{noun}.*" for noun in NOUNS)

_seeding: ContextVar[bool] = ContextVar("seeding", default=False)


def is_setup(person: Person) -> bool:
    """Is this the robot that sets up?"""
    return person.number == NUMBER and person.kind == PersonKind.ROBOT


def is_open() -> bool:
    """May the robot act now?"""
    return (_seeding.get() and settings.WORKSPACE.demo) or not Account.objects.exists()


@contextmanager
def seeding() -> Iterator[None]:
    """For the demo command: the robot may act although accounts exist. Raises RuntimeError in a real workspace."""
    if not settings.WORKSPACE.demo:
        raise RuntimeError("only a demo workspace is seeded; this one is real")
    token = _seeding.set(True)
    try:
        yield
    finally:
        _seeding.reset(token)
