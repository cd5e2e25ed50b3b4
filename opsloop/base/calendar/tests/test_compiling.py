from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given

from opsloop.base.calendar.compiling import compile_spec
from opsloop.base.calendar.holidays import CHINA, NONE
from opsloop.base.calendar.rules import OFFICE, Rules, hours
from opsloop.base.calendar.spec import Spec, SpecProblems, read
from opsloop.base.calendar.tests.samples import day
from opsloop.base.calendar.tests.test_engine_properties import calendars

FILE = """
title: 公司日历
timezone: Asia/Shanghai
hours:
  mon-fri: ["09:00-12:00", "13:00-18:00"]
  sat: ["09:00-12:00"]
holidays: china
make_up: fri
days:
  2027-02-08: off
  2027-02-20: mon
  2027-06-18: ["10:00-24:00"]
years: [2027]
for: [operations, data]
note: 由人事部维护
"""


def problems(**data: Any) -> dict[str, str]:
    good = {"title": "X", "hours": {"mon-fri": ["09:00-18:00"]}}
    with pytest.raises(SpecProblems) as caught:
        compile_spec("x", {**good, **data})
    return {one.field: f"{one.expected} {one.remedy}" for one in caught.value.problems}


def test_a_whole_file() -> None:
    spec = compile_spec("company", yaml.safe_load(FILE))
    assert (spec.title, spec.zone, spec.departments, spec.note) == (
        "公司日历", "Asia/Shanghai", ("operations", "data"), "由人事部维护",
    )  # fmt: skip
    rules = spec.rules
    assert rules.week == (*(OFFICE,) * 5, hours("09:00-12:00"), ())
    assert (rules.holidays, rules.make_up, rules.supplied) == (CHINA, 4, {2027})
    assert dict(rules.days) == {
        day("2027-02-08"): (),
        day("2027-02-20"): OFFICE,
        day("2027-06-18"): hours("10:00-24:00"),
    }


def test_the_same_file_with_every_value_as_text() -> None:
    data = yaml.load(FILE, yaml.BaseLoader)
    assert compile_spec("company", data) == compile_spec("company", yaml.safe_load(FILE))


def test_chinese_words() -> None:
    spec = compile_spec(
        "x",
        {
            "title": "夜班",
            "hours": {"周一至周五": ["22:00-06:00"], "星期六、周日": "休"},
            "holidays": "无",
            "make_up": "无",
        },
    )
    assert spec.rules == Rules((*(hours("22:00-06:00"),) * 5, (), ()), NONE, None)


def test_a_small_file_takes_the_defaults() -> None:
    spec = compile_spec("x", {"title": "X", "hours": {"tue-sat": "09:00-18:00"}}, "Asia/Tokyo")
    assert (spec.zone, spec.rules.holidays, spec.rules.make_up) == ("Asia/Tokyo", CHINA, 1)


def test_a_range_of_weekdays_may_go_over_the_end_of_the_week() -> None:
    spec = compile_spec("x", {"title": "X", "hours": {"sat-mon": "09:00-18:00"}})
    assert [bool(one) for one in spec.rules.week] == [True, False, False, False, False, True, True]


@given(calendars())
def test_json_gives_back_what_was_compiled(calendar: Any) -> None:
    spec = Spec("x", "X", "UTC", calendar.eras[0][1], ("ops",), "n")
    assert read("x", "X", json.loads(json.dumps(spec.plain()))) == spec


@pytest.mark.parametrize(
    ("field", "data", "said"),
    [
        ("title", {"title": ""}, "公司日历"),
        ("tittle", {"tittle": "X"}, "title, timezone"),
        ("timezone", {"timezone": "Peking"}, "Asia/Shanghai"),
        ("timezone", {"timezone": "Asia"}, "Asia/Shanghai"),
        ("hours", {"hours": None}, "mon-fri"),
        ("hours", {"hours": {"mon": "off"}}, "at least one weekday"),
        ("hours.monday", {"hours": {"monday": "09:00-18:00"}}, "周一至周五"),
        ("hours.mon[0]", {"hours": {"mon": ["9-18"]}}, "09:00-12:00"),
        ("hours.mon", {"hours": {"mon": "09:00-09:00"}}, "09:00-12:00"),
        ("hours.mon", {"hours": {"mon": "20:00-24:30"}}, "09:00-12:00"),
        ("hours.mon", {"hours": {"mon": None}}, "09:00-12:00"),
        ("hours.mon", {"hours": {"mon": ["09:00-12:00", "11:00-18:00"]}}, "overlap"),
        ("hours.wed", {"hours": {"mon-fri": "09:00-18:00", "wed": "09:00-12:00"}}, "once"),
        ("hours", {"hours": {"mon": "22:00-06:00", "tue": "05:00-09:00"}}, "overlap"),
        ("hours", {"hours": {"sun": "22:00-06:00", "mon": "05:00-09:00"}}, "overlap"),
        ("holidays", {"holidays": "japan"}, "china"),
        ("make_up", {"make_up": "sun"}, "open weekday"),
        ("make_up", {"make_up": "monday"}, "mon"),
        ("days", {"days": ["2027-02-08"]}, "2027-02-08: off"),
        ("days.8 Feb", {"days": {"8 Feb": "off"}}, "2027-02-08"),
        ("days.2027-02-08", {"days": {"2027-02-08": "half"}}, "09:00-12:00"),
        ("years", {"years": 2027}, "[2027]"),
        ("for", {"for": "operations"}, "[customer-service"),
    ],
)
def test_what_is_wrong_names_field_and_remedy(field: str, data: dict[str, Any], said: str) -> None:
    found = problems(**data)
    assert list(found) == [field]
    assert said in found[field]


def test_all_problems_are_told_at_once() -> None:
    assert problems(title="", timezone="Peking", holidays="japan").keys() == {"title", "timezone", "holidays"}
