"""Counting requests: those of one relation and data version become one statement, which is run or known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.texts import say
from opsloop.data.datasets.catalogue import Catalogue, Relation
from opsloop.data.datasets.sight import OutOfSight, Sight, only
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.store import quoted
from opsloop.data.metrics.definition import Measure, Metric
from opsloop.data.metrics.engines import Engine, Rows, engine
from opsloop.data.metrics.kept import Kept
from opsloop.data.metrics.periods import Period, periods, to_date_since
from opsloop.data.metrics.planning.pieces import Piece, Shape, Window, numbers_of, pieces_of
from opsloop.data.metrics.questions import HIDDEN, INAPPLICABLE, REFUSED, Absent, CannotAnswer, NotYours
from opsloop.data.metrics.requests import Done, Request, Span

if TYPE_CHECKING:
    from opsloop.data.metrics.planning.statements import Plan, Plans

RESULTS = Kept()
LONG_AGO = date(1, 1, 1)
TOGETHER = frozenset({"direct", "additive"})
"""Kinds of pieces that several metrics share in one SELECT."""


@cache
def plans() -> Plans:
    """The plans of this process."""
    from opsloop.data.metrics.planning.statements import Plans  # noqa: PLC0415  # loads sqlglot, half a second

    return Plans()


@dataclass
class Slice:
    """One part of a statement to be: a piece with its days. for_: request, which of its numbers, which column here."""

    kind: str
    shape: Shape
    piece: Piece
    low: date
    high: date
    values: dict[str, str]
    spans: str = ""
    measures: list[Measure] = field(default_factory=list)
    for_: list[tuple[Request, int, int]] = field(default_factory=list)

    @property
    def whole(self) -> Piece:
        """The piece with the measures of all metrics that share it."""
        if self.kind not in TOGETHER:
            return self.piece
        return Piece(self.kind, tuple(range(len(self.measures))), tuple(self.measures), self.piece.window)


def relation_of(known: Catalogue, metric: Metric) -> Relation | None:
    return known.get(metric.from_)


def time_of(metric: Metric, relation: Relation) -> str:
    """The day column, empty for a relation without days."""
    return metric.time if metric.time in relation.columns else ""


@dataclass
class Counting:
    """Counts for one answer. spans: the days of each relation by name, None where there is no data.

    sight: what narrows the rows that count, None for all of them. It is part of what results are kept by.
    """

    known: Catalogue
    metrics: Mapping[str, Metric]
    spans: Mapping[str, Span | None]
    sight: Sight | None = None

    def run(self, requests: Iterable[Request], *, strict: bool = True) -> Done:
        """Raises CannotAnswer for what a relation does not have, or an engine refuses; not strict: it is waiting."""
        done = Done()
        groups: dict[tuple[str, str, int | None, str], list[Request]] = {}
        for one in dict.fromkeys(requests):
            metric = self.metrics[one.metric]
            relation = relation_of(self.known, metric)
            if relation is None or self.spans.get(relation.name) is None:
                done.waiting[one] = waits(metric)
                continue
            key = (relation.name, time_of(metric, relation), one.ask.at, one.ask.engine)
            groups.setdefault(key, []).append(one)
        for (name, time, at, which), asked in groups.items():
            relation = self.known.relations[name]
            try:
                self._group(relation, time, at, which, asked, done)
            except CannotAnswer as error:
                if strict:
                    raise
                self._one_by_one(relation, time, at, which, asked, done, error)
        return done

    def _one_by_one(
        self, relation: Relation, time: str, at: int | None, which: str, asked: list[Request], done: Done,
        error: CannotAnswer,
    ) -> None:  # fmt: skip
        """One wrong request must not keep the others from being counted."""
        if len(asked) == 1:
            done.waiting[asked[0]] = absent(error)
            return
        for one in asked:
            try:
                self._group(relation, time, at, which, [one], done)
            except CannotAnswer as own:
                done.waiting[one] = absent(own)

    def _group(
        self, relation: Relation, time: str, at: int | None, which: str, asked: list[Request], done: Done
    ) -> None:
        slices = self._slices(relation, time, asked)
        for one in asked:
            done.numbers[one] = {}
        if not slices:
            return
        runner = engine(which)
        shapes = tuple((one.whole, one.shape) for one in slices)
        plan = plans().get(self.known, relation, time, shapes, runner.dialect)
        tables = self.known.tables(plan.reads)
        found = self.known.versions(tables, at)
        if missing := [table for table in tables if table not in found]:
            text = say(_("There is no data yet in: {names}."), names=", ".join(missing))
            done.waiting |= dict.fromkeys(asked, Absent(text))
            return
        done.snapshots |= {table: snapshot.pk for table, snapshot in found.items()}
        rows = self._rows(plan, slices, found, self._narrowed(found, runner), done)
        _sort_out(rows, plan, slices, done, {one: numbers_of(self.metrics[one.metric]) for one in asked})

    def _narrowed(self, found: Mapping[str, Snapshot], runner: Engine) -> dict[str, str]:
        """table -> the condition on its rows. Raises CannotAnswer where no row of one may be seen."""
        try:
            return {
                table: only(self.sight, self.known.relations.get(table), snapshot, runner.name)
                for table, snapshot in found.items()
            }
        except OutOfSight as error:
            raise NotYours(error.text) from error

    def _rows(
        self, plan: Plan, slices: list[Slice], found: Mapping[str, Snapshot], narrowed: Mapping[str, str], done: Done
    ) -> Rows:
        values = {"base_since": quoted(min(one.low for one in slices).isoformat())}
        values["base_until"] = quoted(max(one.high for one in slices).isoformat())
        spans = {n: one.spans for n, one in enumerate(slices) if one.spans}
        for n, one in enumerate(slices):
            values |= {name.format(n=n): text for name, text in one.values.items()}
        pks = tuple(sorted((table, snapshot.pk, snapshot.at) for table, snapshot in found.items()))
        key = (
            plan.dialect, plan.text, tuple(sorted(values.items())), tuple(spans.items()), pks, self.known.version,
            tuple(sorted(narrowed.items())),
        )  # fmt: skip
        rows = RESULTS.get(key)
        if rows is None:
            runner = engine(plan.dialect)
            sql = plan.filled(self._heads(plan, found, narrowed, runner), values, spans)
            done.sql.append(sql)
            rows, done.computed = runner.run(sql), True
            RESULTS.put(key, rows)
        return rows

    def _heads(
        self, plan: Plan, found: Mapping[str, Snapshot], narrowed: Mapping[str, str], runner: Engine
    ) -> list[str]:
        heads: dict[str, str] = {}

        def put(name: str) -> None:
            relation = self.known.relations.get(name)
            if name in heads:
                return
            if relation is None or relation.kind != "dataset":
                heads[name] = runner.head(name, runner.bottom(found[name], narrowed[name]), dataset=False)
                return
            for below in relation.reads:
                put(below)
            heads[name] = runner.head(name, relation.sql, dataset=True)

        for name in plan.reads:
            put(name)
        return list(heads.values())

    def _slices(self, relation: Relation, time: str, asked: list[Request]) -> list[Slice]:
        shared: dict[object, Slice] = {}
        made: list[Slice] = []
        for request in asked:
            for piece in pieces_of(self.metrics[request.metric]):
                one = self._slice(relation, time, request, piece)
                if one is None:
                    continue
                key = (one.kind, one.shape, one.piece.window, tuple(one.values.items()), one.spans)
                if one.kind in TOGETHER and key in shared:
                    one = shared[key]
                else:
                    made.append(one)
                    shared[key] = one
                for slot, measure in zip(piece.slots, piece.measures or piece.slots, strict=True):
                    one.for_.append((request, slot, _column(one, slot, measure)))
        return made

    def _slice(self, relation: Relation, time: str, request: Request, piece: Piece) -> Slice | None:
        ask = request.ask
        if not time and (ask.grain != "total" or piece.kind != "direct"):
            raise CannotAnswer(say(_("{relation} has no days, so there is only a total."), relation=relation.title))
        shape = Shape(
            ask.grain, ask.by, tuple((d, None in vs, len([v for v in vs if v is not None])) for d, vs in ask.where)
        )
        values = {"p{n}": _day(ask.since), "s{n}": _day(ask.since), "u{n}": _day(ask.until)}
        for i, (_dim, wanted) in enumerate(ask.where):
            values[f"f{{n}}_{i}"] = ", ".join(quoted(v) for v in wanted if v is not None)
        low, high, spans = ask.since, ask.until, ""
        if piece.window is not None:
            span = self.spans[relation.name]
            assert span is not None
            rows = list(windows(piece.window, periods(ask.since, min(ask.until, span.last), ask.grain), span))
            if not rows:
                return None
            low, high = min(one.before for one in rows), max(one.until for one in rows)
            values |= {"s{n}": _day(low), "u{n}": _day(high)}
            if len(rows) == 1 and piece.kind != "retention":
                # one window is a span of days like any other: nothing has to be kept day by day
                values["p{n}"], shape = _day(rows[0].key), replace(shape, grain="total")
                piece = replace(piece, kind="entity" if piece.kind == "entity" else "direct", window=None)
            else:
                spans = ", ".join(one.text for one in rows)
        elif piece.kind in ("cohort", "funnel"):
            low = LONG_AGO if piece.kind == "cohort" else ask.since
            high = ask.until + timedelta(days=piece.days)
            values |= {"a{n}": _day(ask.since), "b{n}": _day(ask.until)}
        return Slice(piece.kind, shape, piece, low, high, values, spans)


def _column(one: Slice, slot: int, measure: object) -> int:
    """The column of a number: shared slices keep each measure once."""
    if one.kind not in TOGETHER or not isinstance(measure, Measure):
        return slot if one.kind in ("retention", "cohort", "funnel") else 0
    if measure not in one.measures:
        one.measures.append(measure)
    return one.measures.index(measure)


@dataclass(frozen=True, slots=True)
class WindowRow:
    """The days of one period's window; `before` is where the window before it begins, or the same as `since`."""

    key: date
    before: date
    since: date
    until: date

    @property
    def text(self) -> str:
        days = (self.key, self.before, self.since, self.until)
        return "(" + ", ".join(f"cast({_day(day)} as date)" for day in days) + ")"


