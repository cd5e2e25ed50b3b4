"""Which column a dimension's word means: one of the relation itself, or of a relation that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.data.datasets.catalogue import Catalogue, Column, Relation
from opsloop.data.datasets.definition import Join
from opsloop.data.metrics.questions import CannotAnswer

DEEPEST = 3
"""So many references are followed one after another."""
MOST_NAMED = 40
HOUR = "hour"
"""The dimension that every relation has whose rows have a moment: the hour of its zone's clock."""
Path = tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A column and the references that lead to it, none for the relation's own."""

    path: Path
    column: Column


def reachable(known: Catalogue, relation: Relation, path: Path = ()) -> Iterator[tuple[Path, Relation]]:
    """The relation itself and those that it refers to, with the way there."""
    yield path, relation
    if len(path) == DEEPEST:
        return
    for join in relation.joins:
        other = known.relations.get(join.relation)
        if other is not None and other.key == (join.key,) and all(join.relation != step.relation for step in path):
            yield from reachable(known, other, (*path, join))


def find(known: Catalogue, relation: Relation, text: str) -> Found:
    """The column that `text` means: a column, relation.column or reference.column.

    Raises CannotAnswer when there is none or more than one.
    """
    qualifier, _dot, name = text.rpartition(".")
    qualifier = qualifier.replace("-", "_")
    if name in relation.columns and qualifier in ("", relation.name):
        return Found((), relation.columns[name])
    if text == HOUR and relation.clock is not None:
        return Found((), Column(HOUR, HOUR, _t("Hour of the day")))
    found = [
        Found(path, other.columns[name])
        for path, other in reachable(known, relation)
        if path and name in other.columns and qualifier in ("", other.name, path[-1].column)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        there = dict.fromkeys(one for _path, other in reachable(known, relation) for one in other.columns)
        raise CannotAnswer(
            _t("{relation} cannot be split by {name}; there are: {names}.").format(
                relation=relation.title, name=text, names=", ".join([*there][:MOST_NAMED])
            )
        )
    ways = ", ".join(sorted({f"{one.path[-1].relation}.{name}" for one in found}))
    if len(ways.split(", ")) < len(found):
        ways = ", ".join(sorted({f"{one.path[-1].column}.{name}" for one in found}))
    raise CannotAnswer(_t("{name} stands in several places; write one of: {ways}.").format(name=text, ways=ways))
