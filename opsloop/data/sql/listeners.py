from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import BY_DIGEST, notice_kind
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.search.api import searchable
from opsloop.data.lake.forgetting import Gone, Work, forgets
from opsloop.data.lake.retention import keeps_versions
from opsloop.data.sql.actions import SNAPSHOT
from opsloop.data.sql.jobs import NOTICE
from opsloop.data.sql.models import Run, RunState, SavedQuery
from opsloop.data.sql.snapshot import snapshot_file, version_note

LATER = timedelta(minutes=10)
"""The snapshot is made anew once the lake itself is clean."""

notice_kind(NOTICE, _("A query ran by itself"), default=BY_DIGEST)
searchable(
    SavedQuery,
    url=lambda query: query.get_absolute_url(),
    text=lambda query: f"{query.note} {query.text}",
    only=Q(archived_at__isnull=True),
)


@keeps_versions
def of_saved_queries() -> list[int]:
    """The versions that kept queries last rested on."""
    rows = Run.objects.filter(query__isnull=False, query__archived_at__isnull=True, state=RunState.DONE)
    newest = dict(rows.order_by("pk").values_list("query_id", "version"))
    return [version for version in newest.values() if version]


@forgets(_("query results and the snapshot for BI tools"))
def results(gone: Gone) -> Iterator[Work]:
    """All of them: which rows a result was made of cannot be told. Asking again gives it without the person."""
    found = [run.file for run in Run.objects.filter(state=RunState.DONE) if run.file.exists()]
    if found:
        yield Work(f"{len(found)}", 0, lambda: transaction.on_commit(lambda: _drop(found)))
    there = [file for file in (snapshot_file(), version_note()) if file.exists()]
    if there:
        yield Work(snapshot_file().name, 0, functools.partial(_renew, there))


def _drop(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _renew(files: list[Path]) -> None:
    transaction.on_commit(functools.partial(_drop, files))
    enqueue(SNAPSHOT, {}, behalf=None, run_at=timezone.now() + LATER)


@erases
def forget_runs(person: Person) -> None:
    """What somebody asked, and the rows that came of it, go with their data."""
    for run in Run.objects.filter(person=person):
        run.file.unlink(missing_ok=True)
    Run.objects.filter(person=person).update(text="", fault="")
