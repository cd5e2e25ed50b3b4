"""The throw-away cluster that the second pass of the tests runs on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres

ASK = "import os, psycopg; c = psycopg.connect(os.environ['OPSLOOP_DATABASE_URL']); print(c.execute(%r).fetchone()[0])"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    try:
        postgres.programs()
    except postgres.NoPostgres as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


def ask(question: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(Path(postgres.__file__)), "--", sys.executable, "-c", ASK % question]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_command_gets_a_cluster_that_is_gone_afterwards() -> None:
    done = ask("select current_setting('server_encoding') || current_setting('data_directory')")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("UTF8/")
    assert not Path(done.stdout.strip().removeprefix("UTF8")).exists()


def test_the_commands_own_failure_is_passed_on() -> None:
    assert ask("select 1 / 0").returncode == 1


def test_a_test_may_have_a_database_of_its_own() -> None:
    import psycopg

    try:
        with psycopg.connect(postgres.database("aside")) as link:
            assert link.execute("select current_database()").fetchone() == ("aside",)
    finally:
        postgres.stop()
