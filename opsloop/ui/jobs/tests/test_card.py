"""The machine's card: for those who can do something about it, and only when there is something."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.jobs.models import Beat, JobState
from opsloop.base.testing import Cast
from opsloop.ui.jobs.tests.test_pages import ERROR, job, letter
from opsloop.ui.jobs.troubles import worker_gone
from opsloop.ui.testing import signed_in
from opsloop.ui.workbench.machine import failed

pytestmark = pytest.mark.django_db


def test_what_failed_stands_on_the_start_page_of_who_may_retry(cast: Cast) -> None:
    Beat.objects.create(name="here:1", seen_at=timezone.now())
    assert failed(cast.lin) is None
    for _n in range(6):
        job(error=ERROR)
    letter(1, state="dead")
    text = signed_in(cast.lin).get("/").content.decode()
    assert "Another system failed" in text and "and 2 more failed jobs" in text and "1 message could not" in text
    assert failed(cast.wu) is None  # sees all jobs, may not retry


def test_a_stopped_worker_is_said(cast: Cast) -> None:
    assert "No worker is running" in signed_in(cast.lin).get("/").content.decode()
    waiting = job(JobState.WAITING)
    assert "No worker is running" in signed_in(cast.wu).get(f"/jobs/{waiting.pk}/").content.decode()


def test_a_worker_that_died_is_said_on_every_page() -> None:
    assert worker_gone() is None  # none was ever started here
    beat = Beat.objects.create(name="here:1", seen_at=timezone.now())
    assert worker_gone() is None
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert "worker has stopped" in str(worker_gone())
    beat.delete()
    assert worker_gone() is None  # it ended in good order
