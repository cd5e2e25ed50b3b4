"""Relations as SQL: the chain of named SELECTs from the lake's files up to what a statement reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.data.datasets.catalogue import Catalogue, Relation, catalogue
from opsloop.data.datasets.sight import Sight, only, sight_of
from opsloop.data.lake import reading, store
from opsloop.data.lake.manifest import as_of


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of a WITH clause, in DuckDB's words."""

    name: str
    sql: str

    @property
    def text(self) -> str:
        """As it stands in a WITH clause. Not materialised: what is not needed of it is not read."""
        return f"{store.identifier(self.name)} as not materialized (\n{self.sql}\n)"


def resolve(names: Iterable[str], at: int | None = None, person: Person | None = None) -> list[Named]:
    """What a WITH clause needs so that these relations can be read, lowest first.

    With a person, columns are masked that they do not read and rows left out that they do not see; without, all is read
    as it is. Raises NotFound naming a relation that is not there or has no data, OutOfSight for one without a row that
    they see, Refused for a version that is no longer kept.
    """
    known = catalogue()
    wanted = [name.replace("-", "_") for name in names]
    sight = sight_of(person)
    tables = {table: bottom(known, table, at, person, sight) for table in known.tables(wanted)}
    return chain(known, wanted, tables)


def chain(known: Catalogue, names: Iterable[str], tables: Mapping[str, str]) -> list[Named]:
    """The WITH entries of these relations over the SELECTs of their lake tables."""
    done: dict[str, Named] = {}

    def put(name: str) -> None:
        relation = known.relations.get(name)
        if name in done:
            return
        if relation is None or relation.kind != "dataset":
            done[name] = Named(name, tables[name])
            return
        for below in relation.reads:
            put(below)
        done[name] = Named(name, relation.sql)

    for name in names:
        put(name)
    return list(done.values())


def bottom(known: Catalogue, table: str, at: int | None, person: Person | None, sight: Sight | None) -> str:
    """The SELECT of a lake table as a person sees it. Raises as `resolve`."""
    if person is not None:
        version = reading.version_for(person, table, at)
        narrowed = only(sight, known.relations.get(table), version, store.identifier)
        return reading.readable(person, table, at, narrowed)
    snapshot = as_of(table, at)
    if snapshot is None:
        raise NotFound(_t("There is no table {name}.").format(name=table))
    return f"select * from {store.relation(snapshot)}"  # noqa: S608  # made of the manifest's quoted paths


__all__ = ["Named", "Relation", "chain", "resolve"]
