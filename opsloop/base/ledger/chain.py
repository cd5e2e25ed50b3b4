"""The chain: each entry's hash is an HMAC over the previous hash and all its columns, under a key outside the database.

The head (newest id and hash) lies in a one-row table and in a file beside the database, and is sent out daily,
so that changed, removed, inserted, cut-off and recomputed entries are all found.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise

from opsloop.base.ledger.models import Entry, Head
from opsloop.base.ledger.private import faults_of_side_rows

GENESIS = b"\0" * 32
COLUMNS = (
    "id", "parent", "at", "happened", "by_id", "behalf_id", "via", "act", "object_type", "object_id", "key", "body",
)  # fmt: skip
Row = tuple[Any, ...]


def plain(value: Any) -> Any:
    """What JSON does not know, as JSON: objects as [id, name], the rest as text."""
    if isinstance(value, Model):
        return [value.pk, str(value)] if getattr(value, "ledger_named", True) else [value.pk]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | Promise):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def text(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, Chinese as itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=plain)


_keys: dict[Path, bytes] = {}


def key() -> bytes:
    """The chain's key. Raises FileNotFoundError with the remedy when its file is gone."""
    file: Path = settings.WORKSPACE.ledger_key
    if file not in _keys:
        if not file.exists():
            raise FileNotFoundError(
                f"the ledger's key {file} is missing; put it back from the backup or set OPSLOOP_LEDGER_KEY_FILE"
            )
        _keys[file] = bytes.fromhex(file.read_text().strip())
    return _keys[file]


def seal(previous: bytes, row: Row) -> bytes:
    """The hash of one entry: HMAC-SHA-256(key, previous hash + canonical JSON of the columns)."""
    return hmac.new(key(), previous + text(row).encode(), hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class HeadMark:
    """The newest entry that somebody vouches for."""

    entry_id: int
    hash: bytes

    @property
    def line(self) -> str:
        return f"{self.entry_id} {self.hash.hex()}"


def read_head_file(file: Path) -> HeadMark | None:
    """The head in a file, or None when there is none or it is not a head."""
    try:
        number, digest = file.read_text().split()
        return HeadMark(int(number), bytes.fromhex(digest))
    except (FileNotFoundError, ValueError):
        return None


def write_head_file(mark: HeadMark) -> None:
    """Raise the head beside the database to `mark`; never back. Called after commit."""
    file: Path = settings.WORKSPACE.ledger_head
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        old = os.read(handle, 200).split()
        if old and int(old[0]) >= mark.entry_id:
            return
        os.pwrite(handle, mark.line.encode().ljust(120), 0)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the chain: at which entry, and what."""

    entry_id: int
    what: str


def _entries() -> Iterator[Row]:
    return Entry.objects.order_by("id").values_list(*COLUMNS, "hash").iterator(2000)


def verify(marks: Iterable[HeadMark] = ()) -> list[Fault]:
    """Walk the whole chain. Answers every fault found with its place; an empty list means whole.

    `marks` are heads that left the machine earlier; the head row and the head file are always compared.
    """
    faults: list[Fault] = []
    wanted = {m.entry_id: m for m in marks}
    if on_file := read_head_file(settings.WORKSPACE.ledger_head):
        wanted[on_file.entry_id] = on_file
    previous, expect, last = GENESIS, 1, 0
    for row in _entries():
        number, digest = row[0], bytes(row[-1])
        if number != expect:
            faults.append(Fault(expect, "missing" if number == expect + 1 else f"missing, up to {number - 1}"))
        if not hmac.compare_digest(seal(previous, row[:-1]), digest):
            faults.append(Fault(number, "changed, inserted, or the one before it is gone"))
        if number in wanted and wanted.pop(number).hash != digest:
            faults.append(Fault(number, "recomputed: differs from a head that was kept outside"))
        previous, expect, last = digest, number + 1, number
    faults += [Fault(last + 1, f"cut off: a head kept outside names entry {n}") for n in wanted if n > last]
    head = Head.objects.filter(pk=1).first()
    if (head.entry_id, bytes(head.hash)) != (last, previous) if head else last:
        said = head.entry_id if head else 0
        faults.append(Fault(last, f"the head row names entry {said}, the chain ends at {last}"))
    return faults + _private_faults()


def _private_faults() -> list[Fault]:
    """Side rows whose text no longer gives the salted hash in the entry's body."""
    return [Fault(number, what) for number, what in faults_of_side_rows()]
