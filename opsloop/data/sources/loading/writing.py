"""What was cleaned, as new files of the lake: written, synced, described; visible to nobody until an act says so."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.merging import Present
from opsloop.data.cleaning.writing import partition_of
from opsloop.data.lake import manifest
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import FileRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def new_folder(table: str) -> Path:
    """A folder of the table's own in the lake that is not there yet."""
    return Path(settings.WORKSPACE.lake / table / uuid.uuid4().hex[:12])


def present_files(snapshot: Snapshot | None) -> list[Present]:
    """The files of a version by their full paths."""
    root: Path = settings.WORKSPACE.lake
    files = manifest.files_of(snapshot) if snapshot else ()
    return [Present(str(root / f.path), f.partition, f.rows, f.first_day, f.last_day) for f in files]


def below_lake(path: str) -> str:
    """A full path as the manifest has it."""
    return str(Path(path).relative_to(settings.WORKSPACE.lake))


def described(con: DuckDBPyConnection, folder: Path, *, day: bool, partition: str = "") -> list[FileRow]:
    """Every file that was written into `folder`: renamed to its partition, synced, counted. Empty ones go."""
    files: list[tuple[Path, str]] = []
    for n, file in enumerate(sorted(folder.rglob("*.parquet"))):
        part = partition or partition_of(file)
        flat = folder / f"{part}-{n}.parquet"  # no folder=value in its path: readers would make a column of it
        file.rename(flat)
        files.append((flat, part))
    for inner in folder.iterdir():
        if inner.is_dir():
            inner.rmdir()
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(_synced, [file for file, _part in files]))
    _sync_folder(folder)
    said = _counted(con, [file for file, _part in files], day=day)
    root: Path = settings.WORKSPACE.lake
    return [
        FileRow(str(file.relative_to(root)), part, rows, file.stat().st_size, digest, first, last)
        for (file, part), digest, (rows, first, last) in zip(files, digests, said, strict=True)
        if rows
    ]


def _counted(
    con: DuckDBPyConnection, files: Sequence[Path], *, day: bool
) -> list[tuple[int, date | None, date | None]]:
    out: list[tuple[int, date | None, date | None]] = []
    for file in files:
        days = "min(day), max(day)" if day else "null, null"
        found: tuple[Any, ...] = con.execute(
            f"select count(*), {days} from read_parquet({sql.literal(str(file))})"
        ).fetchall()[0]
        out.append((int(found[0]), found[1], found[2]))
    return out


def _synced(file: Path) -> str:
    with file.open("rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
        os.fsync(body.fileno())
    return digest


def _sync_folder(folder: Path) -> None:
    for one in (folder, folder.parent):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
