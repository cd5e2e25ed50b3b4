"""Weeks on a control chart, and trends toward a limit."""

from __future__ import annotations

import random
from itertools import pairwise
from math import log1p
from statistics import median

import pytest

from opsloop.analytics.charting import WEEKLY, Trend, control, trend
from opsloop.analytics.unusual import Cannot


def test_a_week_is_held_against_the_median_and_the_moving_range_of_those_before() -> None:
    weeks: list[float | None] = [100, 104, 98, 102, 99, 103, 97, 101, 100, 105, 99, 102, 80]
    found = control(weeks)
    past = [log1p(v) for v in weeks[:12] if v is not None]
    spread = median(abs(b - a) for a, b in pairwise(past)) / 0.954
    assert found.score[12] == pytest.approx((log1p(80) - median(past)) / spread)
    assert (found.score[12] or 0) < -WEEKLY.critical
    assert found.why[:12] == [Cannot.SHORT] * 12
    assert found.usual(12) == pytest.approx(100.5, abs=0.1)


def test_weeks_that_say_nothing() -> None:
    assert control([0.0] * 20).why[19] is Cannot.ZERO
    assert control([*[5.0] * 14, None]).why[14] is Cannot.MISSING
    assert control([*[5.0] * 14, -2.0]).why[14] is Cannot.NEGATIVE
    assert control([5.0 if n % 4 == 0 else None for n in range(41)]).why[40] is Cannot.GAPPY
    assert control([*[5.0] * 14, 9.0], skip=[*[False] * 14, True]).why[14] is Cannot.CALENDAR
    assert control([]).score == []


def test_a_falling_line_says_when_it_meets_the_limit() -> None:
    rng = random.Random(5)
    values: list[float | None] = [1000 - 10 * n + rng.gauss(0, 4) for n in range(28)]
    found = trend(values, 600)
    assert isinstance(found, Trend)
    assert found.slope == pytest.approx(-10, abs=0.5)
    assert found.sure
    assert found.reaches == pytest.approx(13, abs=1)
    away = trend(values, 1500)
    assert isinstance(away, Trend) and away.reaches is None


def test_scatter_is_no_trend() -> None:
    rng = random.Random(6)
    found = trend([1000 + rng.gauss(0, 30) for _n in range(28)], 600)
    assert isinstance(found, Trend) and not found.sure
    flat = trend([5.0] * 12, 9)
    assert isinstance(flat, Trend) and (flat.slope, flat.reaches, flat.sure) == (0, None, False)


def test_few_values_lead_nowhere() -> None:
    assert trend([1.0, 2, 3], 9) is Cannot.SHORT
    assert trend([float(n) if n % 2 else None for n in range(28)], 99) is Cannot.GAPPY
