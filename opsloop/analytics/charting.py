"""Values without a weekly pattern: a control chart for weeks, and a trend that leads to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import copysign, log1p, sqrt
from statistics import median

from opsloop.analytics.unusual import Cannot, Scored

MOVING_RANGE = 0.954
"""Median moving range of a normal distribution in standard deviations."""


@dataclass(frozen=True, slots=True)
class WeekRule:
    """span: weeks that the chart's middle and spread come from. start: how many there must be before it speaks."""

    span: int = 26
    start: int = 12
    warn: float = 3.0
    critical: float = 5.0
    quiet: int = 1
    floor: float = 0.02


WEEKLY = WeekRule()


def control(
    values: Sequence[float | None], skip: Sequence[bool] = (), rule: WeekRule = WEEKLY, times: float = 1.0
) -> Scored:
    """Score each week against the `span` known ones before it: an individuals chart with medians, on log1p.

    Middle: the median; spread: median moving range ÷ 0.954, at least `floor`. Source: D. J. Wheeler, "Understanding
    Statistical Process Control" (XmR chart with median ranges). Unlike the daily rule it was not measured on a corpus.
    """
    out = Scored([], [], [], [], times)
    past: list[float] = []
    seen = 0
    for at, value in enumerate(values):
        off = bool(skip) and skip[at]
        why = Cannot.CALENDAR if off else _why(value, past, seen, rule)
        known = value is not None and value >= 0 and not off
        middle = median(past) if known and why is None else None
        spread = None if middle is None else max(_spread(past), rule.floor)
        x = log1p(value * times) if known and value is not None else 0.0
        out.expected.append(middle)
        out.scale.append(spread)
        out.score.append(None if middle is None or spread is None else (x - middle) / spread)
        out.why.append(why)
        if known:
            past = [*past, x][-rule.span :]
        seen += bool(seen) or known
    return out


def _spread(past: Sequence[float]) -> float:
    return median(abs(b - a) for a, b in pairwise(past)) / MOVING_RANGE


def _why(value: float | None, past: Sequence[float], seen: int, rule: WeekRule) -> Cannot | None:
    """seen: weeks since the first known one."""
    if value is None:
        return Cannot.MISSING
    if value < 0:
        return Cannot.NEGATIVE
    if len(past) < rule.start:
        return Cannot.GAPPY if seen >= rule.span else Cannot.SHORT
    return Cannot.ZERO if median(past) == 0 else None


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through the last values. level: where it stands now; slope: change from one value to the next.

    sure: the direction is no accident (Mann–Kendall, two-sided 5 %). reaches: after how many further values the limit
    is met, 0 when it is met already, None when the line does not lead there.
    """

    level: float
    slope: float
    sure: bool
    reaches: float | None


LEAST = 10


def trend(values: Sequence[float | None], limit: float) -> Trend | Cannot:
    """Where the values lead. At least ten known ones and three quarters of all, else the reason why not.

    Theil–Sen slope (P. K. Sen, JASA 63 (1968) 1379–1389), level from the median of value − slope · place. Take whole
    weeks of daily values, so that weekdays weigh the same at both ends.
    """
    points = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(points) < LEAST:
        return Cannot.SHORT
    if 4 * len(points) < 3 * len(values):
        return Cannot.GAPPY
    slope = median((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2))
    level = median(value - slope * at for at, value in points) + slope * (len(values) - 1)
    return Trend(
        level, slope, abs(_mann_kendall([value for _at, value in points])) > 1.96, _reaches(level, slope, limit)
    )


def _reaches(level: float, slope: float, limit: float) -> float | None:
    away = limit - level
    if away == 0:
        return 0.0
    return away / slope if slope and copysign(1, slope) == copysign(1, away) else None


def _mann_kendall(values: Sequence[float]) -> float:
    """The test's z. Source: H. B. Mann, Econometrica 13 (1945) 245–259; without the correction for ties, which only
    makes it slower to speak."""
    n = len(values)
    s = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    return (s - copysign(1, s)) / sqrt(n * (n - 1) * (2 * n + 5) / 18) if s else 0.0
