"""How the queue is: for the banner on pages, `doctor` and the jobs page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from opsloop.base.jobs.models import Beat, Job, JobState, LetterState, Outbox

SILENT = timedelta(seconds=90)
"""A worker gives a sign of life every 20 seconds; after this long without one it is taken for stopped."""
LATE = timedelta(minutes=5)


def worker_seen_at() -> datetime | None:
    """The newest sign of life of any worker, or None when there never was one or all ended in good order."""
    seen: datetime | None = Beat.objects.aggregate(seen=Max("seen_at"))["seen"]
    return seen


def worker_stopped() -> bool:
    """Is no worker running? Then jobs, schedules and mails wait."""
    seen = worker_seen_at()
    return seen is None or timezone.now() - seen > SILENT


def late_jobs() -> int:
    """Jobs that ought to have begun more than five minutes ago."""
    return Job.objects.filter(state=JobState.WAITING, due_at__lt=timezone.now() - LATE).count()


def dead_letters() -> tuple[int, int]:
    """(failed jobs, undeliverable messages) that wait for a person's decision."""
    jobs = Job.objects.filter(state=JobState.DEAD).count()
    return jobs, Outbox.objects.filter(state=LetterState.DEAD).count()
