"""What people may do with jobs, schedules and outgoing messages. The rows are technical; the decision is an act."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Note, Reason, act
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox, Schedule
from opsloop.base.jobs.outbox import open_again
from opsloop.base.jobs.queue import enqueue
from opsloop.base.jobs.schedules import pass_over
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused, Text
from opsloop.base.things.frame import running


def _put(row: Job | Schedule, **values: Any) -> None:
    """Write columns, and tell the ledger what changed: technical rows do not do so by themselves."""
    diff = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    running().changed(row._meta.label_lower, row.pk, diff)


def _not_dead(job: Job) -> Text | None:
    return None if job.state == JobState.DEAD else _("Only a failed job can be tried again.")


@act("jobs.retry", _("Try again"), done=_("{by} let {job} be tried again"), when=_not_dead)
def retry_job(job: Job, *, by: Person, note: Note = "") -> Job:
    """Let a failed job run again, with all its attempts, from its last chunk."""
    _again(job)
    return job


def _again(job: Job) -> None:
    now = timezone.now()
    _put(job, state=JobState.WAITING, due_at=now, run_at=now, attempt=0, finished_at=None)


@act("jobs.retry_many", _("Try again"), done=_("{by} let {n} failed jobs be tried again"))
def retry_jobs(jobs: list[Job], *, by: Person, note: Note = "") -> int:
    """Let failed jobs run again. Those that are not failed any more are passed over; refused when none is."""
    failed = [job for job in jobs if job.state == JobState.DEAD]
    if not failed:
        raise Refused(_t("None of these jobs has failed."))
    for job in failed:
        _again(job)
    return len(failed)


def _over(job: Job) -> Text | None:
    if job.state in (JobState.DONE, JobState.DISCARDED):
        return _("This job is over.")
    return None


@act("jobs.discard", _("Discard"), done=_("{by} discarded {job}: {reason}"), when=_over)
def discard_job(job: Job, *, by: Person, reason: Reason) -> Job:
    """Give up a job. One that runs stops at its next report; what it has not committed is dropped."""
    _give_up(job)
    return job


def _give_up(job: Job) -> None:
    _put(job, state=JobState.DISCARDED, due_at=None, finished_at=timezone.now(), token=job.token + 1)


@act("jobs.discard_many", _("Discard"), done=_("{by} discarded {n} jobs: {reason}"))
def discard_jobs(jobs: list[Job], *, by: Person, reason: Reason) -> int:
    """Give up jobs. Those that are over are passed over; refused when all are."""
    open_ones = [job for job in jobs if _over(job) is None]
    if not open_ones:
        raise Refused(_t("All of these jobs are over."))
    for job in open_ones:
        _give_up(job)
    return len(open_ones)


def _paused(schedule: Schedule) -> Text | None:
    if schedule.next_at is None and not schedule.paused:
        return _("This schedule is withdrawn.")
    return _("It is paused already.") if schedule.paused else None


def _not_paused(schedule: Schedule) -> Text | None:
    return None if schedule.paused else _("It is not paused.")


@act("jobs.pause_schedule", _("Pause"), done=_("{by} paused {schedule}: {reason}"), when=_paused)
def pause_schedule(schedule: Schedule, *, by: Person, reason: Reason) -> Schedule:
    """Let a schedule rest; what becomes due meanwhile is skipped."""
    _put(schedule, paused=True, next_at=None)
    return schedule


@act("jobs.resume_schedule", _("Resume"), done=_("{by} resumed {schedule}"), when=_not_paused)
def resume_schedule(schedule: Schedule, *, by: Person, note: Note = "") -> Schedule:
    """Let a paused schedule go on from now."""
    before = schedule.seen_until
    pass_over(schedule, timezone.now())
    seen_until, next_at = schedule.seen_until, schedule.next_at
    schedule.seen_until, schedule.next_at = before, None
    _put(schedule, paused=False, seen_until=seen_until, next_at=next_at)
    return schedule


@act("jobs.run_now", _("Run now"), done=_("{by} ran {schedule} outside its times"))
def run_now(schedule: Schedule, *, by: Person, note: Note = "") -> Job:
    """Start a scheduled task now, with the robot's rights as at its own times."""
    try:
        return enqueue(schedule.task, json.loads(schedule.args), behalf=None)
    except LookupError:
        raise Refused(_t("This version has no such task any more.")) from None


def _not_stuck(message: Outbox) -> Text | None:
    return None if message.state == LetterState.DEAD else _("Only a failed message can be sent again.")


@act("jobs.resend", _("Send again"), done=_("{by} let {message} be sent again"), when=_not_stuck)
def resend_message(message: Outbox, *, by: Person, note: Note = "") -> Outbox:
    """Let a message that could not be delivered be sent again."""
    _send_again(message)
    message.refresh_from_db()
    return message


def _send_again(message: Outbox) -> None:
    open_again(message)
    running().changed(message._meta.label_lower, message.pk, {"state": (LetterState.DEAD, LetterState.WAITING)})


@act("jobs.resend_many", _("Send again"), done=_("{by} let {n} failed messages be sent again"))
def resend_messages(messages: list[Outbox], *, by: Person, note: Note = "") -> int:
    """Let failed messages be sent again. Others are passed over; refused when none has failed."""
    failed = [one for one in messages if one.state == LetterState.DEAD]
    if not failed:
        raise Refused(_t("None of these messages has failed."))
    for one in failed:
        _send_again(one)
    return len(failed)


@act("jobs.make_robot", _("Set up the worker"), done=_("Opsloop set up its worker"), doors=frozenset())
def make_robot(*, by: Person) -> Person:
    """The worker's robot enters itself among the people, once; its rights come from code, job by job."""
    by.save()
    return by
