"""Lines as people write them in a chat group, and what they come to."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloop.engine.assignments import line, moments

PEOPLE = {"王芳": 1, "李航": 2, "陈岚": 3, "Chen": 4, "王芳芳": 5}
SUNDAY = date(2026, 11, 22)

SAID = [
    ("王芳 明天17:00前 上线前检查", 1, "上线前检查", date(2026, 11, 23), time(17)),
    ("@李航 周三前 报冷冻速食缺货原因", 2, "报冷冻速食缺货原因", date(2026, 11, 25), None),
    ("请王芳芳周五下午3点半把竞品价补齐", 5, "把竞品价补齐", date(2026, 11, 27), time(15, 30)),
    ("下周一交周报 @陈岚", 3, "交周报", date(2026, 11, 23), None),
    ("下下周二 复盘会", None, "复盘会", date(2026, 12, 1), None),
    ("月底前 盘点", None, "盘点", date(2026, 11, 30), None),
    ("下月5号交电费", None, "交电费", date(2026, 12, 5), None),
    ("三天内回访6户沉默会员", None, "回访6户沉默会员", date(2026, 11, 25), None),
    ("冷冻速食缺货原因周三前报我", None, "冷冻速食缺货原因报我", date(2026, 11, 25), None),
    ("王芳今晚8点前发公告", 1, "发公告", SUNDAY, time(20)),
    ("2026-12-01 19:30 直播", None, "直播", date(2026, 12, 1), time(19, 30)),
    ("1月3日 年货会", None, "年货会", date(2027, 1, 3), None),
    ("Chen by Friday 5pm check the shelves", 4, "check the shelves", date(2026, 11, 27), time(17)),
    ("next monday send the list", None, "send the list", date(2026, 11, 23), None),
    ("周报", None, "周报", None, None),
]


@pytest.mark.parametrize(("text", "who", "title", "day", "at"), SAID)
def test_a_line_is_understood(text: str, who: int | None, title: str, day: date | None, at: time | None) -> None:
    said = line.read(text, PEOPLE, SUNDAY)
    assert (said.who, said.title, said.day, said.at) == (who, title, day, at)


def test_further_names_get_a_copy() -> None:
    said = line.read("王芳、李航 明天 开会 @陈岚", PEOPLE, SUNDAY)
    assert (said.who, said.others, said.title) == (1, (2, 3), "开会")


@pytest.mark.parametrize(
    "text", ["核对12月3日的日结", "把3/4的货架补齐", "比例从 10-15% 调到 20%", "2月30日 开会", "Chenango report"]
)
def test_what_is_no_limit_and_no_name_stays_in_the_words(text: str) -> None:
    said = line.read(text, PEOPLE, SUNDAY)
    assert (said.who, said.day, said.title) == (None, None, text)


def test_bullets_and_numbers_go_but_a_figure_at_the_beginning_stays() -> None:
    assert line.lines("1. 甲\n- 乙\n\n2、丙\n(3) 丁\n3.5折活动\n一、戊") == ["甲", "乙", "丙", "丁", "3.5折活动", "戊"]


@given(st.text(max_size=60), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_no_line_breaks_the_reader(text: str, today: date) -> None:
    said = line.read(text, PEOPLE, today)
    assert said.title == said.title.strip()
    assert all(0 <= start < end <= len(text) for start, end in moments.find(text, today).spans)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 7))
def test_a_weekday_is_the_next_of_its_name(today: date, iso: int) -> None:
    found = line.read(f"周{'一二三四五六日'[iso - 1]}前 交", {}, today).day
    assert found is not None
    assert found.isoweekday() == iso and 0 <= (found - today).days < 7
