"""The head: the newest entry's id and hash, kept in a file beside the database and sent out daily.

Whoever can write the database but not this file cannot cut off entries, nor replace them, unnoticed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from opsloop.base.ledger.models import Head

WIDTH = 120
"""The first line has a fixed width, so that it is overwritten in one write."""


@dataclass(frozen=True, slots=True)
class HeadMark:
    """The newest entry that somebody vouches for."""

    entry_id: int
    hash: bytes

    @property
    def line(self) -> str:
        return f"{self.entry_id} {self.hash.hex()}"

    @classmethod
    def parse(cls, line: str) -> HeadMark:
        """The other way round. Raises ValueError for what is no head."""
        number, digest = line.split()
        return cls(int(number), bytes.fromhex(digest))


def head_now() -> HeadMark | None:
    """The newest head, for sending out; None while there is no entry."""
    row = Head.objects.filter(pk=1).first()
    return HeadMark(row.entry_id, bytes(row.hash)) if row else None


def read_marks(file: Path) -> list[HeadMark]:
    """The heads in a file, the newest first, then those that the chain contradicted. Other lines are skipped."""
    try:
        return list(_marks(file.read_text(errors="replace")))
    except FileNotFoundError:
        return []


def read_head_file(file: Path) -> HeadMark | None:
    """The newest head in a file, or None when there is none."""
    return next(iter(read_marks(file)), None)


def write_head_file(mark: HeadMark, built_on: HeadMark) -> None:
    """Raise the head beside the database to `mark`; never back. Called after commit.

    built_on is the head that the entries up to `mark` were chained to. An old head that does not fit to it was
    cut off or replaced in the database: it stays in the file as evidence, and `verify` reports it.
    """
    file: Path = settings.WORKSPACE.ledger_head
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        said = os.read(handle, 1 << 20).decode(errors="replace")
        old = next(_marks(said), None)
        if old is not None and _contradicts(old, mark, built_on):
            os.lseek(handle, 0, os.SEEK_END)
            os.write(handle, (old.line + "\n").encode())
        elif old is not None and old.entry_id >= mark.entry_id:
            return
        os.pwrite(handle, mark.line.ljust(WIDTH - 1).encode() + b"\n", 0)
    finally:
        os.close(handle)


def _contradicts(old: HeadMark, mark: HeadMark, built_on: HeadMark) -> bool:
    """Does the chain no longer hold `old`? An older head is not judged here; `verify` does."""
    if old.entry_id == built_on.entry_id:
        return old.hash != built_on.hash
    return built_on.entry_id < old.entry_id <= mark.entry_id and old != mark


def _marks(said: str) -> Iterator[HeadMark]:
    for line in said.splitlines():
        try:
            yield HeadMark.parse(line)
        except ValueError:
            continue
