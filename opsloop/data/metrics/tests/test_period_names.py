"""Names of periods and how far they are over, against a calendar read by hand."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from opsloop.data.metrics import period_names as periods

WEDNESDAY = date(2026, 12, 16)


def test_only_a_period_that_is_over_is_whole() -> None:
    assert periods.last_whole(WEDNESDAY, "week") == date(2026, 12, 7)
    assert periods.last_whole(date(2026, 12, 20), "week") == date(2026, 12, 14)
    assert periods.last_whole(date(2026, 12, 31), "month") == date(2026, 12, 1)


def test_names_say_which_period() -> None:
    with override("en"):
        assert periods.name(date(2026, 12, 14), "week") == "week 51 of 2026 (14–20 Dec)"
        assert periods.name(date(2026, 11, 30), "week") == "week 49 of 2026 (30 Nov – 6 Dec)"
        assert periods.name(date(2026, 10, 1), "quarter") == "quarter 4 of 2026"
        assert periods.span_name(date(2026, 12, 14), date(2026, 12, 20)) == "week 51 of 2026 (14–20 Dec)"
        assert periods.span_name(date(2026, 12, 14), date(2026, 12, 19)) == "2026-12-14 to 2026-12-19"
    with override("zh-hans"):
        assert periods.name(date(2026, 11, 30), "week") == "2026年第49周（11-30至12-06）"


def test_how_much_of_a_month_is_over() -> None:
    assert periods.elapsed(date(2026, 12, 1), "month", date(2026, 12, 17)) == pytest.approx(17 / 31)
    assert periods.elapsed(date(2026, 12, 1), "month", date(2027, 1, 17)) == 1
    assert periods.elapsed(date(2026, 12, 1), "month", date(2026, 11, 17)) == 0
