"""Many small files of a partition become one: each load leaves a few, and every file costs each query an opening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from opsloop.data.lake import store
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import DataFile, Snapshot
from opsloop.data.lake.publishing import FileRow

FEWEST = 4
"""A partition with fewer small files is left alone."""
SMALL = 64 * 2**20
"""A file of more bytes is large enough: merging it again would cost more than its opening."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Files of one partition that become one."""

    partition: str
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class Compacted:
    """What was written for a table and waits for the act lake.compact."""

    table: str
    after: int
    added: list[FileRow]
    removed: list[str]


def merges(snapshot: Snapshot) -> Iterator[Merge]:
    """The partitions of a version that are worth merging."""
    small = (file for file in files_of(snapshot) if file.size < SMALL)
    for partition, files in groupby(small, key=lambda file: file.partition):
        found = tuple(files)
        if len(found) >= FEWEST:
            yield Merge(partition, found)


def compact(table: str) -> Compacted | None:
    """Write the merged files of the newest version; None when nothing is worth it. Publishes nothing."""
    snapshot = newest(table)
    if snapshot is None:
        return None
    work = list(merges(snapshot))
    added = [store.write_one(table, merge.partition, [file.path for file in merge.files]) for merge in work]
    removed = [file.path for merge in work for file in merge.files]
    return Compacted(table, snapshot.pk, added, removed) if work else None
