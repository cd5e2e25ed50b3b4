"""Jobs as an own table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.jobs.models import Job, JobState
from opsloop.base.testing import own_rows

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def test_what_is_open_or_moved_since_is_given_and_what_lay_still_is_not() -> None:
    now = timezone.now()
    old, lately = now - timedelta(days=9), now - timedelta(hours=1)
    said = {"task": "reports.build", "made_at": old, "run_at": old, "started_at": old}
    still = Job.objects.create(**said, state=JobState.DONE, finished_at=old)
    moved = Job.objects.create(**said, state=JobState.DEAD, finished_at=lately, attempt=5)
    open_ = Job.objects.create(task="reports.build", made_at=old, run_at=now)
    assert [row["id"] for row in own_rows("job_runs")] == [still.pk, moved.pk, open_.pk]
    rows = own_rows("job_runs", since=now - timedelta(days=1))
    assert [(row["id"], row["state"], row["attempts"]) for row in rows] == [
        (moved.pk, "dead", 5),
        (open_.pk, "waiting", 0),
    ]
