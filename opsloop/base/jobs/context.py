"""What a task's function gets: who it acts as, how far it came, and its chunks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from opsloop.base.acts import operation
from opsloop.base.jobs import lease
from opsloop.base.jobs.lease import LostLease
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.queue import pack
from opsloop.base.jobs.robot import for_itself, for_person
from opsloop.base.jobs.tasks import Task
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import narrow
from opsloop.base.things.frame import Call, Op

__all__ = ["Context", "LostLease", "Stopping"]
REPORT_S = 0.5


class Stopping(Exception):
    """The worker is asked to stop; the job goes on from its last chunk in the next one."""


class Context:
    """`by` is who the task's acts are done by; `kept` what the last committed chunk said; `due` the moment of a
    scheduled job. One per attempt, used by one thread.
    """

    def __init__(self, job: Job, task: Task, stopping: threading.Event | None = None) -> None:
        self.job, self.task = job, task
        self.kept: dict[str, Any] = json.loads(job.kept)
        self._stopping = stopping or threading.Event()
        self._reported = float("-inf")
        self.by = self._acting()

    def _acting(self) -> Person:
        if self.job.behalf is None:
            return for_itself(self.task.may)
        by = for_person(self.job.behalf)
        if self.job.narrowed is not None:
            narrow(by, json.loads(self.job.narrowed))
        return by

    @property
    def behalf(self) -> Person | None:
        """Who asked for it; None when the robot works for itself."""
        return self.job.behalf

    @property
    def due(self) -> datetime:
        """When it was meant to run: the schedule's moment, else when it was asked for."""
        return self.job.scheduled_for or self.job.run_at

    def call(self, **more: Any) -> Call:
        """The call of its acts: the robot, for whom, through this job."""
        return Call(by=self.by, behalf=self.behalf, via=f"job:{self.job.pk}", **more)

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far it is. In a transaction it only remembers; raises LostLease or Stopping outside of one."""
        self.job.progress, self.job.message = done, text[:300]
        self.job.total = total if total is not None else self.job.total
        if connection.in_atomic_block:
            return
        if self._stopping.is_set():
            raise Stopping
        if time.monotonic() - self._reported >= REPORT_S or done == total:
            self._reported = time.monotonic()
            lease.report(self.job, **self.shown())

    def shown(self) -> dict[str, Any]:
        """The columns of the progress."""
        return {"progress": self.job.progress, "total": self.job.total, "message": self.job.message}

    @contextmanager
    def checkpoint(self, **kept: Any) -> Iterator[Op]:
        """One chunk of a prepare task: acts inside and `kept`, which a later attempt finds in `ctx.kept`, are one
        transaction. Raises LostLease or Stopping; then nothing of the chunk is there.
        """
        if self._stopping.is_set():
            raise Stopping
        after = {**self.kept, **kept}
        with operation(self.call()) as op:
            yield op
            lease.report(self.job, kept=pack(after), **self.shown())
        self.kept = after
