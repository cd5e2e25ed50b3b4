"""Claiming a job, keeping it, and letting it go. Only the bearer of the newest token may do the last two."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queue import pack
from opsloop.base.jobs.reasons import WORKER_ENDED

log = logging.getLogger("opsloop.jobs")
LEASE_S = 30.0
FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 3600.0
ERROR_SIZE = 6000


on_dead: list[Callable[[Job], None]] = []
"""Called after a job has failed for good; whoever tells people of it adds itself here. A fault in it is logged."""


class LostLease(Exception):
    """Another worker has the job now, or somebody stopped it; what was done since the last commit is dropped."""


def due(now: datetime | None = None, *, without: Collection[str] = ()) -> QuerySet[Job]:
    """Jobs that a worker must look at: waiting ones whose time has come, running ones whose lease has ended."""
    return Job.objects.filter(due_at__lte=now or timezone.now()).exclude(queue__in=without)


def claim(*, lease_s: float = LEASE_S, without: Collection[str] = ()) -> Job | None:
    """Take the most urgent due job, or None. One that was taken max_attempts times already is declared dead."""
    while due(without=without).exists():  # a cheap look first: SQLite's transaction would take the write lock
        with transaction.atomic(durable=True):
            now = timezone.now()
            rows = due(now, without=without).order_by("priority", "due_at", "id")
            job = rows.select_for_update(skip_locked=True).first()
            if job is None:
                return None
            if job.attempt < job.max_attempts:
                job.state, job.started_at = JobState.RUNNING, now
                job.token, job.attempt = job.token + 1, job.attempt + 1
                job.due_at = now + timedelta(seconds=lease_s)
                job.save(update_fields=["state", "started_at", "token", "attempt", "due_at"])
                return job
            said = _t("The worker ended {n} times while it ran.").format(n=job.attempt)
            _bury(job, now, f"{WORKER_ENDED}: {said}")
    return None


def _bury(job: Job, now: datetime, error: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DEAD, due_at=None, finished_at=now, token=F("token") + 1, error=error
    )
    _tell_dead(job, error)


def _tell_dead(job: Job, error: str) -> None:
    """After the commit: the news must not undo what it is about."""
    job.error = error

    def tell() -> None:
        for fn in on_dead:
            try:
                fn(job)
            except Exception:
                log.exception("%s is dead and %s failed", job, fn.__qualname__)

    transaction.on_commit(tell)


def mine(job: Job) -> QuerySet[Job]:
    """The job's row, as long as the claim that `job` was read with is the newest one."""
    return Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)


def report(job: Job, **values: Any) -> None:
    """Write columns of a claimed job. Raises LostLease."""
    if not mine(job).update(**values):
        raise LostLease(f"{job} is no longer ours")


def extend(job: Job, lease_s: float = LEASE_S) -> None:
    """Keep the claim for another `lease_s` seconds. Raises LostLease."""
    report(job, due_at=timezone.now() + timedelta(seconds=lease_s))


def finish(job: Job, result: Any = None) -> None:
    """Acknowledge: the last statement of the transaction that holds the effect. Raises LostLease."""
    values: dict[str, Any] = {"progress": F("total")} if job.total else {}
    report(job, state=JobState.DONE, due_at=None, finished_at=timezone.now(), result=pack(result), error="", **values)


def fail(job: Job, error: str, *, permanent: bool = False) -> None:
    """Try again later, or never when permanent or at the last attempt. Raises LostLease."""
    now = timezone.now()
    if permanent or job.attempt >= job.max_attempts:
        report(job, state=JobState.DEAD, due_at=None, finished_at=now, error=error[:ERROR_SIZE])
        _tell_dead(job, error[:ERROR_SIZE])
        return
    again = now + wait(job.attempt)
    report(job, state=JobState.WAITING, run_at=again, due_at=again, error=error[:ERROR_SIZE])


def release(job: Job) -> None:
    """Give the job back untouched, because the worker stops: this attempt does not count. Raises LostLease."""
    now = timezone.now()
    report(job, state=JobState.WAITING, due_at=now, attempt=F("attempt") - 1, token=F("token") + 1)


def wait(attempt: int) -> timedelta:
    """15 s, 30 s, 60 s ... at most an hour, each a quarter longer or shorter by chance."""
    seconds = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** max(0, attempt - 1))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  # spreads retries, no secret
