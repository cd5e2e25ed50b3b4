"""The SELECT of one piece: columns _period, _d0, _d1 ..., _v0, _v1 ... over the statement's base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.measures import Aggregate, aggregate, fulfils
from opsloop.data.metrics.planning.pieces import Piece, Shape
from opsloop.data.metrics.planning.scan import BASE, DAY, Scan
from opsloop.data.metrics.planning.trees import Tree

PERIOD, SINCE, UNTIL, BEFORE = "_period", "_since", "_until", "_before"


@dataclass
class Part:
    """One piece in its shape, as number `n` of a statement. alone: the base holds nothing but its days."""

    n: int
    piece: Piece
    shape: Shape
    scan: Scan
    alone: bool = False

    def dims(self) -> list[Tree]:
        return [trees.named(self.scan.text(dim), f"_d{i}") for i, dim in enumerate(self.shape.by)]

    def names(self, table: str = "") -> list[exp.Column]:
        return [trees.column(f"_d{i}", table) for i in range(len(self.shape.by))]

    def aggregates(self) -> list[Aggregate]:
        return [aggregate(self.scan, one) for one in self.piece.measures]

    def day(self, name: str) -> exp.Cast:
        return trees.day_slot(f"{name}{self.n}")

    def filters(self) -> list[Tree]:
        """The conditions of the question's `where`."""
        found: list[Tree] = []
        for i, (dim, unknown, count) in enumerate(self.shape.filters):
            value = self.scan.text(dim)
            ways: list[Tree] = [exp.Is(this=value.copy(), expression=exp.Null())] if unknown else []
            if count:
                ways.append(exp.In(this=value, expressions=[trees.slot(f"f{self.n}_{i}")]))
            if ways:
                found.append(exp.or_(*ways))
        return found

    def rows(self, *more: Tree) -> Tree | None:
        """Which rows of the base count."""
        dated = [] if self.alone or not self.scan.time else [self.within()]
        return trees.both([*dated, *self.filters(), *more])

    def within(self, day: str = DAY) -> Tree:
        return trees.between(trees.column(day), self.day("s"), self.day("u"))

    def period(self, day: Tree) -> Tree:
        """The first day of the period of a day."""
        grain = self.shape.grain
        if grain == "total":
            return self.day("p")
        if grain == "day":
            return day.copy()
        cut = exp.DateTrunc(unit=exp.Var(this=grain.upper()), this=day.copy())  # type: ignore[no-untyped-call]
        return trees.cast(cut, "date")


def build(part: Part) -> exp.Select:
    """The SELECT of a part."""
    return _KINDS[part.piece.kind](part)


def _groups(part: Part, day: str = DAY) -> tuple[list[Tree], list[Tree]]:
    """(what to select, what to group by) of period and dimensions; a total's period is no group."""
    period, dims = part.period(trees.column(day)), part.dims()
    keys: list[Tree] = [dim.this for dim in dims]
    if part.shape.grain != "total":
        keys.insert(0, period)
    return [trees.named(period, PERIOD), *dims], keys


def _direct(part: Part) -> exp.Select:
    heads, keys = _groups(part)
    values = [trees.named(one.whole(), f"_v{i}") for i, one in enumerate(part.aggregates())]
    made = trees.select([*heads, *values], BASE, where=part.rows(), group=keys)
    return made if keys else _if_any(made)


def _if_any(made: exp.Select) -> exp.Select:
    """Nothing rather than a row of nothing."""
    return made.having(exp.GT(this=trees.count_rows(), expression=trees.number(0)), copy=False)


def _entity(part: Part) -> exp.Select:
    """Counts entities whose rows together fulfil a condition: first one row for each entity."""
    (measure,) = part.piece.measures
    assert measure.having is not None
    entity, where = aggregate(part.scan, measure), measure.having
    inner = aggregate(part.scan, where)
    inner = Aggregate(inner.kind, inner.value, entity.where)
    if part.piece.window is not None:
        return _entity_in_windows(part, entity, inner)
    heads, keys = _groups(part)
    one = trees.named(entity.filtered(), "_e")
    told = [*heads, one, trees.named(inner.whole(), "_i")]
    found = trees.select(told, BASE, where=part.rows(), group=[*keys, one.this])
    return _counted(part, trees.sub(found, "_t"))


def _counted(part: Part, source: exp.Subquery) -> exp.Select:
    (measure,) = part.piece.measures
    assert measure.having is not None
    there = exp.Not(this=exp.Is(this=trees.column("_e"), expression=exp.Null()))
    holds = exp.and_(there, fulfils(trees.column("_i"), measure.having))
    names = [trees.column(PERIOD), *part.names()]
    value = trees.double(trees.call(exp.Sum, trees.flag(holds)))
    return trees.select([*names, trees.named(value, "_v0")], source, group=names)


def _spans(part: Part) -> exp.Table:
    return trees.table(f"_w{part.n}", "_s")


def _in_windows(part: Part, days: exp.Select, values: list[Tree], more: list[Tree], *, low: str = SINCE) -> exp.Select:
    """Rows by day joined to the windows that hold the day, grouped by period, dimensions and `more`."""
    heads: list[Tree] = [trees.column(PERIOD, "_s"), *part.names("_t")]
    holds = trees.between(trees.column(DAY, "_t"), trees.column(low, "_s"), trees.column(UNTIL, "_s"))
    made = exp.select(*[one.copy() for one in [*heads, *more, *values]]).from_(_spans(part), copy=False)
    made = made.join(trees.sub(days, "_t"), on=holds, join_type="inner", copy=False)
    keys = [one.this if isinstance(one, exp.Alias) else one for one in [*heads, *more]]
    return made.group_by(*[one.copy() for one in keys], copy=False)


