"""What was found in an import's file, kept so that a page shows it at once: made in the page while the file is small,
by a job when it is large."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queries import worker_stopped
from opsloop.base.kinds.loading import typed
from opsloop.base.people.models import Person
from opsloop.data.cleaning.contract import Remembered
from opsloop.data.cleaning.readers.headings import fingerprint
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.imports.looking import Look, look_at
from opsloop.data.imports.models import Finding, Import
from opsloop.data.imports.trying import Asked, trial
from opsloop.data.sources import asiding, faults
from opsloop.data.sources.contracts import contract, contract_of, manner
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.source import Source as Definition

LOOK, TRIAL = "look", "trial"
TASK = "imports.find"
SMALL, SMALL_SHEET = 4 * 1024**2, 512 * 1024
"""Up to so many bytes a file is read within the request: about a second. Sheets unpack to ten times and read slowly."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as a page shows it: the result, or why there is none, or the job that is at it."""

    result: dict[str, Any] | None = None
    fault: str = ""
    job: Job | None = None
    stopped: bool = False

    @property
    def waits(self) -> bool:
        return self.result is None and not self.fault


def looked(brought: Import, person: Person) -> Found:
    """How the file looks; `Look.read(found.result)`."""
    return _found(brought, LOOK, person)


def tried(brought: Import, person: Person) -> Found:
    """What a load would do; `Trial.read(found.result)`."""
    return _found(brought, TRIAL, person)


def look_of(brought: Import, person: Person) -> Look | None:
    """The look, when it is there."""
    found = looked(brought, person)
    return Look.read(found.result) if found.result is not None else None


def digest_of(brought: Import, what: str) -> str:
    """By what a finding holds: the content, how it is read, and for a trial for what it is tried."""
    said: list[Any] = [brought.sha256, brought.name, brought.skip, brought.sheet]
    if what == TRIAL:
        source = brought.source
        said += [source.ident, source.number, source.sha256] if source else [brought.ident, brought.definition]
        said.append(brought.columns)
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _found(brought: Import, what: str, person: Person) -> Found:
    digest = digest_of(brought, what)
    row = Finding.objects.filter(brought=brought, what=what, digest=digest).first()
    if row is None and _small(brought):
        row = make(brought, what, person)
    if row is not None:
        return Found(row.result, row.fault)
    job = enqueue(TASK, {"brought": brought.pk, "what": what}, key=f"{TASK}:{brought.pk}:{digest}", behalf=person)
    if job.state == JobState.DEAD:
        return Found(fault=_t("{file}: {why} Read it in another way, or bring it in again.").format(
            file=brought.name, why=job.error.splitlines()[0] if job.error else ""))  # fmt: skip
    return Found(job=job, stopped=worker_stopped())


def _small(brought: Import) -> bool:
    sheet = brought.name.lower().endswith((".xlsx", ".xlsm", ".gz", ".parquet", ".pq"))
    return brought.size <= (SMALL_SHEET if sheet else SMALL)


def make(brought: Import, what: str, person: Person) -> Finding:
    """Read the file and keep what is found, or the one message that says why nothing is."""
    digest, result, fault = digest_of(brought, what), None, ""
    try:
        result = _MAKERS[what](brought, person)
    except (Unreadable, OSError) as error:
        fault = faults.fault(error, brought.name)
    except Exception as error:
        if not type(error).__module__.startswith("_duckdb"):
            raise
        fault = faults.fault(error, brought.name)
    values = {"digest": digest, "result": result, "fault": fault, "at": timezone.now()}
    return Finding.objects.update_or_create(brought=brought, what=what, defaults=values)[0]


def _look(brought: Import, person: Person) -> dict[str, Any]:
    assert brought.stored is not None, "an import that is not over keeps its content"
    return look_at(brought.stored.path, brought.name, brought.skip, brought.sheet).plain()


def _try(brought: Import, person: Person) -> dict[str, Any]:
    assert brought.stored is not None, "an import that is not over keeps its content"
    return trial(asked(brought, person)).plain()


def asked(brought: Import, person: Person) -> Asked:
    """The file against the contract that it would be loaded by."""
    assert brought.stored is not None
    path, name = brought.stored.path, brought.name
    if brought.source is None:
        definition = typed(Definition, brought.definition)
        return Asked(path, name, contract(brought.ident, definition), manner(definition), definition)
    definition, wanted = definition_of(brought.source), contract_of(brought.source)
    if brought.columns:
        look = look_of(brought, person)
        said = Remembered(fingerprint(look.headings if look else ()), brought.columns, brought.skip, brought.sheet)
        wanted = replace(wanted, remembered=(said, *wanted.remembered))
    closed = asiding.hidden(brought.source, person)
    return Asked(path, name, wanted, manner(definition), definition, closed)


_MAKERS: dict[str, Callable[[Import, Person], dict[str, Any]]] = {LOOK: _look, TRIAL: _try}
