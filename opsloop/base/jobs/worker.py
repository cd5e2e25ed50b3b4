"""The worker process: slots that run jobs one after another, a postman for the outbox, followers, a watch over all.

`opsloop serve` starts one; `python -m opsloop.config.work` starts one more, here or on another machine.

A process that has loaded what heavy jobs need keeps it for good. Under a supervisor that starts it again (`--afresh`)
it therefore ends when it has grown and nothing has been due for a while.

SIGTERM or SIGINT: no new job is begun, running ones get GRACE_S seconds, what is then unfinished goes back into the
queue. A killed worker loses nothing: its leases end, and the next worker takes its jobs.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection
from django.utils import timezone

from opsloop.base.jobs import lease, schedules
from opsloop.base.jobs.models import Beat, Job
from opsloop.base.jobs.outbox import deliver, due_letters
from opsloop.base.jobs.robot import robot
from opsloop.base.jobs.run import TimedOut, run
from opsloop.base.jobs.tasks import SLOW, followers, tasks

log = logging.getLogger("opsloop.jobs")
POLL_S, TROUBLE_S, GRACE_S, HARD_S = 0.5, 2.0, 20.0, 30.0
CLOCK_S, BEAT_S, FOLLOW_S = 60.0, 20.0, 1.0
GROWN_MB, REST_S = 60.0, 15.0
STUCK, AFRESH = 75, 76
"""Exit statuses that ask for a new process: a job cannot be ended; this one has grown and has nothing to do."""


class Slot:
    """One thread that runs jobs. The first one takes all queues, the others leave slow ones to it."""

    def __init__(self, worker: Worker, number: int) -> None:
        self.worker, self.without = worker, () if number == 0 else (SLOW,)
        self.job: Job | None = None
        self.began = 0.0
        self.lock = threading.Lock()
        self.interrupted = False
        self.wake = threading.Event()
        self.thread = threading.Thread(target=self.loop, name=f"jobs-{number}", daemon=True)

    def loop(self) -> None:
        while not self.worker.stopping.is_set():
            self.job = None
            try:
                if not self.step():
                    self.wake.wait(POLL_S * 4)
                    self.wake.clear()
            except TimedOut:  # it struck when the job was already over
                continue
            except DatabaseTrouble as error:
                self.worker.trouble(error)
            except Exception:
                log.exception("a slot stumbled")
                self.worker.stopping.wait(TROUBLE_S)
        connection.close()

    def step(self) -> bool:
        """Run one job; False when none was due."""
        job = lease.claim(lease_s=self.worker.lease_s, without=self.without)
        if job is None:
            return False
        with self.lock:
            self.job, self.began, self.interrupted = job, time.monotonic(), False
        try:
            run(job, self.worker.stopping)
        finally:
            with self.lock:
                self.job = None
            close_old_connections()
        return True

    def check(self) -> bool:
        """Watch over the running job: extend its lease, end it at its limit. False when it can no longer be ended."""
        with self.lock:
            job, ran = self.job, time.monotonic() - self.began
            if job is None:
                return True
            known = tasks.get(job.task)
            limit = known.timeout_s if known else HARD_S
            if ran > limit and not self.interrupted:
                self.interrupted = True
                log.warning("%s runs longer than %g s and is interrupted", job, limit)
                _throw(self.thread, TimedOut)
        if ran > limit + self.worker.hard_s:
            log.error("%s does not react; the worker ends so that a new one can take over", job)
            self.give_up(job)
            return False
        if ran > self.worker.lease_s / 4:
            with contextlib.suppress(lease.LostLease):  # finished in this moment, or its next report will learn it
                lease.extend(job, self.worker.lease_s)
        return True

    def give_up(self, job: Job) -> None:
        """Note the time limit for a thread that is stuck outside Python, so that it does not come round for ever."""
        with contextlib.suppress(lease.LostLease):
            lease.fail(job, f"it did not end within {self.worker.hard_s:g} s after its time limit")


def _throw(thread: threading.Thread, what: type[BaseException]) -> None:
    """Raise in another thread, at its next step of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(what))


