from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from opsloop.base.people.models import Department, Holding
from opsloop.base.policy.scopes import scope_of, scoped


@pytest.fixture(autouse=True)
def clean_shelf() -> Iterator[None]:
    """Each test begins with an empty shelf."""
    if scope_of(Department) is None:
        scoped(Department, everyone=True)
    if scope_of(Holding) is None:
        scoped(Holding, department="department", owner="person")
    shutil.rmtree(settings.WORKSPACE.files, ignore_errors=True)
    settings.WORKSPACE.files.mkdir()
    yield
