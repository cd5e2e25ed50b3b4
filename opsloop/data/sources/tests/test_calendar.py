"""数据更新日历: on time, late, missing, failed, held, closed, not due; and how fresh a source is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make
from opsloop.data.sources.calendar import Day, DayState, calendar, freshness
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.rhythm import business_day, due_at, expected
from opsloop.data.sources.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MON = date(2026, 3, 2)
TEXT = samples.ORDERS + 'every: day\nexpected_by: "06:00"\n'  # in Asia/Shanghai: 22:00 UTC of the day itself
NOW = datetime(2026, 3, 6, 1, tzinfo=UTC)  # Friday, 09:00 in Shanghai


@pytest.fixture
def by(cast: Cast) -> Person:
    return cast.lin


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source(TEXT)


def a_load(source: Source, by: Person, day: date, state: str = "loaded", hour: int = 21, **more: Any) -> Load:
    """A load of a business day that ended at `hour` UTC of that day; 22 is when it is due."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
    pk = Load.objects.count() + 1
    values = {"rows_in": 10, "kept": 10, "due_on": day, "last_day": day, **more}
    return make(
        Load, id=pk, source=source, source_version=1, file=f"orders-{day}.csv", state=state, by=by,
        began_at=at - timedelta(seconds=3), ended_at=at, **values,
    )  # fmt: skip


def week(source: Source, since: date = MON, until: date = MON + timedelta(days=4), now: datetime = NOW) -> list[Day]:
    [(_source, cells)] = calendar(since, until, [source], now)
    return cells


def test_each_day_of_a_week_says_what_became_of_it(source: Source, by: Person) -> None:
    a_load(source, by, MON)
    a_load(source, by, MON + timedelta(days=1), hour=23)
    a_load(source, by, MON + timedelta(days=2), LoadState.FAILED, message="cut off in line 7")
    states = [(cell.state, cell.color) for cell in week(source)]
    assert states == [
        (DayState.ON_TIME, "green"), (DayState.LATE, "yellow"), (DayState.FAILED, "red"),
        (DayState.MISSING, "red"), (DayState.AHEAD, "grey"),
    ]  # fmt: skip
    assert week(source)[2].message == "cut off in line 7"


def test_before_the_first_load_nothing_is_expected(source: Source, by: Person) -> None:
    assert {cell.state for cell in week(source)} == {DayState.NOTHING}
    a_load(source, by, MON + timedelta(days=2))
    assert [cell.state for cell in week(source)][:3] == [DayState.NOTHING, DayState.NOTHING, DayState.ON_TIME]


def test_what_is_due_in_an_hour_is_not_missing_yet(source: Source, by: Person) -> None:
    a_load(source, by, MON)
    due = due_at(source.obj, MON + timedelta(days=1))
    assert due == datetime(2026, 3, 3, 22, tzinfo=UTC)
    before, after = (week(source, now=due + timedelta(minutes=n))[1].state for n in (-1, 1))
    assert (before, after) == (DayState.AHEAD, DayState.MISSING)


def test_a_held_load_is_seen_whatever_came_before(source: Source, by: Person) -> None:
    a_load(source, by, MON)
    a_load(source, by, MON, LoadState.HELD)
    assert (week(source)[0].state, week(source)[0].color) == (DayState.HELD, "orange")


def test_a_failure_is_over_when_it_came_at_last(source: Source, by: Person) -> None:
    a_load(source, by, MON, LoadState.FAILED)
    a_load(source, by, MON)
    a_load(source, by, MON + timedelta(days=1), LoadState.TURNED_BACK)
    assert [cell.state for cell in week(source)[:2]] == [DayState.ON_TIME, DayState.TURNED_BACK]


def test_rows_aside_are_yellow_until_they_are_repaired(source: Source, by: Person) -> None:
    load = a_load(source, by, MON, rows_in=10, kept=7, duplicates=1, set_aside=2)
    cell = week(source)[0]
    assert (cell.color, cell.rows_in, cell.kept, cell.duplicates, cell.aside) == ("yellow", 10, 7, 1, 2)
    result = a_load(source, by, MON, rows_in=2, kept=2, repairs=load)
    for line in (3, 5):
        make(Repair, load=load, line=line, before={}, after={}, reason="typed", by=by, at=NOW, result=result)
    cell = week(source)[0]
    assert (cell.color, cell.rows_in, cell.kept, cell.duplicates, cell.aside) == ("green", 10, 9, 1, 0)


def test_closed_days_are_not_red(cast: Cast, by: Person) -> None:
    source = samples.source(TEXT + "closed: company\n")
    a_load(source, by, MON)
    days = week(source, until=MON + timedelta(days=6), now=NOW + timedelta(days=7))
    assert [cell.state for cell in days][-2:] == [DayState.CLOSED, DayState.CLOSED]
    assert days[1].state == DayState.MISSING
    nowhere = samples.source(TEXT + "closed: nowhere\n", ident="elsewhere")
    a_load(nowhere, by, MON)
    assert week(nowhere, until=MON + timedelta(days=6), now=NOW + timedelta(days=7))[-1].state == DayState.MISSING


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        ("every: week", [1, 8]), ("every: week\non: wed", [3, 10]), ("every: month\non: '5'", [4]),
        ("every: never", []), ("every: hour", list(range(1, 15))), ("every: quarter", []),
    ],
)  # fmt: skip
def test_other_rhythms_expect_the_days_before_they_come(cast: Cast, rhythm: str, days: list[int]) -> None:
    definition = samples.read(samples.ORDERS + rhythm + "\n").obj
    found = [n for n in range(1, 15) if expected(definition, date(2026, 3, n))]
    assert found == days


def test_quarters_and_years_come_after_their_end(cast: Cast) -> None:
    quarter = samples.read(samples.ORDERS + "every: quarter\n").obj
    year = samples.read(samples.ORDERS + "every: year\non: '10'\n").obj
    assert expected(quarter, date(2026, 3, 31)) and not expected(quarter, date(2026, 4, 30))
    assert expected(year, date(2026, 1, 9)) and not expected(year, date(2026, 1, 10))


def test_the_business_day_begins_when_the_source_says(cast: Cast) -> None:
    definition = samples.read(samples.ORDERS + 'day_starts: "05:00"\n').obj
    assert business_day(definition, datetime(2026, 3, 2, 20, 59, tzinfo=UTC)) == MON  # 04:59 on Tuesday in Shanghai
    assert business_day(definition, datetime(2026, 3, 2, 21, 0, tzinfo=UTC)) == MON + timedelta(days=1)


def test_freshness_is_that_of_the_newest_day_that_should_be_there(source: Source, by: Person) -> None:
    assert freshness(source, NOW).state == "red"
    for n in range(4):
        a_load(source, by, MON + timedelta(days=n))
    found = freshness(source, NOW)
    assert (found.state, found.last_day) == ("green", MON + timedelta(days=3))
    a_load(source, by, MON + timedelta(days=3), LoadState.HELD)
    assert freshness(source, NOW).state == "held"
    assert freshness(source, NOW + timedelta(days=2)).state == "red"


def test_the_calendar_asks_the_same_few_questions_for_many_sources(
    cast: Cast, source: Source, by: Person, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        other = samples.source(TEXT, ident=f"more-{n}")
        a_load(other, by, MON, set_aside=1)
    with django_assert_max_num_queries(6):
        assert len(calendar(MON, MON + timedelta(days=30), now=NOW)) == 5
