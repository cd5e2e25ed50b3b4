"""One file at a time: what is read, and how each fault is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.functional import Promise
from django.utils.translation import override

from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.files import Item, read_bytes
from opsloop.playbook.tests import samples


def read(text: str | bytes, kind: str = "position", ident: str = "operations-manager") -> Item:
    data = text if isinstance(text, bytes) else text.encode()
    return read_bytes(kinds[kind], ident, kinds[kind].path(ident), data)


def only(text: str | bytes, **where: Any) -> Any:
    errors = read(text, **where).errors
    assert len(errors) == 1, [str(one) for one in errors]
    return errors[0]


def test_a_position_is_read_with_its_types_and_sections() -> None:
    item = read(samples.MANAGER)
    assert item.errors == ()
    assert item.obj.duties[0].weight == 60
    assert item.obj.limits == {"compensation": {"each": Decimal(5000)}}
    assert [one.title for one in item.obj.body.sections] == ["岗位目的", "任职说明"]
    assert item.obj.body.sections[1].text == "本科。"
    assert item.data["duties"][1] == {"do": "审批活动", "weight": 40, "by": ["campaign"]}
    assert item.place("duties.1.do") == (6, 10)


def test_one_level_for_all_subjects_may_be_written_alone() -> None:
    assert read(samples.SPECIALIST).obj.sees == {"*": "department"}


def test_times_and_words_stay_what_a_person_reads() -> None:
    text = "title: no\nhours: {mon: [08:30-12:30]}\nnote: 010\n"
    item = read(text, kind="calendar", ident="x")
    assert (item.obj.title, item.obj.note, item.obj.hours) == ("no", "010", {"mon": ("08:30-12:30",)})


def test_an_enum_is_accepted_by_its_label() -> None:
    text = samples.MANAGER.replace('{"*": all}', '{"*": Whole company}')
    assert read(text).obj.sees == {"*": "all"}


def test_all_faults_of_a_file_are_said_at_once_with_their_places() -> None:
    text = (
        samples.MANAGER.replace("weight: 60", "weight: viel").replace("sees:", "see:").replace("title: ", "headcount: ")
    )
    errors = read(text).errors
    assert [(e.line, e.field) for e in errors] == [
        (2, "headcount"), (5, "duties.0.weight"), (8, "see"), (2, "title")
    ]  # fmt: skip
    with override("en"):
        assert str(errors[1].message) == "A whole number was expected, not viel."
        assert str(errors[1].remedy) == "For instance: 35"
        assert str(errors[2].remedy) == "Did you mean sees?"
        assert str(errors[1]).startswith("positions/operations-manager.md:5:24 [duties.0.weight]: A whole number")


def test_a_repeated_key_is_refused_at_its_second_place() -> None:
    error = only(samples.MANAGER.replace("may:", "title: 又一个\nmay:"))
    assert (error.line, error.column) == (7, 1)
    assert "title" in str(error.message)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title: &x 甲\nhours: {}\n", 1, "& and *"),
        ("title: *x\nhours: {}\n", 1, "& and *"),
        ("title: !!str 甲\nhours: {}\n", 1, "Types (!)"),
        ("title: 甲\nhours:\n\tmon: []\n", 3, "tab"),
        ("title: 甲: 乙\nhours: {}\n", 1, "second colon"),
        ("title: 甲\nhours: {}\n---\ntitle: 乙\n", 3, "after its end"),
        ("title: '甲\nhours: {}\n", 3, "quote"),
        ("- 甲\n", 1, "Fields"),
        ("title: 甲\nhours: {mon: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}\n", 2, "nested"),
        ("title: 甲\nhours: {{a: b}: c}\n", 2, "one word"),
        ("title: 甲\x07\nhours: {}\n", 1, "U+0007"),
        ("title: 甲\u2028乙\nhours: {}\n", 1, "U+2028"),
    ],
)
def test_what_yaml_allows_and_a_person_does_not_mean_is_refused(text: str, line: int, words: str) -> None:
    with override("en"):
        error = only(text, kind="calendar", ident="x")
        assert error.line == line
        assert words in str(error)


def test_bytes_of_other_encodings_are_named_with_the_way_out() -> None:
    with override("en"):
        assert "GB18030" in str(only("---\ntitle: 运营\n".encode("gb18030")))
        assert (e := only("---\ntitle: 运营\n".encode("gb18030"))).line == 2 and e.column == 8
        assert "BOM" in str(only(b"\xef\xbb\xbf" + samples.MANAGER.encode()))
        assert "1000000" in str(only(b"x" * 1_000_001))


@pytest.mark.parametrize("ident", ["Manager", "运营", "a_b", "-a", "a--b", "a" * 61, "1a"])
def test_an_id_is_small_letters_digits_and_hyphens(ident: str) -> None:
    assert "operations-manager" in str(only(samples.MANAGER, ident=ident).remedy)


def test_markdown_needs_a_closed_head() -> None:
    assert only("title: 甲\n").line == 1
    assert only("---\ntitle: 甲\n").line == 1


def test_a_section_comes_once_and_code_blocks_are_no_headings() -> None:
    text = samples.MANAGER + "\n```\n## 任职说明\n```\n## 岗位目的\n"
    error = only(text)
    assert error.line == samples.MANAGER.count("\n") + 5
    assert len(read(samples.MANAGER + "\n```\n## 任职说明\n```\n").obj.body.sections) == 2


def test_an_error_is_put_into_words_when_it_is_shown() -> None:
    error = only(samples.MANAGER.replace("weight: 60", "weight: 0"))
    with override("en"):
        assert error.answer() == {
            "file": "positions/operations-manager.md",
            "line": 5,
            "column": 24,
            "field": "duties.0.weight",
            "message": "1 is the least.",
            "remedy": "For instance: 35",
        }
    assert isinstance(error.message, Promise)


def test_braces_in_a_persons_text_are_left_alone() -> None:
    assert "{oops}" in str(only(samples.MANAGER.replace("weight: 60", 'weight: "{oops}"')))
