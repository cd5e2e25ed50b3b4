"""One demo workspace, served once for all journeys; one Chromium. Both end with the journeys: what they leave running
in this process (Playwright an event loop) other tests would meet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opsloop.ui.testing import browser
from tests.journeys.served import Served, cli, serving
from tests.workspace import put_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="package")
def opened() -> Iterator[Browser]:
    """A page may take as long to say something as to open: what is published is published by the worker."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    with browser() as one:
        yield one


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo company with its real data, as `make demo` sets it up, but for what it loads behind later."""
    root = tmp_path_factory.mktemp("journeys") / "demo"
    put_database(root / "var/opsloop.sqlite3")
    cli(root.parent, "demo", "--no-serve", "--dir", str(root))
    _put_off(root / "var/opsloop.sqlite3", "demo.bring_promotions")
    with serving(root) as one:
        yield one


@pytest.fixture(scope="package")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workspace that nobody has begun."""
    root = tmp_path_factory.mktemp("journeys") / "real"
    put_database(root / "var/opsloop.sqlite3")
    cli(root.parent, "init", str(root))
    with serving(root) as one:
        yield one


def _put_off(database: Path, task: str) -> None:
    """The worker does not do this task during the journeys: 20.9 million rows that none of them looks at."""
    with closing(sqlite3.connect(database)) as link, link:
        assert link.execute("update jobs_job set due_at = '2100-01-01' where task = ?", [task]).rowcount == 1
