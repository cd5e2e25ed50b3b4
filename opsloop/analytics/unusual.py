"""Is a value unusual for its place in the week? Seasonal medians and a robust scale, from the past alone.

The default detector of this house, chosen on public daily series against ten others; nothing in it is tuned to a
series. It is plain Python: a ranked window takes a value in and lets one out by bisection, so that two years of daily
values cost milliseconds, and nobody needs a library for arrays.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, expm1, log1p, sqrt

MAD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""
WINSORISED = 0.9118
"""The same of a standard deviation whose outer tenth is pulled in: sqrt(0.9 − 2·c·φ(c) + 0.1·c²), c = 1.645."""
INNER = 0.9
GAPS = 0.25
"""More of the recent places than this without a value: too gappy to say anything."""


class Cannot(StrEnum):
    """Why nothing is said of a place. Nothing is guessed in its stead."""

    SHORT = "short"
    GAPPY = "gappy"
    ZERO = "zero"
    NEGATIVE = "negative"
    MISSING = "missing"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Rule:
    """How the past is looked at; lengths count known values, `start` and `quiet` places.

    places: after how many values the pattern repeats. same: earlier values of the same place of the pattern. near:
    neighbours whose median residual moves the level. short, long: errors behind the two scales. start: history before
    anything is said. floor: the least scale, as a share of the value. warn, critical: scales off. quiet: how long
    after an alarm another belongs to the same episode.
    """

    places: int
    same: int
    near: int
    short: int
    long: int
    start: int
    warn: float
    critical: float
    quiet: int
    floor: float = 0.02


DAILY = Rule(7, same=8, near=14, short=56, long=112, start=119, warn=3.5, critical=5.0, quiet=7)
HOURLY = Rule(168, same=4, near=24, short=336, long=672, start=504, warn=5.0, critical=8.0, quiet=24)
"""Means of whole hours: the pattern is the week's. Tested in the same shape on NAB's series at 5 scales."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Lists as long as the values, in log1p of them: expected and scale, how many scales off (below: negative), and
    why not where these are None. times: by what the values were multiplied before the logarithm."""

    expected: list[float | None]
    scale: list[float | None]
    score: list[float | None]
    why: list[Cannot | None]
    times: float = 1.0

    def usual(self, at: int) -> float | None:
        """What was expected there, in the values' unit."""
        middle = self.expected[at]
        return None if middle is None else expm1(middle) / self.times

    def band(self, at: int, scales: float) -> tuple[float, float] | None:
        """From where to where a value is usual, in its unit."""
        middle, scale = self.expected[at], self.scale[at]
        if middle is None or scale is None:
            return None
        low, high = expm1(middle - scales * scale), expm1(middle + scales * scale)
        return max(low, 0.0) / self.times, high / self.times


