"""A new data version is followed by itself, and by the hourly round if that was missed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from opsloop.base.jobs import lease
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast
from opsloop.data.reconciliation.jobs import FOLLOW_ONE
from opsloop.data.reconciliation.models import Control
from opsloop.data.reconciliation.tests.conftest import a_source, day, load

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> list[Job]:
    """Run what waits in the queue."""
    done = []
    while (job := lease.claim()) is not None:
        run(job)
        done.append(Job.objects.get(pk=job.pk))
    return done


def test_a_published_version_is_measured_by_a_job_of_its_own(cast: Cast) -> None:
    a_source()
    load(cast, "sales", {day(1): 500})
    load(cast, "other", {day(1): 1})
    done = [job for job in work() if job.task == FOLLOW_ONE]
    assert [job.state for job in done] == [JobState.DONE]
    assert Control.objects.get().ours == Decimal(500)


@pytest.mark.both
def test_the_round_writes_only_what_changed(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    a_source()
    load(cast, "sales", {day(1): 500})
    work()
    before = Entry.objects.count()
    enqueue("reconciliation.round")
    assert {job.state for job in work()} == {JobState.DONE}
    assert Entry.objects.count() == before


def test_a_source_without_data_is_left_alone(cast: Cast) -> None:
    a_source()
    enqueue("reconciliation.round")
    assert {job.state for job in work()} == {JobState.DONE}
    assert not Control.objects.exists()
