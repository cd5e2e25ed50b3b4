"""Files in the lake's folder that no version names: left by loads that were interrupted, or let go since.

A file is deleted when two sweeps at least a day apart found it unnamed: what is being loaded has a day to be published,
and who reads a version that is let go has a day to finish. The times of the finding lie in a file beside the locks.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from opsloop.data.lake.models import DataFile

GRACE = timedelta(days=1)


def _root() -> Path:
    found: Path = settings.WORKSPACE.lake
    return found


def _note() -> Path:
    folder: Path = settings.WORKSPACE.run / "lake"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "unnamed.json"


def seen() -> dict[str, datetime]:
    """path -> when it was first found unnamed."""
    try:
        said: dict[str, str] = json.loads(_note().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {path: datetime.fromisoformat(at) for path, at in said.items()}


def _keep(found: dict[str, datetime]) -> None:
    new = _note().with_suffix(".new")
    new.write_text(json.dumps({path: at.isoformat() for path, at in found.items()}), encoding="utf-8")
    new.replace(_note())


def unnamed() -> list[str]:
    """Every file below the lake's folder that is in no row of the manifest."""
    there = {str(file.relative_to(_root())) for file in _root().rglob("*") if file.is_file()}
    return sorted(there - set(DataFile.objects.values_list("path", flat=True)))


def ripe(now: datetime) -> list[str]:
    """Unnamed files whose day is over; notes those that it meets for the first time."""
    before = seen()
    found = {path: before.get(path, now) for path in unnamed()}
    _keep(found)
    return [path for path, at in found.items() if now - at >= GRACE]


def hasten(paths: Iterable[str], now: datetime, *, grace: timedelta) -> None:
    """Let these go after `grace` instead of a day: what was erased should not lie about longer than readers need."""
    _keep(seen() | dict.fromkeys(paths, now - GRACE + grace))


def delete(paths: Iterable[str]) -> None:
    """Delete files and the folders that they leave empty."""
    for path in paths:
        file = _root() / path
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == _root() or _root() not in folder.parents:
                break
            with contextlib.suppress(OSError):  # not empty
                folder.rmdir()