class _Ranked:
    """The last `size` values, in order of arrival and of size."""

    __slots__ = ("order", "ranked", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.order: deque[float] = deque()
        self.ranked: list[float] = []

    def push(self, value: float) -> None:
        order, ranked = self.order, self.ranked
        if len(order) == self.size:
            del ranked[bisect_left(ranked, order.popleft())]
        order.append(value)
        insort(ranked, value)

    def middle(self) -> float:
        ranked = self.ranked
        half = len(ranked) // 2
        return ranked[half] if len(ranked) & 1 else (ranked[half - 1] + ranked[half]) / 2


def seasonal(
    values: Sequence[float | None],
    place: int = 0,
    skip: Sequence[bool] = (),
    rule: Rule = DAILY,
    times: float = 1.0,
) -> Scored:
    """Score each value against what the values before it let expect.

    values: one for each day (hour), None where there is none; they are counts or amounts, none below 0. place: that
    of the first in the pattern, 0 for a Monday. skip: True for days that the calendar takes out: they are neither
    judged nor remembered. times: 10,000 for shares between 0 and 1, so that log1p does not see them as all the same.

    expected = median of the last `same` values of this place + median of what the last `near` values were above
    theirs; error = log1p(value) − expected; scale = max(1.4826 · median |error| over `short`, winsorised standard
    deviation over `long`, `floor`); score = error ÷ scale.
    """
    if any(value is not None and value < 0 for value in values):
        return _silent(len(values), Cannot.NEGATIVE, times)
    out = Scored([], [], [], reasons(values, skip, rule), times)
    past = _Past(rule)
    for at, value in enumerate(values):
        middle = scale = score = None
        if value is not None and not (skip and skip[at]):
            x = log1p(value * times)
            middle, scale = past.take(x, (place + at) % rule.places, wanted=out.why[at] is None)
            if middle is not None and scale is not None:
                score = (x - middle) / scale
        out.expected.append(middle)
        out.scale.append(scale)
        out.score.append(score)
        if score is None and out.why[at] is None:
            out.why[at] = Cannot.SHORT
    return out


class _Past:
    """What the values so far let expect."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.same = [_Ranked(rule.same) for _place in range(rule.places)]
        self.near, self.short, self.long = _Ranked(rule.near), _Ranked(rule.short), _Ranked(rule.long)
        self.few, self.some, self.enough = rule.same // 2, rule.near // 2, rule.short // 2

    def take(self, x: float, place: int, *, wanted: bool) -> tuple[float | None, float | None]:
        """(expected, scale) for x, both None where too little is known or it is not wanted; then x is past too."""
        alike = self.same[place]
        middle = scale = None
        if len(alike.order) >= self.few:
            base = alike.middle()
            if len(self.near.order) >= self.some:
                expected = base + self.near.middle()
                if wanted and len(self.short.order) >= self.enough:
                    middle, scale = expected, _scale(self.short, self.long.ranked, self.rule.floor)
                square = (x - expected) ** 2
                self.short.push(square)
                self.long.push(square)
            self.near.push(x - base)
        alike.push(x)
        return middle, scale


def _scale(short: _Ranked, squares: list[float], floor: float) -> float:
    """Both windows hold squared errors."""
    last = short.ranked
    half, n = len(last) // 2, len(squares)
    middle = sqrt(last[half]) if len(last) & 1 else (sqrt(last[half - 1]) + sqrt(last[half])) / 2
    cut = ceil(INNER * n) - 1
    inner = (sum(squares[:cut]) + (n - cut) * squares[cut]) / n
    return max(MAD * middle, sqrt(inner) / WINSORISED, floor)


def _silent(n: int, why: Cannot, times: float) -> Scored:
    return Scored([None] * n, [None] * n, [None] * n, [why] * n, times)


def reasons(values: Sequence[float | None], skip: Sequence[bool], rule: Rule) -> list[Cannot | None]:
    """For each place why nothing can be said of it, None where something can."""
    first = next((at for at, value in enumerate(values) if value is not None), len(values))
    out: list[Cannot | None] = []
    gaps, zeros, known = [0], [0], [0]
    for at, value in enumerate(values):
        off = bool(skip) and skip[at]
        there = value is not None and not off
        gaps.append(gaps[-1] + (value is None and not off and at > first))
        known.append(known[-1] + there)
        zeros.append(zeros[-1] + (there and value == 0))
        if off:
            out.append(Cannot.CALENDAR)
        elif value is None:
            out.append(Cannot.MISSING)
        elif at - first < rule.start:
            out.append(Cannot.SHORT)
        elif gaps[at] - gaps[max(0, at - rule.long)] > GAPS * rule.long:
            out.append(Cannot.GAPPY)
        else:
            back = max(0, at - rule.short)
            out.append(Cannot.ZERO if 2 * (zeros[at] - zeros[back]) >= known[at] - known[back] else None)
    return out


@dataclass(frozen=True, slots=True)
class Episode:
    """Alarms that are one thing: places of the first, the last and the worst, and how far that was off."""

    first: int
    last: int
    worst: int
    score: float


def episodes(scores: Sequence[float | None], warn: float, quiet: int, sides: str = "both") -> list[Episode]:
    """Alarms of `warn` and more, together while no more than `quiet` places lie between two. sides: both, down, up."""
    found: list[Episode] = []
    for at, score in enumerate(scores):
        if score is None or not beyond(score, warn, sides):
            continue
        if found and at - found[-1].last <= quiet:
            one = found[-1]
            worst, most = (at, score) if abs(score) > abs(one.score) else (one.worst, one.score)
            found[-1] = Episode(one.first, at, worst, most)
        else:
            found.append(Episode(at, at, at, score))
    return found


def beyond(score: float, limit: float, sides: str = "both") -> bool:
    """Is it off by `limit` or more on a side that counts?"""
    return (score >= limit and sides != "down") or (score <= -limit and sides != "up")


def drift(scores: Sequence[float | None], slack: float = 0.75, limit: float = 8.0) -> list[float]:
    """Slow drift: a two-sided CUSUM over scores, the larger side with its sign; it starts anew beyond `limit`.

    For the weekly report, not for an alert: it finds what no single day shows, and is wrong more often.
    Source: E. S. Page, "Continuous Inspection Schemes", Biometrika 41 (1954) 100–115.
    """
    up = down = 0.0
    out = []
    for score in scores:
        if score is not None:
            up, down = max(0.0, up + score - slack), max(0.0, down - score - slack)
        out.append(up if up >= down else -down)
        if max(up, down) > limit:
            up = down = 0.0
    return out
