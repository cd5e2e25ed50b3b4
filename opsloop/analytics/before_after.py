"""Did a daily value change when something was done? Before and after, weekday for weekday, with an interval.

The value's logarithm is regressed on the days of the week and on a step at the change (an interrupted series without
trend: Bernal, Cummins, Gasparrini 2017, Int. J. Epidemiol. 46, model with a level change). Neighbouring days resemble
each other, so the step's error is that of Newey and West (1987, Econometrica 55) with the lag of their rule of 1994,
⌊4·(n/100)^(2/9)⌋, whitened before and coloured after (Andrews and Monahan 1992, Econometrica 60) since it is too small
on a few weeks, corrected by n/(n−k); the interval is Student's with n−k degrees of freedom. By the theorem of
Frisch and Waugh the step needs no matrix: it is what is left of it when the weekdays are taken out. Student's t is
worked out here, since the libraries that we ship have none and SciPy weighs 100 MB in each process that measures.

It does not tell what caused a change: whatever else began on that day is in it too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import exp, floor, lgamma, log, log1p, sqrt

LEAST_BEFORE, LEAST_AFTER = 21, 14
"""Days with a value: fewer, and weekdays are there too rarely to be told from the change."""
WIDE = 0.10
"""An interval that holds zero and reaches further than this to both sides says nothing."""
SURE = 0.95
DAY = timedelta(days=1)
MOST_MEMORY = 0.9

Days = Mapping[date, float]


class Verdict(StrEnum):
    """What may be said of it."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Step:
    """The height of the step and its standard error, in the unit that was regressed; `free` degrees of freedom."""

    height: float
    error: float
    free: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """effect, low, high: relative change (0.05 is +5 %) and its interval; None where nothing can be told."""

    verdict: Verdict
    effect: float | None
    low: float | None
    high: float | None
    before_n: int
    after_n: int
    before_mean: float | None
    after_mean: float | None


def compare(before: Days, after: Days, sure: float = SURE) -> Comparison:
    """Values by day on both sides of a change. Values that are not all positive are compared as they are, in shares of
    the mean before."""
    means = _mean(before.values()), _mean(after.values())

    def answer(
        verdict: Verdict, effect: float | None = None, low: float | None = None, high: float | None = None
    ) -> Comparison:
        return Comparison(verdict, effect, low, high, len(before), len(after), *means)

    base = means[0]
    if len(before) < LEAST_BEFORE or len(after) < LEAST_AFTER or base is None:
        return answer(Verdict.FEW)
    logs = min(*before.values(), *after.values()) > 0
    if not logs and base <= 0:
        return answer(Verdict.FEW)
    found = step(_each(before, log), _each(after, log)) if logs else step(before, after)
    if found is None:
        return answer(Verdict.FEW)
    half = quantile((1 + sure) / 2, found.free) * found.error
    ends = (found.height, found.height - half, found.height + half)
    effect, low, high = ((exp(x) - 1) if logs else x / base for x in ends)
    if low > 0 or high < 0:
        return answer(Verdict.UP if low > 0 else Verdict.DOWN, effect, low, high)
    vague = high > WIDE and low < -WIDE
    return answer(Verdict.FEW if vague else Verdict.SAME, effect, low, high)


def step(before: Days, after: Days) -> Step | None:
    """The step between two spans of one series, weekdays taken out. None when they do not share a weekday, or there
    are too few days to estimate it."""
    days = sorted({**before, **after})
    values = {**before, **after}
    places = sorted({day.weekday() for day in days})
    free = len(days) - len(places) - 1
    rest = _within(days, lambda day: 1.0 if day in after else 0.0)
    weight = sum(x * x for x in rest.values())
    if free < 1 or weight < 1e-9:
        return None
    level = _within(days, lambda day: values[day])
    height = sum(rest[day] * level[day] for day in days) / weight
    score = {day: rest[day] * (level[day] - height * rest[day]) for day in days}
    lag = floor(4 * (len(days) / 100) ** (2 / 9))
    spread = _long_run(days, score, lag) * len(days) / free
    return Step(height, sqrt(spread) / weight, free)


def _within(days: Sequence[date], value: Callable[[date], float]) -> dict[date, float]:
    """Each day's value less the mean of its weekday."""
    places: dict[int, list[float]] = defaultdict(list)
    for day in days:
        places[day.weekday()].append(value(day))
    means = {place: sum(found) / len(found) for place, found in places.items()}
    return {day: value(day) - means[day.weekday()] for day in days}


def _long_run(days: Sequence[date], score: Mapping[date, float], lag: int) -> float:
    """The variance of the scores' sum. What a day takes over from the one before is taken out first, and its share put
    back at the end."""
    pairs = [(day, day - DAY) for day in days if day - DAY in score]
    past = sum(score[before] ** 2 for _day, before in pairs)
    memory = sum(score[day] * score[before] for day, before in pairs) / past if past > 0 else 0.0
    memory = min(MOST_MEMORY, max(0.0, memory))
    if memory == 0.0:
        return _bartlett(days, score, lag)
    fresh = {day: score[day] - memory * score[before] for day, before in pairs}
    return _bartlett(list(fresh), fresh, lag) * len(days) / len(fresh) / (1 - memory) ** 2


def _bartlett(days: Sequence[date], score: Mapping[date, float], lag: int) -> float:
    """Newey and West. Distance is that of the calendar, so gaps count."""
    total = 0.0
    for n, day in enumerate(days):
        total += score[day] ** 2
        for other in days[n + 1 :]:
            apart = (other - day).days
            if apart > lag:
                break
            total += 2 * (1 - apart / (lag + 1)) * score[day] * score[other]
    return max(0.0, total)


def _each(days: Days, of: Callable[[float], float]) -> dict[date, float]:
    return {day: of(value) for day, value in days.items()}


def _mean(values: Collection[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def quantile(p: float, free: int) -> float:
    """Student's t: the value that a share p lies below; for 0.5 <= p < 1. By bisection of `below`."""
    low, high = 0.0, 2.0
    while below(high, free) < p:
        high *= 2
    for _n in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle, free) < p else (low, middle)
    return (low + high) / 2


def below(t: float, free: int) -> float:
    """Student's t: the share below t >= 0, by the incomplete beta function (Abramowitz and Stegun 26.7.1)."""
    x = free / (free + t * t)
    return 1 - _beta(x, free / 2, 0.5) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function; its continued fraction (A&S 26.5.8) by Lentz's method."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    tiny, c, d = 1e-300, 1.0, 1.0 / (1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 400):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * found
