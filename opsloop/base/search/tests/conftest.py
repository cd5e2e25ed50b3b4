from __future__ import annotations

import pytest

from opsloop.base.people.models import Department, Holding, Person
from opsloop.base.policy.scopes import scope_of, scoped


@pytest.fixture(autouse=True)
def seen() -> None:
    """What people's own policy will say."""
    if scope_of(Department) is None:
        scoped(Department, everyone=True)
    if scope_of(Person) is None:
        scoped(Person, everyone=True)
    if scope_of(Holding) is None:
        scoped(Holding, department="department", owner="person")
