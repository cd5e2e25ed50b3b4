"""Putting work into the queue, in the transaction of the act that wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from opsloop.base.jobs.models import ROBOT, Job
from opsloop.base.jobs.tasks import task_of
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import narrowed
from opsloop.base.policy.standing import lender
from opsloop.base.things.frame import current_op


def pack(value: Any) -> str:
    """JSON with Chinese as itself. Raises TypeError for what JSON does not know; pass ids instead of objects."""
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder, sort_keys=True)


def asker() -> Person | None:
    """Who wants the work that the running operation enqueues: who acts, or whom the robot acts for."""
    op = current_op.get()
    if op is None:
        return None
    by = op.call.by
    return lender(by) if by.number == ROBOT else by


def enqueue(
    what: str | Callable[..., Any],
    args: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    behalf: Person | Literal["asker"] | None = "asker",
    priority: int = 50,
    due: datetime | None = None,
) -> Job:
    """Put a job into the queue; inside an act it exists only if the act is done.

    It runs with the rights of `behalf`: by default of who acts now, None for the robot's own. A key that was used
    before answers the job of then. Raises LookupError for an unknown task, TypeError for arguments it does not take.
    """
    this = task_of(what)
    this.check(args or {})
    whose = asker() if behalf == "asker" else behalf
    now = timezone.now()
    limits = narrowed(whose) if whose else None
    job = Job(
        key=key,
        queue=this.queue,
        task=this.name,
        args=pack(args or {}),
        behalf_id=whose.pk if whose else None,
        narrowed=None if limits is None else pack(limits),
        language=whose.language if whose else settings.LANGUAGE_CODE,
        priority=priority,
        made_at=now,
        run_at=run_at or now,
        due_at=run_at or now,
        max_attempts=this.max_attempts,
        scheduled_for=due,
    )
    if key is None:
        job.save(force_insert=True)
        return job
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(key=key)
