"""Writing and reading the Parquet files through DuckDB. No Django rows are written here."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from opsloop.data.lake import manifest
from opsloop.data.lake.manifest import newest
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import ColumnRow, FileRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"
THREADS = 2
_local = threading.local()
_opening = threading.Lock()
_opened: tuple[int, DuckDBPyConnection] | None = None
_parents: list[object] = []


def connect() -> DuckDBPyConnection:
    """This thread's connection to the process's DuckDB. Temporary tables and settings of a session are its own."""
    kept = getattr(_local, "connection", None)
    if kept is None or kept[0] != os.getpid():
        kept = _local.connection = (os.getpid(), _database().cursor())
    connection: DuckDBPyConnection = kept[1]
    return connection


def _database() -> DuckDBPyConnection:
    """A DuckDB in memory with a set budget that loads nothing from outside, opened after fork.

    One for all threads of a process: what it keeps of files that were read serves every one of them, and its budget is
    that of the process.
    """
    import duckdb  # noqa: PLC0415  # 67 MB: only processes that query pay for it

    global _opened
    with _opening:
        if _opened is not None and _opened[0] == os.getpid():
            return _opened[1]
        config: dict[str, Any] = {
            "memory_limit": MEMORY,
            "threads": THREADS,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        database = duckdb.connect(":memory:", config=config)
        database.execute("set global TimeZone = 'UTC'")  # of its cursors too
        _opened = (os.getpid(), database)
        return database


def _begin_anew() -> None:
    """In a forked child: who held the lock is not there to let go, nor are the threads of the parent's DuckDB, which
    closing it would wait for."""
    global _opening
    _opening = threading.Lock()
    _parents.extend((_opened, getattr(_local, "connection", None)))


os.register_at_fork(after_in_child=_begin_anew)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


def paths_of(snapshot: Snapshot) -> list[Path]:
    """The files of a version where they lie."""
    root: Path = settings.WORKSPACE.lake
    return [root / path for path in manifest.paths_of(snapshot)]


def relation(snapshot: Snapshot) -> str:
    """The FROM clause that reads exactly this version's files; a version without files has its columns and no row."""
    files = paths_of(snapshot)
    if not files:
        columns = ", ".join(f"cast(null as {c['type']}) as {identifier(c['name'])}" for c in snapshot.columns)
        return f"(select {columns or '1'} limit 0)"
    return parquet(str(file) for file in files)


def types_of(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(name, type) of a version's columns, asked of its files."""
    return described(f"select * from {relation(snapshot)}")


def described(select: str) -> list[tuple[str, str]]:
    """(name, type as DuckDB says it) of what a SELECT gives, without running it."""
    cursor = connect().cursor()
    try:
        return [(row[0], row[1]) for row in cursor.execute(f"describe {select}").fetchall()]
    finally:
        cursor.close()


def columns_of(files: Iterable[FileRow], personal: Mapping[str, str] | None = None) -> list[ColumnRow]:
    """The columns of written files for lake.publish; `personal` names the sensitive ones with their class."""
    said = described(f"select * from {parquet(f.path for f in files)}")
    return [ColumnRow(name, type_, (personal or {}).get(name, "")) for name, type_ in said]


def fetch(sql: str, tables: Iterable[str], snapshots: Mapping[str, Snapshot] | None = None) -> list[tuple[Any, ...]]:
    """Run one SELECT over named tables, each at its newest or the given version.

    Raises LookupError naming a table that was never loaded.
    """
    heads = []
    for table in tables:
        snapshot = (snapshots or {}).get(table) or newest(table)
        if snapshot is None:
            raise LookupError(table)
        heads.append(f"{table} as (select * from {relation(snapshot)})")
    cursor = connect().cursor()
    try:
        return list(cursor.execute(f"with {', '.join(heads)} select * from ({sql})").fetchall())
    finally:
        cursor.close()


def parquet(paths: Iterable[str]) -> str:
    """The FROM clause over files named as in the manifest."""
    root: Path = settings.WORKSPACE.lake
    files = ", ".join(quoted(str(root / path)) for path in paths)
    return f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"


def number(select: str) -> int:
    """The one number that a SELECT gives."""
    cursor = connect().cursor()
    try:
        found: int = cursor.execute(select).fetchall()[0][0]
        return found
    finally:
        cursor.close()


def rows(select: str) -> list[tuple[Any, ...]]:
    """What a SELECT over named files gives."""
    cursor = connect().cursor()
    try:
        return list(cursor.execute(select).fetchall())
    finally:
        cursor.close()


def write_partitions(table: str, select: str, *, by: str, day: str = "day") -> list[FileRow]:
    """Write what `select` gives as one Parquet file for each value of the expression `by`; answers the files.

    The files are new and in no version until lake.publish names them; an interrupted write leaves only orphans.
    """
    root: Path = settings.WORKSPACE.lake
    batch = uuid.uuid4().hex[:12]
    staged = root / table / batch
    staged.mkdir(parents=True)
    connection = connect()
    connection.execute(
        f"copy (select *, {by} as _partition from ({select}) order by {day}) to {quoted(str(staged))}"
        " (format parquet, compression zstd, partition_by (_partition),"
        " filename_pattern 'part-{i}', overwrite_or_ignore)"
    )
    return [_described(root, file, day) for file in sorted(staged.rglob("*.parquet"))]


def write_one(table: str, partition: str, paths: Iterable[str]) -> FileRow:
    """Write the rows of several files of a partition as one."""
    source = parquet(paths)
    day = "day" if any(name == "day" for name, _type in described(f"select * from {source}")) else None
    return write_select(table, partition, f"select * from {source}", day=day)


def write_select(table: str, partition: str, select: str, *, day: str | None) -> FileRow:
    """Write what `select` gives as one file of a partition, by `day` if there is one; in no version yet."""
    root: Path = settings.WORKSPACE.lake
    folder = root / table / uuid.uuid4().hex[:12]
    folder.mkdir(parents=True)
    file = folder / f"{_harmless(partition)}.parquet"
    order = f" order by {identifier(day)}" if day else ""
    connect().execute(f"copy ({select}{order}) to {quoted(str(file))} (format parquet, compression zstd)")
    return _described(root, file, day or "null", partition)


def _harmless(partition: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in partition)[:60] or "all"


def _described(root: Path, file: Path, day: str, partition: str | None = None) -> FileRow:
    said = connect().execute(f"select count(*), min({day}), max({day}) from {quoted(str(file))}").fetchall()[0]
    rows: int = said[0]
    first: date | None = said[1]
    last: date | None = said[2]
    partition = file.parent.name.partition("=")[2] if partition is None else partition
    with file.open("rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
        os.fsync(body.fileno())
    return FileRow(str(file.relative_to(root)), partition, rows, file.stat().st_size, digest, first, last)
