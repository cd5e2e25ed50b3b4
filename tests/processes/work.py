"""Tasks that misbehave, for a worker process of a test. Run: python -m tests.processes.work [task ...]

Enqueues the named tasks and works until a signal; limits are short.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django

django.setup()

from opsloop.base.jobs.api import enqueue, task
from opsloop.base.jobs.worker import Worker


@task("testwork.quick", "Quick")
def quick(ctx):
    return "done"


@task("testwork.patient", "Reports as it goes", prepare=True)
def patient(ctx):
    for n in range(10_000):
        ctx.progress(n + 1, 10_000)
        time.sleep(0.02)


@task("testwork.endless", "Never ends", prepare=True, timeout_s=1)
def endless(ctx):
    while True:
        pass


@task("testwork.stuck", "Hangs outside Python", prepare=True, timeout_s=1)
def stuck(ctx):
    time.sleep(600)


def main() -> None:
    for name in sys.argv[1:]:
        enqueue(name, behalf=None)
    worker = Worker(2, lease_s=3, hard_s=6)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stopping.set())
    os._exit(worker.run())


if __name__ == "__main__":
    main()
