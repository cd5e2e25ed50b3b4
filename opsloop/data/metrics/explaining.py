"""波动拆解: which parts and which factors made the difference between two spans. Every split adds up to the whole.

Sums: a part's own change. Quotients of sums: rate and mix of each part (analytics.decomposition.ratio). Where only the
numerator can be split, as sales per order by department, a part's effect is the change of its numerator per whole
denominator. What is counted in several parts at once stands as a part of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import fsum, isclose

from django.utils.translation import gettext as _t

from opsloop.analytics.decomposition import Share, additive, product, ratio
from opsloop.base.people.models import Person
from opsloop.data.datasets.catalogue import catalogue
from opsloop.data.metrics.asking import Desk, answer
from opsloop.data.metrics.counting import relation_of
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.formula import Of, WrongFormula, formula, sides
from opsloop.data.metrics.models import Metric as MetricRow
from opsloop.data.metrics.planning.finding import find
from opsloop.data.metrics.questions import Breakdown, CannotAnswer, Part, Question, Result, Row, Split, Where
from opsloop.data.metrics.values import NO_DATA

Rows = Mapping[str | None, Row]
NONE = "\0"
"""Stands for an unknown value where names are texts."""
Both = tuple[Row, Row]


def explain(
    metric: str,
    since: date,
    until: date,
    against: date,
    against_until: date,
    *,
    by: Sequence[str] | None = None,
    where: Where = (),
    at: int | None = None,
    person: Person | None = None,
) -> Breakdown:
    """Why the metric of [since, until] differs from that of [against, against_until].

    by: dimensions, each split on its own; None takes those of the metric's file. Raises CannotAnswer as `ask`.
    """
    began = time.perf_counter()
    desk = Desk(catalogue(), at=at)
    desk.load([metric])
    dims = tuple(by) if by is not None else dims_of(desk, metric)
    factors = factors_of(metric, desk.metrics[metric])
    wanted: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((metric,), ())]
    wanted += [((metric,), (dim,)) for dim in dims]
    wanted += [(factors, ())] if factors else []
    pairs = _counted(wanted, ((since, until), (against, against_until)), where, at, person)
    (now,), (then,) = pairs[0]
    both = _only(now), _only(then)
    made = Breakdown(
        metric, now.title, now.unit, both[0].value, both[1].value, None, None, (), snapshot=now.snapshot,
        seconds=time.perf_counter() - began,
    )  # fmt: skip
    if made.now is None or made.then is None:
        return replace(made, why=now.waiting or both[0].why or both[1].why or NO_DATA)
    splits = tuple(_split(dim, both, *(_by_name(one[0]) for one in pairs[i])) for i, dim in enumerate(dims, 1))
    names = side_names(desk.metrics, desk.metrics[metric])
    multiplied = _factors(*pairs[-1]) if factors else _sides(both, names)
    return replace(made, difference=made.now - made.then, factors=multiplied, splits=splits)


Pair = tuple[Sequence[Result], Sequence[Result]]


def _counted(
    wanted: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    spans: tuple[tuple[date, date], tuple[date, date]],
    where: Where,
    at: int | None,
    person: Person | None,
) -> list[Pair]:
    """(now, then) of each pair of metrics and dimensions, all counted together."""
    questions = [
        Question(idents, by=dims, since=a, until=b, where=where, at=at) for idents, dims in wanted for a, b in spans
    ]
    answers = answer(questions, person, strict=True)
    return [(answers[2 * i].results, answers[2 * i + 1].results) for i in range(len(wanted))]


def dims_of(desk: Desk, ident: str) -> tuple[str, ...]:
    """The dimensions of a metric's file by which it can be split with the data at hand."""
    return tuple(dim for dim in desk.metrics[ident].by if _can(desk, ident, dim))


def _can(desk: Desk, ident: str, dim: str) -> bool:
    for name in desk.direct(ident):
        relation = relation_of(desk.known, desk.metrics[name])
        try:
            if relation is None or not find(desk.known, relation, dim):
                return False
        except CannotAnswer:
            return False
    return True


def factors_of(ident: str, obj: Metric) -> tuple[str, ...]:
    """(volume, price) whose product the metric is: those its file names, else x of a metric that is `it / x`."""
    if obj.factors:
        return obj.factors
    found = []
    for row in MetricRow.objects.filter(withdrawn=False, definition__formula__startswith=ident).order_by("ident"):
        both = _quotient(row.definition.get("formula", ""))
        if both is not None and both[0] == ident:
            found.append((row.definition.get("class") != "key", row.ident, both[1]))
    return (min(found)[2], min(found)[1]) if found else ()


def _quotient(text: str) -> tuple[str, str] | None:
    try:
        both = sides(formula(text))
    except WrongFormula:
        return None
    if both is None or not isinstance(both[0], Of) or not isinstance(both[1], Of):
        return None
    return both[0].metric, both[1].metric


def side_names(metrics: Mapping[str, Metric], obj: Metric) -> tuple[str, str]:
    """What numerator and denominator are called: the metrics of a formula by their titles."""
    both = _quotient(obj.formula) if obj.formula else None
    if both is None:
        return _t("Numerator"), _t("Denominator")
    return metrics[both[0]].title, metrics[both[1]].title


