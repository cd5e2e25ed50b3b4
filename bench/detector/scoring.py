"""The protocol: false episodes for each series-year outside holidays, and the share of injected changes found.

The first 119 days of a series are not scored. A false episode is alarms outside the neighbourhood of a holiday, no more
than seven days apart; the series are not labelled, so some of these are real events and the rate is an upper bound.
Changes are of one single day each, 20 days a series, drawn by a fixed seed among scored days outside holidays. The rule
is used as it stands: nothing in it was chosen on these series by us.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import log1p

from bench.detector.corpus import Daily, near_holiday
from opsloop.analytics.unusual import DAILY, episodes, seasonal

SEED, TRIES = 20261122, 20
CHANGES = (-0.5, -0.3, -0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Score:
    """false, holiday: episodes for each series-year. found: change -> share. years: of scored days."""

    series: int
    years: float
    false: float
    holiday: float
    found: dict[float, float]


def score(series: list[Daily], warn: float = DAILY.warn) -> Score:
    """Over all of them."""
    rng = random.Random(SEED)
    false = holiday = days = tried = 0
    found = dict.fromkeys(CHANGES, 0)
    for one in series:
        scored = seasonal(one.values, one.first.weekday())
        near = [near_holiday(day) for day in one.days]
        judged = [at for at, value in enumerate(scored.score) if value is not None]
        days += len(judged)
        outside = [None if near[at] else value for at, value in enumerate(scored.score)]
        within = [value if near[at] else None for at, value in enumerate(scored.score)]
        false += len(episodes(outside, warn, DAILY.quiet))
        holiday += len(episodes(within, warn, DAILY.quiet))
        free = [at for at in judged if not near[at]]
        for at in rng.sample(free, min(TRIES, len(free))):
            tried += 1
            middle, scale, value = scored.expected[at], scored.scale[at], one.values[at]
            assert middle is not None and scale is not None and value is not None
            for change in CHANGES:  # what was expected does not depend on the day itself
                found[change] += abs(log1p(value * (1 + change)) - middle) / scale >= warn
    years = days / 365
    return Score(len(series), years, false / years, holiday / years, {c: n / tried for c, n in found.items()})
