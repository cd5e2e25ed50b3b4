"""Which tables and datasets a person may query, and how the child process gets them without ever seeing them raw."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.datasets.catalogue import Catalogue
from opsloop.data.datasets.catalogue import Relation as Described
from opsloop.data.datasets.catalogue import catalogue as described
from opsloop.data.datasets.sight import OutOfSight, Sight, only, sight_of
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.reading import LakeColumn, columns_for, select_of, version_for
from opsloop.data.sql import checking

ASIDE = "__aside"


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of the lake at one version, or a dataset over such tables, as a person meets it.

    sql: of a dataset its SELECT; reads: the relations below it. only: which rows of a table the person sees.
    """

    name: str
    columns: tuple[LakeColumn, ...]
    snapshot: Snapshot | None = None
    title: str = ""
    sql: str = ""
    reads: tuple[str, ...] = ()
    only: str = ""

    @property
    def masked(self) -> bool:
        """Must the child not see its files? They hold columns or rows that the person does not see."""
        return bool(self.only) or any(column.masked for column in self.columns)


@dataclass(slots=True)
class Prepared:
    """What the child does before it shuts its doors, and which files it may open afterwards."""

    statements: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What a person may name in a query: lake tables, and datasets all of whose tables are there."""

    person: Person | None
    at: int | None
    tables: frozenset[str]
    datasets: Catalogue
    sight: Sight | None = None

    def get(self, name: str) -> str | None:
        """The relation of a name in small letters."""
        return self._names.get(name)

    @property
    def names(self) -> list[str]:
        """Tables and datasets in their order; rows set aside last."""
        return sorted(self._names.values(), key=lambda name: (name.endswith(ASIDE), name))

    @property
    def _names(self) -> dict[str, str]:
        found = {name.lower(): name for name in self.tables}
        for name, one in self.datasets.relations.items():
            if one.kind == "dataset" and one.columns and set(self.datasets.tables([name])) <= self.tables:
                found.setdefault(name.lower(), name)
        return found

    def relation(self, name: str) -> Relation:
        """One of the names. Raises NotFound or Refused as `lake.reading.version_for`."""
        if name in self.tables:
            snapshot = version_for(self.person, name, self.at)
            columns = tuple(columns_for(self.person, snapshot))
            known = self.datasets.relations.get(name)
            narrowed = only(self.sight, known, snapshot, store.identifier)
            return Relation(name, columns, snapshot, known.title if known else "", only=narrowed)
        one = self.datasets.relations[name]
        return Relation(name, self._columns(one), None, one.title, one.sql, one.reads)

    def _columns(self, one: Described) -> tuple[LakeColumn, ...]:
        """Masked are those that hand on a masked column by its name; what is computed from one is as computed."""
        below = [self.relation(name) for name in one.reads if self._names.get(name.lower()) == name]
        masked = {column.name for relation in below for column in relation.columns if column.masked}
        return tuple(LakeColumn(c.name, c.type, c.personal, c.name in masked) for c in one.columns.values())

    def gathered(self, names: Iterable[str]) -> list[Relation]:
        """These relations and all that they read, lowest first."""
        done: dict[str, Relation] = {}

        def put(name: str) -> None:
            if name in done:
                return
            one = self.relation(name)
            for below in one.reads:
                put(below)
            done[name] = one

        for name in names:
            put(name)
        return list(done.values())


def known(person: Person | None, at: int | None = None) -> Known:
    """What this person may query at version `at`; None: every table, everything personal masked."""
    rows = visible(person, Snapshot) if person is not None else Snapshot.objects.all()
    rows = rows.filter(retired_at__isnull=True)
    if at is not None:
        rows = rows.filter(pk__lte=at)
    tables = frozenset(rows.order_by().values_list("table", flat=True).distinct())
    found, sight = described(), sight_of(person, "lake")
    if sight is not None:
        tables = frozenset(table for table in tables if _in_sight(table, person, at, found, sight))
    return Known(person, at, tables, found, sight)


def _in_sight(table: str, person: Person | None, at: int | None, found: Catalogue, sight: Sight) -> bool:
    try:
        only(sight, found.relations.get(table), version_for(person, table, at), store.identifier)
    except OutOfSight:
        return False
    return True


def used_columns(parsed: checking.Parsed, relations: Iterable[Relation]) -> frozenset[str] | None:
    """The names of columns that a statement and the datasets under it can use; None: all."""
    found = parsed.columns
    for one in relations:
        if one.sql and found is not None:
            inner = checking.columns_of(one.sql)
            found = None if inner is None else found | inner
    return found


def prepared(relations: Iterable[Relation], columns: Collection[str] | None, folder: Path) -> Prepared:
    """How the child makes each relation a view.

    A table with masked columns is copied first, masked, into the child's own folder: the statement that masks holds the
    workspace's key, and the files hold what is hidden, so neither may be there when the person's SQL runs. Only columns
    that the statement can use are copied. A table without masks is read where it lies; a dataset is a view over both.
    """
    done = Prepared()
    for one in relations:
        name = store.identifier(one.name)
        if one.snapshot is None:
            done.statements.append(f"create view {name} as {one.sql}")
            continue
        done.version = max(done.version, one.snapshot.pk)
        if not one.masked:
            done.statements.append(f"create view {name} as {select_of(one.snapshot, list(one.columns))}")
            done.allowed += [str(path) for path in store.paths_of(one.snapshot)]
            continue
        used = [c for c in one.columns if columns is None or c.name.lower() in columns] or list(one.columns[:1])
        copy = folder / f"{uuid.uuid4().hex}.parquet"
        where = store.quoted(str(copy))
        done.statements.append(
            f"copy ({select_of(one.snapshot, used, one.only)}) to {where} (format parquet, compression lz4)"
        )
        done.statements.append(f"create view {name} as from read_parquet({where})")
        done.allowed.append(str(copy))
    return done


def catalogue(person: Person | None, at: int | None = None) -> list[Relation]:
    """Every relation for the list at the editor's side."""
    found = known(person, at)
    return [found.relation(name) for name in found.names]
