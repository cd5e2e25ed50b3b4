"""The files as they came: which there are, of which source, how long they stay, and a copy of one without a person."""

from __future__ import annotations

import contextlib
import csv
import fnmatch
import gzip
import hashlib
import io
import json
import os
import re
import secrets
import tempfile
import time
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from opsloop.data.cleaning import readers, sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.readers.endings import EXCEL, OBJECTS
from opsloop.data.cleaning.reading import Reading, Unreadable
from opsloop.data.lake import copies, keys
from opsloop.data.lake.erasing import Manner as Way
from opsloop.data.lake.erasing import is_theirs
from opsloop.data.lake.forgetting import Gone
from opsloop.data.lake.reading import IDENTITY
from opsloop.data.sources.contracts import contract_of, manner_of
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.loading import files
from opsloop.data.sources.models import Load, Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

QUIET_S = 60.0
MONTH = re.compile(r"(\d{4})-(\d\d)")
TWIN = re.compile(r"~\d+(?=(\.[^.]*)?$)")
"""What putting a file away adds to its name when one of that name is there."""
BATCH = 5000
MENDED: tuple[tuple[str, ...], ...] = ((), ("encoding",), ("line_ends",), ("encoding", "line_ends"))


def all_originals() -> list[Path]:
    """Every file that came and lies there still: below drop/ and in var/held/. Not those just written."""
    drop, held = settings.WORKSPACE.drop, settings.WORKSPACE.var / "held"
    found = [*drop.rglob("*"), *held.glob("*/*")]
    now = time.time()
    return sorted(
        one
        for one in found
        if one.is_file() and one.name != "rows.json" and not one.name.startswith(".")
        and (one.parent != drop or now - one.stat().st_mtime >= QUIET_S)
    )  # fmt: skip


def source_of(path: Path) -> Source | None:
    """Whose file it is: of the load that held it or had one of its name, else whose pattern its name fits."""
    held: Path = settings.WORKSPACE.var / "held"
    names = {path.name, TWIN.sub("", path.name)}
    if held in path.parents:
        loads = Load.objects.filter(held_file=str(path.relative_to(settings.WORKSPACE.var)))
    else:
        loads = Load.objects.filter(file__in=names)
    if (load := loads.select_related("source").order_by("-pk").first()) is not None:
        return load.source
    for source in Source.objects.order_by("withdrawn", "ident"):
        arrives = definition_of(source).arrives
        if isinstance(arrives, Drop) and any(fnmatch.fnmatch(name, arrives.drop) for name in names):
            return source
    return None


def sweep_originals(today: date) -> int:
    """Delete loaded files of months that ended more than `originals_days` ago, and turned-back ones that lie there as
    long; 0 keeps them for ever. Their rows are in the lake or aside. Answers how many."""
    days: int = settings.WORKSPACE.originals_days
    if not days:
        return 0
    until, gone = today - timedelta(days=days), 0
    done: Path = settings.WORKSPACE.drop / "done"
    for folder in done.iterdir() if done.is_dir() else ():
        if (said := MONTH.fullmatch(folder.name)) and _ended(said) < until:
            gone += _delete(folder.iterdir())
            with contextlib.suppress(OSError):  # somebody put a folder into it
                folder.rmdir()
    back: Path = settings.WORKSPACE.drop / "turned-back"
    if back.is_dir():
        before = time.time() - days * 86_400
        gone += _delete(one for one in back.iterdir() if one.stat().st_ctime < before)
    return gone


def _ended(said: re.Match[str]) -> date:
    year, month = int(said[1]), min(12, max(1, int(said[2])))
    return date(year, month, monthrange(year, month)[1])


def _delete(paths: Iterable[Path]) -> int:
    found = [one for one in paths if one.is_file()]
    for one in found:
        one.unlink()
    return len(found)


@dataclass(frozen=True, slots=True)
class Made:
    """A cleaned copy beside its original. rows: those that are changed or left out; before, after: checksums."""

    path: Path
    copy: Path
    rows: int
    before: str
    after: str

    def put(self) -> None:
        """Put the copy in the original's place, with the original's time."""
        said = self.path.stat()
        os.utime(self.copy, ns=(said.st_atime_ns, said.st_mtime_ns))
        self.copy.chmod(said.st_mode & 0o777)
        self.copy.replace(self.path)


