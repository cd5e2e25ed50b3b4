"""A real worker process: it stops politely, ends what does not end, and outlives its database."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests import workspace

Ask = Callable[[str], object]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fresh")
    workspace.make(root)
    return root


@pytest.fixture
def root(fresh: Path, tmp_path: Path) -> Path:
    shutil.copytree(fresh, tmp_path / "w")
    return tmp_path / "w"


@pytest.fixture
def start(root: Path) -> Iterator[Start]:
    begun: list[subprocess.Popen[str]] = []

    def go(*tasks: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.processes.work", *tasks]
        env = env or workspace.environment(root)
        begun.append(subprocess.Popen(command, env=env, text=True, stderr=subprocess.PIPE))
        return begun[-1]

    yield go
    for process in begun:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def job(root: Path) -> Iterator[Ask]:
    """One column of the only job of a task in the workspace's SQLite database."""
    with closing(sqlite3.connect(root / "var/opsloop.sqlite3", timeout=10)) as link:

        def ask(column: str) -> object:
            row = link.execute(f"select {column} from jobs_job where task like 'testwork.%'").fetchone()
            return row and row[0]

        yield ask


def until(what: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def test_it_does_what_is_due(start: Start, job: Ask) -> None:
    start("testwork.quick")
    until(lambda: job("state") == "done")
    assert job("result") == '"done"'


def test_asked_to_stop_it_gives_a_long_job_back_and_ends_well(start: Start, job: Ask) -> None:
    worker = start("testwork.patient")
    until(lambda: job("progress"))
    beats = "(select count(*) from jobs_beat)"
    until(lambda: job(beats) == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert (job("state"), job("attempt"), job(beats)) == ("waiting", 0, 0)


def test_a_long_job_keeps_its_lease(start: Start, job: Ask) -> None:
    start("testwork.patient")
    until(lambda: job("progress"))
    time.sleep(4)  # longer than the lease
    assert (job("state"), job("attempt")) == ("running", 1)


def test_a_task_over_its_time_is_interrupted_and_tried_later(start: Start, job: Ask) -> None:
    worker = start("testwork.endless")
    until(lambda: job("error"))
    assert job("state") == "waiting" and "1" in str(job("error"))
    assert worker.poll() is None


def test_a_task_that_cannot_be_interrupted_costs_the_process_not_the_queue(start: Start, job: Ask) -> None:
    worker = start("testwork.stuck")
    assert worker.wait(90) == 75
    assert job("state") == "waiting" and "time limit" in str(job("error"))


def test_it_outlives_an_outage_of_the_database(start: Start, tmp_path: Path) -> None:
    url = workspace.postgresql("outage")
    env = workspace.make(tmp_path / "pg", url)
    worker = start(env=env)
    with psycopg.connect(url, autocommit=True) as link:
        schedules = "select count(*) from jobs_schedule"
        until(lambda: link.execute(schedules).fetchone() > (0,))
        others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'outage' and pid <> %s"
        for _n in range(3):
            link.execute(others, [link.info.backend_pid])
            time.sleep(0.7)
        job = "from opsloop.base.jobs.api import enqueue; import tests.processes.work; enqueue('testwork.quick')"
        workspace.python(env, job)
        state = "select state from jobs_job where task = 'testwork.quick'"
        until(lambda: link.execute(state).fetchone() == ("done",))
    assert worker.poll() is None
