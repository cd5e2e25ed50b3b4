"""Where else a person's data lies: apps above say how to erase theirs, and a list outlives a restored backup.

    @erases
    def forget(person: Person) -> None: ...

runs inside the act people.confirm_erasure, in its transaction; what takes long enqueues a job there.

    note("lake", subject, {"manner": "detach"})

in an act puts an erasure of another kind onto the list; `@repeats("lake")` says how it is done again after a restore.
"""

from __future__ import annotations

import fcntl
import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opsloop.base.people.erased_list import COPY, PEOPLE, Noted, company_of, merged, read, write
from opsloop.base.people.models import Person

Eraser = Callable[[Person], None]
Repeater = Callable[[Noted, Person], int]
_erasers: list[Eraser] = []
_repeaters: dict[str, Repeater] = {}


def erases(fn: Eraser) -> Eraser:
    """Register a function that erases an app's data about a person."""
    _erasers.append(fn)
    return fn


def erasers() -> list[Eraser]:
    """All that are registered, in the order of registration."""
    return list(_erasers)


def repeats(part: str) -> Callable[[Repeater], Repeater]:
    """Register a function that does the noted erasures of a part again: (noted, the robot) -> how many it did."""

    def put(fn: Repeater) -> Repeater:
        _repeaters[part] = fn
        return fn

    return put


def repeaters() -> dict[str, Repeater]:
    """All that are registered, by their part of the list."""
    return dict(_repeaters)


def list_file() -> Path:
    """The list of erasures: beside the database and outside of its backups."""
    file: Path = settings.WORKSPACE.var / "erased.json"
    return file


def noted(part: str) -> Noted:
    """What the list says of a part."""
    return read(list_file()).get(part, {})


def erased() -> dict[str, str]:
    """person id -> when, as the list says; a restored backup in which one of them is not erased must erase again."""
    return {pk: str(said["at"]) for pk, said in noted(PEOPLE).items()}


def note(part: str, what: str, said: Mapping[str, Any] | None = None) -> None:
    """Put an erasure onto the list once the act is done."""
    entry = {**(said or {}), "at": timezone.now().isoformat()}
    transaction.on_commit(functools.partial(keep, {part: {what: entry}}))


def keep_list() -> None:
    """Write the list anew after commit, from the database and what it held before: a lost write heals itself."""
    transaction.on_commit(_keep_people)


def _keep_people() -> None:
    rows = Person.objects.filter(erased_at__isnull=False).values_list("pk", "erased_at")
    keep({PEOPLE: {str(pk): {"at": _text(at)} for pk, at in rows}})


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def keep(more: Mapping[str, Noted]) -> None:
    """Add to the list, and to its copies beside backups. A later order about somebody takes the earlier one's place."""
    file = list_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = merged(read(file), more)
        write(file, said)
        for folder in said.get("copies", {}):
            put_copy(Path(folder), said)


def copy_beside(backup: Path) -> None:
    """Keep a copy of the list in the folder of a backup, now and at every erasure to come."""
    keep({"copies": {str(backup.resolve().parent): {"at": timezone.now().isoformat()}}})


def put_copy(folder: Path, said: Mapping[str, Noted]) -> None:
    """Write a copy; a folder that is not there now (a disk put away) gets it with the next erasure or backup."""
    name = COPY.format(company=company_of(settings.WORKSPACE.root))
    if folder.is_dir():
        try:
            write(folder / name, {part: rows for part, rows in said.items() if part != "copies"})
        except OSError:
            return
