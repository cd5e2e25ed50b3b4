"""One read-only DuckDB file with every table and dataset, all personal values masked, for Tableau, R and Power BI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from opsloop.data.sql import relations, running


def snapshot_file() -> Path:
    """Where it lies."""
    folder: Path = settings.WORKSPACE.var / "bi"
    return folder / "opsloop.duckdb"


def version_note() -> Path:
    """The file beside it that says of which data version it was made."""
    return snapshot_file().with_suffix(".version")


def made_of() -> int:
    """The data version that the file was made of; 0 when there is none."""
    note = version_note()
    return int(note.read_text()) if note.exists() and snapshot_file().exists() else 0


def make(told: Callable[[int, int, str], None]) -> int:
    """Write the file anew beside the old one and put it in its place; answers the newest version in it.

    Everything is masked as for somebody who reads no class: the file leaves the house. A child process writes it, with
    the limits of the SQL page's, since datasets' SELECTs run in it.
    """
    known = relations.known(None)
    names = [name for name in known.names if not name.endswith(relations.ASIDE)]
    told(0, len(names), "")
    file = snapshot_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    version = running.write_database(known, names, file)
    version_note().write_text(str(version))
    told(len(names), len(names), "")
    return version
