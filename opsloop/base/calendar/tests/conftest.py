from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The texts asserted here are the English ones, whether or not catalogues are compiled."""
    with translation.override("en"):
        yield
