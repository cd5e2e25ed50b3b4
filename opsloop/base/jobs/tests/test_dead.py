from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloop.base.jobs import lease
from opsloop.base.jobs.models import Job, JobState

pytestmark = pytest.mark.both


def test_whoever_wants_to_know_hears_of_a_dead_job_once(
    db: None, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    heard: list[tuple[int, str]] = []

    def broken(job: Job) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lease, "on_dead", [broken, lambda job: heard.append((job.pk, job.error))])
    now = datetime.now(UTC)
    job = Job.objects.create(task="x", made_at=now, run_at=now, due_at=now, max_attempts=2)
    with django_capture_on_commit_callbacks(execute=True):
        lease.fail(_claimed(job), "once")
    assert heard == []
    job.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        lease.fail(_claimed(job), "for good", permanent=True)
    assert heard == [(job.pk, "for good")] and "ZeroDivisionError" in caplog.text


def _claimed(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1)
    job.refresh_from_db()
    return job
