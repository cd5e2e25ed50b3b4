"""Where files lie: drop/ and its folders, files that wait for a person, and the working folder of one load."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.models import Attempt, Source

QUIET_S = 5.0
"""A file in drop/ is taken by itself once nothing was written to it for so long."""
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", "~")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was when reading began."""

    size: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Seen:
        said = path.stat()
        return cls(said.st_size, said.st_mtime_ns, said.st_ino)


def refuse_changed(path: Path, seen: Seen) -> None:
    """Raises Unreadable when the file was written to since it was seen."""
    if Seen.of(path) != seen:
        raise Unreadable("changed")


def hash_of(path: Path) -> str:
    """The file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def dropped(source: Source, *, quiet_s: float = 0.0) -> list[Path]:
    """Files in drop/ that are the source's, oldest name first; with `quiet_s` only those nobody writes to."""
    arrives = definition_of(source).arrives
    folder: Path = settings.WORKSPACE.drop
    if not isinstance(arrives, Drop) or not folder.is_dir():
        return []
    out = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith(UNFINISHED) or not fnmatch.fnmatch(path.name, arrives.drop):
            continue
        if path.is_file() and time.time() - path.stat().st_mtime >= quiet_s:
            out.append(path)
    return out


def put_away(path: Path, where: str) -> Path:
    """Move a file of drop/ into a folder below it, without replacing one of that name there."""
    folder = settings.WORKSPACE.drop / where
    folder.mkdir(parents=True, exist_ok=True)
    target, n = folder / path.name, 2
    while target.exists():
        target, n = folder / f"{path.stem}~{n}{path.suffix}", n + 1
    shutil.move(str(path), str(target))
    return Path(target)


def done_folder() -> str:
    """Loaded files are kept by month: drop/done/2026-11/."""
    return f"done/{timezone.localdate():%Y-%m}"


def keep_held(load: int, path: Path, name: str) -> str:
    """Keep a copy of a held load's file until it is decided on. Answers its place below var/."""
    place = Path("held") / str(load) / Path(name).name
    target = settings.WORKSPACE.var / place
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, target.open("wb") as out:
        shutil.copyfileobj(source, out, 1024 * 1024)
        out.flush()
        os.fsync(out.fileno())
    return str(place)


def held_path(place: str) -> Path:
    """Where a held load's file lies."""
    return Path(settings.WORKSPACE.var / place)


def drop_held(place: str) -> None:
    """A held load was decided on: its copy goes."""
    if place:
        shutil.rmtree(held_path(place).parent, ignore_errors=True)


@contextmanager
def working_folder(load: int) -> Iterator[Path]:
    """A folder for what one load makes on its way, gone at the end."""
    folder = settings.WORKSPACE.run / "loads" / str(load)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_working_folders(older_s: float = 86_400.0) -> int:
    """Remove what killed loads left; answers how many folders."""
    root = settings.WORKSPACE.run / "loads"
    old = [one for one in root.iterdir() if time.time() - one.stat().st_mtime > older_s] if root.is_dir() else []
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def close_lost_attempts(older: timedelta = timedelta(days=1)) -> int:
    """Attempts whose process was killed are over; what they had prepared, values of rows among it, goes."""
    now = timezone.now()
    return Attempt.objects.filter(ended_at=None, began_at__lt=now - older).update(ended_at=now, prepared=None)
