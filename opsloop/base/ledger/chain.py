"""The chain: each entry's hash is an HMAC over the previous hash and all its columns, under a key outside the database.

The head (newest id and hash) lies in a one-row table and in a file beside the database, and is sent out daily,
so that changed, removed, inserted, cut-off and recomputed entries are all found.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from opsloop.base.ledger.canonical import text
from opsloop.base.ledger.heads import HeadMark, head_now, read_marks
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.ledger.private import faults_of_side_rows

__all__ = ["COLUMNS", "GENESIS", "Fault", "HeadMark", "head_now", "key", "seal", "verify"]

GENESIS = b"\0" * 32
COLUMNS = (
    "id", "parent", "at", "happened", "by_id", "behalf_id", "via", "act", "object_type", "object_id", "key", "body",
)  # fmt: skip
Row = tuple[Any, ...]
MOST = 1000
"""No more faults than this are listed: with a wrong key every entry is one."""

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
class Fault:
    """One thing wrong with the chain: at which entry, and what."""

    entry_id: int
    what: str


def verify(marks: Iterable[HeadMark] = ()) -> list[Fault]:
    """Walk the whole chain. Answers every fault found with its place; an empty list means whole.

    `marks` are heads that left the machine earlier; the head row and the head file are always compared. A head
    file that is behind is no fault (a crash between commit and file), nor is an erased personal value. May run
    while acts go on.
    """
    walk = _Walk([*marks, *read_marks(settings.WORKSPACE.ledger_head)])
    before = head_now()
    for row in Entry.objects.order_by("id").values_list(*COLUMNS, "hash").iterator(2000):
        walk.step(row)
        if len(walk.faults) >= MOST:
            return [*walk.faults, Fault(walk.last, "more faults follow; they are not listed")]
    walk.end(before, head_now())
    return walk.faults + [Fault(number, what) for number, what in faults_of_side_rows()]


class _Walk:
    """One pass over the entries, oldest first."""

    def __init__(self, marks: list[HeadMark]) -> None:
        self.faults: list[Fault] = []
        self.previous, self.last = GENESIS, 0
        self.marks: dict[int, set[bytes]] = {}
        for mark in marks:
            self.marks.setdefault(mark.entry_id, set()).add(mark.hash)
        self.index: _Index | None = None

    def step(self, row: Row) -> None:
        number, digest = row[0], bytes(row[-1])
        self.index = self.index or _Index()
        if number <= 0:
            self._fault(number, "inserted")
            return
        if number != self.last + 1:
            upto = number - 1
            self._fault(self.last + 1, "missing" if upto == self.last + 1 else f"missing, up to {upto}")
        if not hmac.compare_digest(seal(self.previous, row[:-1]), digest):
            self._fault(number, "changed, inserted, or the one before it was changed or is gone")
        if not self.marks.pop(number, {digest}) <= {digest}:
            self._fault(number, "recomputed: differs from a head that was kept outside")
        for what in self.index.faults(number, row[COLUMNS.index("body")]):
            self._fault(number, what)
        self.previous, self.last = digest, number

    def end(self, before: HeadMark | None, after: HeadMark | None) -> None:
        """Compare with the heads outside, and with the head row as it was before and after the walk."""
        for number in sorted(n for n in self.marks if n > self.last):
            self._fault(self.last + 1, f"cut off: a head kept outside names entry {number}")
        here = HeadMark(self.last, self.previous)
        named = after.entry_id if after else 0
        grown = after != before and named > self.last
        if not grown and (after or HeadMark(0, GENESIS)) != here:
            self._fault(self.last, f"the head row names entry {named}, or with another hash; the chain ends here")

    def _fault(self, number: int, what: str) -> None:
        self.faults.append(Fault(number, what))


class _Index:
    """The rows of EntryObject beside the entries, in one pass: they must be what the entries say they are about."""

    def __init__(self) -> None:
        rows = EntryObject.objects.order_by("entry_id").values_list("entry_id", "object_type", "object_id")
        self.rows: Iterator[tuple[int, str, int]] = rows.iterator(2000)
        self.next = next(self.rows, None)

    def faults(self, number: int, body: str) -> Iterator[str]:
        found = set()
        while self.next is not None and self.next[0] <= number:
            if self.next[0] == number:
                found.add(self.next[1:])
            self.next = next(self.rows, None)
        said = {(label, pk) for label, pk in about(body)}
        if said != found:
            yield "its index of objects was changed: " + ", ".join(f"{t}:{i}" for t, i in sorted(said ^ found))


def about(body: str) -> list[list[Any]]:
    """[label, id] of the further objects that an entry's body names."""
    if '"about":[' not in body:  # quotes inside texts are escaped, so this is exact, and spares the parsing
        return []
    try:
        said = json.loads(body).get("about", [])
        return [[str(label), int(pk)] for label, pk in said]
    except (ValueError, TypeError, AttributeError):
        return []
