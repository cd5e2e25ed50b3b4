from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from opsloop.base.calendar import queries
from opsloop.base.calendar.compiling import compile_spec
from opsloop.base.calendar.holidays import KNOWN_YEARS
from opsloop.base.calendar.models import CalendarSpec
from opsloop.base.calendar.queries import (
    NoSuchCalendar,
    calendar_for,
    calendars_in_force,
    unannounced_years,
    unmatched_departments,
)
from opsloop.base.calendar.rules import OFFICE, hours
from opsloop.base.calendar.tests.samples import at, day
from opsloop.base.people.models import Department
from opsloop.base.testing import Cast, department, given, make

pytestmark = pytest.mark.both
DAILY = {"mon-sun": ["09:00-22:00"]}
NOW = at("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def _begin_new(monkeypatch: pytest.MonkeyPatch) -> None:
    queries.forget()
    monkeypatch.setattr(queries, "KEEP_S", 3600.0)


def put(code: str, since: str = "2026-01-01", **data: Any) -> CalendarSpec:
    data = {"title": code, "hours": {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, **data}
    spec = compile_spec(code, data)
    return make(CalendarSpec, code=code, title=spec.title, version="1", from_day=day(since), spec=spec.plain())


def own_calendar(where: Department, code: str) -> None:
    with given():
        where.remember()
        where.calendar = code
        where.save()


def test_without_any_file_there_are_office_hours(cast: Cast) -> None:
    calendar = calendar_for(cast.ops, NOW)
    assert (calendar.code, str(calendar.zone)) == ("", "Asia/Shanghai")
    assert calendar.rules(day("2026-11-23")).on(day("2026-11-23")) == OFFICE
    assert calendar_for(None) is calendar_for("company") is calendar


def test_the_nearest_calendar_counts(cast: Cast) -> None:
    team = department("hotline", parent=cast.ops)
    put("company")
    assert calendar_for(team, NOW).code == "company"
    put("service", hours=DAILY)
    own_calendar(cast.ops, "service")
    assert calendar_for(team, NOW).code == "service"
    assert calendar_for(cast.data, NOW).code == "company"
    put("hotline", hours=DAILY, **{"for": ["hotline"]})
    assert calendar_for(team, NOW).code == "hotline"
    assert calendar_for(cast.ops, NOW).code == "service"
    assert calendar_for(None, NOW).code == "company"


def test_a_department_with_a_calendar_that_is_not_there_has_the_next_one(cast: Cast) -> None:
    own_calendar(cast.ops, "nowhere")
    put("company")
    assert calendar_for(cast.ops, NOW).code == "company"


def test_of_two_files_that_name_a_department_the_later_counts(cast: Cast) -> None:
    put("one", "2026-03-01", **{"for": ["operations"]})
    put("two", "2026-02-01", **{"for": ["operations"]})
    assert calendar_for(cast.ops, NOW).code == "one"
    assert calendar_for(cast.ops, at("2026-02-10 10:00")).code == "two"


def test_each_day_of_a_limit_has_the_hours_of_that_day(cast: Cast) -> None:
    put("company")
    put("company", "2026-06-01", hours={"mon-fri": ["08:30-12:00", "14:30-18:30"]})
    assert calendar_for(cast.ops, at("2026-05-29 10:00")).add(at("2026-05-29 17:00"), 120) == at("2026-06-01 09:30")


def test_of_two_versions_of_a_day_the_newer_counts(cast: Cast) -> None:
    put("company")
    put("company", hours=DAILY)
    assert calendar_for(cast.ops, NOW).rules(day("2026-11-23")).on(day("2026-11-23")) == hours("09:00-22:00")
    assert [row.spec["week"][6] for row in calendars_in_force(day("2026-11-23"))] == [[[540, 1320]]]


def test_before_its_day_a_calendar_does_not_count(cast: Cast) -> None:
    put("company", "2026-12-01", hours=DAILY)
    assert calendar_for(cast.ops, NOW).code == ""
    assert calendar_for(cast.ops, at("2026-12-01 00:00")).code == "company"
    assert calendar_for(cast.ops, at("2026-11-30 23:59")).code == ""


def test_a_withdrawn_calendar_leaves_the_department_to_the_next_one(cast: Cast) -> None:
    put("company")
    put("service", hours=DAILY, **{"for": ["operations"]})
    make(CalendarSpec, code="service", title="s", version="1", from_day=day("2026-11-01"), withdrawn=True)
    assert calendar_for(cast.ops, at("2026-10-31 10:00")).code == "service"
    assert calendar_for(cast.ops, NOW).code == "company"
    assert calendar_for("service", NOW).code == "service"


def test_an_unknown_code_is_told(cast: Cast) -> None:
    with pytest.raises(NoSuchCalendar):
        calendar_for("nowhere", NOW)


def test_nothing_is_read_twice_and_a_change_is_seen_at_once(cast: Cast, django_assert_num_queries: Any) -> None:
    put("company")
    with django_assert_num_queries(2):
        first = calendar_for(cast.ops, NOW)
    with django_assert_num_queries(0):
        assert calendar_for(cast.data, NOW) is first
    put("company", hours=DAILY)
    assert calendar_for(cast.ops, NOW).is_open(at("2026-11-29 21:00"))


def put_elsewhere(**data: Any) -> None:
    """As another process does: this one gets no signal."""
    spec = compile_spec("company", {"title": "C", **data})
    with given():
        CalendarSpec.objects.bulk_create(
            [CalendarSpec(code="company", title="C", version="2", from_day=date(2026, 1, 1), spec=spec.plain())]
        )


SUNDAY = at("2026-11-29 21:00")


def test_what_another_process_changed_is_seen_in_the_next_act(cast: Cast) -> None:
    put("company")
    assert not calendar_for(cast.ops, NOW).is_open(SUNDAY)
    put_elsewhere(hours=DAILY)
    assert not calendar_for(cast.ops, NOW).is_open(SUNDAY)
    with given():
        assert calendar_for(cast.ops, NOW).is_open(SUNDAY)


def test_what_another_process_changed_is_seen_in_the_next_request(cast: Cast, client: Client) -> None:
    put("company")
    assert not calendar_for(cast.ops, NOW).is_open(SUNDAY)
    put_elsewhere(hours=DAILY)
    client.get("/no-such-page/")
    assert calendar_for(cast.ops, NOW).is_open(SUNDAY)


def test_what_was_rolled_back_is_not_kept(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), given():
        spec = compile_spec("company", {"title": "C", "hours": DAILY})
        CalendarSpec(code="company", title="C", version="2", from_day=date(2026, 1, 1), spec=spec.plain()).save()
        assert calendar_for(cast.ops, NOW).code == "company"
        raise RuntimeError
    assert calendar_for(cast.ops, NOW).code == ""


def test_doctor_is_told_of_unannounced_years_until_a_file_gives_them(cast: Cast) -> None:
    last = max(KNOWN_YEARS)
    assert unannounced_years(date(last, 10, 31)) == []
    assert unannounced_years(date(last, 11, 1)) == [last + 1]
    put("company", years=[last + 1])
    assert unannounced_years(date(last, 11, 1)) == []
    put("shop", holidays="none", hours=DAILY)
    assert unannounced_years(date(last, 11, 1)) == []
    put("branch")
    assert unannounced_years(date(last, 11, 1)) == [last + 1]


def test_departments_that_are_not_there_are_told(cast: Cast) -> None:
    put("service", **{"for": ["operations", "hotline"]})
    assert unmatched_departments(day("2026-11-23")) == [("service", "hotline")]
