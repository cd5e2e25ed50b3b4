"""A file of which nothing is known yet: where its headings stand, and all of its columns as texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.readers import Manner, columnar, delimited, encodings, excel, objects
from opsloop.data.cleaning.readers.endings import Kind, Told, told
from opsloop.data.cleaning.readers.headings import MOST_COLUMNS, mapped, plain
from opsloop.data.cleaning.reading import Reading, Unreadable

VALUE = re.compile(r"[-+¥￥$€]?\s*\d[\d\s,.:：/%年月日时分秒-]*(元|[zZ]|[+-]\d\d:?\d\d)?")
"""A cell that is a number, a share, a day or a moment: what stands in rows, hardly ever in headings."""
TEXTUAL = 0.8
FOUND_OUT = Manner()


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it is. headings: in its order, blank and repeated ones left out; cells: the SQL of each, in the same
    order, over `reading.relation`. line: of the headings, from 1. separator, sheet: what was found; sheets: all that an
    Excel file has."""

    headings: tuple[str, ...]
    reading: Reading
    line: int = 1
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(self.reading.columns[_name(n)] for n in range(len(self.headings)))


def look(path: Path, name: str, folder: Path, manner: Manner = FOUND_OUT) -> Looked:
    """Find the headings of a file called `name` and read it by them. Raises Unreadable.

    manner.skip: so many lines before the headings, for a file whose first lines mislead.
    """
    file = told(path, name, folder)
    if file.kind is Kind.PARQUET:
        found = _bare(columnar.headings(file.path))
        return Looked(found.headings, columnar.read(file.path, found.contract))
    if file.kind is Kind.EXCEL:
        return _excel(file.path, folder, manner)
    if file.kind is Kind.OBJECTS:
        found = _bare(objects.headings(file.path, folder, manner.encodings))
        return Looked(found.headings, objects.read(file.path, found.contract, folder, encoding=manner.encodings))
    return _delimited(file, folder, manner)


@dataclass(frozen=True, slots=True)
class _Bare:
    headings: tuple[str, ...]
    contract: Contract


def _name(n: int) -> str:
    """A column's name that is no heading of any file, so that only the heading is looked for."""
    return f"\0{n}"


def _bare(cells: Sequence[str], line: int = 1) -> _Bare:
    """A contract that demands nothing: each heading a column of text. Raises Unreadable for no headings at all."""
    if len(cells) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", line, n=len(cells))
    first: dict[str, str] = {}
    for cell in cells:
        if plain(cell):
            first.setdefault(plain(cell), cell.strip().strip("\ufeff"))
    if not first:
        raise Unreadable("empty")
    headings = tuple(first.values())
    rules = tuple(Rule(_name(n), headings=(heading,)) for n, heading in enumerate(headings))
    return _Bare(headings, Contract("looked", rules))


def _delimited(file: Told, folder: Path, manner: Manner) -> Looked:
    text = encodings.decoded(file.path, manner.encodings, folder)
    beginning = delimited.head_of(text.path)
    if not beginning.strip():
        raise Unreadable("empty")
    said = manner.separator or file.separator
    best: tuple[float, delimited.Head] | None = None
    for separator in (said,) if said else delimited.SEPARATORS:
        heads = delimited.heads(beginning, separator, manner.skip)
        at, score = likeliest([one.cells for one in heads], sure=manner.skip > 0)
        if heads and (best is None or score > best[0]):
            best = (score, heads[at])
    if best is None:
        raise Unreadable("empty")
    head = best[1]
    bare = _bare(head.cells, head.line)
    reading = delimited.reading(text.path, head, mapped(bare.contract, head.cells, head.line), folder, text.dropped)
    return Looked(bare.headings, reading, head.line, head.separator)


def _excel(path: Path, folder: Path, manner: Manner) -> Looked:
    sheet = excel.converted(path, folder, manner.sheet)
    rows: list[list[str]] = []
    with sheet.path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if int(row[0]) > manner.skip:
                rows.append(row)
            if len(rows) == delimited.FIRST_LINES:
                break
    if not rows:
        raise Unreadable("empty")
    at, _score = likeliest([row[1:] for row in rows], sure=manner.skip > 0)
    line = int(rows[at][0])
    bare = _bare(rows[at][1:], line)
    reading = excel.numbered(sheet.path, bare.contract, line - 1)
    return Looked(bare.headings, reading, line, "", sheet.name, (sheet.name, *sheet.others))


def likeliest(rows: Sequence[Sequence[str]], *, sure: bool = False) -> tuple[int, float]:
    """(which of the first rows are headings, how good that is): words that differ, as wide as the rows below.

    sure: a person said that the first of these rows are the headings.
    """
    best = (0, -1.0)
    for at, cells in enumerate(rows[:1] if sure else rows):
        full = [cell.strip() for cell in cells if cell.strip()]
        below = [sum(1 for cell in row if cell.strip()) for row in rows[at + 1 :]]
        if not full:
            continue
        words = sum(1 for cell in full if not VALUE.fullmatch(cell)) / len(full)
        differ = len({plain(cell) for cell in full}) / len(full)
        like = (sum(1 for n in below if n * 2 > len(full)) + 0.5) / (len(below) + 1)
        score = len(full) * like * differ * (1.0 if words >= TEXTUAL else words / 4)
        if score > best[1] * 1.000001:  # of two alike the first
            best = (at, score)
    return best
