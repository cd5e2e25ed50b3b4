"""One demo workspace, served once for all journeys; one Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from opsloop.ui.testing import browser
from tests.journeys.served import Served, cli, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo company with its real data, as `make demo` sets it up."""
    root = tmp_path_factory.mktemp("journeys") / "demo"
    cli(root.parent, "demo", "--no-serve", "--dir", str(root))
    with serving(root) as one:
        yield one


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workspace that nobody has begun."""
    root = tmp_path_factory.mktemp("journeys") / "real"
    cli(root.parent, "init", str(root))
    with serving(root) as one:
        yield one
