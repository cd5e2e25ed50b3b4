"""The rows behind a figure, masked as everywhere: of the relation that a metric is computed from, days and filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound, Refused, Text
from opsloop.data.datasets.catalogue import Catalogue, Relation, catalogue
from opsloop.data.datasets.relations import resolve
from opsloop.data.lake import store
from opsloop.data.metrics.counting import relation_of, time_of, waits
from opsloop.data.metrics.definition import Measure, Metric
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.questions import Where

MOST_SHOWN, MOST_TAKEN = 200, 50_000


@dataclass(frozen=True, slots=True)
class RowColumn:
    name: str
    title: str
    number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some of the rows, the newest first; total: how many there are. since, until: the days really read."""

    relation: Relation
    columns: tuple[RowColumn, ...]
    rows: list[tuple[Any, ...]]
    total: int
    since: date | None
    until: date | None
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """base: the WITH entry of the relation with all that is joined; select: over it; reads: relations named in base."""

    base: str
    select: str
    reads: tuple[str, ...]


def rows_of(
    metric: Metric, since: date | None, until: date | None, where: Where, person: Person, most: int = MOST_SHOWN
) -> Rows:
    """The rows that a metric of these days was computed from. Raises Refused when it is not computed from rows.

    A metric over a window reads the days of its window up to `until`. Columns that the person does not read are masked;
    a filter on one compares masked values.
    """
    known = catalogue()
    relation = relation_of(known, metric)
    if relation is None or metric.does_not_apply:
        raise Refused(waits(metric).text)
    note: Text = ""
    if metric.window and until is not None:
        since = duration(metric.window).first_day(until)
        note = _t("The metric looks back {window}, and so do these rows.").format(window=metric.window)
    sql, columns = _select(known, relation, metric, since, until, where)
    try:
        total, rows = _run(sql, relation, person, most)
    except NotFound as error:
        raise Refused(error.text) from error
    return Rows(relation=relation, columns=columns, rows=rows, total=total, since=since, until=until, note=note)


def _select(
    known: Catalogue, relation: Relation, metric: Metric, since: date | None, until: date | None, where: Where
) -> tuple[Statement, tuple[RowColumn, ...]]:
    from sqlglot import exp  # noqa: PLC0415  # 0.2 s: only processes that compile metrics pay for it

    from opsloop.data.metrics.planning import trees  # noqa: PLC0415  # loads sqlglot
    from opsloop.data.metrics.planning.scan import Scan  # noqa: PLC0415

    scan = Scan(known, relation, time_of(metric, relation))
    own = [name for name in relation.columns if not name.startswith("_")]
    shown = [(trees.named(_told(scan.column(name), relation.columns[name].type), name), name) for name in own]
    conditions = [_chosen(scan.text(dim), values) for dim, values in where]
    conditions += [_any(scan, measures) for measures in _conditions(metric)]
    shown += [(trees.named(scan.text(dim), dim), dim) for dim, _values in where if dim not in own]
    low, high = (_day(day) if day else None for day in (since, until))
    base = scan.base(low, high) if low is not None and high is not None else scan.base(None, None)
    made = exp.select(*(tree for tree, _name in shown)).from_(exp.to_table("_base"))
    if conditions:
        made = made.where(*conditions)
    columns = tuple(
        RowColumn(name, relation.columns[name].title if name in relation.columns else name, _number(relation, name))
        for _tree, name in shown
    )
    text = f"_base as (\n{base.sql(dialect='duckdb')}\n)\n"
    return Statement(text, made.sql(dialect="duckdb"), scan.reads), columns


def _told(tree: Any, type_: str) -> Any:
    """A moment in the company's zone, without one: what has a zone could not be handed over without pytz."""
    from sqlglot import exp  # noqa: PLC0415

    if type_.upper() not in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"):
        return tree
    return exp.Anonymous(this="timezone", expressions=[exp.Literal.string(settings.TIME_ZONE), tree])


def _day(day: date) -> Any:
    from sqlglot import exp  # noqa: PLC0415

    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _chosen(tree: Any, values: Sequence[str | None]) -> Any:
    from sqlglot import exp  # noqa: PLC0415

    known = [exp.Literal.string(one) for one in values if one is not None]
    parts: list[Any] = [exp.In(this=tree.copy(), expressions=known)] if known else []
    parts += [exp.Is(this=tree.copy(), expression=exp.Null())] if None in values else []
    return exp.paren(exp.or_(*parts))


def _conditions(metric: Metric) -> list[tuple[Measure, ...]]:
    """The measures of which each row fulfils the condition of at least one; nothing when one takes every row."""
    measures = (metric.value,) if metric.value else (metric.ratio.over, metric.ratio.under) if metric.ratio else ()
    return [measures] if measures and all(one.where for one in measures) else []


def _any(scan: Any, measures: Sequence[Measure]) -> Any:
    from sqlglot import exp  # noqa: PLC0415

    return exp.paren(exp.or_(*(scan.expression(one.where) for one in measures)))


def _number(relation: Relation, name: str) -> bool:
    kind = relation.columns[name].type.upper() if name in relation.columns else ""
    return kind.startswith(("DOUBLE", "DECIMAL", "BIGINT", "INTEGER", "HUGEINT", "FLOAT", "SMALLINT", "UBIGINT"))


def _run(sql: Statement, relation: Relation, person: Person, most: int) -> tuple[int, list[tuple[Any, ...]]]:
    base, select = sql.base, sql.select
    heads = ",\n".join(one.text for one in resolve(sql.reads, person=person))
    order = f" order by {store.identifier(relation.time)} desc" if relation.time else ""
    cursor = store.connect().cursor()
    try:
        total = cursor.execute(f"with {heads},\n{base} select count(*) from ({select})").fetchall()[0][0]  # noqa: S608
        rows = cursor.execute(f"with {heads},\n{base} {select}{order} limit {int(most)}").fetchall()
    finally:
        cursor.close()
    return int(total), list(rows)