class Worker:
    """`slots` jobs at a time. `run` answers the exit status: 0 after a stop, else STUCK or AFRESH.

    afresh: it may end when it has grown, as somebody starts it again.
    """

    def __init__(
        self, slots: int = 2, *, lease_s: float = lease.LEASE_S, hard_s: float = HARD_S, afresh: bool = False
    ) -> None:
        self.lease_s, self.hard_s, self.afresh = lease_s, hard_s, afresh
        self.stopping = threading.Event()
        self.slots = [Slot(self, number) for number in range(slots)]
        self.letters = threading.Event()
        self.postman = threading.Thread(target=self._post, name="outbox", daemon=True)
        self.follower = threading.Thread(target=self._follow, name="followers", daemon=True)
        self.watchman = threading.Thread(target=self._watch, name="watch", daemon=True)
        self.stuck = False
        self.grown = False
        self._troubled = self._beat_at = float("-inf")
        self._busy_at, self._small_mb = time.monotonic(), own_mb()
        self.name = f"{socket.gethostname()[:90]}:{os.getpid()}"

    def run(self) -> int:
        """Work until `stopping` is set, or until the process that started this one is gone."""
        parent = os.getppid()
        self._begin()
        for thread in (*(slot.thread for slot in self.slots), self.postman, self.follower, self.watchman):
            thread.start()
        clock = 0.0
        while not self.stopping.is_set() and os.getppid() == parent:
            clock = self._guarded(lambda was: self._look(was), clock)
            self.stopping.wait(POLL_S)
        return self._end()

    def _guarded(self, what: Callable[[float], float], clock: float) -> float:
        try:
            return what(clock)
        except DatabaseTrouble as error:
            self.trouble(error)
        except Exception:
            log.exception("the worker stumbled")
            self.stopping.wait(TROUBLE_S)
        return clock

    def _begin(self) -> None:
        """Enter the robot and the schedules; while the database is away or not ready, wait for it."""
        while not self.stopping.is_set():
            try:
                robot()
                schedules.sync_schedules()
                return
            except DatabaseTrouble as error:
                self.trouble(error)

    def _look(self, clock: float) -> float:
        """Wake whoever has something to do."""
        if due := lease.due().exists():
            for slot in self.slots:
                slot.wake.set()
        if due_letters().exists():
            self.letters.set()
        schedules.tick()
        if due or any(slot.job for slot in self.slots):
            self._busy_at = time.monotonic()
        elif self.afresh and time.monotonic() - self._busy_at > REST_S:
            self._rest()
        if time.monotonic() - self._beat_at > BEAT_S:
            self._beat_at = time.monotonic()
            Beat.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
        if time.monotonic() - clock < CLOCK_S:
            return clock
        schedules.watch_clock()
        return time.monotonic()

    def _rest(self) -> None:
        """Nothing has been due for a while: end when much was loaded before."""
        self._busy_at = time.monotonic()
        if own_mb() - self._small_mb > GROWN_MB:
            self.grown = True
            self.stopping.set()

    def trouble(self, error: Exception) -> None:
        """The database is away: say so now and then, drop the connection, wait a little."""
        if time.monotonic() - self._troubled > CLOCK_S:
            self._troubled = time.monotonic()
            log.error("the database does not answer, the worker tries again: %s", error)
        with contextlib.suppress(DatabaseTrouble):
            connection.close()
        self.stopping.wait(TROUBLE_S)

    def _post(self) -> None:
        def one(_clock: float) -> float:
            if not deliver():
                self.letters.wait(POLL_S * 4)
                self.letters.clear()
            return 0.0

        while not self.stopping.is_set():
            self._guarded(one, 0.0)
        connection.close()

    def _follow(self) -> None:
        while not self.stopping.wait(FOLLOW_S):
            for follow in followers.values():
                self._guarded(lambda _c, follow=follow: float(bool(follow())), 0.0)  # type: ignore[misc]
        connection.close()

    def _watch(self) -> None:
        def round_(_clock: float) -> float:
            checked = [slot.check() for slot in self.slots]
            if not all(checked):
                self.stuck = True
                self.stopping.set()
            return 0.0

        while not self.stopping.wait(min(5.0, self.lease_s / 3)):
            self._guarded(round_, 0.0)
        # while the slots finish their last jobs these must stay ours
        while any(slot.job for slot in self.slots):
            self._guarded(round_, 0.0)
            time.sleep(min(1.0, self.lease_s / 3))

    def _end(self) -> int:
        self.stopping.set()
        self.letters.set()
        for slot in self.slots:
            slot.wake.set()
        deadline = time.monotonic() + (0 if self.stuck else GRACE_S)
        for thread in (*(slot.thread for slot in self.slots), self.postman, self.follower):
            thread.join(max(0.0, deadline - time.monotonic()))
        for slot in self.slots:
            if (job := slot.job) is not None and not self.stuck:
                self._guarded(lambda _c, job=job: self._release(job), 0.0)  # type: ignore[misc]
        self._guarded(lambda _c: float(Beat.objects.filter(name=self.name).delete()[0]), 0.0)
        connection.close()
        if self.stuck:
            return STUCK
        return AFRESH if self.grown else 0

    def _release(self, job: Job) -> float:
        log.warning("%s goes back into the queue", job)
        with contextlib.suppress(lease.LostLease):
            lease.release(job)
        return 0.0


def own_mb() -> float:
    """This process's share of the machine's memory (PSS); 0 where the system does not tell."""
    try:
        said = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in said.splitlines() if line.startswith("Pss:"))


def main(words: list[str] | None = None) -> NoReturn:
    """Run a worker in this process until a signal ends it."""
    parser = argparse.ArgumentParser(prog="opsloop worker", description="Runs jobs, schedules and the outbox.")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--lease", type=float, default=lease.LEASE_S, help="seconds")
    parser.add_argument("--afresh", action="store_true", help="end after heavy work, to be started again")
    said = parser.parse_args(words)
    worker = Worker(said.slots, lease_s=said.lease, afresh=said.afresh)

    def stop(*_: Any) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = worker.run()
    logging.shutdown()
    os._exit(status)  # a stuck thread must not keep the process
