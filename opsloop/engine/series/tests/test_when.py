"""On which day a series comes round: worked examples by China's calendar of 2026 (built in)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from opsloop.engine.series.models import Rhythm, Series
from opsloop.engine.series.presets import filled, places
from opsloop.engine.series.when import next_day

pytestmark = pytest.mark.django_db


def series(rhythm: Rhythm, **more: Any) -> Series:
    values = {"at": "09:00", "starts_on": date(2026, 1, 1), "day_off": "after", **more}
    return Series(rhythm=rhythm, **values)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day_off", "found"),
    [("after", "2026-10-08"), ("before", "2026-09-30"), ("skip", "2026-10-12"), ("stay", "2026-10-05")],
)
def test_the_monday_of_the_national_day_week_moves_as_the_rule_says(day_off: str, found: str) -> None:
    mondays = series(Rhythm.WEEKLY, weekdays=["1"], day_off=day_off)
    assert next_day(mondays, day("2026-09-28")) == day(found)


def test_a_make_up_saturday_is_a_working_day() -> None:
    assert next_day(series(Rhythm.WORKDAYS), day("2026-10-09")) == day("2026-10-10")
    assert next_day(series(Rhythm.WORKDAYS), day("2026-10-16")) == day("2026-10-19")
    saturdays = series(Rhythm.WEEKLY, weekdays=["6"], day_off="skip")
    assert next_day(saturdays, day("2026-09-21")) == day("2026-10-10")


def test_the_last_working_day_of_the_month() -> None:
    last = series(Rhythm.MONTHLY, month_day=31, day_off="before")
    assert next_day(last, day("2026-01-30")) == day("2026-02-28"), "the make-up Saturday after the Spring Festival"
    assert next_day(last, day("2026-10-01")) == day("2026-10-30")
    assert next_day(last, day("2026-10-30")) == day("2026-11-30")


def test_the_days_of_a_cron_line_move_too() -> None:
    quarter = series(Rhythm.CRON, cron="0 9 1 */3 *")
    assert next_day(quarter, day("2026-07-01")) == day("2026-10-08")
    assert next_day(series(Rhythm.CRON, cron="0 9 29 2 *", day_off="stay"), day("2026-01-01")) == day("2028-02-29")


def test_it_begins_and_ends_with_its_span() -> None:
    span = series(Rhythm.WEEKLY, weekdays=["1"], starts_on=day("2026-11-24"), ends_on=day("2026-12-01"))
    assert next_day(span, day("2026-06-01")) == day("2026-11-30")
    assert next_day(span, day("2026-11-30")) is None


def test_what_it_begins_with_bears_the_day() -> None:
    assert filled("周次 {week}，上月 {last_month}", day("2026-01-01")) == "周次 2026-W01，上月 2025-12"
    assert places(day("2027-01-01"))["week"] == "2026-W53"
    assert (places(day("2026-02-01"))["quarter"], places(day("2026-02-01"))["last_quarter"]) == ("2026-Q1", "2025-Q4")
    new_year = places(day("2027-01-01"))
    assert (new_year["last_week_from"], new_year["last_week_to"]) == ("2026-12-21", "2026-12-27")
