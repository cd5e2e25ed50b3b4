"""One read-only DuckDB file with every table and dataset, all personal values masked, for Tableau, R and Power BI."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from opsloop.data.lake import store
from opsloop.data.lake.reading import select_of
from opsloop.data.sql import relations


def snapshot_file() -> Path:
    """Where it lies."""
    folder: Path = settings.WORKSPACE.var / "bi"
    return folder / "opsloop.duckdb"


def made_of() -> int:
    """The data version that the file was made of; 0 when there is none."""
    note = snapshot_file().with_suffix(".version")
    return int(note.read_text()) if note.exists() and snapshot_file().exists() else 0


def make(told: Callable[[int, int, str], None]) -> int:
    """Write the file anew beside the old one and put it in its place; answers the newest version in it.

    Everything is masked as for somebody who reads no class: the file leaves the house.
    """
    import duckdb  # noqa: PLC0415  # jobs only

    known = relations.known(None)
    names = [name for name in known.names if not name.endswith(relations.ASIDE)]
    file = snapshot_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"half-{os.getpid()}.duckdb")
    half.unlink(missing_ok=True)
    version = 0
    connection = duckdb.connect(str(half), config={"memory_limit": store.MEMORY, "threads": store.THREADS})
    try:
        for n, one in enumerate(known.gathered(names)):
            told(n, len(names), one.name)
            select = one.sql if one.snapshot is None else select_of(one.snapshot, list(one.columns))
            version = max(version, one.snapshot.pk if one.snapshot is not None else 0)
            connection.execute(f"create table {store.identifier(one.name)} as {select}")
        connection.execute("checkpoint")
    finally:
        connection.close()
    half.chmod(0o600)
    half.replace(file)
    file.with_suffix(".version").write_text(str(version))
    return version
