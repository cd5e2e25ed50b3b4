"""Which tables and datasets a person may query, and how the child process gets them without ever seeing them raw."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.reading import LakeColumn, columns_for, select_of, version_for


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of the lake as a person meets it, at one version."""

    name: str
    snapshot: Snapshot
    columns: tuple[LakeColumn, ...]

    @property
    def masked(self) -> bool:
        return any(column.masked for column in self.columns)


@dataclass(slots=True)
class Prepared:
    """What the child does before it shuts its doors, and which files it may open afterwards."""

    statements: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    version: int = 0


def known(person: Person | None, at: int | None = None) -> dict[str, str]:
    """name in small letters -> name, of every table that this person may query at version `at`."""
    rows = visible(person, Snapshot) if person is not None else Snapshot.objects.all()
    rows = rows.filter(retired_at__isnull=True)
    if at is not None:
        rows = rows.filter(pk__lte=at)
    return {name.lower(): name for name in rows.order_by("table").values_list("table", flat=True).distinct()}


def relation(person: Person | None, name: str, at: int | None = None) -> Relation:
    """One table. Raises NotFound or Refused as `lake.reading.version_for`."""
    snapshot = version_for(person, name, at)
    return Relation(name, snapshot, tuple(columns_for(person, snapshot)))


def prepared(relations: Iterable[Relation], columns: frozenset[str] | None, folder: Path) -> Prepared:
    """How the child makes each relation a view.

    A table with masked columns is copied first, masked, into the child's own folder: the statement that masks holds the
    workspace's key, and the files hold what is hidden, so neither may be there when the person's SQL runs. Only columns
    that the statement can use are copied. A table without masks is read where it lies.
    """
    done = Prepared()
    for one in relations:
        done.version = max(done.version, one.snapshot.pk)
        name = store.identifier(one.name)
        if not one.masked:
            done.statements.append(f"create view {name} as {select_of(one.snapshot, list(one.columns))}")
            done.allowed += [str(path) for path in store.paths_of(one.snapshot)]
            continue
        used = [c for c in one.columns if columns is None or c.name.lower() in columns] or list(one.columns[:1])
        copy = folder / f"{uuid.uuid4().hex}.parquet"
        where = store.quoted(str(copy))
        select = select_of(one.snapshot, used)
        done.statements.append(f"copy ({select}) to {where} (format parquet, compression lz4)")
        done.statements.append(f"create view {name} as from read_parquet({where})")
        done.allowed.append(str(copy))
    return done


def catalogue(person: Person | None, at: int | None = None) -> list[Relation]:
    """Every table for the list at the editor's side."""
    return [relation(person, name, at) for name in known(person, at).values()]


def newest_version() -> int:
    """The number under which what is read now can be read again."""
    last = Snapshot.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0
