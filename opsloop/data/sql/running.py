"""Runs one statement of a person in a child process: limits, a turn for each, results as a file, faults in words."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.data.lake import store
from opsloop.data.lake.writing import turn
from opsloop.data.sql import checking, faults, relations

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a statement may use. wall_s: seconds until it is killed; rows: more are not taken out."""

    wall_s: float = 20
    rows: int = 100_000
    memory_mb: int = 512
    spill_mb: int = 1024
    threads: int = 1
    result_mb: int = 64

    @property
    def address_bytes(self) -> int:
        """DuckDB was seen to take twice its limit; the rest is the interpreter and mapped files."""
        return (2 * self.memory_mb + 2048) * 2**20


PAGE = Limits()
JOB = Limits(wall_s=300, rows=1_000_000, memory_mb=1024, spill_mb=4096, threads=2, result_mb=512)
EXPORT = Limits(wall_s=120, memory_mb=1024, spill_mb=8192, threads=2)
SNAPSHOT = Limits(wall_s=3000, memory_mb=1024, spill_mb=32_768, threads=2)
AT_ONCE = 2
"""Statements of people that run at the same time on one machine."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result; type as DuckDB says it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """Where the rows lie (JSON lines below a line of columns), and what they are. version: what can be read again."""

    file: Path
    columns: tuple[Column, ...]
    rows: int
    more: bool
    seconds: float
    version: int

    def read(self, most: int | None = None) -> Iterator[list[Any]]:
        """The rows as JSON has them, at most `most`."""
        return read_rows(self.file, self.rows if most is None else min(most, self.rows))


def read_columns(file: Path) -> tuple[Column, ...]:
    """The columns that a result's file begins with."""
    with file.open(encoding="utf-8") as lines:
        return tuple(Column(one["name"], one["type"]) for one in json.loads(next(lines))["columns"])


def read_rows(file: Path, most: int) -> Iterator[list[Any]]:
    """The first rows of a result's file."""
    with file.open(encoding="utf-8") as lines:
        next(lines)
        for _n, line in zip(range(most), lines, strict=False):
            row = json.loads(line)
            if isinstance(row, dict):
                return
            yield row


def run(sql: str, person: Person | None, file: Path, *, at: int | None = None, limits: Limits = PAGE) -> Result:
    """Run one SELECT and leave its rows in `file`. person None: every table, everything personal masked.

    Raises BadQuery for what is wrong with the statement, Refused when too many run, NotFound and Refused for versions.
    """
    names = relations.known(person, at)
    checked = checking.parsed(sql, names.get)
    found = names.gathered(checked.relations)
    began = time.monotonic()
    file.parent.mkdir(parents=True, exist_ok=True)
    with turn("sql", AT_ONCE, wait_s=2.0), _folder() as folder:
        made = relations.prepared(found, relations.used_columns(checked, found), folder)
        said = _in_child(_order(sql, made, folder, limits), file, limits)
    if "error" in said:
        columns = {column.name for one in found for column in one.columns}
        raise faults.in_words(said, sql, limits.wall_s, faults.Names(names.names, columns))
    version = made.version if at is None else at
    seconds = round(time.monotonic() - began, 3)
    return Result(file, read_columns(file), said["rows"], said["more"], seconds, version)


def export(name: str, person: Person | None, file: Path, *, at: int | None = None) -> int:
    """Write one table or dataset, as this person may see it, as Parquet into `file`; answers its rows.

    The child writes the file before its doors are shut: no word of a person's own is run here, only a dataset's SELECT
    that somebody published, over tables that are masked already. Raises as `run`, NotFound for a name not to be seen.
    """
    names = relations.known(person, at)
    there = names.get(name.lower())
    if there is None:
        raise NotFound(_t("There is no table {name}.").format(name=name))
    with turn("sql", AT_ONCE, wait_s=10.0), _folder() as folder:
        whole = store.quoted(str(folder / "table.parquet"))
        made = relations.prepared(names.gathered([there]), None, folder)
        made.statements.append(f"copy (from {store.identifier(there)}) to {whole} (format parquet)")
        made.allowed.append(str(folder / "table.parquet"))
        counted = f"select count(*) from read_parquet({whole})"
        said = _in_child(_order(counted, made, folder, EXPORT), folder / "count.jsonl", EXPORT)
        if "error" in said:
            raise faults.in_words(said, "", EXPORT.wall_s, faults.Names())
        rows = next(read_rows(folder / "count.jsonl", 1))[0]
        (folder / "table.parquet").replace(file)
    return int(rows)


def write_database(names: relations.Known, wanted: list[str], file: Path) -> int:
    """Write these relations as tables of one DuckDB file; answers the newest data version in it. For jobs."""
    found = names.gathered(wanted)
    with _folder() as folder:
        made = relations.prepared(found, None, folder)
        made.statements.append(f"attach {store.quoted(str(folder / 'half.duckdb'))} as bi")
        for name in (store.identifier(one.name) for one in found):
            made.statements.append(f"create table bi.{name} as from {name}")
        made.statements += ["checkpoint bi", "detach bi"]
        said = _in_child(_order("select 1", made, folder, SNAPSHOT), folder / "said.jsonl", SNAPSHOT)
        if "error" in said:
            raise faults.in_words(said, "", SNAPSHOT.wall_s, faults.Names())
        (folder / "half.duckdb").chmod(0o600)
        (folder / "half.duckdb").replace(file)
    return made.version


def _order(sql: str, made: relations.Prepared, folder: Path, limits: Limits) -> dict[str, Any]:
    return {
        "sql": sql,
        "prepare": made.statements,
        "allowed": made.allowed,
        "folder": str(folder),
        "wall_s": limits.wall_s,
        "rows": limits.rows,
        "memory_mb": limits.memory_mb,
        "spill_mb": limits.spill_mb,
        "threads": limits.threads,
        "address_bytes": limits.address_bytes,
        "file_bytes": max(limits.spill_mb, limits.result_mb * 2) * 2**20,
        "result_bytes": limits.result_mb * 2**20,
    }


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the child's own for masked copies and what it spills; gone with it."""
    root: Path = settings.WORKSPACE.run / "sql"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_child(order: dict[str, Any], file: Path, limits: Limits) -> dict[str, Any]:
    """The child's last word: {"done"} or {"error"}; it is killed with all it started when its time is over."""
    with file.open("wb") as out:
        file.chmod(0o600)
        process = subprocess.Popen(  # noqa: S603  # our own file, no shell
            [sys.executable, "-I", str(CHILD)],
            stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL, env={"PATH": "", "LC_ALL": "C.UTF-8"},
            cwd=order["folder"], start_new_session=True,
        )  # fmt: skip
        try:
            process.communicate(json.dumps(order).encode(), timeout=limits.wall_s)
        except subprocess.TimeoutExpired:
            return {"error": "TimeLimit", "text": ""}
        finally:
            _kill(process)
    return _last_line(file) or {"error": "Died", "text": ""}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(file: Path) -> dict[str, Any] | None:
    with file.open("rb") as body:
        body.seek(max(0, file.stat().st_size - 100_000))
        lines = body.read().splitlines()
    try:
        said = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return said if isinstance(said, dict) and ("done" in said or "error" in said) else None
