"""Bytes on disk: written whole beside their place, then moved into it; nothing half is ever seen."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.files.models import Stored, path_of
from opsloop.base.things.errors import Refused

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Copied:
    """A finished copy, not yet in its place."""

    path: Path
    sha256: str
    size: int


def limit_bytes() -> int:
    """The largest upload, from the workspace's `upload_mb`."""
    return int(settings.WORKSPACE.upload_mb) * 1024 * 1024


def full() -> Refused:
    """What a person reads when there is no room."""
    return Refused(
        _t("The disk is full; nothing was kept. Ask the administrator to make room, then try again."), field="file"
    )


def _too_large(most: int) -> Refused:
    text = _t("The file is larger than {n} MB. Make it smaller or split it.")
    return Refused(text.format(n=most // 1024 // 1024), field="file")


def open_copy(folder: Path) -> IO[bytes]:
    """A new file that only this process knows."""
    return tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False)


@contextmanager
def copied(pieces: Iterable[bytes]) -> Iterator[Copied]:
    """Copy and hash into a file beside the shelf; it is gone afterwards unless placed. Raises Refused: size, room."""
    root: Path = settings.WORKSPACE.files
    root.mkdir(parents=True, exist_ok=True)
    digest, size, most = hashlib.sha256(), 0, limit_bytes()
    out = open_copy(root)
    path = Path(out.name)
    try:
        with out:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise _too_large(most)
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        if size == 0:
            raise Refused(_t("The file is empty. Choose another."), field="file")
        yield Copied(path, digest.hexdigest(), size)
    except OSError as error:
        if error.errno in FULL:
            raise full() from error
        raise
    finally:
        path.unlink(missing_ok=True)


def place(copy: Copied) -> None:
    """Move a copy to its place, durably. The same content twice is the same file."""
    target = path_of(copy.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    copy.path.chmod(0o640)
    copy.path.replace(target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def keeping(*, alone: bool = False) -> Iterator[None]:
    """Uploads hold the shelf together, the sweep alone: it takes no content away that is just coming."""
    root: Path = settings.WORKSPACE.files
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def drop(sha256: str) -> None:
    """Take an erased content's bytes away, unless somebody brought the same content again meanwhile."""
    with keeping(alone=True):
        if not Stored.objects.filter(sha256=sha256, erased_at__isnull=True).exists():
            path_of(sha256).unlink(missing_ok=True)


def contents() -> Iterator[Path]:
    """Every content on the shelf, and copies that a crash left behind."""
    root: Path = settings.WORKSPACE.files
    for found in (*root.glob("??/??/*"), *root.glob(".new-*")):
        if found.is_file():
            yield found
