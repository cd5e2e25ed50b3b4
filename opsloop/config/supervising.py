"""Processes under one supervisor: what ends unasked is started again, and one signal ends all."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("opsloop.serve")
GRACE_S, LONGEST_WAIT_S, LIVED_WELL_S = 25.0, 30.0, 30.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process under the supervisor. `work` is what it does; when it ends otherwise than asked it is restarted.

    afresh: the exit status by which it asks for that itself.
    """

    name: str
    work: Callable[[], None]
    afresh: int | None = None
    pid: int | None = None
    started: float = 0.0
    again_at: float = field(default=0.0)
    deaths: int = 0

    def spawn(self) -> None:
        """Fork. The child gets a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if pid == 0:
            _become(self.work, supervisor)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self.pid, self.started = pid, time.monotonic()

    def reap(self) -> None:
        """Notice its end, and plan its next start: at once, then later and later while it dies young."""
        if self.pid is None:
            return
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return
        now = time.monotonic()
        if os.waitstatus_to_exitcode(status) == self.afresh:
            self.pid, self.again_at = None, now
            return
        self.deaths = 0 if now - self.started > LIVED_WELL_S else self.deaths + 1
        pause = min(LONGEST_WAIT_S, 0.25 * 2**self.deaths)
        self.pid, self.again_at = None, now + pause
        log.error("%s ended (%s); it is started again in %.1f s", self.name, _said(status), pause)


def _become(work: Callable[[], None], supervisor: int) -> None:
    """In the child: nothing of the supervisor's manners, and an end when the supervisor is gone. Never returns."""
    status = 1
    try:
        os.setpgid(0, 0)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == supervisor:
            work()
            status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        log.exception("a process could not start")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _said(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"


class Supervisor:
    """Keeps its children alive until a signal says otherwise."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.asked = 0

    def run(self) -> int:
        """Answers 0 when everything ended in good order, 1 when something had to be killed."""
        before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        try:
            while not self.asked:
                self._keep()
                time.sleep(0.2)
            return self._end()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, *_: Any) -> None:
        self.asked += 1

    def _keep(self) -> None:
        for child in self.children:
            child.reap()
            if child.pid is None and time.monotonic() >= child.again_at:
                child.spawn()

    def _end(self) -> int:
        """Ask politely, wait, then insist; a second Ctrl-C insists at once."""
        self._tell(signal.SIGTERM)
        deadline, asked = time.monotonic() + GRACE_S, self.asked
        while self._alive() and time.monotonic() < deadline and self.asked == asked:
            time.sleep(0.05)
        if not self._alive():
            return 0
        log.error("%s did not end in time and is killed", ", ".join(child.name for child in self._alive()))
        for child in self._alive():
            os.killpg(child.pid or 0, signal.SIGKILL)
            os.waitpid(child.pid or 0, 0)
        return 1

    def _tell(self, number: signal.Signals) -> None:
        for child in self._alive():
            os.kill(child.pid or 0, number)

    def _alive(self) -> list[Child]:
        for child in self.children:
            if child.pid is not None and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.pid = None
        return [child for child in self.children if child.pid is not None]
