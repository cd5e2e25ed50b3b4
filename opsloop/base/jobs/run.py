"""One attempt at a claimed job: its effect and its acknowledgement are one transaction."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
import traceback
from typing import Any

from django.db import DatabaseError, connection, connections
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _t

from opsloop.base.acts import operation
from opsloop.base.jobs import lease
from opsloop.base.jobs.context import Context, Stopping
from opsloop.base.jobs.lease import LostLease
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.reasons import TIMED_OUT
from opsloop.base.jobs.tasks import Task, tasks
from opsloop.base.things.errors import ActError, OutsideError, Stale

log = logging.getLogger("opsloop.jobs")
HELD_TOO_LONG_S = 5.0


class TimedOut(BaseException):
    """Thrown into the thread of a task that ran longer than its limit. No Exception, so that no task swallows it."""


def run(job: Job, stopping: threading.Event | None = None) -> bool:
    """Do a claimed job. Answers whether it is done; every failure ends as a later attempt or a dead letter.

    Raises DatabaseError when not even the failure could be noted: then the lease ends and another attempt follows.
    """
    this = tasks.get(job.task)
    with translation.override(job.language):
        try:
            if this is None:
                raise LookupError(f"no task {job.task} in this version")
            _work(this, job, stopping)
        except LostLease:
            log.warning("%s: another worker has it, or it was stopped", job)
        except Stopping:
            _note(job, lease.release)
        except TimedOut:
            _fresh_connection()
            said = _t("It took longer than {n:g} seconds.").format(n=this.timeout_s if this else 0)
            _note(job, lambda j: lease.fail(j, f"{TIMED_OUT}: {said}"))
        except Exception as error:
            _failed(job, error)
        else:
            return True
    return False


def _fresh_connection() -> None:
    """The exception may have struck inside the driver or between a commit and its note in Django."""
    with contextlib.suppress(DatabaseError):
        connection.close()
    if connection.in_atomic_block:
        del connections[connection.alias]


def _work(this: Task, job: Job, stopping: threading.Event | None) -> None:
    ctx = Context(job, this, stopping)
    args = json.loads(job.args)
    if not this.prepare:
        begun = time.monotonic()
        with operation(ctx.call()):
            acknowledge(ctx, this.fn(ctx, **args))
        if (held := time.monotonic() - begun) > HELD_TOO_LONG_S:
            log.warning("%s held its transaction for %.1f s; make it prepare=True", job, held)
        return
    made = this.fn(ctx, **args)
    with operation(ctx.call()):
        acknowledge(ctx, made() if callable(made) else made)


def acknowledge(ctx: Context, result: Any) -> None:
    """Inside the open operation: show the last progress and finish. An object is kept as [label, id]."""
    if isinstance(result, Model):
        result = [result._meta.label_lower, result.pk]
    if ctx.job.message or ctx.job.progress:
        lease.report(ctx.job, **ctx.shown())
    lease.finish(ctx.job, result)


def _failed(job: Job, error: Exception) -> None:
    """A rule's no and a permanent failure outside are final; a person must look. All else is tried again."""
    permanent = isinstance(error, ActError) and not isinstance(error, Stale)
    if isinstance(error, OutsideError):
        permanent = error.permanent
    text = f"{type(error).__name__}: {error}"
    if not isinstance(error, ActError | OutsideError):
        text += "\n" + "".join(traceback.format_exception(error)[-8:])
    log.warning("%s failed, attempt %d of %d: %s", job, job.attempt, job.max_attempts, text)
    if isinstance(error, DatabaseError):
        connection.close()
    _note(job, lambda j: lease.fail(j, text, permanent=permanent))


def _note(job: Job, how: Any) -> None:
    try:
        how(job)
    except LostLease:
        log.warning("%s: its failure came too late, another worker has it", job)
