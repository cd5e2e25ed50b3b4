"""The metrics as people look for them: by class, by what they are computed from, by who answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.kinds.known import editions
from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.metrics import api, definition
from opsloop.data.metrics.formula import WrongFormula, formula, metrics_of
from opsloop.data.metrics.latest import Figure, Wanted, figures
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.questions import INAPPLICABLE, WAITING, Trust

GRAIN_OF = {"key": "week", "general": "week", "periodic": "month"}
"""Over which period a metric of the class is shown when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric of the catalogue. source: the id of what it is computed from.

    waiting: why it has no figure; absence: whether data must come first or it does not apply here.
    """

    row: Metric
    said: definition.Metric
    owner: str
    source: str
    waiting: Text
    absence: str = ""

    @property
    def ident(self) -> str:
        return self.row.ident

    @property
    def grain(self) -> str:
        return GRAIN_OF[self.said.class_]

    @property
    def words(self) -> str:
        """What the search looks in."""
        row = self.row
        return f"{row.name} {row.title} {row.ident} {self.said.meaning} {self.owner} {self.source}".casefold()


def entries() -> list[Entry]:
    """Every metric in force, key ones first, then by title."""
    rows = list(Metric.objects.filter(withdrawn=False))
    said: dict[str, definition.Metric] = {row.ident: row.obj for row in rows}
    owners = posts.titles()
    order, trusts = list(GRAIN_OF), api.trusts(said)
    found = [_entry(row, said, owners, trusts[row.ident]) for row in rows]
    return sorted(found, key=lambda one: (order.index(one.said.class_), one.row.name))


def _entry(row: Metric, said: dict[str, definition.Metric], owners: dict[str, str], trust: Trust) -> Entry:
    one = said[row.ident]
    owner = owners.get(one.owner, one.owner)
    return Entry(row, one, owner, origin(row.ident, said), trust.waiting, trust.absence)


def origin(ident: str, said: dict[str, definition.Metric], depth: int = 0) -> str:
    """The relation that a metric rests on; of a formula or change, that of the first metric it names."""
    one = said.get(ident)
    if one is None or depth > 10:
        return ""
    if one.from_:
        return one.from_
    if one.change:
        return origin(one.change.of, said, depth + 1)
    try:
        named = metrics_of(formula(one.formula)) if one.formula else ()
    except WrongFormula:
        return ""
    return next((found for other in named if (found := origin(other, said, depth + 1))), "")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the catalogue under one heading. absent: its metrics have no figure."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    absent: bool = False


def sections(found: Iterable[Entry]) -> list[Section]:
    """By class; those that wait for a source, and those that do not apply here, apart at the end."""
    every = list(found)
    out = [
        Section(str(one.value), str(one.label), tuple(e for e in every if e.said.class_ == one and not e.waiting))
        for one in definition.MetricClass
    ]
    for kind, title in ((WAITING, _t("Waiting for data")), (INAPPLICABLE, _t("Does not apply here"))):
        out.append(Section(kind, title, tuple(e for e in every if e.waiting and e.absence == kind), absent=True))
    return [one for one in out if one.entries]


def narrowed(every: Sequence[Entry], said: Any) -> list[Entry]:
    """Those that fit the filters q, class, source and owner of an address."""
    words = str(said.get("q", "")).casefold().split()
    return [
        one
        for one in every
        if all(word in one.words for word in words)
        and said.get("class", "") in ("", one.said.class_)
        and said.get("source", "") in ("", one.source)
        and said.get("owner", "") in ("", one.said.owner)
    ]


def newest(found: Sequence[Entry], person: Person) -> list[tuple[Entry, Figure]]:
    """Each with its newest figure against the period before; one question to the engine for all."""
    asked = [Wanted(metric=one.ident, grain=one.grain) for one in found]
    return list(zip(found, figures(asked, person), strict=True))


MEANS_ANOTHER = frozenset(
    {
        "from", "value", "ratio", "formula", "change", "funnel", "retention", "cohort", "window", "to_date", "balance",
        "time",
    }
)  # fmt: skip
"""Fields whose change makes earlier values incomparable."""


def breaks(ident: str) -> list[tuple[Any, str]]:
    """(day, text) of each version that computes the metric in another way; the chart marks them."""
    return [
        (one.from_day, _t("v{n}: defined anew").format(n=one.number))
        for one in editions("metric", ident)
        if MEANS_ANOTHER & set(one.keys)
    ]
