"""Kills a real worker at random moments while it does jobs with effects, then lets one finish and counts.

    python -m tests.torture.kill_worker KILLS LETTERS_FILE

Runs on the workspace and database of the environment. Prints one JSON object. The worker is forked from this process,
as `serve` does it, since starting Python anew for each of 1,000 kills would take longer than all their work.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.db import connections
from django.utils import timezone

from opsloop.base.acts import act
from opsloop.base.jobs import outbox
from opsloop.base.jobs.api import enqueue, post, robot, sender, task
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox
from opsloop.base.jobs.worker import main as work
from opsloop.base.ledger.chain import verify
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person

KILLS, LETTERS = int(sys.argv[1]), Path(sys.argv[2])
LEASE_S, BATCH, MANY = 1.0, 30, 1_000_000
CHUNKS = 3
LETTERED = {str(n) for n in range(0, MANY, 3)}
"""The effects that also send a letter: those of the short task."""
outbox.SEND_S = LEASE_S
outbox.MAX_ATTEMPTS = MANY
dice = random.Random(20261121)


@act("torture.append", "Append", done="{by} appended {n}")
def append(*, by: Person, n: str) -> Department:
    """The effect: one row that tells its job, and one ledger entry."""
    row = Department(code=uuid.uuid4().hex, title=n)
    row.save()
    if n in LETTERED:
        post("torture", "file", {}, key=f"{n}:{row.code}")
    return row


def _linger() -> None:
    time.sleep(random.uniform(0, 0.02))


@task("torture.short", "Short", max_attempts=MANY, may=("torture.append",))
def short(ctx, n):
    append(by=ctx.by, n=n)
    _linger()


@task("torture.prepare", "Prepare", max_attempts=MANY, prepare=True, may=("torture.append",))
def prepare(ctx, n):
    _linger()
    return lambda: append(by=ctx.by, n=n)


@task("torture.chunks", "Chunks", max_attempts=MANY, prepare=True, may=("torture.append",))
def chunks(ctx, n):
    for part in range(ctx.kept.get("next", 0), CHUNKS):
        with ctx.checkpoint(next=part + 1):
            append(by=ctx.by, n=f"{n}.{part}")
        _linger()


@sender("torture")
def to_file(letter):
    handle = os.open(LETTERS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, f"{letter.key}\n".encode())
    os.close(handle)
    _linger()


wanted: list[str] = []


def feed() -> None:
    """Keep the queue filled, so that every kill hits work."""
    if Job.objects.filter(due_at__isnull=False).count() < BATCH:
        for _i in range(BATCH):
            n = str(len(wanted))
            name = ("torture.short", "torture.prepare", "torture.chunks")[len(wanted) % 3]
            enqueue(name, {"n": n}, key=f"torture:{n}", behalf=None)
            wanted.append(n)
    connections.close_all()  # no connection crosses the fork


def fork() -> int:
    pid = os.fork()
    if pid == 0:
        random.seed()
        work(["--slots", "2", "--lease", str(LEASE_S)])
    return pid


def busy() -> bool:
    return Job.objects.filter(due_at__isnull=False).exists() or Outbox.objects.filter(due_at__isnull=False).exists()


def finish() -> None:
    """A worker that nobody kills does the rest."""
    Job.objects.filter(state=JobState.WAITING).update(due_at=timezone.now())
    Outbox.objects.filter(state=LetterState.WAITING).update(due_at=timezone.now())
    connections.close_all()
    pid = fork()
    deadline = time.monotonic() + 120
    while busy() and time.monotonic() < deadline:
        time.sleep(0.2)
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)


def count() -> dict[str, object]:
    """What is there against what was wanted."""
    effects = {n if i % 3 < 2 else f"{n}.{part}" for i, n in enumerate(wanted) for part in range(CHUNKS)}
    rows = Counter(Department.objects.values_list("title", flat=True))
    bodies = Entry.objects.filter(act="torture.append").values_list("body", flat=True)
    entries = Counter(json.loads(body)["args"]["n"] for body in bodies)
    lines = Counter(LETTERS.read_text().split())
    letters = dict(Outbox.objects.values_list("key", "maybe_twice"))
    return {
        "jobs": len(wanted),
        "effects": len(effects),
        "unfinished": Job.objects.exclude(state=JobState.DONE).exclude(task__startswith="jobs.").count(),
        "lost": len(effects - rows.keys()) + len(effects - entries.keys()),
        "doubled": sum(n - 1 for n in rows.values()) + sum(n - 1 for n in entries.values()),
        "strange": len((rows.keys() | entries.keys()) - effects),
        "claimed_again": Job.objects.filter(attempt__gt=1).count(),
        "most_attempts": max(Job.objects.values_list("attempt", flat=True)),
        "faults": [f"{fault.entry_id} {fault.what}" for fault in verify()],
        "letters": len(letters),
        "letters_lost": len(letters.keys() - lines.keys()) + abs(len(letters) - len(effects & LETTERED)),
        "letters_twice": sum(n > 1 for n in lines.values()),
        "twice_unmarked": sum(lines[key] > 1 and not marked for key, marked in letters.items()),
    }


def main() -> None:
    logging.disable(logging.WARNING)
    robot()
    LETTERS.touch()
    began = time.monotonic()
    for _kill in range(KILLS):
        feed()
        pid = fork()
        time.sleep(dice.uniform(0.02, 0.6))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    killing = time.monotonic() - began
    finish()
    print(json.dumps({"kills": KILLS, "seconds": round(killing), **count()}))


main()
