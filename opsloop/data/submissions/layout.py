"""What a sheet looks like, from its source's contract. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import ColumnType

BLANK_ROWS = 5
MOST_ROWS = 500
NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY})
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column as people see it. fixed: its values are given, nobody types them."""

    name: str
    title: str
    column: Column
    needed: bool
    fixed: bool

    @property
    def is_number(self) -> bool:
        return self.column.type in NUMBERS

    @property
    def input(self) -> str:
        """The keyboard that a phone shows."""
        if self.column.type is ColumnType.INTEGER:
            return "numeric"
        return "decimal" if self.is_number else "text"


@dataclass(frozen=True)
class Layout:
    """The columns that people fill in, and the rows that are given. Day and place fill themselves in."""

    definition: Definition
    asked: Filled

    @classmethod
    def of(cls, definition: Definition) -> Layout:
        """Raises TypeError for a source that nobody fills in."""
        if not isinstance(definition.arrives, Filled):
            raise TypeError("this source does not arrive by a form")
        return cls(definition, definition.arrives)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Columns that fill themselves in."""
        return tuple(one for one in (self.definition.time, self.asked.place) if one)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The key's columns that people see."""
        return tuple(one for one in self.definition.key if one not in self.own)

    @cached_property
    def given(self) -> str:
        """The column that names the given rows: the key is one column with allowed values. Else empty."""
        alone = self.key[0] if len(self.key) == 1 else ""
        return alone if alone and self.definition.columns[alone].allowed else ""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The given rows' names; empty when people add rows themselves."""
        return tuple(self.definition.columns[self.given].allowed) if self.given else ()

    @property
    def adds_rows(self) -> bool:
        return bool(self.key) and not self.given

    @cached_property
    def columns(self) -> tuple[SheetColumn, ...]:
        """In the contract's order, the given one first."""
        shown = [name for name in self.definition.columns if name not in self.own]
        shown.sort(key=lambda name: name != self.given)
        return tuple(self._column(name, name == self.given) for name in shown)

    def _column(self, name: str, fixed: bool) -> SheetColumn:
        column = self.definition.columns[name]
        needed = column.required or name in self.definition.key
        return SheetColumn(name, column.title or name, column, needed, fixed)

    def shown(self, rows: Sequence[Row], blank: int = BLANK_ROWS) -> list[dict[str, str]]:
        """The rows as the page has them: the given ones, or what is there and some blank ones."""
        if self.given:
            name = self.given
            there = {row.get(name, ""): row for row in rows}
            return [{**there.get(label, {}), name: label} for label in self.labels]
        if not self.key:
            return [dict(rows[0]) if rows else {}]
        return [*map(dict, rows), *({} for _ in range(min(blank, MOST_ROWS - len(rows))))]

    def name_of(self, row: Row) -> str:
        """What tells a row apart from the others of its sheet."""
        return " · ".join(row.get(name, "") for name in self.key)

    def placed(self, cells: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, str]]:
        """Typed cells (row from 0, column, text) as rows by their place. Unknown columns and blank rows fall away."""
        names = {one.name for one in self.columns if not one.fixed}
        found: dict[int, dict[str, str]] = {}
        for at, name, text in cells:
            if name in names and text.strip() and at < self.most_rows:
                found.setdefault(at, {})[name] = text.strip()
        if self.given:
            for at, row in found.items():
                row[self.given] = self.labels[at]
        return dict(sorted(found.items()))

    @property
    def most_rows(self) -> int:
        if self.given:
            return len(self.labels)
        return MOST_ROWS if self.key else 1

    def read(self, cells: Iterable[tuple[int, str, str]]) -> list[dict[str, str]]:
        """The same rows without gaps, as they are kept."""
        return list(self.placed(cells).values())


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure that is another one now."""

    row: str
    column: str
    before: str
    after: str


def changes(layout: Layout, before: Sequence[Row], after: Sequence[Row]) -> list[Changed]:
    """What differs between two states of a sheet, row by row as the key tells them apart."""
    old = {layout.name_of(row): row for row in before}
    new = {layout.name_of(row): row for row in after}
    out = []
    for name in dict.fromkeys([*old, *new]):
        for one in layout.columns:
            was, now = old.get(name, {}).get(one.name, ""), new.get(name, {}).get(one.name, "")
            if was != now and not one.fixed:
                out.append(Changed(name, one.name, was, now))
    return out
