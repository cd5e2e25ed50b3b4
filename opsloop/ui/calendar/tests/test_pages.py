"""The working calendar's page: named days, whose calendar, provisional years, the calculator."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.models import CalendarSpec
from opsloop.base.calendar.rules import Rules, hours
from opsloop.base.calendar.spec import Spec
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, department, given, make
from opsloop.ui.calendar.month import Cell, hours_text, month_of, weeks
from opsloop.ui.calendar.views import answer
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
OFFICE = WorkCalendar.of("Asia/Shanghai", Rules())
SHOP = Rules(week=(hours("09:00-22:00"),) * 7, holidays=Rules().holidays, make_up=None)


def cell(year: int, month: int, day: int, calendar: WorkCalendar = OFFICE) -> Cell:
    rows = weeks(calendar, date(year, month, 1), date(2026, 10, 9))
    return next(one for row in rows for one in row if one.day == date(year, month, day))


@pytest.fixture
def lin(cast: Cast) -> Client:
    return signed_in(cast.lin)


def test_the_page_needs_a_sign_in_and_the_right(cast: Cast, lin: Client) -> None:
    assert Client().get("/calendar/").status_code == 302
    assert lin.get("/calendar/").status_code == 200
    with given():
        mandate = Mandate.objects.get(position=cast.specialist)
        mandate.sees = {**mandate.sees, "calendar": "none"}
        mandate.save()
    assert signed_in(cast.chen).get("/calendar/").status_code == 403


def test_holidays_and_make_up_days_are_named() -> None:
    national, make_up = cell(2026, 10, 1), cell(2026, 10, 10)
    assert (national.works, national.name, national.make_up) == (False, "National Day", False)
    assert (make_up.works, make_up.name, make_up.make_up) == (True, "make-up workday: National Day", True)
    usual, sunday = cell(2026, 10, 9), cell(2026, 10, 11)
    assert (usual.hours, usual.name, usual.today, usual.sure) == ("09:00–12:00 13:00–18:00", "", True, True)
    assert (sunday.works, sunday.name) == (False, "")


def test_a_year_that_is_not_announced_is_provisional() -> None:
    assert not cell(2031, 3, 3).sure and cell(2026, 3, 3).sure


def test_what_the_calendar_itself_says_of_a_day_goes_before_the_state() -> None:
    own = Rules(days={date(2026, 10, 1): hours("10:00-16:00"), date(2026, 10, 9): ()})
    calendar = WorkCalendar.of("Asia/Shanghai", own)
    assert (cell(2026, 10, 1, calendar).hours, cell(2026, 10, 1, calendar).name) == (
        "10:00–16:00", "own hours of this calendar",
    )  # fmt: skip
    assert cell(2026, 10, 9, calendar).name == "day off of this calendar"


def test_a_month_is_whole_weeks_from_monday() -> None:
    rows = weeks(OFFICE, date(2026, 2, 1), date(2026, 2, 1))
    assert [row[0].day.weekday() for row in rows] == [0] * len(rows) and {len(row) for row in rows} == {7}
    assert (rows[0][0].day, rows[-1][-1].day) == (date(2026, 1, 26), date(2026, 3, 1))
    assert sum(one.here for row in rows for one in row) == 28


def test_night_hours_say_the_next_day() -> None:
    assert hours_text(hours("22:00-06:00")) == "22:00–06:00 next day"
    assert hours_text(hours("18:00-24:00")) == "18:00–24:00"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "1899-01", "9999-01", "abcd-ef", "2026-1", "-------"]
)
def test_a_strange_month_is_this_month(text: str) -> None:
    assert month_of(text, date(2026, 5, 20)) == date(2026, 5, 1)


def test_a_department_shows_its_own_calendar_and_who_else_works_by_it(cast: Cast, lin: Client) -> None:
    spec = Spec("shop", "Shop hours", "Asia/Shanghai", SHOP, ("operations",)).plain()
    make(CalendarSpec, code="shop", title="Shop hours", version="1", from_day=date(2020, 1, 1), spec=spec)
    text = lin.get(f"/calendar/?department={cast.ops.pk}&month=2026-03").content.decode()
    assert "Shop hours" in text.split("<h2")[0] and "09:00–22:00" in text
    company = lin.get("/calendar/?month=2026-03").content.decode()
    assert "09:00–22:00" not in company and "Office hours" in company and "Shop hours" in company


@pytest.mark.parametrize(
    "odd",
    ["department=x", "department=99999", "month=x", "limit=%00", "start=x", "limit=2 days&start=9999-12-31T23:59"],
)
def test_odd_addresses_are_answered(lin: Client, odd: str) -> None:
    assert lin.get(f"/calendar/?{odd}").status_code == 200


@pytest.mark.parametrize(
    ("limit", "start", "due", "provisional"),
    [
        ("2 working days", "2026-03-06T16:00", "10 Mar 2026 Tue 18:00", False),
        ("4个工作时", "2026-03-06T16:00", "9 Mar 2026 Mon 11:00", False),
        ("24 hours", "2026-03-06T16:00", "7 Mar 2026 Sat 16:00", False),
        ("3 days", "2026-03-06T16:00", "9 Mar 2026 Mon 24:00", False),
        ("1 working day", "2026-09-30T10:00", "8 Oct 2026 Thu 18:00", False),
        ("2 working days", "2031-03-06T16:00", "10 Mar 2031 Mon 18:00", True),
    ],
)
def test_the_calculator_says_when_a_limit_is_due(limit: str, start: str, due: str, provisional: bool) -> None:
    said = answer(OFFICE, limit, start)
    assert said is not None
    assert (said.due, said.provisional, said.wrong) == (due, provisional, "")


@pytest.mark.parametrize(
    ("limit", "start", "field"),
    [
        ("soon", "", "limit"),
        ("2 days", "yesterday", "start"),
        ("2 days", "0001-01-01T00:00", "start"),
        ("1.5 days", "", "limit"),
    ],
)
def test_the_calculator_says_what_is_wrong_beside_the_field(limit: str, start: str, field: str) -> None:
    said = answer(OFFICE, limit, start)
    assert said is not None
    assert said.field == field and said.wrong


def test_a_calendar_that_never_opens_has_no_due_day() -> None:
    closed = WorkCalendar.of("Asia/Shanghai", Rules(week=((),) * 7, make_up=None))
    said = answer(closed, "2 working days", "2026-03-06T16:00")
    assert said is not None and "does not open" in said.wrong
    assert answer(closed, "", "") is None


def test_the_page_shows_the_answer(lin: Client) -> None:
    text = lin.get("/calendar/?limit=2+working+days&start=2026-03-06T16:00").content.decode()
    assert "10 Mar 2026 Tue 18:00" in text and "A limit of 2 working days from 6 Mar 2026 Fri 16:00" in text


def test_more_departments_make_no_more_queries(cast: Cast, lin: Client) -> None:
    def count(start: int, n: int) -> int:
        for i in range(start, start + n):
            department(f"team{i}", parent=cast.company)
        lin.get("/calendar/")
        with CaptureQueriesContext(connection) as caught:
            assert lin.get("/calendar/").status_code == 200
        return len(caught)

    assert count(0, 2) == count(2, 10)
