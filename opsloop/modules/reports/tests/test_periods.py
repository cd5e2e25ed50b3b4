"""Rhythms as people write them, the period that a report is about, and numbers."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from opsloop.modules.reports.periods import Rhythm, newest, number_of, rhythm, wrong_rhythm

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Monday 08:30", Rhythm(time(8, 30), weekday=0)),
        ("周五 17:00", Rhythm(time(17), weekday=4)),
        ("day 3 09:00", Rhythm(time(9), month_day=3)),
        ("每月28日 09:00", Rhythm(time(9), month_day=28)),
    ],
)
def test_a_rhythm_is_read_in_both_languages(text: str, wanted: Rhythm) -> None:
    assert rhythm(text) == wanted and wrong_rhythm(text) is None


@pytest.mark.parametrize("text", ["", "Monday", "08:30", "Montag 08:30", "day 31 09:00", "day 0 09:00", "周一 25:00"])
def test_anything_else_says_what_was_expected(text: str) -> None:
    assert rhythm(text) is None and wrong_rhythm(text)


def test_the_week_is_due_on_the_monday_after_it_and_not_a_minute_before() -> None:
    weekly = Rhythm(time(8, 30), weekday=0)
    early = newest("week", weekly, datetime(2026, 11, 23, 8, 29, tzinfo=ZONE))
    on_time = newest("week", weekly, datetime(2026, 11, 23, 8, 30, tzinfo=ZONE))
    assert (early.since, early.until) == (date(2026, 11, 9), date(2026, 11, 15))
    assert (on_time.since, on_time.until) == (date(2026, 11, 16), date(2026, 11, 22))
    assert on_time.before == (date(2026, 11, 9), date(2026, 11, 15))
    assert number_of("ZB", on_time) == "ZB-2026-47" and number_of("ZB", on_time, 1) == "ZB-2026-47-2"


def test_the_first_days_of_january_belong_to_the_iso_weeks_year() -> None:
    found = newest("week", Rhythm(time(8, 30), weekday=0), datetime(2027, 1, 4, 9, tzinfo=ZONE))
    assert (found.since, number_of("ZB", found)) == (date(2026, 12, 28), "ZB-2026-53")


def test_a_month_is_due_on_its_day_of_the_next_one() -> None:
    monthly = Rhythm(time(9), month_day=3)
    before = newest("month", monthly, datetime(2026, 3, 3, 8, tzinfo=ZONE))
    after = newest("month", monthly, datetime(2026, 3, 3, 9, tzinfo=ZONE))
    assert (before.since, before.until) == (date(2026, 1, 1), date(2026, 1, 31))
    assert (after.since, after.until) == (date(2026, 2, 1), date(2026, 2, 28))
    assert number_of("YB", after) == "YB-2026-02"
