"""Arithmetic over metrics: precedence, hyphens in ids, and what is unknown stays unknown."""

from __future__ import annotations

import pytest

from opsloop.data.metrics.durations import duration, months_before
from opsloop.data.metrics.formula import WrongFormula, evaluate, formula, metrics_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * 2", 2 + 3 * 2),
        ("(a + b) * 2", 10),
        ("a-b - b", 7 - 3),
        ("b / a × 10", 15),
        ("-a + 5", 3),
        ("a - b - 1", -2),
        ("b ÷ a ÷ 3", 0.5),
    ],
)
def test_arithmetic_is_the_usual(text: str, value: float) -> None:
    assert evaluate(formula(text), {"a": 2, "b": 3, "a-b": 7}) == value


def test_unknown_parts_and_division_by_zero_are_unknown_not_zero() -> None:
    assert evaluate(formula("a + b"), {"a": 1, "b": None}) is None
    assert evaluate(formula("a / b"), {"a": 1, "b": 0}) is None
    assert evaluate(formula("a / b"), {"a": 0, "b": 4}) == 0
    assert metrics_of(formula("x-1 / (y + x-1)")) == ("x-1", "y")


@pytest.mark.parametrize("text", ["", "1 + 2", "a +", "(a", "a b", "a ^ b", "a / )", "A"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(WrongFormula):
        formula(text)


def test_spans_of_time_are_read_in_both_languages() -> None:
    from datetime import date

    assert duration("28 days").first_day(date(2017, 12, 17)) == date(2017, 11, 20)
    assert duration("4周") == duration("4 weeks") and duration("1 年").n == 12
    assert duration("3 months").first_day(date(2026, 2, 28)) == date(2025, 12, 1)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    for wrong in ("28", "days", "0 days", "2 working days", "-1 day"):
        with pytest.raises(ValueError):
            duration(wrong)
