from __future__ import annotations

from opsloop.base.calendar.holidays import CHINA, KNOWN_YEARS, NONE, DayKind, holiday_name, unannounced
from opsloop.base.calendar.rules import Rules, hours
from opsloop.base.calendar.tests.samples import day

NOTHING: frozenset[int] = frozenset()
LAST = max(KNOWN_YEARS)


def test_announced_days_of_2026() -> None:
    assert CHINA.kind(day("2026-10-01")) is DayKind.HOLIDAY
    assert CHINA.kind(day("2026-10-10")) is DayKind.MAKE_UP
    assert CHINA.kind(day("2026-10-12")) is DayKind.USUAL
    assert str(holiday_name(day("2026-10-10"))) == str(holiday_name(day("2026-10-01")))
    assert holiday_name(day("2026-10-12")) is None


def test_a_year_that_nobody_knows_has_weekends_and_never_raises() -> None:
    assert LAST < 2099
    for text in ("2099-10-01", "1990-10-01"):
        assert CHINA.kind(day(text)) is DayKind.USUAL
    rules = Rules()
    assert rules.on(day("2099-10-02"))
    assert not rules.on(day("2099-10-03"))
    assert not rules.sure(day("2099-10-02"))
    assert rules.sure(day("1990-10-01"))


def test_the_last_days_of_december_wait_for_the_next_announcement() -> None:
    assert CHINA.sure(day(f"{LAST}-12-28"), NOTHING)
    assert not CHINA.sure(day(f"{LAST}-12-29"), NOTHING)
    assert CHINA.sure(day(f"{LAST}-12-29"), frozenset({LAST + 1}))
    assert NONE.sure(day("2099-10-02"), NOTHING)


def test_a_file_that_gives_a_year_replaces_what_is_announced() -> None:
    rules = Rules(
        days={day("2027-10-01"): (), day("2027-10-09"): hours("09:00-17:00")}, supplied=frozenset({2026, 2027})
    )
    assert rules.on(day("2027-10-01")) == ()
    assert rules.on(day("2027-10-09")) == hours("09:00-17:00")
    assert rules.sure(day("2027-10-02"))
    assert rules.on(day("2026-10-01")) == rules.week[3]


def test_an_exception_alone_is_sure() -> None:
    assert Rules(days={day("2099-10-02"): ()}).sure(day("2099-10-02"))


def test_the_next_year_is_missed_from_november_on() -> None:
    assert unannounced(day(f"{LAST}-10-31")) == []
    assert unannounced(day(f"{LAST}-11-01")) == [LAST + 1]
    assert unannounced(day(f"{LAST + 1}-02-01")) == [LAST + 1]
    assert unannounced(day(f"{LAST}-11-01"), frozenset({LAST + 1})) == []
