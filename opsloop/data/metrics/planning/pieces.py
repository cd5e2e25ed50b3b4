"""What a metric needs to be counted: pieces, each one SELECT over the base of its relation.

`pieces_of` takes a definition apart; a piece's columns are the metric's numbers in order: value, or over and under, or
the steps of a funnel. Ratios are divided after the query, so that both sides stay known.
"""

from __future__ import annotations

from dataclasses import dataclass

from opsloop.data.metrics.definition import Measure, Metric
from opsloop.data.metrics.durations import Duration, duration


@dataclass(frozen=True, slots=True)
class Window:
    """Which days a period's value is taken over: `length` up to its end, or since `to_date` began.

    before: the window of the same length right before it belongs to it too.
    """

    length: Duration | None = None
    to_date: str = ""
    before: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One SELECT. kind: direct, entity, balance, retention, cohort, funnel; with a window, direct is additive, distinct
    or raw. slots: which of the metric's numbers its columns are."""

    kind: str
    slots: tuple[int, ...]
    measures: tuple[Measure, ...] = ()
    window: Window | None = None
    balance: str = ""
    of: str = ""
    where: str = ""
    hours: int = 0
    steps: tuple[str, ...] = ()
    at: str = ""

    @property
    def days(self) -> int:
        """Days after the last asked one that it looks at."""
        return -(-self.hours // 24)


@dataclass(frozen=True, slots=True)
class Shape:
    """Period, dimensions, and the filters without their values: (dimension, is unknown allowed, number of values)."""

    grain: str
    by: tuple[str, ...]
    filters: tuple[tuple[str, bool, int], ...] = ()


def pieces_of(metric: Metric) -> tuple[Piece, ...]:
    """The pieces of a metric that is no formula and no change."""
    if metric.retention is not None:
        window = Window(duration(metric.window), before=True)
        return (Piece("retention", (0, 1), window=window, of=metric.retention.of, where=metric.retention.where),)
    if metric.cohort is not None:
        hours = duration(metric.cohort.within).days * 24
        return (Piece("cohort", (0, 1), of=metric.cohort.of, where=metric.cohort.where, hours=hours),)
    if metric.funnel is not None:
        steps = tuple(step.where for step in metric.funnel.steps)
        hours = duration(metric.funnel.within).hours
        at = metric.funnel.at or metric.time
        return (Piece("funnel", tuple(range(len(steps))), of=metric.funnel.of, hours=hours, steps=steps, at=at),)
    if metric.value is not None and metric.balance:
        return (Piece("balance", (0,), (metric.value,), balance=str(metric.balance)),)
    found: tuple[Measure, ...] = (metric.value,) if metric.value is not None else ()
    if metric.ratio is not None:
        found = (metric.ratio.over, metric.ratio.under)
    return tuple(_measured(found, _window(metric)))


def _window(metric: Metric) -> Window | None:
    if metric.window:
        return Window(duration(metric.window))
    return Window(to_date=str(metric.to_date)) if metric.to_date else None


def _measured(measures: tuple[Measure, ...], window: Window | None) -> list[Piece]:
    together: dict[str, list[int]] = {}
    made: list[Piece] = []
    for i, one in enumerate(measures):
        kind = _kind(one, window)
        if kind in ("direct", "additive"):
            together.setdefault(kind, []).append(i)
        else:
            made.append(Piece(kind, (i,), (one,), window))
    for kind, slots in together.items():
        made.append(Piece(kind, tuple(slots), tuple(measures[i] for i in slots), window))
    return made


def _kind(one: Measure, window: Window | None) -> str:
    if one.having is not None:
        return "entity"
    if window is None:
        return "direct"
    if one.count and one.distinct:
        return "distinct"
    return "raw" if one.median or one.quantile else "additive"


def numbers_of(metric: Metric) -> int:
    """How many numbers the metric has before they are put together."""
    if metric.funnel is not None:
        return len(metric.funnel.steps)
    return 1 if metric.value is not None else 2