class Cleaner:
    """Writes files anew without those who are erased."""

    def __init__(self, gone: Gone) -> None:
        self.gone, self._salt = gone, secrets.token_hex(keys.LENGTH)

    def cleaned(self, path: Path, source: Source) -> Made | None:
        """A copy of the file, or one with no changed rows when they are not in it. None when it cannot be read."""
        contract, manner = contract_of(source), manner_of(source)
        told = copies.stands_in(path, self.gone)
        if not told and not _identities(contract):
            return Made(path, path, 0, "", "")
        for mended in MENDED:
            with tempfile.TemporaryDirectory(prefix="opsloop-clean-") as inner, connected(Path(inner), "512MB") as con:
                try:
                    reading = readers.read(path, path.name, contract, manner, Path(inner), mended=mended)
                    return self._made(con, reading, contract, manner, path, told=told)
                except (Unreadable, OSError):
                    return None
                except con_error():
                    continue
        return None

    def _made(
        self, con: Connection, reading: Reading, contract: Contract, manner: Manner, path: Path, *, told: bool
    ) -> Made:
        columns = {**reading.columns, **reading.extras}
        theirs = self._theirs(contract, reading)
        found = con.execute(f"select count(*) from {reading.relation} where {theirs}").fetchall()[0][0]  # noqa: S608
        if not found and not told:
            return Made(path, path, 0, "", "")
        cells = ", ".join(f"cast({one} as varchar)" for one in columns.values())
        cursor = con.execute(f"select {theirs}, {cells} from {reading.relation}")  # noqa: S608  # the reader quotes
        copy = path.with_name(f".{path.name}.clean")
        classes = [contract.rule(n).personal if n in contract.names else "" for n in columns]
        left = _Left(self, list(columns), classes)
        _write(copy, path.name, manner, list(columns), left.rows(cursor))
        return Made(path, copy, max(left.changed, 1), files.hash_of(path), files.hash_of(copy))

    def _theirs(self, contract: Contract, reading: Reading) -> str:
        """SQL: is the row of one of them, by a column of identities?"""
        parts = []
        for name in _identities(contract):
            if name not in reading.columns:
                continue
            text = f"trim(cast({reading.columns[name]} as varchar))"
            parts.append(is_theirs(text, self.gone.subjects))
            if contract.rule(name).type == "integer":
                number = f"cast(try_cast(replace({text}, ',', '') as decimal(38, 0)) as varchar)"
                parts.append(is_theirs(number, self.gone.subjects))
            if self.gone.values:
                parts.append(f"{text} in ({', '.join(map(sql.literal, sorted(self.gone.values)))})")
        return f"coalesce({' or '.join(parts)}, false)" if parts else "false"

    def stranger(self, text: str) -> str:
        """What stands in the place of an identity."""
        return hashlib.sha256(f"{self._salt}|{text}".encode()).hexdigest()[: keys.LENGTH]


def con_error() -> type[Exception]:
    """What DuckDB raises."""
    import duckdb  # noqa: PLC0415  # heavy, jobs only

    return duckdb.Error


def _identities(contract: Contract) -> list[str]:
    return [rule.name for rule in contract.columns if rule.personal == IDENTITY]


class _Left:
    """The rows that stay, cell by cell; counts those that are other ones now."""

    def __init__(self, cleaner: Cleaner, names: Sequence[str], classes: Sequence[str]) -> None:
        self.cleaner, self.names, self.classes, self.changed = cleaner, names, classes, 0

    def rows(self, cursor: Any) -> Iterator[list[str]]:
        gone = self.cleaner.gone
        while chunk := cursor.fetchmany(BATCH):
            for theirs, *cells in chunk:
                if theirs and gone.manner == Way.REMOVE:
                    self.changed += 1
                    continue
                kept = [self._cell(text, theirs, kind) for text, kind in zip(cells, self.classes, strict=True)]
                self.changed += theirs or any((a or "") != b for a, b in zip(cells, kept, strict=True))
                yield kept

    def _cell(self, text: str | None, theirs: bool, personal: str) -> str:
        if not text:
            return ""
        if theirs and personal:
            return self.cleaner.stranger(text) if personal == IDENTITY else ""
        return "" if self.cleaner.gone.stands_in(text) else text


def _write(copy: Path, name: str, manner: Manner, heads: Sequence[str], rows: Iterator[list[str]]) -> None:
    """The rows as a file of the same sort, so that the source reads it as before."""
    ending = name.lower().removesuffix(".gz")
    if ending.endswith(EXCEL):
        return _write_excel(copy, manner, heads, rows)
    if ending.endswith((".parquet", ".pq")):
        return _write_parquet(copy, heads, rows)
    with _opened(copy, packed=name.lower().endswith(".gz"), encoding=_encoding(manner)) as out:
        if ending.endswith(OBJECTS):
            for row in rows:
                there = {head: cell for head, cell in zip(heads, row, strict=True) if cell}
                out.write(json.dumps(there, ensure_ascii=False) + "\n")
            return None
        out.write("\n" * manner.skip)
        said = {"tab": "\t"}.get(manner.separator, manner.separator)
        mark = said or ("\t" if ending.endswith((".tsv", ".tab")) else ",")
        writer = csv.writer(out, delimiter=mark, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)
    return None


def _encoding(manner: Manner) -> str:
    return "utf-8" if not manner.encodings or "utf-8" in manner.encodings else manner.encodings[0]


def _opened(copy: Path, *, packed: bool, encoding: str) -> IO[str]:
    if packed:
        return io.TextIOWrapper(gzip.open(copy, "wb"), encoding=encoding, errors="replace", newline="")
    return copy.open("w", encoding=encoding, errors="replace", newline="")


def _write_excel(copy: Path, manner: Manner, heads: Sequence[str], rows: Iterator[list[str]]) -> None:
    import xlsxwriter  # noqa: PLC0415  # heavy, jobs only

    book = xlsxwriter.Workbook(
        str(copy), {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    )
    sheet = book.add_worksheet(manner.sheet or None)
    for at, row in enumerate([list(heads), *rows], manner.skip):
        for place, text in enumerate(row):
            sheet.write_string(at, place, text)
    book.close()


def _write_parquet(copy: Path, heads: Sequence[str], rows: Iterator[list[str]]) -> None:
    import pyarrow as pa  # noqa: PLC0415  # heavy, jobs only
    import pyarrow.parquet as pq  # noqa: PLC0415  # heavy, jobs only

    schema = pa.schema([(head, pa.string()) for head in heads])
    with pq.ParquetWriter(copy, schema) as writer:
        while part := [row for _n, row in zip(range(BATCH), rows, strict=False)]:
            columns = [pa.array([cell or None for cell in column], pa.string()) for column in zip(*part, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
