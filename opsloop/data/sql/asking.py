"""Asking on somebody's behalf: the act, the run's row, the child process, the row again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError
from opsloop.data.sql import checking, relations, running
from opsloop.data.sql.actions import ask_sql
from opsloop.data.sql.models import KEEP_RESULTS, Run, RunState, SavedQuery

KEEP_RUNS = timedelta(days=400)


def ask(
    person: Person,
    text: str,
    *,
    at: int | None = None,
    query: SavedQuery | None = None,
    limits: running.Limits = running.PAGE,
    by: Person | None = None,
) -> Run:
    """Run a statement as `person` and keep what came of it. A fault in it is in the row; Forbidden is raised.

    by: the robot, when a job asks for the person.
    """
    run = Run(person=person, text=text[: checking.LONGEST], at=at, query=query)
    try:
        checked = checking.parsed(text, relations.known(person, at).get)
        ask_sql(
            by=by or person,
            tables=tables_text(checked.relations),
            sha256=_digest(text),
            query=query.pk if query else None,
        )
        run.save()
        return _run(run, limits)
    except checking.BadQuery as error:
        return _failed(run, error.fault)


def _run(run: Run, limits: running.Limits) -> Run:
    try:
        found = running.run(run.text, run.person, run.file, at=run.at, limits=limits)
    except ActError as error:  # no turn, no such version: said to the person, kept like any other end
        return _failed(run, checking.Fault(str(error)))
    except BaseException:
        run.file.unlink(missing_ok=True)
        raise
    run.state, run.rows, run.more, run.seconds = RunState.DONE, found.rows, found.more, found.seconds
    run.version = found.version
    run.save()
    return run


def _failed(run: Run, fault: checking.Fault) -> Run:
    run.state, run.fault, run.line, run.column = RunState.FAILED, fault.text, fault.line, fault.column
    run.save()
    run.file.unlink(missing_ok=True)
    return run


def tables_text(names: Iterable[str]) -> str:
    """For the ledger: a, b, c."""
    return ", ".join(names) or "—"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sweep() -> int:
    """Results of more than a week ago go, runs of more than a year; answers how many results."""
    now, gone = timezone.now(), 0
    for run in Run.objects.filter(asked_at__lt=now - KEEP_RESULTS):
        if run.file.exists():
            run.file.unlink()
            gone += 1
    Run.objects.filter(asked_at__lt=now - KEEP_RUNS).delete()
    return gone
