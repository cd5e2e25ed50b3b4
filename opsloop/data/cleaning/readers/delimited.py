"""CSV, TSV and their kin."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsloop.data.cleaning import native, sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers import encodings
from opsloop.data.cleaning.readers.copying import copied
from opsloop.data.cleaning.readers.headings import Mapped, known, mapped, no_headings
from opsloop.data.cleaning.readers.lines import Scan
from opsloop.data.cleaning.reading import Copied, Dropped, Reading, Reject, Unreadable

SEPARATORS = (",", "\t", ";", "|", "，")
HEAD = 64 * 1024
FIRST_LINES = 30
"""So many lines are looked at for the headings: exports put titles and periods above them."""
LONGEST_LINE = 2_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """Where the headings stand: `line` from 1, `lines` how many lines they take."""

    cells: tuple[str, ...]
    line: int
    lines: int
    separator: str


def find_head(text: str, contract: Contract, separator: str = "", skip: int = 0) -> Head:
    """The headings in the first lines of a text: where most of the contract's columns are. Raises Unreadable."""
    best: tuple[int, int, Head] | None = None
    for one in (separator,) if separator else SEPARATORS:
        for head in heads(text, one, skip):
            score = (known(contract, head.cells), len(head.cells))
            if best is None or score > best[:2]:
                best = (*score, head)
            if skip:
                break
    if best is None:
        raise Unreadable("empty")
    if best[0] == 0:
        raise no_headings(contract, skip + 1, best[2].cells)
    return best[2]


def heads(text: str, separator: str, skip: int) -> list[Head]:
    """Each of the first lines that holds anything, as headings."""
    lines = text.splitlines(keepends=True)[skip:]
    reader, out, before = csv.reader(lines[:FIRST_LINES], delimiter=separator), list[Head](), 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                out.append(Head(tuple(cells), skip + before + 1, reader.line_num - before, separator))
            before = reader.line_num
    except csv.Error:
        pass
    return out


def head_of(path: Path) -> str:
    """The beginning of a UTF-8 text, whole characters only."""
    with path.open("rb") as file:
        data = file.read(HEAD)
    return data.decode("utf-8-sig", "ignore")


def read(
    path: Path, contract: Contract, folder: Path, *, encoding: Sequence[str] = (), separator: str = "", skip: int = 0,
    by_line: bool = False, one_line_end: bool = False,
) -> Reading:  # fmt: skip
    """The relation of a delimited text. Raises Unreadable."""
    if path.stat().st_size == 0:
        raise Unreadable("empty")
    text = encodings.decoded(path, encoding, folder, by_line=by_line)
    plain = encodings.unified(text.path, folder) if one_line_end else text.path
    beginning = head_of(plain)
    if not beginning.strip():
        raise Unreadable("empty")
    head = find_head(beginning, contract, {"tab": "\t"}.get(separator, separator), skip)
    found = mapped(contract, head.cells, head.line)
    return reading(plain, head, found, folder, text.dropped)


def reading(path: Path, head: Head, found: Mapped, folder: Path, dropped: tuple[Dropped, ...] = ()) -> Reading:
    """The relation once headings and columns are known."""
    first = head.line + head.lines
    names = [f"c{place}" for place in range(len(head.cells))]
    text = Delimited(path, first, head.separator, names, dropped, folder)
    return Reading(
        text.relation({}), {name: names[place] for name, place in found.columns.items()},
        {name: names[place] for name, place in found.extras.items()}, rejects=True, dropped=dropped,
        ignored=found.ignored, lines=text.scan, plain=text,
    )  # fmt: skip


class Delimited:
    """One text whose data begin at line `first`. What must be made of it is put into `folder`."""

    def __init__(
        self, path: Path, first: int, separator: str, names: Sequence[str], dropped: Sequence[Dropped], folder: Path
    ) -> None:
        self.path, self.first, self.separator, self.names, self.folder = path, first, separator, names, folder
        self.size = path.stat().st_size
        self.scan = Scan(path, first, separator, '"', dropped)

    def relation(self, types: Mapping[str, str]) -> str:
        """As PlainText has it."""
        return self._relation(self.path, self.first, types)

    def copied(self, wanted: Sequence[int], read: int, rejects: Sequence[Reject]) -> Copied | None:
        """As PlainText has it."""
        target = self.folder / "again.csv"
        rows = copied(self.scan, wanted, read, rejects, target)
        return Copied(self._relation(target, 1, {"_line": "BIGINT", "_place": "DOUBLE"}), rows) if rows else None

    def _relation(self, path: Path, first: int, types: Mapping[str, str]) -> str:
        own = [one for one in types if one not in self.names]
        columns = ", ".join(f"'{one}': '{types.get(one, 'VARCHAR')}'" for one in (*own, *self.names))
        return (
            f"read_csv({sql.literal(str(path))}, columns = {{{columns}}}, header = false, skip = {first - 1},"
            f" auto_detect = false, delim = {sql.literal(self.separator)}, quote = '\"', escape = '\"',"
            f" max_line_size = {LONGEST_LINE}, store_rejects = true, rejects_limit = 0, {native.options()})"
        )


def write_row(out: io.TextIOBase, cells: Sequence[str]) -> None:
    """One row as this module reads it."""
    csv.writer(out, lineterminator="\n").writerow(cells)
