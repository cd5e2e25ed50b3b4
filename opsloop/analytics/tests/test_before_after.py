"""The step by a published example, Student's quantiles by the printed table, and the interval by what it promises."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from opsloop.analytics.before_after import Verdict, compare, quantile, step

FIRST = date(2026, 1, 5)
# Student (1908), Biometrika 6: hours of sleep gained under two drugs; the example of R's help page of t.test
ONE = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
OTHER = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
WEEK = (1.0, 0.9, 0.95, 1.0, 1.2, 1.5, 1.3)


def series(n: int, seed: int, lift: float = 0.0, noise: float = 0.05, memory: float = 0.4) -> dict[date, float]:
    """n days with a weekly pattern and remembered noise; the second half is lifted."""
    random, rest, out = Random(seed), 0.0, {}
    for k in range(n):
        rest = memory * rest + random.gauss(0, noise)
        day = FIRST + timedelta(days=k)
        out[day] = 1000 * WEEK[day.weekday()] * (1 + rest) * (1 + (lift if k >= n // 2 else 0))
    return out


def halves(days: dict[date, float]) -> tuple[dict[date, float], dict[date, float]]:
    rows = sorted(days.items())
    return dict(rows[: len(rows) // 2]), dict(rows[len(rows) // 2 :])


def test_without_weekdays_and_memory_it_is_the_published_t_of_students_sleep() -> None:
    # values a week apart share one weekday, and no two are near: Welch's t = 1.8608 on equal numbers
    weeks = [FIRST + timedelta(weeks=n) for n in range(20)]
    found = step(dict(zip(weeks[:10], ONE, strict=True)), dict(zip(weeks[10:], OTHER, strict=True)))
    assert found is not None
    assert found.height == pytest.approx(1.58)
    assert found.height / found.error == pytest.approx(1.8608, abs=5e-5)


@pytest.mark.parametrize(
    ("p", "free", "printed"),
    [(0.975, 1, 12.706), (0.975, 5, 2.571), (0.975, 18, 2.101), (0.95, 10, 1.812), (0.975, 120, 1.980)],
)
def test_students_quantiles_are_those_of_the_printed_table(p: float, free: int, printed: float) -> None:
    assert quantile(p, free) == pytest.approx(printed, abs=6e-4)


def test_the_error_is_that_of_the_whole_matrix_formula() -> None:
    # an alternating noise has no memory to whiten, so the plain estimate of Newey and West is left
    days = {FIRST + timedelta(days=n): 10 * WEEK[n % 7] + (-1) ** n * (0.5 + n % 5 / 10) for n in range(56)}
    before, after = halves(days)
    rows = sorted(days)
    x = np.array([[*(float(day.weekday() == place) for place in range(7)), float(day in after)] for day in rows])
    y = np.array([days[day] for day in rows])
    bread = np.linalg.inv(x.T @ x)
    scores = x * (y - x @ (bread @ x.T @ y))[:, None]
    meat = scores.T @ scores
    for lag in (1, 2, 3):
        one = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / 4) * (one + one.T)
    found = step(before, after)
    assert found is not None
    assert found.height == pytest.approx((bread @ x.T @ y)[-1])
    assert found.error == pytest.approx((bread @ meat @ bread)[-1, -1] ** 0.5 * (56 / 48) ** 0.5)


def test_a_change_is_found_in_words_and_its_size_lies_in_the_interval() -> None:
    up = compare(*halves(series(70, 1, lift=0.12)))
    down = compare(*halves(series(70, 2, lift=-0.12)))
    assert (up.verdict, down.verdict) == (Verdict.UP, Verdict.DOWN)
    assert up.low is not None and up.high is not None and up.low < 0.12 < up.high
    assert (up.before_n, up.after_n) == (35, 35)


def test_weekdays_on_one_side_alone_are_no_change() -> None:
    # after: mostly weekends, which are always high
    days = series(70, 4, noise=0.01)
    before, after = halves(days)
    weekends = {day: value for day, value in after.items() if day.weekday() >= 4}
    assert compare(before, weekends).verdict == Verdict.SAME


def test_too_few_days_or_too_wide_an_interval_say_nothing() -> None:
    before, after = halves(series(70, 5))
    few = compare(before, dict(list(after.items())[:13]))
    assert (few.verdict, few.effect, few.after_n) == (Verdict.FEW, None, 13)
    wild = compare(*halves(series(42, 6, noise=0.5, memory=0.0)))
    assert wild.verdict == Verdict.FEW and wild.low is not None
    assert compare({}, after).verdict == Verdict.FEW


def test_values_that_touch_zero_are_compared_as_they_are() -> None:
    days = {FIRST + timedelta(days=n): float(n % 3 + (4 if n >= 35 else 0)) for n in range(70)}
    found = compare(*halves(days))
    assert found.verdict == Verdict.UP and found.effect == pytest.approx(4 / (34 / 35), rel=0.05)
    assert compare(*halves(dict.fromkeys(days, 0.0))).verdict == Verdict.FEW


def test_nothing_changed_is_said_about_nineteen_times_of_twenty() -> None:
    wrong = sum(
        compare(*halves(series(56, seed, memory=0.3))).verdict in (Verdict.UP, Verdict.DOWN) for seed in range(400)
    )
    assert wrong / 400 < 0.09
