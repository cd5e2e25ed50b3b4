"""Differences by field, rows matched by what names them, and as text."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from django.utils import translation

from opsloop.base.kinds.registry import kinds
from opsloop.playbook import diff
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading import worded
from opsloop.playbook.reading.labels import Labels

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


def test_a_comparison_says_choices_ids_and_rows_in_words() -> None:
    item = Item("metric", "sales", "metrics/sales.yaml", "", "", SimpleNamespace(title="销售额"))
    labels = Labels(Playbook({("metric", "sales"): item}))
    new = {
        "title": "周报", "covers": "last month", "shows": ["sales", "gone"], "by": ["category"],
        "issued_by_another": False, "charts": [{"metric": "sales", "by": "category"}], "about": "三句话",
    }  # fmt: skip
    with translation.override("en"):
        found = worded.differences(labels, diff.fields(kinds["report"], {"title": "周报"}, new))
    assert {one.label: one.new for one in found} == {
        "Covers": "last month", "Shows": "销售额, gone", "Broken down by": "category", "Issued by another person": "no",
        "Charts › 1": "Metric: 销售额, Split by: category", "About": "三句话",
    }  # fmt: skip
    assert {one.old for one in found} == {"–"}


def test_levels_of_a_limit_are_called_by_their_words() -> None:
    labels = Labels(Playbook())
    with translation.override("en"):
        [row] = diff.fields(kinds["monitor"], {}, {"below": {"warn": 12}}, partial(worded.key_of, labels))
    assert (row.label, row.new) == ("Below › Warning", 12)


def test_what_does_not_fit_its_field_stays_as_written() -> None:
    labels = Labels(Playbook())
    with translation.override("en"):
        found = worded.differences(labels, diff.fields(kinds["report"], {}, {"covers": 7, "by": {"a": 1}}))
    assert [one.new for one in found] == ["7", "a: 1"]
