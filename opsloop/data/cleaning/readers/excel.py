"""Excel files, read in a process of its own with limits on memory and time."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers.delimited import FIRST_LINES, LONGEST_LINE
from opsloop.data.cleaning.readers.headings import known, mapped, no_headings
from opsloop.data.cleaning.reading import Reading, Unreadable

CHILD = Path(__file__).with_name("excel_child.py")
MEGABYTES, SECONDS = 2048, 300
MOST_SHEETS = 10
PASSED = frozenset({"no_headings", "empty"})
"""What a sheet is passed over for while none was found that fits."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as CSV whose first column is the row's number. others: the file's further sheets."""

    path: Path
    name: str
    others: tuple[str, ...]


def converted(path: Path, folder: Path, sheet: str = "") -> Sheet:
    """The sheet of this name, else the first with rows. Raises Unreadable."""
    out = folder / "sheet.csv"
    command = [sys.executable, "-I", str(CHILD), str(path), str(out), sheet, str(MEGABYTES), str(SECONDS)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS * 3, check=False)  # noqa: S603  # our own
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        if b"No space left" in done.stderr:
            raise OSError(28, "No space left on device", str(out)) from None
        raise Unreadable("too_much_memory" if done.returncode < 0 or b"Memory" in done.stderr else "broken_excel",
                         why=done.stderr[-200:].decode(errors="replace")) from None  # fmt: skip
    if "error" in answer:
        raise Unreadable(answer["error"], answer["line"], **answer["values"])
    return Sheet(out, str(answer["sheet"]), tuple(answer["others"]))


def read(path: Path, contract: Contract, folder: Path, *, sheet: str = "", skip: int = 0) -> Reading:
    """The relation of an Excel sheet: the one named, else the only one with the contract's columns; exports put a sheet
    with notes before the rows, and rows on several sheets are not left unread. Raises Unreadable."""
    first = converted(path, folder, sheet)
    if sheet:
        return numbered(first.path, contract, skip)
    found: dict[str, Reading] = {}
    empty: Reading | None = None
    begun: Unreadable | None = None
    for number, name in enumerate((first.name, *first.others[:MOST_SHEETS])):
        try:
            one = converted(path, _room(folder, number), name) if number else first
            reading, filled = _numbered(one.path, contract, skip)
        except Unreadable as error:
            if empty is None and error.code not in PASSED:
                raise
            begun = begun or error
            continue
        if filled:
            found[name] = reading
        empty = empty or reading  # a sheet that fits, with or without rows
    if len(found) > 1:
        raise Unreadable("several_sheets", names=", ".join(found))
    if (only := next(iter(found.values()), empty)) is None:
        raise begun or Unreadable("empty")
    return only


def _room(folder: Path, number: int) -> Path:
    """A folder for a further sheet, beside what is read already."""
    made = folder / f"sheet-{number}"
    made.mkdir(exist_ok=True)
    return made


def numbered(path: Path, contract: Contract, skip: int = 0) -> Reading:
    """The relation of CSV whose first column is the row's number in what it was made of."""
    return _numbered(path, contract, skip)[0]


def _numbered(path: Path, contract: Contract, skip: int) -> tuple[Reading, bool]:
    """(the relation, whether any row stands below its headings)"""
    best: tuple[int, int, list[str]] | None = None
    last = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in islice(csv.reader(file), FIRST_LINES + skip):
            last = int(row[0])
            if last <= skip:
                continue
            score = known(contract, row[1:])
            if best is None or score > best[0]:
                best = (score, last, row[1:])
    if best is None:
        raise Unreadable("empty")
    score, line, headings = best
    if score == 0:
        raise no_headings(contract, line, headings)
    return _relation(path, contract, headings, line), last > line


def _relation(path: Path, contract: Contract, headings: Sequence[str], line: int) -> Reading:
    found = mapped(contract, headings, line)
    cells = [f"c{place}" for place in range(len(headings))]
    columns = ", ".join(f"'{one}': 'VARCHAR'" for one in ("_no", *cells))
    relation = (
        f"(select * from read_csv({sql.literal(str(path))}, columns = {{{columns}}}, header = false,"
        f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', max_line_size = {LONGEST_LINE})"
        f" where cast(_no as bigint) > {line})"
    )
    return Reading(
        relation, {name: cells[place] for name, place in found.columns.items()},
        {name: cells[place] for name, place in found.extras.items()}, line="cast(_no as bigint)",
        ignored=found.ignored,
    )  # fmt: skip