def windows(window: Window, asked: Iterable[Period], span: Span) -> Iterable[WindowRow]:
    """The windows of some periods."""
    for one in asked:
        if window.length is None:
            since = to_date_since(one.until, window.to_date, span.first)
            yield WindowRow(one.key, since, since, one.until)
            continue
        since = window.length.first_day(one.until)
        before = window.length.first_day(since - timedelta(days=1)) if window.before else since
        yield WindowRow(one.key, before, since, one.until)


def _day(day: date) -> str:
    return quoted(day.isoformat())


def _sort_out(rows: Rows, plan: Plan, slices: list[Slice], done: Done, sizes: Mapping[Request, int]) -> None:
    """Numbers of each request from the statement's rows: part, period, dimensions, numbers."""
    most = max(width[0] for width in plan.parts)
    targets = [
        [(done.numbers[request], sizes[request], slot, 2 + most + column) for request, slot, column in one.for_]
        for one in slices
    ]
    for row in rows:
        part = int(row[0])
        key = (row[1], tuple(row[2 : 2 + plan.parts[part][0]]))
        for numbers, size, slot, column in targets[part]:
            found = numbers.get(key)
            if found is None:
                found = numbers[key] = [None] * size
            found[slot] = row[column]


def waits(metric: Metric) -> Absent:
    """Why a metric cannot be counted here, or not yet."""
    if metric.does_not_apply:
        return Absent(say(_("Does not apply here: {why}"), why=metric.does_not_apply), INAPPLICABLE)
    if metric.waits_for:
        return Absent(say(_("Waits for: {what}."), what=metric.waits_for))
    return Absent(say(_("Waits for the source {name}."), name=metric.from_))


def absent(error: CannotAnswer) -> Absent:
    """A refusal as the reason why there is no figure."""
    return Absent(error.text, HIDDEN if isinstance(error, NotYours) else REFUSED)
