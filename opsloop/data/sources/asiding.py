"""Rows aside (异常数据) as people see and mend them: read from the lake, personal cells masked. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import mask, reads
from opsloop.data.lake import manifest, store
from opsloop.data.lake.models import Snapshot
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Source

SUFFIX = "__aside"
ROWS = "<rows>"
"""Stands in SQL for the files of the version that is read."""
OWN = ("_load", "_file", "_line", "_reasons", "_text")


@dataclass(frozen=True, slots=True)
class AsideRow:
    """One row aside. cells: column -> text as it arrived, None where empty. text: a row that could not be split."""

    load: int
    file: str
    line: int
    codes: tuple[str, ...]
    text: str
    cells: Mapping[str, str | None]

    @property
    def key(self) -> str:
        """Its name in forms and sheets."""
        return f"{self.load}-{self.line}"

    @property
    def wrong(self) -> frozenset[str]:
        """The columns that its reasons are about."""
        return frozenset(code.partition(":")[0] for code in self.codes)


@dataclass(frozen=True, slots=True)
class Which:
    """Which rows: of one load, with one reason, or by their keys; everything where nothing is said."""

    load: int | None = None
    code: str = ""
    keys: tuple[tuple[int, int], ...] | None = None

    def sql(self) -> tuple[str, list[Any]]:
        """WHERE and its values."""
        parts: list[str] = ["true"]
        values: list[Any] = []
        if self.load is not None:
            parts.append("_load = ?")
            values.append(self.load)
        if self.code:
            parts.append("list_contains(_reasons, ?)")
            values.append(self.code)
        if self.keys is not None:
            parts.append("(_load, _line) in (select unnest(?::bigint[]), unnest(?::bigint[]))")
            values += [[load for load, _line in self.keys], [line for _load, line in self.keys]]
        return " and ".join(parts), values


def key_of(text: str) -> tuple[int, int] | None:
    """(load, line) of a key, or None for anything else."""
    load, _dash, line = text.partition("-")
    fits = load.isascii() and load.isdigit() and line.isascii() and line.isdigit() and len(text) < 36
    return (int(load), int(line)) if fits else None


def version(source: Source) -> Snapshot | None:
    """The newest version of the source's rows aside."""
    return manifest.newest(source.table + SUFFIX)


def columns(source: Source) -> list[str]:
    """The columns of the rows aside: the contract's, then others that were kept."""
    names = list(definition_of(source).columns)
    snapshot = version(source)
    there = [one["name"] for one in snapshot.columns] if snapshot else []
    return names + [one for one in there if one not in names and one not in OWN]


def extras(source: Source) -> frozenset[str]:
    """Columns that are kept with rows aside but that the contract does not know: shown, not corrected."""
    return frozenset(columns(source)) - set(definition_of(source).columns)


def hidden(source: Source, person: Person) -> frozenset[str]:
    """Columns whose cells this person may not read; `_text` when any of them may stand in it."""
    personal = {name: one.personal.value for name, one in definition_of(source).columns.items() if one.personal}
    found = frozenset(name for name, kind in personal.items() if not reads(person, kind))
    return found | {"_text"} if found else found


def groups(source: Source, load: int | None = None) -> list[tuple[str, int]]:
    """(reason's code, rows that have it), the most frequent first."""
    where, values = Which(load=load).sql()
    codes = f"select unnest(_reasons) as code from {ROWS} where {where}"  # noqa: S608  # its values are bound
    return _run(source, f"select code, count(*) from ({codes}) group by 1 order by 2 desc, 1", values)  # noqa: S608


def count(source: Source, which: Which) -> int:
    """How many rows these are."""
    where, values = which.sql()
    found = _run(source, f"select count(*) from {ROWS} where {where}", values)  # noqa: S608  # its values are bound
    return int(found[0][0]) if found else 0


def rows(source: Source, which: Which, limit: int | None = None, offset: int = 0) -> list[AsideRow]:
    """The rows as they arrived, newest load first, in the order of their files."""
    names = columns(source)
    snapshot = version(source)
    there = {one["name"] for one in snapshot.columns} if snapshot else set()
    cells = "".join(f", {store.identifier(n) if n in there else 'null'}" for n in names)
    where, values = which.sql()
    page = f" limit {int(limit)} offset {int(offset)}" if limit is not None else ""
    own = "_load, _file, _line, _reasons, _text"
    sql = f"select {own}{cells} from {ROWS} where {where} order by _load desc, _line"  # noqa: S608  # quoted, bound
    return [
        AsideRow(load, file, line, tuple(codes or ()), text or "", dict(zip(names, rest, strict=True)))
        for load, file, line, codes, text, *rest in _run(source, sql + page, values)
    ]


def masked(row: AsideRow, names: Iterable[str]) -> AsideRow:
    """The row as somebody sees it who may not read these columns."""
    closed = set(names)
    cells = {name: mask(value) if value and name in closed else value for name, value in row.cells.items()}
    text = mask(row.text) if row.text and "_text" in closed else row.text
    return AsideRow(row.load, row.file, row.line, row.codes, text, cells)


def _run(source: Source, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    snapshot = version(source)
    if snapshot is None:
        return []
    cursor = store.connect().cursor()
    try:
        return list(cursor.execute(sql.replace(ROWS, store.relation(snapshot)), list(values)).fetchall())
    finally:
        cursor.close()
