"""Differences by field, rows matched by what names them, and as text."""

from __future__ import annotations

from typing import Any

from opsloop.base.kinds.registry import kinds
from opsloop.playbook import diff

POSITION = kinds["position"]
OLD: dict[str, Any] = {
    "title": "运营专员",
    "duties": [{"do": "执行", "weight": 60, "by": ["campaign"]}, {"do": "整理", "weight": 40}],
    "limits": {"compensation": {"each": 200}},
    "may": ["tickets.answer", "findings.raise"],
}


def differ(**new: Any) -> list[tuple[str, Any, Any]]:
    return [(d.path, d.old, d.new) for d in diff.fields(POSITION, OLD, {**OLD, **new})]


def test_nothing_differs_from_itself() -> None:
    assert differ() == []


def test_a_row_is_found_again_after_it_moved() -> None:
    moved = [
        {"do": "新增", "weight": 10},
        {"do": "执行", "weight": 50, "by": ["campaign"]},
        {"do": "整理", "weight": 40},
    ]
    assert differ(duties=moved) == [
        ("duties[执行].weight", 60, 50), ("duties[新增]", None, {"do": "新增", "weight": 10})
    ]  # fmt: skip
    assert differ(duties=OLD["duties"][::-1]) == [("duties", ["执行", "整理"], ["整理", "执行"])]


def test_lists_say_what_came_and_went_and_mappings_go_key_by_key() -> None:
    assert differ(may=["findings.raise", "content.draft"]) == [("may", ["tickets.answer"], ["content.draft"])]
    assert differ(limits={"compensation": {"each": 900, "per_day": 2000}}) == [
        ("limits.compensation.each", 200, 900), ("limits.compensation.per_day", None, 2000)
    ]  # fmt: skip


def test_rows_of_one_name_are_kept_apart() -> None:
    twice = [{"do": "执行", "weight": 60, "by": ["campaign"]}, {"do": "执行", "weight": 40}]
    assert differ(duties=twice) == [
        ("duties[整理]", {"do": "整理", "weight": 40}, None),
        ("duties[执行 (2)]", None, {"do": "执行", "weight": 40}),
    ]


def test_as_text_it_is_a_unified_diff() -> None:
    assert diff.text("x.md", "a\nb\n", "a\nc\n") == "--- a/x.md\n+++ b/x.md\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    assert diff.text("x.md", "a\n", "a\n") == ""
    assert "No newline" in diff.text("x.md", "a", "b\n")


def test_values_are_shown_on_one_line() -> None:
    assert diff.show({"do": "执行", "by": ["a", "b"], "x": None}) == "do: 执行; by: a, b; x: –"
