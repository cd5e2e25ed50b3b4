"""The SELECTs that follow somebody through time: who came back, who came again, who took the next step."""

from __future__ import annotations

from sqlglot import exp

from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.parts import BEFORE, PERIOD, SINCE, Part, _in_windows
from opsloop.data.metrics.planning.scan import BASE, DAY
from opsloop.data.metrics.planning.trees import Tree

ENTITY = "_e"


def _there(tree: Tree) -> exp.Not:
    return exp.Not(this=exp.Is(this=tree, expression=exp.Null()))


def _days_of(part: Part) -> exp.Select:
    """Who was there on which day, each once."""
    entity = part.scan.expression(part.piece.of)
    only = [part.scan.expression(part.piece.where)] if part.piece.where else []
    told = [trees.column(DAY), *part.dims(), trees.named(entity, ENTITY)]
    return trees.select(told, BASE, where=part.rows(_there(entity.copy()), *only), distinct=True)


def retention(part: Part) -> exp.Select:
    """under: who was there in the window before. over: who of them is there in this one too.

    A dimension belongs to both visits: whoever came back elsewhere has left here.
    """
    day = trees.column(DAY, "_t")
    was = trees.call(exp.Max, trees.flag(exp.LT(this=day, expression=trees.column(SINCE, "_s"))))
    here = trees.call(exp.Max, trees.flag(exp.GTE(this=day.copy(), expression=trees.column(SINCE, "_s"))))
    values = [trees.named(was, "_was"), trees.named(here, "_is")]
    found = _in_windows(part, _days_of(part), values, [trees.column(ENTITY, "_t")], low=BEFORE)
    names = [trees.column(PERIOD), *part.names()]
    both = exp.Mul(this=trees.column("_was"), expression=trees.column("_is"))
    over = trees.double(trees.call(exp.Sum, both))
    under = trees.double(trees.call(exp.Sum, trees.column("_was")))
    told = [*names, trees.named(over, "_v0"), trees.named(under, "_v1")]
    return trees.select(told, trees.sub(found, "_q"), group=names)


def cohort(part: Part) -> exp.Select:
    """under: who was first seen in the period. over: who of them was seen again on a later day in time."""
    names = [*part.names(), trees.column(ENTITY)]
    first = exp.Window(this=trees.call(exp.Min, trees.column(DAY)), partition_by=[one.copy() for one in names])
    days = trees.select([*names, trees.column(DAY), trees.named(first, "_first")], trees.sub(_days_of(part), "_t"))
    later = exp.DateDiff(this=trees.column(DAY), expression=trees.column("_first"), unit=exp.Var(this="DAY"))
    again = trees.flag(trees.between(later, trees.number(1), trees.number(part.piece.hours // 24)))
    per = [*names, trees.column("_first")]
    told = [*per, trees.named(trees.call(exp.Max, again), "_again")]
    each = trees.select(told, trees.sub(days, "_q"), group=per)
    period = part.period(trees.column("_first"))
    over = trees.double(trees.call(exp.Sum, trees.column("_again")))
    told = [trees.named(period, PERIOD), *part.names(), trees.named(over, "_v0")]
    told.append(trees.named(trees.double(trees.count_rows()), "_v1"))
    group: list[Tree] = [*([] if part.shape.grain == "total" else [period]), *part.names()]
    made = trees.select(told, trees.sub(each, "_c"), where=_asked(part, "_first"), group=group)
    return made if group else made.having(exp.GT(this=trees.count_rows(), expression=trees.number(0)), copy=False)


def _asked(part: Part, day: str) -> Tree:
    return trees.between(trees.column(day), part.day("a"), part.day("b"))


def funnel(part: Part) -> exp.Select:
    """Everyone by how far they came after any of their first steps in the period, in order and in time.

    Of the moments of a step the earliest that is not before the step before is taken, which leaves most time.
    """
    entity, moment = part.scan.expression(part.piece.of), part.scan.moment(part.piece.at)
    steps = [part.scan.expression(text) for text in part.piece.steps]
    heads = [*part.dims(), trees.named(entity, ENTITY), trees.named(moment, "_t1"), trees.column(DAY)]
    begun = part.rows(_there(entity.copy()), steps[0], _asked(part, DAY))
    chain = trees.select(heads, BASE, where=begun, distinct=True)
    for n, step in enumerate(steps[1:], 2):
        chain = _next(part, chain, step, n)
    period = part.period(trees.column(DAY))
    told: list[Tree] = [trees.named(period, PERIOD), *part.names()]
    for n in range(1, len(steps) + 1):
        came = trees.when(_there(trees.column(f"_t{n}")), trees.column(ENTITY))
        told.append(trees.named(trees.double(trees.count_distinct(came)), f"_v{n - 1}"))
    group: list[Tree] = [*([] if part.shape.grain == "total" else [period]), *part.names()]
    made = trees.select(told, trees.sub(chain, "_f"), group=group)
    return made if group else made.having(exp.GT(this=trees.count_rows(), expression=trees.number(0)), copy=False)


def _next(part: Part, before: exp.Select, step: Tree, n: int) -> exp.Select:
    entity, moment = part.scan.expression(part.piece.of), part.scan.moment(part.piece.at)
    taken = trees.select(
        [trees.named(entity, "_who"), trees.named(moment, "_at")], BASE, where=part.rows(_there(entity.copy()), step)
    )
    names = [*part.names("_f"), *(trees.column(one, "_f") for one in (ENTITY, DAY, *(f"_t{i}" for i in range(1, n))))]
    limit = exp.Add(
        this=trees.column("_t1", "_f"),
        expression=exp.Interval(this=exp.Literal.string(str(part.piece.hours)), unit=exp.Var(this="HOUR")),
    )
    on = trees.both([
        exp.EQ(this=trees.column("_who", "_n"), expression=trees.column(ENTITY, "_f")),
        exp.GTE(this=trees.column("_at", "_n"), expression=trees.column(f"_t{n - 1}", "_f")),
        exp.LTE(this=trees.column("_at", "_n"), expression=limit),
    ])  # fmt: skip
    at = trees.named(trees.call(exp.Min, trees.column("_at", "_n")), f"_t{n}")
    made = exp.select(*[one.copy() for one in [*names, at]]).from_(trees.sub(before, "_f"))
    made = made.join(trees.sub(taken, "_n"), on=on, join_type="left", copy=False)
    return made.group_by(*[one.copy() for one in names], copy=False)
