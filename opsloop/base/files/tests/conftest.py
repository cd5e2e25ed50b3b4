from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def clean_shelf() -> Iterator[None]:
    """Each test begins with an empty shelf."""
    shutil.rmtree(settings.WORKSPACE.files, ignore_errors=True)
    settings.WORKSPACE.files.mkdir()
    yield
