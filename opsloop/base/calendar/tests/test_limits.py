from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from opsloop.base.calendar.limits import Limit, LimitError, Unit, parse, wrong_limit
from opsloop.base.calendar.tests.samples import NEW_YORK, at, day, new_york, office, service

D, H, M = Unit.DAYS, Unit.HOURS, Unit.MINUTES


@pytest.mark.parametrize(
    ("text", "amount", "unit", "working"),
    [
        ("2 working days", 2, D, True),
        ("1 Working Day", 1, D, True),
        ("4 working hours", 4, H, True),
        ("2 business days", 2, D, True),
        ("24 hours", 24, H, False),
        ("3 days", 3, D, False),
        ("3 calendar days", 3, D, False),
        ("30 minutes", 30, M, False),
        ("30min", 30, M, False),
        ("1.5 hours", "1.5", H, False),
        ("half an hour", "0.5", H, False),
        ("an hour", 1, H, False),
        ("45 working minutes", 45, M, True),
        ("2个工作日", 2, D, True),
        ("两个工作日内", 2, D, True),
        ("十五个工作日", 15, D, True),
        ("二十天", 20, D, False),
        ("4工作时", 4, H, True),
        ("4 个工作小时", 4, H, True),
        ("24自然时", 24, H, False),
        ("24小时以内", 24, H, False),
        ("３个自然日", 3, D, False),
        ("3日内", 3, D, False),
        ("30分钟", 30, M, False),
        ("半小时", "0.5", H, False),
        ("30 工作分钟", 30, M, True),
    ],
)
def test_limits_are_read_as_people_write_them(text: str, amount: object, unit: Unit, working: bool) -> None:
    assert parse(text) == Limit(Decimal(str(amount)), unit, working)


NO_LIMITS = ["", "soon", "2", "2 weeks", "working days", "-1 days", "24时", "二三天", "百天", "2 days 3 hours"]


@pytest.mark.parametrize("text", NO_LIMITS)
def test_what_is_no_limit_is_answered_with_how_to_write_one(text: str) -> None:
    with pytest.raises(LimitError, match="2 working days"):
        parse(text)


@pytest.mark.parametrize("text", ["0 days", "0.5 days", "半天", "半个工作日", "5000 days"])
def test_days_are_whole(text: str) -> None:
    with pytest.raises(LimitError, match="working hours"):
        parse(text)


@pytest.mark.parametrize("text", ["0 minutes", "0.01 hours", "1.5 minutes"])
def test_limits_are_whole_minutes(text: str) -> None:
    with pytest.raises(LimitError, match="whole number of minutes"):
        parse(text)


@given(st.builds(Limit, st.integers(1, 3660).map(Decimal), st.sampled_from(Unit), st.booleans()))
def test_what_is_written_is_read_back_in_both_languages(limit: Limit) -> None:
    assert parse(limit.text("en")) == limit
    assert parse(limit.text("zh-hans")) == limit


def test_texts() -> None:
    assert parse("两个工作日").text("zh-hans") == "2个工作日"
    assert parse("两个工作日").text("en") == "2 working days"
    assert parse("1.50 working hours").text("en") == "1.5 working hours"
    assert parse("1 hour").text("en") == "1 hour"
    assert parse("10 days").text("zh-hans") == "10个自然日"


def test_working_limits_end_by_the_calendar_and_natural_ones_by_the_clock() -> None:
    friday = at("2026-11-27 16:00")
    assert parse("4 working hours").due(friday, office).at == at("2026-11-30 11:00")
    assert parse("4 working hours").due(friday, service).at == at("2026-11-27 20:00")
    assert parse("2 working days").due(friday, office).at == at("2026-12-01 18:00")
    assert parse("24 hours").due(friday, office).at == at("2026-11-28 16:00")
    assert parse("1 day").due(friday, office).at == at("2026-11-29 00:00")
    assert parse("90 minutes").due(friday, office).at == at("2026-11-27 17:30")


def test_hours_are_real_hours_and_days_are_days_of_the_clock_when_the_clock_moves() -> None:
    saturday = at("2026-03-07 12:00", NEW_YORK)
    assert parse("24 hours").due(saturday, new_york).at == at("2026-03-08 13:00", NEW_YORK)
    assert parse("1 day").due(saturday, new_york).at == at("2026-03-09 00:00", NEW_YORK)


def test_what_ends_at_midnight_is_shown_on_the_day_that_is_over() -> None:
    assert parse("3 days").due(at("2026-11-27 15:00"), office).last_day(office) == day("2026-11-30")
    assert parse("1 working day").due(at("2026-11-27 15:00"), office).last_day(office) == day("2026-11-30")


def test_a_limit_that_needs_an_unannounced_year_is_provisional() -> None:
    assert not parse("2 working days").due(at("2026-11-27 15:00"), office).provisional
    assert parse("2 working days").due(at("2027-01-05 15:00"), office).provisional
    assert parse("10 working days").due(at("2026-12-25 15:00"), office).provisional
    assert not parse("60 days").due(at("2026-12-25 15:00"), office).provisional
    assert not parse("10 working days").due(at("2026-12-25 15:00"), service).provisional


def test_a_weekend_pause_adds_nothing_to_a_working_limit_and_all_to_a_natural_one() -> None:
    start, paused, resumed = at("2026-11-27 15:00"), at("2026-11-27 18:00"), at("2026-11-30 08:00")
    for text in ("4 working hours", "2 working days"):
        limit = parse(text)
        due = limit.due(start, office).at
        assert limit.due_after_pause(due, paused, resumed, office).at == due
    natural = parse("24 hours")
    due = natural.due(start, office).at
    assert natural.due_after_pause(due, paused, resumed, office).at == due + (resumed - paused)


def test_a_pause_in_working_hours_adds_its_working_hours() -> None:
    limit = parse("1 working day")
    due = limit.due(at("2026-11-23 10:00"), office).at
    assert due == at("2026-11-24 18:00")
    moved = limit.due_after_pause(due, at("2026-11-23 17:00"), at("2026-11-24 10:00"), office)
    assert moved.at == at("2026-11-25 11:00")


def test_what_a_file_should_have_said_is_put_into_words_for_whoever_reads_it() -> None:
    expected = wrong_limit("soon")
    assert expected is not None
    with override("en"):
        assert "2 working days" in str(expected)
    with override("zh-hans"):
        assert str(expected).startswith("时限") and "2个工作日" in str(expected)
    assert wrong_limit("2个工作日") is None
