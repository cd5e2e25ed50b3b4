"""What kind of file it is: by its content where that says so, else by its name's ending."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from opsloop.data.cleaning.readers import encodings
from opsloop.data.cleaning.reading import Unreadable

EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb")
OBJECTS = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")


class Kind(Enum):
    """Which reader takes a file."""

    PARQUET = 1
    EXCEL = 2
    OBJECTS = 3
    DELIMITED = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A file's kind, where its content lies once unpacked, and what its name says of what separates cells."""

    kind: Kind
    path: Path
    separator: str


def told(path: Path, name: str, folder: Path) -> Told:
    """The kind of a file called `name`; packed ones are unpacked into `folder`. Raises Unreadable: empty, packed."""
    _refuse_empty(path)
    ending = name.lower()
    if ending.endswith(".gz"):
        path, ending = encodings.unpacked(path, folder), ending.removesuffix(".gz")
        _refuse_empty(path)
    with path.open("rb") as file:
        start = file.read(4)
    return Told(_kind(start, ending), path, "\t" if ending.endswith((".tsv", ".tab")) else "")


def _refuse_empty(path: Path) -> None:
    if path.stat().st_size == 0:
        raise Unreadable("empty")


def _kind(start: bytes, ending: str) -> Kind:
    if start == b"PAR1" or ending.endswith(PARQUET):
        return Kind.PARQUET
    if start[:2] == b"PK" or start == b"\xd0\xcf\x11\xe0" or ending.endswith(EXCEL):
        return Kind.EXCEL
    if start[:2] == b"\x1f\x8b":
        raise Unreadable("packed")
    return Kind.OBJECTS if ending.endswith(OBJECTS) else Kind.DELIMITED
