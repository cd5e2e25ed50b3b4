"""Worked by hand: lunch, weekends, 调休, National Day, night shift, seven days, the days on which the clock moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsloop.base.calendar.engine import NeverOpen, WorkCalendar
from opsloop.base.calendar.holidays import NONE
from opsloop.base.calendar.rules import OFFICE, Rules, hours
from opsloop.base.calendar.tests.samples import NEW_YORK, at, day, new_york, new_york_night, night, office, service


def test_lunch_does_not_count() -> None:
    assert office.add(at("2026-11-23 11:30"), 60) == at("2026-11-23 13:30")
    assert office.between(at("2026-11-23 11:30"), at("2026-11-23 13:30")) == 60


def test_a_limit_that_ends_at_closing_time_ends_then_and_not_when_it_next_opens() -> None:
    assert office.add(at("2026-11-23 16:00"), 120) == at("2026-11-23 18:00")
    assert office.add(at("2026-11-23 09:00"), 180) == at("2026-11-23 12:00")
    assert office.add(at("2026-11-27 17:00"), 60) == at("2026-11-27 18:00")


def test_one_minute_more_lies_after_the_weekend() -> None:
    assert office.add(at("2026-11-27 17:00"), 61) == at("2026-11-30 09:01")


def test_zero_minutes_end_where_they_begin_even_when_closed() -> None:
    assert office.add(at("2026-11-28 20:00"), 0) == at("2026-11-28 20:00")


def test_a_start_outside_hours_counts_from_the_next_opening() -> None:
    assert office.add(at("2026-11-28 20:00"), 30) == at("2026-11-30 09:30")
    assert office.add(at("2026-11-23 18:00"), 1) == at("2026-11-24 09:01")
    assert office.add(at("2026-11-23 07:00"), 480) == at("2026-11-23 18:00")


def test_counting_back_mirrors_counting_on() -> None:
    assert office.add(at("2026-11-30 09:30"), -60) == at("2026-11-27 17:30")
    assert office.add(at("2026-11-23 18:00"), -480) == at("2026-11-23 09:00")
    assert office.add(at("2026-11-29 12:00"), -300) == at("2026-11-27 13:00")
    assert office.between(at("2026-11-30 09:30"), at("2026-11-27 17:30")) == -60


def test_seconds_are_not_lost() -> None:
    start = at("2026-11-23 17:59:30")
    assert office.add(start, 1) == at("2026-11-24 09:00:30")
    assert office.between(start, at("2026-11-24 09:00:30")) == 1
    assert office.between(start, start + timedelta(microseconds=1)) * 60_000_000 == 1


def test_a_make_up_saturday_and_sunday_of_2026_are_worked_and_the_holiday_is_not() -> None:
    # 中秋 25-27 Sept., 国庆 1-7 Oct.; make-up on Sunday 20 Sept. and Saturday 10 Oct.
    assert office.is_working_day(day("2026-09-20"))
    assert office.is_working_day(day("2026-10-10"))
    assert not office.is_working_day(day("2026-10-11"))
    assert not any(office.is_working_day(day(f"2026-10-0{n}")) for n in range(1, 8))
    assert office.add(at("2026-09-30 17:00"), 120) == at("2026-10-08 10:00")
    assert office.add(at("2026-10-09 17:00"), 120) == at("2026-10-10 10:00")


def test_spring_festival_lies_between_two_make_up_saturdays() -> None:
    # 15-23 Feb. off, Saturdays 14 and 28 Feb. worked
    assert office.add(at("2026-02-13 18:00"), 8 * 60) == at("2026-02-14 18:00")
    assert office.add(at("2026-02-14 18:00"), 1) == at("2026-02-24 09:01")
    assert office.add_days(at("2026-02-27 10:00"), 2) == at("2026-03-02 18:00")


def test_customer_service_works_through_weekend_and_national_day() -> None:
    assert service.add(at("2026-10-01 21:30"), 60) == at("2026-10-02 09:30")
    assert service.between(at("2026-10-03 00:00"), at("2026-10-05 00:00")) == 2 * 13 * 60
    assert service.add_days(at("2026-10-02 23:00"), 1) == at("2026-10-03 22:00")


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    # Friday's shift ends on Saturday at 6; Saturday has none
    assert night.add(at("2026-11-27 23:00"), 7 * 60) == at("2026-11-28 06:00")
    assert night.add(at("2026-11-27 23:00"), 7 * 60 + 1) == at("2026-11-30 22:01")
    assert night.is_open(at("2026-11-28 05:59"))
    assert not night.is_open(at("2026-11-28 06:00"))
    assert night.add_days(at("2026-11-24 02:00"), 1) == at("2026-11-25 06:00")
    assert night.add(at("2026-11-24 22:00"), 120) == at("2026-11-25 00:00")


def test_the_shift_before_a_holiday_is_worked_to_its_end() -> None:
    assert night.between(at("2026-09-30 20:00"), at("2026-10-08 12:00")) == 8 * 60


def test_open_and_next_open() -> None:
    assert office.is_open(at("2026-11-23 09:00"))
    assert not office.is_open(at("2026-11-23 12:00"))
    assert office.next_open(at("2026-11-23 12:00")) == at("2026-11-23 13:00")
    assert office.next_open(at("2026-11-23 13:20")) == at("2026-11-23 13:20")
    assert office.next_open(at("2026-09-30 18:00")) == at("2026-10-08 09:00")


def test_open_intervals_are_cut_at_midnight() -> None:
    assert night.open_intervals(day("2026-11-28")) == ((at("2026-11-28 00:00"), at("2026-11-28 06:00")),)
    assert office.open_intervals(day("2026-11-23")) == (
        (at("2026-11-23 09:00"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 18:00")),
    )


def test_working_days_do_not_count_the_first_and_end_at_close_of_business() -> None:
    assert office.add_days(at("2026-11-23 15:00"), 2) == at("2026-11-25 18:00")
    assert office.add_days(at("2026-11-28 15:00"), 1) == at("2026-11-30 18:00")
    assert office.add_days(at("2026-09-30 09:00"), 1) == at("2026-10-08 18:00")
    assert office.add_days(at("2026-11-23 15:00"), -2) == at("2026-11-19 09:00")
    assert office.add_days(at("2026-11-28 15:00"), 0) == at("2026-11-28 15:00")


def test_natural_days_end_at_midnight() -> None:
    assert office.add_natural_days(at("2026-11-27 15:00"), 3) == at("2026-12-01 00:00")
    assert office.add_natural_days(at("2026-11-27 15:00"), -1) == at("2026-11-26 00:00")
    assert office.add_natural_days(at("2026-11-27 15:00"), 0) == at("2026-11-27 15:00")


def test_an_exception_wins_over_weekday_and_holiday() -> None:
    days = {day("2026-11-24"): (), day("2026-10-01"): hours("10:00-16:00")}
    sale = WorkCalendar.of("Asia/Shanghai", Rules(days=days))
    assert sale.add(at("2026-11-23 17:30"), 60) == at("2026-11-25 09:30")
    assert sale.between(at("2026-10-01 00:00"), at("2026-10-02 00:00")) == 360


def test_new_hours_count_from_their_day_on_within_one_limit() -> None:
    summer = Rules((*(hours("08:30-12:00", "14:30-18:30"),) * 5, (), ()))
    calendar = WorkCalendar(office.zone, ((day("2026-01-01"), Rules()), (day("2026-06-01"), summer)))
    assert calendar.add(at("2026-05-29 17:00"), 120) == at("2026-06-01 09:30")
    assert calendar.add(at("2026-06-01 09:30"), -120) == at("2026-05-29 17:00")
    assert calendar.rules(day("2020-01-01")) == Rules()


def test_openings_that_overlap_through_an_exception_count_once() -> None:
    calendar = WorkCalendar.of(
        "Asia/Shanghai",
        Rules((hours("22:00-06:00"), *(OFFICE,) * 6), NONE, days={day("2026-11-24"): hours("05:00-09:00")}),
    )
    assert calendar.between(at("2026-11-24 00:00"), at("2026-11-25 00:00")) == 9 * 60


# the clock in New York goes from 02:00 to 03:00 on 8 March 2026 and from 02:00 back to 01:00 on 1 November 2026


def test_the_hours_of_a_night_shift_on_the_days_on_which_the_clock_moves() -> None:
    spring, autumn = at("2026-03-07 22:00", NEW_YORK), at("2026-10-31 22:00", NEW_YORK)
    assert new_york_night.between(spring, at("2026-03-08 12:00", NEW_YORK)) == 7 * 60
    assert new_york_night.between(autumn, at("2026-11-01 12:00", NEW_YORK)) == 9 * 60
    assert new_york_night.add(spring, 7 * 60) == at("2026-03-08 06:00", NEW_YORK)
    assert new_york_night.add(autumn, 9 * 60) == at("2026-11-01 06:00", NEW_YORK)


def test_office_hours_stay_where_the_clock_shows_them() -> None:
    assert new_york.add(at("2026-03-07 17:00", NEW_YORK), 120) == at("2026-03-08 10:00", NEW_YORK)
    assert new_york.add(at("2026-03-07 17:00", NEW_YORK), 120) == datetime(2026, 3, 8, 14, tzinfo=UTC)
    assert new_york.between(at("2026-10-31 09:00", NEW_YORK), at("2026-11-02 00:00", NEW_YORK)) == 2 * 480


def test_an_opening_in_the_skipped_hour_begins_at_the_skip() -> None:
    early = WorkCalendar.of("America/New_York", Rules((hours("02:30-05:00"),) * 7, NONE))
    assert early.next_open(at("2026-03-08 00:00", NEW_YORK)) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert early.between(at("2026-03-08 00:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK)) == 120


def test_a_repeated_hour_is_meant_as_its_first_time() -> None:
    bar = WorkCalendar.of("America/New_York", Rules((hours("20:00-01:30"),) * 7, NONE))
    assert bar.add(at("2026-10-31 20:00", NEW_YORK), 330) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_has_no_hours() -> None:
    apia = WorkCalendar.of("Pacific/Apia", Rules((OFFICE,) * 7, NONE))
    assert apia.open_intervals(day("2011-12-30")) == ()
    assert not apia.is_working_day(day("2011-12-30"))


def test_yesterday_shown_again_is_part_of_today() -> None:
    # St John's, 7 November 2010: at 00:01 the clock goes back to 23:01 of the 6th
    guard = WorkCalendar.of("America/St_Johns", Rules((hours("00:00-24:00"),) * 7, NONE))
    again = datetime(2010, 11, 7, 2, 45, tzinfo=UTC)
    assert guard.local_day(again) == day("2010-11-06")
    assert guard.is_open(again)
    assert guard.next_open(again) == again
    assert guard.add(again, 75) == again + timedelta(minutes=75)
    assert guard.add(again, -75) == again - timedelta(minutes=75)
    assert guard.between(again - timedelta(minutes=75), again) == 75
    assert guard.between(datetime(2010, 11, 6, 12, tzinfo=UTC), datetime(2010, 11, 8, 12, tzinfo=UTC)) == 48 * 60


def test_ten_years_are_counted_in_a_moment() -> None:
    ten_years = office.between(at("2015-01-01 00:00"), at("2025-01-01 00:00"))
    assert office.add(at("2015-01-01 00:00"), ten_years) == at("2024-12-31 18:00")


def test_a_calendar_that_never_opens_says_so() -> None:
    shut = WorkCalendar.of("Asia/Shanghai", Rules(((),) * 7, NONE))
    start = at("2026-01-01 00:00")
    asks = (lambda: shut.add(start, 1), lambda: shut.add(start, -1), lambda: shut.add_days(start, 1))
    for ask in (*asks, lambda: shut.next_open(start)):
        with pytest.raises(NeverOpen):
            ask()
    assert shut.between(at("2020-01-01 00:00"), start) == 0


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no zone"):
        office.add(datetime(2026, 1, 1), 1)
