"""What a load of the file would do, row by row and against what is there already. Nothing is written."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsloop.base.policy.rules import mask
from opsloop.data.cleaning import merging, sql
from opsloop.data.cleaning.asides import ASIDE
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.staged import STAGE
from opsloop.data.cleaning.winners import WINNERS
from opsloop.data.lake import manifest
from opsloop.data.sources import faults
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.loading.preparing import clean
from opsloop.data.sources.loading.writing import present_files

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

FIRST, SAMPLE = 20, 100
CELL = 200
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Asked:
    """One file against one contract. closed: columns that the person may not read."""

    path: Path
    name: str
    contract: Contract
    manner: Manner
    definition: Definition
    closed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a load would do: rows_in = kept + duplicates + aside. reasons: (in words, rows). wrong: (line, reasons,
    column -> text). days: good rows of each business day. heads, first: the first rows as they would be kept."""

    rows_in: int
    kept: int
    duplicates: int
    first_day: str
    last_day: str
    days: Sequence[tuple[str, int]]
    reasons: Sequence[tuple[str, int]]
    wrong: Sequence[tuple[int, Sequence[str], Mapping[str, str]]]
    heads: Sequence[str]
    first: Sequence[Sequence[str]]
    ignored: Sequence[str]

    @property
    def aside(self) -> int:
        return self.rows_in - self.kept - self.duplicates

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Trial:
        """Back from JSON."""
        return cls(**said)


def trial(asked: Asked) -> Trial:
    """The whole file as a load does it, up to the decision which rows are new. Raises Unreadable, OSError and what
    DuckDB raises for a file that cannot be taken."""
    contract = asked.contract
    with tempfile.TemporaryDirectory(prefix="opsloop-try-") as folder, connected(Path(folder), MEMORY) as con:
        cleaned, reading = clean(con, contract, asked.manner, asked.path, asked.name, 0, Path(folder))
        present = present_files(manifest.newest(contract.table))
        plan = merging.plan(con, contract, list(reading.extras), present, 0)
        shown = [one for one in contract.names if one in reading.columns]
        names = [one for one in reading.columns if one not in asked.closed]
        return Trial(
            cleaned.rows_in, plan.kept, plan.duplicates, _day(cleaned.first_day), _day(cleaned.last_day),
            [(day.isoformat(), n) for day, n in sorted(cleaned.days.items())][-62:],
            _reasons(con, asked.definition), _wrong(con, asked.definition, names),
            shown, _first(con, shown, asked.closed), list(cleaned.ignored),
        )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _reasons(con: Connection, definition: Definition) -> list[tuple[str, int]]:
    each = f"select unnest(_reasons) as code from {ASIDE}"  # noqa: S608  # a name of ours
    said = Counter[str]()
    for code, n in con.execute(f"select code, count(*) from ({each}) group by 1").fetchall():  # noqa: S608
        said[faults.reason(code, definition)] += n
    return said.most_common()


def _wrong(
    con: Connection, definition: Definition, names: Sequence[str]
) -> list[tuple[int, Sequence[str], Mapping[str, str]]]:
    """The first rows that would be set aside: where, why, and the cells that the reasons are about."""
    cells = "".join(f", left({sql.name(one)}, {CELL})" for one in names)
    query = f"select _line, _reasons{cells} from {ASIDE} order by 1 limit {SAMPLE}"  # noqa: S608  # names are quoted
    out: list[tuple[int, Sequence[str], Mapping[str, str]]] = []
    for line, codes, *rest in con.execute(query).fetchall():
        wrong = {code.partition(":")[0] for code in codes or ()}
        found = {name: cell or "∅" for name, cell in zip(names, rest, strict=True) if name in wrong}
        out.append((line, [faults.reason(code, definition) for code in codes or ()], found))
    return out


def _first(con: Connection, names: Sequence[str], closed: Collection[str]) -> list[list[str]]:
    """The first rows that would be kept, as typed values."""
    if not names:
        return []
    cells = ", ".join(f"left({sql.name(one)}::varchar, {CELL})" for one in names)
    rows = con.execute(f"select {cells} from {STAGE} where {WINNERS} limit {FIRST}").fetchall()  # noqa: S608  # quoted
    return [[mask(cell) if cell and one in closed else cell or "" for one, cell in zip(names, row, strict=True)]
            for row in rows]  # fmt: skip
