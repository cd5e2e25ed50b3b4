"""What the dimensions of a metric are called: the titles of their columns, in the words of their source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsloop.data.datasets.catalogue import Catalogue, catalogue
from opsloop.data.metrics.asking import Desk
from opsloop.data.metrics.counting import relation_of
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.planning.finding import find
from opsloop.data.metrics.questions import CannotAnswer
from opsloop.data.sources.models import Source


def titles(metrics: Iterable[str], dims: Iterable[str]) -> dict[str, str]:
    """Dimension -> its title; its own word where nobody gave it one."""
    known, idents = catalogue(), list(metrics)
    desk = Desk(known)
    try:
        desk.load(idents)
    except CannotAnswer:
        return {dim: dim for dim in dims}
    return {dim: _title(known, desk, idents, dim) for dim in dims}


def value_names(dim: str) -> Mapping[str, str]:
    """What the values of a dimension are called, where they are ids of ours: those of sources, in tables of our own."""
    if dim.rpartition(".")[2] != "source":
        return {}
    return {row.ident: row.name for row in Source.objects.all()}


def _title(known: Catalogue, desk: Desk, idents: list[str], dim: str) -> str:
    for ident in idents:
        for name in desk.direct(ident):
            relation = relation_of(known, desk.metrics[name])
            try:
                if relation is not None and (said := find(known, relation, dim).column.title):
                    return said
            except CannotAnswer:
                continue
    return dim


def whom(metric: Metric) -> str:
    """The column that tells whose a metric's rows are: its relation's first that identifies a person; empty without."""
    relation = relation_of(catalogue(), metric)
    columns = relation.columns.values() if relation is not None else ()
    return next((one.name for one in columns if one.personal == "identity"), "")
