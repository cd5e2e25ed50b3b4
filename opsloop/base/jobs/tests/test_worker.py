"""When a worker makes room. Kills, limits and outages are tried on real processes in tests/processes."""

from __future__ import annotations

import time

import pytest

from opsloop.base.jobs import worker
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.worker import GROWN_MB, REST_S, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> Worker:
    """It has loaded what a heavy job needs, and nothing was due for longer than a rest."""
    one = Worker(afresh=True)
    one._busy_at = time.monotonic() - REST_S - 1
    one._small_mb = 50.0
    monkeypatch.setattr(worker, "own_mb", lambda: 50.0 + GROWN_MB + 1)
    monkeypatch.setattr(worker.schedules, "tick", lambda: None)
    return one


def test_a_worker_that_has_grown_and_has_nothing_to_do_asks_for_a_fresh_one(grown: Worker) -> None:
    grown._look(time.monotonic())
    assert grown.stopping.is_set() and grown.grown


def test_it_stays_while_something_is_due(grown: Worker) -> None:
    Job.objects.all().delete()
    enqueue("jobs.sweep", behalf=None)
    grown._look(time.monotonic())
    assert not grown.stopping.is_set() and time.monotonic() - grown._busy_at < REST_S


def test_it_stays_while_a_job_runs(grown: Worker) -> None:
    grown.slots[0].job = Job(task="jobs.sweep")
    grown._look(time.monotonic())
    assert not grown.stopping.is_set()


def test_a_small_one_stays_and_rests_again(grown: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "own_mb", lambda: 50.0 + GROWN_MB)
    grown._look(time.monotonic())
    assert not grown.stopping.is_set() and time.monotonic() - grown._busy_at < REST_S


def test_where_nobody_would_start_it_again_it_stays(grown: Worker) -> None:
    grown.afresh = False
    grown._look(time.monotonic())
    assert not grown.stopping.is_set()


def test_its_own_memory_is_told() -> None:
    assert 10 < worker.own_mb() < 5000


def test_a_follower_that_fails_is_called_again_and_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def bad() -> None:
        calls.append("bad")
        raise ValueError("it stumbled")

    def good() -> None:
        calls.append("good")
        if calls.count("good") == 3:
            one.stopping.set()

    one = Worker()
    for name, value in (("FOLLOW_S", 0), ("TROUBLE_S", 0), ("followers", {"a": bad, "b": good})):
        monkeypatch.setattr(worker, name, value)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    one._follow()
    assert calls == ["bad", "good"] * 3
