"""Any arriving file to a relation of texts. The name's ending says what it is; the content may contradict it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers import columnar, delimited, excel, objects
from opsloop.data.cleaning.readers.endings import Kind, told
from opsloop.data.cleaning.readers.headings import fingerprint
from opsloop.data.cleaning.reading import Reading, Unreadable


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
    manner = _as_said(path, name, contract, manner, folder)
    file = told(path, name, folder)
    if file.kind is Kind.PARQUET:
        return columnar.read(file.path, contract)
    if file.kind is Kind.EXCEL:
        return excel.read(file.path, contract, folder, sheet=manner.sheet, skip=manner.skip)
    if file.kind is Kind.OBJECTS:
        return objects.read(
            file.path, contract, folder, encoding=manner.encodings, by_line=by_line, one_line_end=one_line_end
        )
    return delimited.read(
        file.path, contract, folder, encoding=manner.encodings, separator=manner.separator or file.separator,
        skip=manner.skip, by_line=by_line, one_line_end=one_line_end,
    )  # fmt: skip


def _as_said(path: Path, name: str, contract: Contract, manner: Manner, folder: Path) -> Manner:
    """With the sheet and the line of headings that a person chose for files like this one, else as the source says.

    A file is like it when, read in that way, it has the very headings that were mapped then.
    """
    ways = dict.fromkeys((one.skip, one.sheet) for one in contract.remembered if one.skip or one.sheet)
    if not ways:
        return manner
    from opsloop.data.cleaning.readers.looking import look  # noqa: PLC0415  # it is built on this package

    for skip, sheet in ways:
        said = replace(manner, skip=skip, sheet=sheet)
        try:
            there = fingerprint(look(path, name, folder, said).headings)
        except Unreadable:
            continue
        if any((one.skip, one.sheet, one.headings) == (skip, sheet, there) for one in contract.remembered):
            return said
    return manner
