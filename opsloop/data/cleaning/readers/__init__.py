"""Any arriving file to a relation of texts. The name's ending says what it is; the content may contradict it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers import columnar, delimited, encodings, excel, objects
from opsloop.data.cleaning.reading import Reading, Unreadable

EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb")
OBJECTS = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a source says that its files are written; empty means find out."""

    encodings: tuple[str, ...] = ()
    separator: str = ""
    sheet: str = ""
    skip: int = 0


def read(
    path: Path, name: str, contract: Contract, manner: Manner, folder: Path, *, mended: Sequence[str] = ()
) -> Reading:
    """The relation of a file called `name`. What must be made for it is put into `folder`. Raises Unreadable.

    mended: what a first attempt found out: `encoding` (single lines in another one), `line_ends` (mixed).
    """
    by_line, one_line_end = "encoding" in mended, "line_ends" in mended
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    ending = name.lower()
    if ending.endswith(".gz"):
        path, ending = encodings.unpacked(path, folder), ending.removesuffix(".gz")
        if path.stat().st_size == 0:
            raise Unreadable("empty")
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1" or ending.endswith(PARQUET):
        return columnar.read(path, contract)
    if start[:2] == b"PK" or start == b"\xd0\xcf\x11\xe0" or ending.endswith(EXCEL):
        return excel.read(path, contract, folder, sheet=manner.sheet, skip=manner.skip)
    if start[:2] == b"\x1f\x8b":
        raise Unreadable("packed")
    if ending.endswith(OBJECTS):
        return objects.read(
            path, contract, folder, encoding=manner.encodings, by_line=by_line, one_line_end=one_line_end
        )
    separator = manner.separator or ("\t" if ending.endswith((".tsv", ".tab")) else "")
    return delimited.read(
        path, contract, folder, encoding=manner.encodings, separator=separator, skip=manner.skip,
        by_line=by_line, one_line_end=one_line_end,
    )  # fmt: skip
