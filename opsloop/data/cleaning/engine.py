"""A DuckDB for one load: in memory, spilling to a folder, loading nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1800MB"
"""With what the process holds beside it, a load of 10 million rows stays below 3 GB."""
THREADS = 2
DISABLED = ("type_pushdown", "in_clause")
"""type_pushdown would let the CSV reader cast, and drop every row whose text is no number. in_clause would make a join
of each IN with more than five constants, and work its value out for every row, also in a branch that hardly one takes.
"""

DISK_FULL = ("No space left", "max_temp_directory_size")
"""What stands in DuckDB's words when the disk is full, or as much of it as it may take."""
NO_ROOM = (*DISK_FULL, "Out of Memory")


@contextmanager
def connected(folder: Path, memory: str = MEMORY) -> Iterator[DuckDBPyConnection]:
    """A connection that is gone, with all that it held, at the end. `folder`: where it spills to."""
    import duckdb  # noqa: PLC0415  # 67 MB: only processes that load pay for it

    config: dict[str, Any] = {
        "memory_limit": memory,
        "threads": THREADS,
        "preserve_insertion_order": True,  # a row's place in the file is its line, and decides which is newer
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    con = duckdb.connect(":memory:", config=config)
    try:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"set disabled_optimizers = '{', '.join(DISABLED)}'")
        yield con
    finally:
        con.close()
