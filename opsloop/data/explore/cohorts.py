"""同期群: of those who came for the first time in a period, how many came again in each period after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused
from opsloop.data.datasets.catalogue import Catalogue, Relation, catalogue
from opsloop.data.datasets.relations import chain
from opsloop.data.datasets.sight import only, sight_of
from opsloop.data.metrics import api, period_names
from opsloop.data.metrics.counting import RESULTS, relation_of, time_of, waits
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.engines import DuckDB
from opsloop.data.metrics.periods import back, begin
from opsloop.ui.formats import number, percent

GRAINS = ("week", "month")
MOST = 16
"""So many cohorts, and so many periods after them, are shown; the export has them all."""
SHADES = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """share: of the cohort, came again in this period; None where it is not over."""

    count: int | None
    share: float | None

    @property
    def shown(self) -> str:
        return "" if self.share is None else percent(self.share, 0)

    @property
    def shade(self) -> int:
        """From 0 to SHADES, for the colour."""
        return 0 if self.share is None else min(SHADES, round(self.share * SHADES))


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those first seen in a period. old: the data only begins there, so that most were customers before."""

    period: date
    name: str
    size: int
    cells: tuple[Cell, ...]
    old: bool = False

    @property
    def shown(self) -> str:
        return number(self.size, 0)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cohorts, the newest first; together: of all whose period is over, weighted by size, the oldest left out."""

    grain: str
    cohorts: tuple[Cohort, ...]
    together: tuple[Cell, ...]
    snapshot: int | None
    counted: str

    @property
    def columns(self) -> list[int]:
        """Periods since the first."""
        return list(range(1, len(self.together) + 1))

    @property
    def rows(self) -> list[list[object]]:
        """For files: period, size, then how many came again."""
        width = max((len(one.cells) for one in self.cohorts), default=0)
        return [
            [one.period, one.size, *(cell.count for cell in one.cells), *([None] * (width - len(one.cells)))]
            for one in self.cohorts
        ]


def has_cohorts(metric: Metric) -> bool:
    """Does the metric say who comes back?"""
    return metric.retention is not None or metric.cohort is not None


def matrix(ident: str, metric: Metric, grain: str, person: Person) -> Matrix:
    """By weeks or months, of the rows that the person sees. Raises Refused where there is nothing to count."""
    said = metric.retention or metric.cohort
    if said is None:
        raise Refused(_t("Only a metric that says who comes back has cohorts."))
    trust, known = api.trust(ident), catalogue()
    relation = relation_of(known, metric)
    if relation is None or trust.last_day is None:
        raise Refused(trust.waiting or waits(metric).text)
    tables = _tables(known, relation, person)
    sql = _statement(known, relation, metric, said.of, said.where, grain, tables)
    key = ("cohorts", sql)
    rows = RESULTS.get(key)
    if rows is None:
        rows = DuckDB().run(sql)
        RESULTS.put(key, rows)
    found: dict[date, dict[int, int]] = {}
    for first, after, count in rows:
        found.setdefault(first, {})[int(after)] = int(count)
    last = period_names.last_whole(trust.last_day, grain)
    made = [_cohort(first, counts, grain, last) for first, counts in sorted(found.items()) if first <= last]
    began = _first_whole(known, relation, grain)
    made = [replace(one, old=one.period <= began) for one in made]
    return Matrix(
        grain, tuple(reversed(made)), _together([one for one in made if not one.old]), trust.snapshot, metric.counted
    )


def _first_whole(known: Catalogue, relation: Relation, grain: str) -> date:
    """The first period of which the data has every day: who is first seen until then may have been there before."""
    versions = known.versions(known.tables([relation.name])).values()
    first = min((one.first_day for one in versions if one.first_day is not None), default=date.min)
    start = begin(first, grain)
    return start if start == first else back(start, grain, -1)


def _tables(known: Catalogue, relation: Relation, person: Person) -> Mapping[str, str]:
    sight, runner = sight_of(person), DuckDB()
    versions = known.versions(known.tables([relation.name]))
    return {
        table: runner.bottom(snapshot, only(sight, known.relations.get(table), snapshot, runner.name))
        for table, snapshot in versions.items()
    }


def _statement(
    known: Catalogue, relation: Relation, metric: Metric, of: str, where: str, grain: str, tables: Mapping[str, str]
) -> str:
    from opsloop.data.metrics.planning import trees  # noqa: PLC0415  # loads sqlglot
    from opsloop.data.metrics.planning.scan import DAY, Scan  # noqa: PLC0415

    time = time_of(metric, relation)
    if not time:
        raise Refused(_t("{relation} has no days, so there is only a total.").format(relation=relation.title))
    scan = Scan(known, relation, time)
    who = trees.rendered(scan.text(of), "duckdb")
    chosen = f" and ({trees.rendered(scan.expression(where), 'duckdb')})" if where else ""
    base = trees.rendered(scan.base(None, None), "duckdb")
    if set(known.tables(scan.reads)) - tables.keys():
        raise Refused(_t("A condition of this metric reads other tables; it has no cohorts."))
    heads = ",\n".join(one.text for one in chain(known, scan.reads, tables))
    return (
        f"with {heads},\n_base as (\n{base}\n),\n"  # noqa: S608  # made of the catalogue's own quoted names
        f"_seen as (select distinct {who} as who, cast(date_trunc('{grain}', {DAY}) as date) as period from _base"
        f" where {who} is not null{chosen}),\n"
        "_first as (select who, min(period) as first from _seen group by who)\n"
        f"select first, date_diff('{grain}', first, period), count(*) from _seen join _first using (who)"
        " group by 1, 2 order by 1, 2"
    )


def _cohort(first: date, counts: Mapping[int, int], grain: str, last: date) -> Cohort:
    size, cells, after = counts.get(0, 0), [], 1
    while (period := back(begin(first, grain), grain, -after)) <= last:
        assert period > first
        count = counts.get(after, 0)
        cells.append(Cell(count, count / size if size else None))
        after += 1
    return Cohort(first, period_names.name(first, grain), size, tuple(cells))


def _together(cohorts: list[Cohort]) -> tuple[Cell, ...]:
    width = max((len(one.cells) for one in cohorts), default=0)
    made = []
    for n in range(width):
        reached = [one for one in cohorts if len(one.cells) > n]
        count, size = sum(one.cells[n].count or 0 for one in reached), sum(one.size for one in reached)
        made.append(Cell(count, count / size if size else None))
    return tuple(made)
