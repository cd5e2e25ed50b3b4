"""The detector: a worked example, what it refuses to say, and laws over random series."""

from __future__ import annotations

import random
from math import exp, log1p, sqrt
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloop.analytics.unusual import DAILY, HOURLY, Cannot, beyond, drift, episodes, seasonal


def shop(days: int, seed: int = 1, level: float = 5000.0, noise: float = 0.05) -> list[float]:
    """A weekday pattern with scatter."""
    rng = random.Random(seed)
    week = (0.8, 0.85, 0.9, 1.0, 1.1, 1.4, 1.2)
    return [level * week[n % 7] * exp(rng.gauss(0, noise)) for n in range(days)]


def plainly(values: list[float], at: int) -> tuple[float, float]:
    """(expected, scale) at a place, written down as the rule says it, with no window kept from day to day."""
    x = [log1p(v) for v in values]

    def base(n: int) -> float | None:
        alike = [x[m] for m in range(n % 7, n, 7)][-8:]
        return median(alike) if len(alike) >= 4 else None

    def expected(n: int) -> float | None:
        here = base(n)
        near = [x[m] - b for m in range(n) if (b := base(m)) is not None][-14:]
        return here + median(near) if here is not None and len(near) >= 7 else None

    errors = [abs(x[m] - e) for m in range(at) if (e := expected(m)) is not None]
    long = sorted(e * e for e in errors[-112:])
    cut = -(-len(long) * 9 // 10) - 1
    pulled = [min(one, long[cut]) for one in long]
    found = expected(at)
    assert found is not None
    return found, max(1.4826 * median(errors[-56:]), sqrt(sum(pulled) / len(pulled)) / 0.9118, 0.02)


@pytest.mark.parametrize("at", [119, 150, 230, 299])
def test_the_windows_say_what_the_rule_says(at: int) -> None:
    values = shop(300)
    found = seasonal(values)
    expected, scale = plainly(values, at)
    assert found.expected[at] == pytest.approx(expected, abs=1e-12)
    assert found.scale[at] == pytest.approx(scale, rel=1e-9)
    assert found.score[at] == pytest.approx((log1p(values[at]) - expected) / scale, rel=1e-9)


def test_a_halved_day_is_critical_and_a_usual_one_is_not() -> None:
    values = shop(200)
    values[180] /= 2
    found = seasonal(values)
    assert found.score[180] is not None and found.score[180] < -DAILY.critical
    assert sum(1 for score in found.score if score is not None and beyond(score, DAILY.warn)) <= 2
    usual, band = found.usual(180), found.band(180, DAILY.warn)
    assert usual is not None and band is not None
    assert band[0] < usual < band[1]
    assert values[180] < band[0]


def test_the_scale_has_a_floor_so_that_a_steady_series_does_not_alarm_at_every_crumb() -> None:
    values = [1000.0 + (n % 7) for n in range(200)]
    values[190] = 1030.0
    found = seasonal(values)
    assert found.scale[190] == 0.02
    assert abs(found.score[190] or 99) < DAILY.warn


def test_nothing_is_said_before_seventeen_weeks() -> None:
    found = seasonal(shop(200))
    assert {found.why[at] for at in range(119)} == {Cannot.SHORT}
    assert all(found.score[at] is None for at in range(119))
    assert all(found.score[at] is not None for at in range(119, 200))


def test_zeros_gaps_and_values_below_zero_are_said_and_not_guessed() -> None:
    assert seasonal([0.0] * 200).why[199] is Cannot.ZERO
    gappy: list[float | None] = [v if n % 3 else None for n, v in enumerate(shop(300))]
    assert seasonal(gappy).why[299] is Cannot.GAPPY
    assert seasonal([*shop(150), -1.0]).why == [Cannot.NEGATIVE] * 151
    assert seasonal([*shop(150), None]).why[150] is Cannot.MISSING
    assert seasonal([]).score == []
    assert seasonal([None] * 5).why == [Cannot.MISSING] * 5


def test_a_few_gaps_leave_the_rest_judged() -> None:
    values: list[float | None] = [*shop(250)]
    values[100] = values[200] = None
    found = seasonal(values)
    assert found.why[200] is Cannot.MISSING
    assert found.score[249] is not None


def test_days_that_the_calendar_takes_out_are_neither_judged_nor_remembered() -> None:
    values = shop(250)
    wild = list(values)
    skip = [False] * 250
    for at in (140, 141, 200):
        wild[at], skip[at] = 99_999.0, True
    found, without = seasonal(wild, skip=skip), seasonal(values, skip=skip)
    assert found.why[140] is Cannot.CALENDAR
    assert found.score == without.score


def test_shares_are_told_apart_by_their_hundredths_of_a_percent() -> None:
    values = [0.15 + 0.002 * ((n * 7) % 5 - 2) for n in range(200)]
    values[190] = 0.07
    assert abs(seasonal(values).score[190] or 0) < DAILY.critical
    found = seasonal(values, times=10_000)
    assert (found.score[190] or 0) < -DAILY.critical
    assert found.usual(190) == pytest.approx(0.15, abs=0.005)


def test_hours_have_the_pattern_of_a_week_and_three_weeks_to_learn() -> None:
    rng = random.Random(3)
    values = [
        100 * (1 + (n % 24) / 12) * (1.3 if n % 168 >= 120 else 1) * (1 + rng.gauss(0, 0.05)) for n in range(1200)
    ]
    values[1100] *= 0.3
    found = seasonal(values, rule=HOURLY)
    assert found.why[503] is Cannot.SHORT
    assert (found.score[1100] or 0) < -HOURLY.warn
    assert sum(abs(s) >= HOURLY.warn for s in found.score if s is not None) <= 4


def test_the_pattern_begins_where_it_is_said_to() -> None:
    values = shop(203)
    assert seasonal(values[3:], place=3).score[-1] == pytest.approx(seasonal(values).score[-1], rel=0.2)


series = st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=0, max_size=260)


