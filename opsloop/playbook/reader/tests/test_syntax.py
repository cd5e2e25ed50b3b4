"""What Chinese typing, a hasty hand and a merge leave in a file is named at its own place, with what to type."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.files import read_bytes
from opsloop.playbook.tests import samples


def only(text: str, kind: str = "calendar") -> PlaybookError:
    one = kinds[kind]
    (error,) = read_bytes(one, "x-one", one.path("x-one"), text.encode()).errors
    return error


@pytest.mark.parametrize(
    ("text", "place", "said", "remedy"),
    [
        ("title：甲\nhours: {}\n", (1, 6), "“：”是中文标点", "冒号后有空格"),
        ("title: 甲\nhours:\n  mon：[]\n  tue: []\n", (3, 6), "“：”是中文标点", "冒号后有空格"),
        ("title: 甲\nfor:\n  - 一\n  － 二\nhours: {}\n", (4, 3), "“－”是中文标点", "英文减号"),
        ("title: 甲\nhours:\n　　mon: []\n  tue: []\n", (3, 1), "U+3000", "英文状态下的空格"),
        ("title: 甲\nhours:\n  mon: []\n \u00a0tue: []\n", (4, 2), "U+00A0", "英文状态下的空格"),
        ("title:甲\nhours: {}\n", (1, 6), "冒号后面没有空格", "写成 键: 值"),
        ("title: 甲\nfor: [甲, 乙\nhours: {}\nnote: 一\n", (2, 6), "括号没有配对", "引号"),
        ("title: 甲\nhours: {mon: \"09:00-12:00}\nnote: '一'\nzone: \"二\"\n", (2, 8), "第 4 行", "引号"),
    ],
)  # fmt: skip
def test_signs_that_look_like_yaml_and_are_none_are_named(
    text: str, place: tuple[int, int], said: str, remedy: str
) -> None:
    with override("zh-hans"):
        error = only(text)
        assert (error.line, error.column) == place, str(error)
        assert said in str(error.message)
        assert remedy in str(error.remedy)


def test_a_colon_of_chinese_prose_is_no_fault() -> None:
    assert not read_bytes(
        kinds["calendar"], "x", "calendars/x.yaml", "title: 办公：上海\nhours: {mon: off}\nnote: a：b\n".encode()
    ).errors


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", ">>>>>>> main", "<<<<<<<"])
def test_what_a_merge_left_is_refused_in_the_head_and_in_the_body(mark: str) -> None:
    head = samples.MANAGER.replace("duties:", f"{mark}\nduties:", 1)
    body = samples.MANAGER + f"\n{mark}\n甲\n"
    for text in (head, body):
        with override("en"):
            error = only(text, "position")
            assert error.line == text.split("\n").index(mark) + 1
            assert "nobody chose" in str(error.message)
            assert "Keep one of the two" in str(error.remedy)


def test_a_line_under_a_heading_is_left_by_no_merge() -> None:
    text = samples.MANAGER + "\n补充\n=======\n甲\n"
    assert not read_bytes(kinds["position"], "x", "positions/x.md", text.encode()).errors
