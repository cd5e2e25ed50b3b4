"""The default daily detector: its score on listed public series, and its cost for 10,000 monitors over two years."""

from __future__ import annotations

import random
import time
from math import isnan

from bench.detector import frames
from bench.detector.corpus import corpus
from bench.detector.scoring import CHANGES, score
from bench.measure import SMOKE, Figure
from opsloop.analytics.unusual import seasonal

MONITORS, DAYS = 200 if SMOKE else 10_000, 730
FALSE, FOUND, CPU_S, FASTER = 2.2, 0.70, 60.0, 20.0


def run() -> list[Figure]:
    return [*_scored(), *_cost()]


def _scored() -> list[Figure]:
    found = score(corpus())
    told = ", ".join(f"{change:+.0%} {found.found[change]:.2f}" for change in CHANGES)
    name = "detector on public daily series"
    return [
        Figure(f"{name}: false episodes a series-year", found.false, FALSE, "",
               f"{found.series} series, {found.years:.0f} years; beside holidays {found.holiday:.2f}"),
        Figure(f"{name}: days of -30 % found", found.found[-0.3], FOUND, "", told, more=True),
    ]  # fmt: skip


def _series(n: int) -> list[float]:
    rng = random.Random(n)
    level, week = 10 ** rng.uniform(1, 6), [rng.uniform(0.6, 1.4) for _day in range(7)]
    return [level * week[day % 7] * rng.lognormvariate(0, 0.1) for day in range(DAYS)]


def _cost() -> list[Figure]:
    spent = 0.0
    for n in range(MONITORS):
        values = _series(n)
        began = time.process_time()
        seasonal(values)
        spent += time.process_time() - began
    ours = spent / MONITORS
    few = [_series(n) for n in range(2)]
    began = time.process_time()
    looped = [frames.loop(values) for values in few]
    by_day = (time.process_time() - began) / len(few)
    began = time.process_time()
    for values in few * 5:
        frames.rolling(values)
    rolled = (time.process_time() - began) / len(few) / 5
    _agree(few, looped)
    return [
        Figure(f"detector: {MONITORS:,} monitors, {DAYS} days, CPU", spent, CPU_S, "s", f"{ours * 1000:.1f} ms each"),
        Figure("detector: the same rule as a loop in pandas / ours", by_day / ours, FASTER, "×",
               f"{by_day * 1000:.0f} ms a series", more=True),
        Figure("detector: the same in rolling windows of pandas / ours", rolled / ours, None, "×"),
    ]  # fmt: skip


def _agree(series: list[list[float]], looped: list[list[float | None]]) -> None:
    """All three must say the same, or the comparison means nothing."""
    for values, theirs in zip(series, looped, strict=True):
        ours, rolled = seasonal(values).score, frames.rolling(values)
        for mine, other, third in zip(ours, theirs, rolled, strict=True):
            there = None if isnan(third) else float(third)
            same = (mine is None) == (other is None) == (there is None)
            if not same or (mine is not None and max(abs(mine - (other or 0)), abs(mine - (there or 0))) > 1e-6):
                raise RuntimeError(f"ours {mine}, the loop {other}, rolling {there}")
