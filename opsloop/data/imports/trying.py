"""Which source a file is for, its first rows, and what a load of it would do. Nothing is written."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import mask
from opsloop.base.policy.scopes import visible
from opsloop.data.cleaning import readers
from opsloop.data.cleaning.asides import ASIDE
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.sources import asiding, faults
from opsloop.data.sources.contracts import contract_of, manner_of
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.loading.preparing import clean
from opsloop.data.sources.models import Source

FIRST, SAMPLE = 50, 100
MEMORY = "512MB"


@dataclass(frozen=True, slots=True)
class Fit:
    """One source and how a file's headings suit it. why: what stands against it, "" when it fits."""

    source: Source
    known: int
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as the source's columns. heads: (column, title, type). ignored: headings that are left out."""

    heads: Sequence[tuple[str, str, str]]
    rows: Sequence[Sequence[str]]
    ignored: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a load would do. reasons: (in words, how many rows). wrong: (line, reasons, column -> text)."""

    rows_in: int
    good: int
    first_day: date | None
    last_day: date | None
    reasons: Sequence[tuple[str, int]]
    wrong: Sequence[tuple[int, Sequence[str], Mapping[str, str]]]

    @property
    def aside(self) -> int:
        return self.rows_in - self.good


def fits(person: Person, path: Path, name: str) -> list[Fit]:
    """Every source that takes files, those that this one fits first, by how many of their columns it has."""
    found = []
    with tempfile.TemporaryDirectory(prefix="opsloop-fit-") as folder:
        for n, source in enumerate(visible(person, Source).filter(withdrawn=False)):
            if isinstance(definition_of(source).arrives, Drop):
                inner = Path(folder) / str(n)
                inner.mkdir()
                found.append(_fit(source, path, name, inner))
    return sorted(found, key=lambda one: (bool(one.why), -one.known, one.source.title))


def _fit(source: Source, path: Path, name: str, folder: Path) -> Fit:
    try:
        reading = readers.read(path, name, contract_of(source), manner_of(source), folder)
    except (Unreadable, OSError) as error:
        return Fit(source, 0, faults.fault(error, name))
    return Fit(source, len(reading.columns), "")


def preview(person: Person, source: Source, path: Path, name: str) -> Preview:
    """The file's first rows by the source's columns. Raises Unreadable."""
    closed, columns = asiding.hidden(source, person), definition_of(source).columns
    with tempfile.TemporaryDirectory(prefix="opsloop-look-") as folder, connected(Path(folder), MEMORY) as con:
        reading = readers.read(path, name, contract_of(source), manner_of(source), Path(folder))
        names = list(reading.columns)
        cells = ", ".join(f"{reading.columns[one]}::varchar" for one in names)
        sql = f"select {cells} from {reading.relation} limit {FIRST}"  # noqa: S608  # the reader quotes its columns
        rows = con.execute(sql).fetchall()
    heads = [(one, columns[one].title or one, str(columns[one].type.label)) for one in names]
    shown = [[mask(cell) if cell and one in closed else cell or "" for one, cell in zip(names, row, strict=True)]
             for row in rows]  # fmt: skip
    return Preview(heads, shown, reading.ignored)


def trial(person: Person, source: Source, path: Path, name: str) -> Trial:
    """The whole file through the contract, as a load does it, without a load. Raises Unreadable."""
    closed, definition = asiding.hidden(source, person), definition_of(source)
    with tempfile.TemporaryDirectory(prefix="opsloop-try-") as folder, connected(Path(folder), MEMORY) as con:
        cleaned, reading = clean(con, contract_of(source), manner_of(source), path, name, 0, Path(folder))
        each = f"select unnest(_reasons) as code from {ASIDE}"  # noqa: S608  # a name of ours
        codes = con.execute(f"select code, count(*) from ({each}) group by 1").fetchall()  # noqa: S608
        names = [one for one in reading.columns if one not in closed]
        cells = "".join(f", {_quoted(one)}" for one in names)
        sql = f"select _line, _reasons{cells} from {ASIDE} order by 1 limit {SAMPLE}"  # noqa: S608  # names are quoted
        rows = con.execute(sql).fetchall()
    said = Counter[str]()
    for code, n in codes:
        said[faults.reason(code, definition)] += n
    wrong = [
        (line, [faults.reason(code, definition) for code in why or ()], _wrong_cells(why or (), names, rest))
        for line, why, *rest in rows
    ]
    return Trial(cleaned.rows_in, cleaned.good, cleaned.first_day, cleaned.last_day, said.most_common(), wrong)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _wrong_cells(codes: Sequence[str], names: Sequence[str], cells: Sequence[str | None]) -> dict[str, str]:
    """The cells that the reasons are about, as they stand in the file."""
    wrong = {code.partition(":")[0] for code in codes}
    return {name: cell or "∅" for name, cell in zip(names, cells, strict=True) if name in wrong}
