"""A published source of orders, and files for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsloop.base.testing import Cast
from opsloop.data.sources.models import Source
from opsloop.data.sources.tests import samples

Put = Callable[..., Path]


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source()


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """A file with these bytes or this text."""

    def write(body: str | bytes, name: str = "orders-1.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return path

    return write
