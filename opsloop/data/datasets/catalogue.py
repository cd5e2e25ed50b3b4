"""Every relation that can be asked: sources and datasets as published, and lake tables that nobody described.

What a relation is called in SQL, its columns with types and sensitivity, its keys, and whose keys its columns hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings

from opsloop.base.kinds.translated import language
from opsloop.data.datasets.definition import Dataset as DatasetFile
from opsloop.data.datasets.definition import Join, read_join
from opsloop.data.datasets.models import Dataset
from opsloop.data.datasets.reading import NotASelect, read
from opsloop.data.lake import store
from opsloop.data.lake.manifest import Mark, as_of, marked, marks
from opsloop.data.lake.models import Snapshot
from opsloop.data.sources.kinds.words import time_of
from opsloop.data.sources.models import Source

TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN",
    "datetime": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
"""DuckDB's type of a contract's column, for sources that have brought nothing yet."""


@dataclass(frozen=True, slots=True)
class Column:
    """type: as DuckDB says it. personal: the class that a position must read to see it, or empty."""

    name: str
    type: str
    title: str = ""
    personal: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose a source's rows are: the columns with a department's code and with a person, or everyone's."""

    department: str = ""
    person: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """When a source's rows happened: the column with the moment, the zone whose clock counts, the day's first hour."""

    column: str
    zone: str
    starts: int = 0


@dataclass(frozen=True)
class Relation:
    """One relation. version: changes whenever its definition does. reads: of a dataset, the relations below it.

    key: the columns that tell rows apart, empty when nothing says so. time: its day column, or empty.
    scope: of a source, whose its rows are; None when it does not say. clock: of a source whose rows have a moment.
    """

    name: str
    kind: str
    ident: str
    title: str
    version: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    joins: tuple[Join, ...] = ()
    reads: tuple[str, ...] = ()
    sql: str = ""
    currency: str = ""
    time: str = ""
    scope: Scope | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Catalogue:
    """All relations by their name in SQL. `faults`: datasets whose columns could not be found out, with the reason."""

    relations: Mapping[str, Relation]
    faults: Mapping[str, str] = field(default_factory=dict)
    newest: Mapping[str, Snapshot] = field(default_factory=dict)
    """The newest version of each lake table."""
    version: str = ""
    """Changes whenever any definition or any table's columns do."""

    def get(self, name: str) -> Relation | None:
        """By id or by name in SQL."""
        return self.relations.get(name.replace("-", "_"))

    def tables(self, names: Iterable[str]) -> tuple[str, ...]:
        """The lake tables at the bottom of these relations, sorted; one that nobody knows stays in it by its name."""
        found: set[str] = set()
        todo = list(names)
        while todo:
            relation = self.relations.get(name := todo.pop())
            if relation is not None and relation.kind == "dataset":
                todo += relation.reads
            else:
                found.add(name)
        return tuple(sorted(found))

    def versions(self, tables: Iterable[str], at: int | None = None) -> dict[str, Snapshot]:
        """table -> the version to read; tables without one are left out. Raises Refused for one no longer kept."""
        if at is None:
            return {table: self.newest[table] for table in tables if table in self.newest}
        found = {table: as_of(table, at) for table in tables}
        return {table: snapshot for table, snapshot in found.items() if snapshot is not None}


def _version(relations: Mapping[str, Relation]) -> str:
    said = [
        (name, one.version, *sorted(f"{c.name} {c.type} {c.personal}" for c in one.columns.values()))
        for name, one in sorted(relations.items())
    ]
    return sha256(repr(said).encode()).hexdigest()


def catalogue() -> Catalogue:
    """The relations as they are defined now. Three small queries; what they give is kept until it changes."""
    return _known(tuple(Source.in_force().items()), tuple(Dataset.in_force().items()), marks(), language())


Shape = tuple[tuple[str, str, str], ...]
Names = tuple[tuple[str, str], ...]


@lru_cache(maxsize=8)
def _known(sources: Names, datasets: Names, versions: tuple[Mark, ...], language: str) -> Catalogue:
    newest = {mark[0]: marked(mark) for mark in versions}
    shapes = tuple((mark[0], _shape(mark)) for mark in versions if not mark[0].endswith("__aside"))
    return replace(_built(sources, datasets, shapes, language), newest=newest)


@lru_cache(maxsize=500)
def _shape(mark: Mark) -> Shape:
    """(name, type, personal) of a version's columns; they never change."""
    snapshot = marked(mark)
    if snapshot.columns:
        return tuple((c["name"], c["type"], c.get("personal", "")) for c in snapshot.columns)
    return tuple((name, type_, "") for name, type_ in store.types_of(snapshot))


@lru_cache(maxsize=8)
def _built(sources: Names, datasets: Names, shapes: tuple[tuple[str, Shape], ...], language: str) -> Catalogue:
    """Titles are in the language; nothing else depends on it."""
    lake = dict(shapes)
    rows = Source.objects.filter(ident__in=[ident for ident, *_rest in sources])
    relations = {row.table: _source(row, lake.get(row.table)) for row in rows}
    for table, shape in lake.items():
        if table not in relations:
            columns = {name: Column(name, type_, "", personal) for name, type_, personal in shape}
            time = "day" if "day" in columns else ""
            relations[table] = Relation(table, "table", table, table, "", columns, time=time)
    faults: dict[str, str] = {}
    left = {one.relation: one for one in Dataset.objects.filter(ident__in=[ident for ident, *_rest in datasets])}
    while left:
        ready = [name for name, row in left.items() if not set(_reads(row)) & left.keys() - {name}]
        if not ready:  # a circle, which publication refuses
            faults |= dict.fromkeys(left, "circle")
            break
        for name in ready:
            relations[name], fault = _dataset(left.pop(name), relations)
            faults |= {name: fault} if fault else {}
    return Catalogue(relations, faults, version=_version(relations))


