"""How the queue is: for the banner on pages, `doctor` and the jobs page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from opsloop.base.jobs.models import Beat, Job, JobState, LetterState, Outbox, Schedule, ScheduleRun
from opsloop.base.jobs.tasks import tasks
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Text

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


def worker_died() -> bool:
    """Did the last worker fall silent without saying that it ends?"""
    seen = worker_seen_at()
    return seen is not None and timezone.now() - seen > SILENT


def late_jobs() -> int:
    """Jobs that ought to have begun more than five minutes ago."""
    return Job.objects.filter(state=JobState.WAITING, due_at__lt=timezone.now() - LATE).count()


def dead_letters() -> tuple[int, int]:
    """(failed jobs, undeliverable messages) that wait for a person's decision."""
    jobs = Job.objects.filter(state=JobState.DEAD).count()
    return jobs, Outbox.objects.filter(state=LetterState.DEAD).count()


def seen_jobs(person: Person) -> QuerySet[Job]:
    """Jobs that a person may look at: what their position shows, and always what they asked for themselves."""
    return Job.objects.filter(Q(pk__in=visible(person, Job).values("pk")) | Q(behalf=person)).select_related("behalf")


def going_on(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Of these the ones that run or wait, in the order in which they are taken."""
    open_ones = rows.filter(state__in=(JobState.RUNNING, JobState.WAITING))
    return open_ones.order_by("state", "priority", "due_at", "id")


def with_last_run(rows: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Schedules with `last_at`, `last_state` and `last_job`: the newest due moment and what became of it."""
    runs = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-due")
    return rows.annotate(
        last_at=Subquery(runs.values("due")[:1]),
        last_state=Subquery(runs.values("state")[:1]),
        last_job=Subquery(runs.values("job_id")[:1]),
    )


def task_label(name: str) -> Text:
    """What a task is called; its name where this version does not have it."""
    known = tasks.get(name)
    return known.label if known else name