@given(series, st.integers(0, 6))
def test_only_the_past_counts(values: list[float | None], place: int) -> None:
    cut = len(values) // 2
    whole, half = seasonal(values, place), seasonal(values[:cut], place)
    assert (whole.score[:cut], whole.why[:cut]) == (half.score, half.why)


@given(series)
def test_every_place_has_a_score_or_a_reason_and_never_both(values: list[float | None]) -> None:
    found = seasonal(values)
    assert len(found.score) == len(found.why) == len(values)
    assert all((score is None) != (why is None) for score, why in zip(found.score, found.why, strict=True))


@given(st.floats(2, 50), st.integers(0, 999))
def test_larger_money_units_change_little(factor: float, seed: int) -> None:
    values = shop(140, seed)
    one, two = seasonal(values), seasonal([v * factor for v in values])
    assert one.score[-1] == pytest.approx(two.score[-1], abs=0.05)


def test_alarms_within_the_quiet_time_are_one_episode() -> None:
    scores: list[float | None] = [0.0] * 40
    for at, score in ((5, -4.0), (9, -6.0), (16, 3.6), (25, 9.0)):
        scores[at] = score
    found = episodes(scores, 3.5, quiet=7)
    assert [(e.first, e.last, e.worst, e.score) for e in found] == [(5, 16, 9, -6.0), (25, 25, 25, 9.0)]
    assert [e.first for e in episodes(scores, 3.5, 7, "down")] == [5]
    assert [e.first for e in episodes(scores, 3.5, 7, "up")] == [16, 25]
    assert episodes([None, 1.0], 3.5, 7) == []


def test_slow_drift_is_found_though_no_day_is_out() -> None:
    scores: list[float | None] = [*([0.3, -0.4] * 20), *([-1.6] * 14)]
    assert all(abs(s or 0) < 2 for s in scores)
    found = drift(scores)
    assert max(map(abs, found[:40])) < 2
    assert min(found[40:]) < -8
