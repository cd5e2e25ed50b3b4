"""Firing what the clock says: each due moment becomes a job exactly once, or is skipped by its policy."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opsloop.base.jobs.cron import check_cron, due_after
from opsloop.base.jobs.models import CatchUp, RunState, Schedule, ScheduleRun
from opsloop.base.jobs.queue import enqueue, pack
from opsloop.base.jobs.tasks import planned, task_of, tasks

log = logging.getLogger("opsloop.jobs")
ON_TIME = timedelta(minutes=10)
"""A moment this little ago is not missed: a restart takes less."""
CLOCK_WAS_WRONG = timedelta(hours=25)
"""When more than this ahead of the clock was already handled, the clock had run far ahead and was put right."""
BATCH = 1000


def put_schedule(
    name: str,
    task: str,
    args: dict[str, Any] | None = None,
    *,
    cron: str,
    zone: str = "",
    catch_up: str = "latest",
    max_age_s: int | None = None,
) -> Schedule:
    """Make or change a schedule, in the act that decides it. A new rhythm begins now, what is past is not fired.

    Raises ValueError for a wrong cron line, LookupError for an unknown task.
    """
    check_cron(cron)
    task_of(task).check(args or {})
    values = {"task": task, "args": pack(args or {}), "cron": cron, "zone": zone}
    return _put(name, {**values, "catch_up": CatchUp(catch_up), "max_age_s": max_age_s, "from_code": False})


def _put(name: str, values: dict[str, Any]) -> Schedule:
    now = timezone.now()
    row = Schedule.objects.filter(name=name).first()
    if row is None:
        row = Schedule(name=name, seen_until=now)
    elif row.next_at is None or (row.cron, row.zone) != (values["cron"], values["zone"]):
        row.seen_until = now
    for column, value in values.items():
        setattr(row, column, value)
    row.next_at = None if row.paused else _next(row, row.seen_until)
    row.save()
    return row


def drop_schedule(name: str) -> None:
    """It fires no more; what it did stays."""
    Schedule.objects.filter(name=name).update(next_at=None)


def sync_schedules() -> None:
    """Bring the schedules written in code into the table, and withdraw those whose code is gone."""
    with transaction.atomic(durable=True):
        for plan in planned.values():
            values = {"task": plan.name, "args": "{}", "cron": plan.cron, "zone": plan.zone, "from_code": True}
            _put(plan.name, {**values, "catch_up": plan.catch_up, "max_age_s": plan.max_age_s})
        Schedule.objects.filter(from_code=True).exclude(name__in=list(planned)).update(next_at=None)


def tick(now: datetime | None = None) -> int:
    """Fire everything that is due. Answers how many jobs came of it. Safe in many processes at once."""
    now = now or timezone.now()
    fired = 0
    for pk in list(Schedule.objects.filter(next_at__lte=now, paused=False).values_list("pk", flat=True)):
        more = True
        while more:
            with transaction.atomic(durable=True):
                rows = Schedule.objects.select_for_update(skip_locked=True)
                row = rows.filter(pk=pk, next_at__lte=now, paused=False).first()
                if row is None:
                    break
                jobs, more = _advance(row, now)
                fired += jobs
    return fired


def watch_clock(now: datetime | None = None) -> None:
    """A clock that had run far ahead and was put right must not silence the schedules until it comes there again."""
    now = now or timezone.now()
    for row in Schedule.objects.filter(seen_until__gt=now + CLOCK_WAS_WRONG, next_at__isnull=False):
        log.warning("%s: the clock was put back by %s; it goes on from now", row.name, row.seen_until - now)
        Schedule.objects.filter(pk=row.pk, seen_until=row.seen_until).update(seen_until=now, next_at=_next(row, now))


def _next(row: Schedule, start: datetime) -> datetime:
    return next(due_after(row.cron, row.zone or settings.TIME_ZONE, start))


def _advance(row: Schedule, now: datetime) -> tuple[int, bool]:
    """Handle one batch of due moments of a locked schedule: (jobs made, is there more)."""
    moments = due_after(row.cron, row.zone or settings.TIME_ZONE, row.seen_until)
    batch = list(islice(_until(moments, now), BATCH + 1))
    more = len(batch) > BATCH
    batch = batch[:BATCH]
    fire = _chosen(row, batch, now, more=more)
    made = sum(_fire(row, moment) for moment in batch if moment in fire)
    skip(row, [moment for moment in batch if moment not in fire])
    row.seen_until = batch[-1] if more else now
    row.next_at = _next(row, row.seen_until)
    row.save(update_fields=["seen_until", "next_at"])
    return made, more


def _until(moments: Iterable[datetime], now: datetime) -> Iterator[datetime]:
    for moment in moments:
        if moment > now:
            return
        yield moment


def _chosen(row: Schedule, batch: list[datetime], now: datetime, *, more: bool) -> set[datetime]:
    oldest = now - timedelta(seconds=row.max_age_s) if row.max_age_s is not None else None
    young = [moment for moment in batch if oldest is None or moment >= oldest]
    if row.task not in tasks:
        log.error("schedule %s names the task %s, which this version does not have", row.name, row.task)
        return set()
    if row.catch_up == CatchUp.EVERY:
        return set(young)
    if row.catch_up == CatchUp.LATEST:
        return set() if more else set(young[-1:])
    return {moment for moment in young if now - moment <= ON_TIME}


def _fire(row: Schedule, moment: datetime) -> bool:
    """One job for one moment, unless this moment was handled before (the clock may have been put back)."""
    run, new = ScheduleRun.objects.get_or_create(schedule=row, due=moment, defaults={"state": RunState.FIRED})
    if not new:
        return False
    key = f"schedule:{row.pk}:{moment:%Y-%m-%dT%H:%M}Z"
    job = enqueue(row.task, json.loads(row.args), key=key, behalf=None, due=moment)
    ScheduleRun.objects.filter(pk=run.pk).update(job_id=job.pk)
    return True


def skip(row: Schedule, moments: list[datetime]) -> None:
    """Note moments that do not fire, as one row at the last of them."""
    if moments:
        values = {"state": RunState.SKIPPED, "count": len(moments)}
        ScheduleRun.objects.get_or_create(schedule=row, due=moments[-1], defaults=values)


def pass_over(row: Schedule, now: datetime) -> None:
    """Skip everything up to now and go on from here; for a schedule that was paused."""
    moments = due_after(row.cron, row.zone or settings.TIME_ZONE, row.seen_until)
    skip(row, list(islice(_until(moments, now), BATCH)))
    row.seen_until, row.next_at = now, _next(row, now)