def _source(row: Source, shape: Shape | None) -> Relation:
    said = row.said
    contract = said.get("columns", {})
    types = {name: type_ for name, type_, _personal in shape or ()}
    names = [name for name in types if not name.startswith("_")] or [*contract, *(["day"] if said.get("time") else [])]
    columns = {}
    for name in names:
        one = contract.get(name, {})
        type_ = types.get(name) or ("DATE" if name == "day" else _type(one))
        columns[name] = Column(name, type_, one.get("title", ""), one.get("personal") or "")
    for name, type_, personal in shape or ():
        if personal and name in columns and not columns[name].personal:
            columns[name] = Column(name, type_, columns[name].title, personal)
    texts = [(name, one.get("in", "")) for name, one in contract.items()]
    joins = tuple(join for name, text in texts if text and (join := read_join(f"{name} -> {_named(text)}")) is not None)
    return Relation(
        row.table, "source", row.ident, row.name, row.sha256, columns, tuple(said.get("key", ())), joins,
        currency=said.get("currency", ""), time="day" if "day" in columns else "",
        scope=Scope(**said["whose"]) if said.get("whose") else None, clock=_clock(said, columns),
    )  # fmt: skip


def _clock(said: Mapping[str, Any], columns: Mapping[str, Column]) -> Clock | None:
    name = said.get("time", "")
    if name not in columns or said["columns"].get(name, {}).get("type") != "datetime":
        return None
    return Clock(name, said.get("timezone") or settings.TIME_ZONE, time_of(said.get("day_starts") or "00:00").hour)


def _named(text: str) -> str:
    relation, _dot, column = text.partition(".")
    return f"{relation.replace('-', '_')}.{column}"


def _type(column: Mapping[str, object]) -> str:
    kind = str(column.get("type", "text"))
    return f"DECIMAL(18,{column.get('decimals', 2)})" if kind == "money" else TYPES.get(kind, "VARCHAR")


def _reads(row: Dataset) -> tuple[str, ...]:
    try:
        return read(row.definition.get("query", "")).reads
    except NotASelect:
        return ()


def _dataset(row: Dataset, relations: Mapping[str, Relation]) -> tuple[Relation, str]:
    definition: DatasetFile = row.obj
    sql = definition.query.text.strip().rstrip(";")
    reads = _reads(row)
    below = [relations[name] for name in reads if name in relations]
    columns: dict[str, Column] = {}
    fault = ""
    if len(below) == len(reads):
        columns, fault = _columns(sql, below)
    joins = tuple(join for text in definition.joins if (join := read_join(text)) is not None)
    own = {join.column for join in joins}
    # a column that a dataset hands on still holds the keys that it held below
    handed = (join for one in below for join in one.joins if join.column in columns and join.column not in own)
    made = Relation(
        row.relation, "dataset", row.ident, definition.title or row.ident, row.sha256, columns, definition.key,
        (*joins, *dict.fromkeys(handed)), reads, sql,
        next((one.currency for one in below if one.currency), ""), "day" if "day" in columns else "",
    )  # fmt: skip
    return made, fault


def _columns(sql: str, below: list[Relation]) -> tuple[dict[str, Column], str]:
    """Columns of a SELECT, asked of DuckDB over empty relations of the right types."""
    import duckdb  # noqa: PLC0415  # only processes that query pay for it

    heads = [f"{store.identifier(one.name)} as ({_empty(one)})" for one in below]
    try:
        said = store.described(f"with {', '.join(heads)} select * from ({sql}\n)")  # noqa: S608  # judged text
    except duckdb.Error as error:
        return {}, str(error).partition("\n")[0]
    personal = _personal(sql, below)
    titles = {column.name: column.title for one in reversed(below) for column in one.columns.values()}
    return {name: Column(name, type_, titles.get(name, ""), personal.get(name.lower(), "")) for name, type_ in said}, ""


def _empty(relation: Relation) -> str:
    parts = [f"cast(null as {c.type}) as {store.identifier(c.name)}" for c in relation.columns.values()]
    return f"select {', '.join(parts) or '1'} limit 0"


def _personal(sql: str, below: list[Relation]) -> dict[str, str]:
    """output column -> class, for outputs that carry a personal value on (not counts of it).

    Follows names through the whole text, so it errs towards hiding: an expression that mentions a personal column
    anywhere but inside a count is personal too.
    """
    from sqlglot import exp  # noqa: PLC0415  # heavy, and only where a personal column is below

    classes = {c.name.lower(): c.personal for one in below for c in one.columns.values() if c.personal}
    if not classes:
        return {}
    from opsloop.data.datasets.reading import parsed  # noqa: PLC0415  # loads sqlglot

    tree = parsed(sql)
    for _round in range(20):  # through aliases of inner SELECTs, until nothing is added
        before = len(classes)
        for one in tree.find_all(exp.Alias):
            named = {c.name.lower() for c in one.this.find_all(exp.Column) if c.find_ancestor(exp.Count) is None}
            inner = {name for c in one.this.find_all(exp.Column) if (name := c.name.lower()) in classes}
            if inner & named and one.alias.lower() not in classes and not isinstance(one.this, exp.Count):
                classes[one.alias.lower()] = classes[min(inner & named)]
        if len(classes) == before:
            break
    return classes