def _additive(part: Part) -> exp.Select:
    found = part.aggregates()
    kept = [one for i, agg in enumerate(found) for one in agg.parts(f"_p{i}")]
    dims = part.dims()
    keys = [trees.column(DAY), *(dim.this for dim in dims)]
    days = trees.select([trees.column(DAY), *dims, *kept], BASE, where=part.rows(), group=keys)
    values = [trees.named(agg.together(f"_p{i}", "_t"), f"_v{i}") for i, agg in enumerate(found)]
    return _in_windows(part, days, values, [])


def _distinct(part: Part) -> exp.Select:
    (agg,) = part.aggregates()
    told: list[Tree] = [trees.column(DAY), *part.dims(), trees.named(agg.filtered(), "_e")]
    days = trees.select(told, BASE, where=part.rows(), distinct=True)
    value = trees.double(trees.count_distinct(trees.column("_e", "_t")))
    return _in_windows(part, days, [trees.named(value, "_v0")], [])


def _raw(part: Part) -> exp.Select:
    (agg,) = part.aggregates()
    days = trees.select([trees.column(DAY), *part.dims(), trees.named(agg.filtered(), "_x")], BASE, where=part.rows())
    over = Aggregate(agg.kind, trees.column("_x", "_t"), at=agg.at)
    return _in_windows(part, days, [trees.named(over.whole(), "_v0")], [])


def _entity_in_windows(part: Part, entity: Aggregate, inner: Aggregate) -> exp.Select:
    """Days keep what the condition needs: different values as they are, sums and counts added up."""
    dims, one = part.dims(), trees.named(entity.filtered(), "_e")
    keys = [trees.column(DAY), *(dim.this for dim in dims), one.this]
    if inner.additive:
        told = [trees.column(DAY), *dims, one, *inner.parts("_p")]
        days = trees.select(told, BASE, where=part.rows(), group=keys)
        value = inner.together("_p", "_t")
    else:
        told = [trees.column(DAY), *dims, one, trees.named(inner.filtered(), "_x")]
        days = trees.select(told, BASE, where=part.rows(), distinct=True)
        value = Aggregate(inner.kind, trees.column("_x", "_t"), at=inner.at).whole()
    found = _in_windows(part, days, [trees.named(value, "_i")], [trees.column("_e", "_t")])
    return _counted(part, trees.sub(found, "_q"))


def _balance(part: Part) -> exp.Select:
    """The amount of each day, then one of the period's days, or their mean; days are those of all dimensions."""
    (agg,) = part.aggregates()
    heads, keys = _groups(part)
    keys = [trees.column(DAY), *keys]
    told = [*heads, trees.column(DAY), trees.named(agg.whole(), "_v")]
    days = trees.select(told, BASE, where=part.rows(), group=keys)
    names = [trees.column(PERIOD), *part.names()]
    if part.piece.balance == "average":
        return _mean_of_days(part, days)
    pick = exp.Max if part.piece.balance == "last" else exp.Min
    chosen = exp.Window(this=trees.call(pick, trees.column(DAY)), partition_by=[trees.column(PERIOD)])
    marked = trees.select(
        [*names, trees.column(DAY), trees.column("_v"), trees.named(chosen, "_m")], trees.sub(days, "_t")
    )
    only = exp.EQ(this=trees.column(DAY), expression=trees.column("_m"))
    return trees.select([*names, trees.named(trees.column("_v"), "_v0")], trees.sub(marked, "_q"), where=only)


def _mean_of_days(part: Part, days: exp.Select) -> exp.Select:
    names = [trees.column(PERIOD, "_t"), *part.names("_t")]
    period = trees.named(part.period(trees.column(DAY)), PERIOD)
    keys = [] if part.shape.grain == "total" else [period.this]
    count = trees.named(trees.double(trees.count_distinct(trees.column(DAY))), "_n")
    # the filter's rows, whatever their dimensions
    counted = trees.select([period, count], BASE, where=part.rows(), group=keys)
    mean = exp.Div(
        this=trees.call(exp.Sum, trees.column("_v", "_t")), expression=trees.call(exp.Max, trees.column("_n", "_c")),
        typed=False, safe=False,
    )  # fmt: skip
    made = exp.select(*[one.copy() for one in [*names, trees.named(mean, "_v0")]]).from_(trees.sub(days, "_t"))
    on = exp.EQ(this=trees.column(PERIOD, "_t"), expression=trees.column(PERIOD, "_c"))
    made = made.join(trees.sub(counted, "_c"), on=on, join_type="inner", copy=False)
    return made.group_by(*[one.copy() for one in names], copy=False)


def _people() -> dict[str, Callable[[Part], exp.Select]]:
    from opsloop.data.metrics.planning import people  # noqa: PLC0415  # it builds on this file

    return {"retention": people.retention, "cohort": people.cohort, "funnel": people.funnel}


def _of_people(part: Part) -> exp.Select:
    return _people()[part.piece.kind](part)


_KINDS: dict[str, Callable[[Part], exp.Select]] = {
    "direct": _direct, "entity": _entity, "additive": _additive, "distinct": _distinct, "raw": _raw,
    "balance": _balance, "retention": _of_people, "cohort": _of_people, "funnel": _of_people,
}  # fmt: skip
