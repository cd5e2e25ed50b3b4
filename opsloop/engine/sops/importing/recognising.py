"""From a document to proposed steps. Pure; what is not understood becomes text, so that nothing is lost.

Tables with columns for steps come first; without one, numbered paragraphs and headings below a heading that speaks of
the procedure are the steps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsloop.engine.sops.importing.documents import Document, Table, Text
from opsloop.engine.sops.importing.paragraphs import from_paragraphs
from opsloop.engine.sops.importing.understanding import APPROVAL, NUMBERED, Proposed, as_text, line_of, meaning, put

HEADS, NAME = 10, 16
"""So many rows are looked at for the names of columns, and so long may such a name be."""
FIRST = 6
"""So many lines stand at most above a document's title: the company, a number, a department."""
_TITLED = re.compile(
    r"(?:制度|办法|流程|规程|规定|规范|细则|指导书|手册|指引|预案|SOP|procedure|policy)(?:[（(][^（()）]{1,12}[)）])?$",
    re.I,
)


@dataclass(slots=True)
class Columns:
    """What the columns of one table mean. head: the row of the names; -1: it has none. Steps come of tables only in
    which a column is their title; of the others a person may say it."""

    table: int
    head: int
    names: tuple[str, ...]
    means: tuple[str, ...]


@dataclass(slots=True)
class Proposal:
    """title: of the document. rest: everything that is no step, as Markdown."""

    title: str
    steps: list[Proposed]
    columns: list[Columns]
    rest: str


def recognise(document: Document, name: str = "", given: Mapping[tuple[int, int], str] | None = None) -> Proposal:
    """Steps and the rest. name: of the file; given: (table, column) -> what a person says that it means."""
    columns = [_columns(i, table, given or {}) for i, table in enumerate(document.tables)]
    stepped = [one for one in columns if one.head >= 0 and "title" in one.means]
    steps: list[Proposed] = []
    if stepped:
        for one in stepped:
            steps += _from_table(document.tables[one.table], one)
        rest = _rest(document, {one.table for one in stepped}, set())
    else:
        steps, used = from_paragraphs(document)
        rest = _rest(document, set(), used)
    return Proposal(_title(document, name), steps, columns, rest)


def _title(document: Document, name: str) -> str:
    lines = [one.text for one in document.parts if isinstance(one, Text)]
    called = (one for one in lines[:FIRST] if _TITLED.search(one) and not NUMBERED.match(one))
    first = next(called, next(iter(lines), ""))
    if not first:
        rows = document.tables[0].rows if document.tables else ()
        alone = [cell for cell in (rows[0] if rows else ()) if cell]
        first = alone[0] if len(alone) == 1 else ""
    return first if 2 <= len(first) <= 40 else name


def _columns(i: int, table: Table, given: Mapping[tuple[int, int], str]) -> Columns:
    best, head = 1, -1
    for n, row in enumerate(table.rows[:HEADS]):
        found = {what for cell in row if (what := meaning(cell)) and len(cell) <= NAME}
        if len(found) > best and "title" in found:
            best, head = len(found), n
    told = head >= 0 or any(place[0] == i for place in given)
    head = head if head >= 0 else _likely_head(table)
    names = table.rows[head] if head >= 0 else ()
    taken: set[str] = set()
    means = []
    for j, cell in enumerate(names):
        what = given.get((i, j), meaning(cell))
        once = what in taken and what in ("title", "who", "within", "accountable")
        means.append("" if once or (what == "title" and not told) else what)
        taken.add(what)
    return Columns(i, head, tuple(names), tuple(means))


def _likely_head(table: Table) -> int:
    """The first row that may be one of names: several cells, all of them short. -1 for a table without one."""
    filled = ([cell for cell in row if cell] for row in table.rows[:HEADS])
    return next((n for n, row in enumerate(filled) if len(row) > 1 and all(len(cell) <= NAME for cell in row)), -1)


def _from_table(table: Table, columns: Columns) -> list[Proposed]:
    """One step for each row with a title; rows without one say more about the step above."""
    steps: list[Proposed] = []
    for row in table.rows[columns.head + 1 :]:
        said = [(what, name, cell) for what, name, cell in zip(columns.means, columns.names, row, strict=False) if cell]
        title = next((cell for what, _name, cell in said if what == "title"), "")
        if said and not title and not steps:
            title = said[0][2]
        if title and row != columns.names:
            steps.append(Proposed(line_of(title), approval=bool(APPROVAL.search(title))))
            if "\n" in title:
                steps[-1].text.append(title)
        if not steps:
            continue
        for what, name, cell in said:
            put(steps[-1], what, name, cell)
    return [one for one in steps if one.title]


def _rest(document: Document, tables: set[int], used: set[int]) -> str:
    """Everything that is no step: tables whose rows became steps without these rows, and all other parts."""
    out: list[str] = []
    number = -1
    for i, one in enumerate(document.parts):
        if isinstance(one, Table):
            number += 1
            if number in tables:
                head = _columns(number, one, {}).head
                out += [" ".join(filter(None, row)) for row in one.rows[: max(head, 0)]]
            elif i not in used:
                out.append(as_text(one))
        elif i not in used:
            out.append(f"### {one.text}" if one.level else one.text)
    return "\n\n".join(one for one in out if one.strip())
