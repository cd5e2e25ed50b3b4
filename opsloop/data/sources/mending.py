"""What a form or a sheet would change in rows aside, and what would still be wrong then. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsloop.data.sources import checking, faults
from opsloop.data.sources.asiding import AsideRow
from opsloop.data.sources.models import Source

Key = tuple[int, int]
Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Mend:
    """One row with what it would hold. codes: what is still wrong then."""

    row: AsideRow
    after: Cells
    codes: tuple[str, ...]

    @property
    def changed(self) -> list[tuple[str, str, str]]:
        """(column, before, after) of the cells that change."""
        return [
            (name, self.row.cells.get(name) or "", value or "")
            for name, value in self.after.items()
            if (self.row.cells.get(name) or "") != (value or "")
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen: rows that change, in order."""

    mends: Sequence[Mend]
    source: Source

    @property
    def right(self) -> list[Mend]:
        return [one for one in self.mends if not one.codes]

    @property
    def wrong(self) -> list[Mend]:
        return [one for one in self.mends if one.codes]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """(what is still wrong, how often), the most frequent first."""
        definition = self.source.obj  # in the reader's language
        found = Counter(code for one in self.mends for code in one.codes)
        return [(faults.reason(code, definition), n) for code, n in found.most_common()]

    def by_load(self) -> dict[int, dict[int, Cells]]:
        """load -> line -> the cells that change, as repairing takes them."""
        out: dict[int, dict[int, Cells]] = {}
        for one in self.mends:
            cells = {name: after or None for name, _before, after in one.changed}
            out.setdefault(one.row.load, {})[one.row.line] = cells
        return out


def plan(source: Source, rows: Iterable[AsideRow], changes: Mapping[Key, Cells]) -> Plan:
    """Put changed cells into their rows and check them. Rows that stay as they are do not count."""
    wanted = []
    for row in rows:
        said = changes.get((row.load, row.line), {})
        after = {**row.cells, **{name: value or None for name, value in said.items() if name in row.cells}}
        if any((row.cells.get(name) or "") != (value or "") for name, value in after.items()):
            wanted.append((row, after))
    codes = checking.check(source, [after for _row, after in wanted])
    return Plan([Mend(row, after, said) for (row, after), said in zip(wanted, codes, strict=True)], source)


def set_column(rows: Iterable[AsideRow], column: str, value: str, find: str = "") -> dict[Key, Cells]:
    """The same value into one column of many rows; with `find`, only that text within the cell is replaced."""
    out: dict[Key, Cells] = {}
    for row in rows:
        before = row.cells.get(column) or ""
        after = before.replace(find, value) if find else value
        out[row.load, row.line] = {column: after or None}
    return out