def _only(result: Result) -> Row:
    return result.rows[0] if result.rows else Row(date.min, (), None)


def _by_name(result: Result) -> Rows:
    return {row.dims[0]: row for row in result.rows}


def _factors(now: Sequence[Result], then: Sequence[Result]) -> Split | None:
    """Volume at the old price and price at the new volume."""
    volume, price = ((_only(b).value, _only(a).value) for a, b in zip(now, then, strict=True))
    if volume[0] is None or volume[1] is None or price[0] is None or price[1] is None:
        return None
    made = product((volume[0], volume[1]), (price[0], price[1]))
    return Split(
        "",
        (
            Part(now[0].title, made.volume, volume[1], volume[0]),
            Part(now[1].title, made.price, price[1], price[0]),
        ),
    )


def _sides(both: Both, names: tuple[str, str]) -> Split | None:
    """Of a quotient: the numerator over the old denominator, then the denominator under the new numerator."""
    over, under = (both[1].over, both[0].over), (both[1].under, both[0].under)
    if over[0] is None or over[1] is None or not under[0] or not under[1]:
        return None
    made = product((over[0], over[1]), (1 / under[0], 1 / under[1]))
    return Split("", (Part(names[0], made.volume, over[1], over[0]), Part(names[1], made.price, under[1], under[0])))


def _split(dim: str, both: Both, now: Rows, then: Rows) -> Split:
    names = sorted({*now, *then}, key=lambda name: (name is None, name or ""))
    if both[0].under is not None and both[1].under is not None:
        return _of_quotient(dim, both, now, then, names)
    values = ({n: r.value or 0.0 for n, r in now.items()}, {n: r.value or 0.0 for n, r in then.items()})
    return _of_sum(dim, both, now, then, additive(_texts(values[1]), _texts(values[0])))


def _texts(values: Mapping[str | None, float]) -> dict[str, float]:
    return {NONE if name is None else name: value for name, value in values.items()}


def _of_sum(dim: str, both: Both, now: Rows, then: Rows, effects: Mapping[str, float]) -> Split:
    parts = []
    for text, effect in effects.items():
        name = None if text == NONE else text
        a, b = now.get(name), then.get(name)
        parts.append(Part(name, effect, a.value if a else 0.0, b.value if b else 0.0))
    return Split(dim, _with_rest(parts, both))


def _with_rest(parts: list[Part], both: Both) -> tuple[Part, ...]:
    """Largest effects first; what the parts do not make up, because they overlap, is one more."""
    difference = (both[0].value or 0.0) - (both[1].value or 0.0)
    rest = difference - fsum(part.effect for part in parts)
    scale = max([abs(both[0].value or 0.0), abs(both[1].value or 0.0), *(abs(p.now or 0.0) for p in parts)])
    parts.sort(key=lambda part: -abs(part.effect))
    return (*parts, Part(None, rest, overlap=True)) if abs(rest) > 1e-9 * max(scale, 1e-300) else tuple(parts)


def _of_quotient(dim: str, both: Both, now: Rows, then: Rows, names: Sequence[str | None]) -> Split:
    new, old = ({n: (r.over or 0.0, r.under or 0.0) for n, r in rows.items()} for rows in (now, then))
    if _adds_up(both[0], new) and _adds_up(both[1], old):
        effects = ratio(_shares(old), _shares(new)) or {}
        told = {n: effects[NONE if n is None else n] for n in names}
        parts = [_part(n, told[n].total, now, then, within=told[n].rate) for n in names]
        within = fsum(one.rate for one in told.values())
        return Split(dim, _with_rest(parts, both), within, fsum(one.mix for one in told.values()))
    under_new, under_old = both[0].under or 0.0, both[1].under or 0.0
    per_whole = {n: (new.get(n, (0.0, 0.0))[0] / under_new - old.get(n, (0.0, 0.0))[0] / under_old) for n in names}
    return Split(dim, _with_rest([_part(n, effect, now, then) for n, effect in per_whole.items()], both))


def _adds_up(whole: Row, parts: Mapping[str | None, tuple[float, float]]) -> bool:
    """Do the parts' numerators and denominators make the whole ones? Those of overlapping counts do not."""
    over, under = fsum(one[0] for one in parts.values()), fsum(one[1] for one in parts.values())
    return isclose(over, whole.over or 0.0, rel_tol=1e-9, abs_tol=1e-9) and isclose(
        under, whole.under or 0.0, rel_tol=1e-9, abs_tol=1e-9
    )


def _shares(parts: Mapping[str | None, tuple[float, float]]) -> dict[str, Share]:
    return {NONE if name is None else name: Share(*one) for name, one in parts.items()}


def _part(name: str | None, effect: float, now: Rows, then: Rows, within: float | None = None) -> Part:
    a, b = now.get(name), then.get(name)
    return Part(
        name, effect, a.value if a else None, b.value if b else None,
        (b.over if b else None, a.over if a else None), (b.under if b else None, a.under if a else None), within,
    )  # fmt: skip
