"""Where else a person's data lies: apps above say how to erase theirs, and a list outlives a restored backup.

    @erases
    def forget(person: Person) -> None: ...

runs inside the act people.confirm_erasure, in its transaction; what takes long enqueues a job there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from opsloop.base.people.models import Person

Eraser = Callable[[Person], None]
_erasers: list[Eraser] = []


def erases(fn: Eraser) -> Eraser:
    """Register a function that erases an app's data about a person."""
    _erasers.append(fn)
    return fn


def erasers() -> list[Eraser]:
    """All that are registered, in the order of registration."""
    return list(_erasers)


def list_file() -> Path:
    """The ids of erased persons with the time, beside the database and outside of its backups."""
    file: Path = settings.WORKSPACE.var / "erased.json"
    return file


def keep_list() -> None:
    """Write the list anew after commit, from the database and what it held before: a lost write heals itself."""
    transaction.on_commit(_write)


def _write() -> None:
    rows = Person.objects.filter(erased_at__isnull=False).values_list("pk", "erased_at")
    said = {**erased(), **{str(pk): at.isoformat() for pk, at in rows if at}}
    file = list_file()
    new = file.with_suffix(".new")
    new.write_text(json.dumps(said, indent=0, sort_keys=True), encoding="utf-8")
    new.replace(file)


def erased() -> dict[str, str]:
    """person id -> when, as the list says; a restored backup in which one of them is not erased must erase again."""
    file = list_file()
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found
