"""New values into a file: what is changed is there, every other line is as it was."""

from __future__ import annotations

import copy
import difflib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.base.kinds.registry import kinds
from opsloop.engine.sops.editing import tree
from opsloop.playbook.loose import loose_values
from opsloop.playbook.natural import natural_group
from opsloop.playbook.splicing import splice

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh/sops"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(STANDARD.glob("*.md"))}
SOP = kinds["sop"]
HEAD = """---
# 谁写的:运营部
title: 甲   # 名字
owner: a

# 步骤从这里开始
steps:
  # 第一步
  - id: one
    title: 一
    within: {low: 1 day, high: 2 days}   # 分级

  # 第二步
  - {id: two, title: "二, 和三", do: b}
  - wait: 1 day   # 先等
    id: rest
    title: 等
---

## one
做法。
"""


def values(text: str) -> dict[str, Any]:
    found = loose_values(SOP, text)
    assert found is not None
    return copy.deepcopy(found)


def lines(old: str, new: str) -> list[str]:
    diff = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [one for one in diff if one[:1] in "+-" and one[:3] not in ("+++", "---")]


def test_the_same_values_are_the_same_bytes_for_every_sop_of_the_standard() -> None:
    assert len(FILES) >= 33
    for name, text in FILES.items():
        assert splice(SOP, text, values(text)) == text, name


@pytest.mark.parametrize(
    ("place", "new", "went", "came"),
    [
        (("title",), "乙", "title: 甲   # 名字", "title: 乙   # 名字"),
        (("steps", 1, "title"), "只有二", '  - {id: two, title: "二, 和三", do: b}',
         "  - {id: two, title: 只有二, do: b}"),
        (("steps", 0, "within", "low"), "3 hours", "    within: {low: 1 day, high: 2 days}   # 分级",
         "    within: {low: 3 hours, high: 2 days}   # 分级"),
        (("steps", 1, "do"), "c: [x", '  - {id: two, title: "二, 和三", do: b}',
         "  - {id: two, title: \"二, 和三\", do: 'c: [x'}"),
    ],
)  # fmt: skip
def test_one_value_is_one_line(place: tuple[Any, ...], new: str, went: str, came: str) -> None:
    said = values(HEAD)
    at: Any = said
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = new
    assert lines(HEAD, splice(SOP, HEAD, said)) == [f"-{went}", f"+{came}"]


def test_a_field_comes_behind_those_before_it_and_goes_alone() -> None:
    said = values(HEAD)
    said["purpose"] = "为了什么"
    said["steps"][0]["do"] = "b"
    made = splice(SOP, HEAD, said)
    assert lines(HEAD, made) == ["+purpose: 为了什么", "+    do: b"] or lines(HEAD, made) == [
        "+    do: b",
        "+purpose: 为了什么",
    ]
    del said["purpose"], said["steps"][0]["do"]
    assert splice(SOP, made, said) == HEAD


def test_the_first_field_of_a_row_goes_and_the_next_takes_its_hyphen() -> None:
    said = values(HEAD)
    del said["steps"][2]["wait"]
    assert "  - id: rest\n    title: 等\n" in splice(SOP, HEAD, said)


def test_rows_move_with_their_comments() -> None:
    said = values(HEAD)
    said["steps"].reverse()
    made = splice(SOP, HEAD, said)
    assert made.index("id: rest") < made.index("# 第二步") < made.index("id: two") < made.index("# 第一步")
    assert values(made) == said
    said["steps"].reverse()
    assert sorted(splice(SOP, made, said).split("\n")) == sorted(HEAD.split("\n"))


def test_a_text_of_several_lines_and_an_emptied_list_are_written_as_they_read() -> None:
    said = values(HEAD)
    said["purpose"], said["steps"] = "一\n二", []
    made = splice(SOP, HEAD, said)
    assert "purpose: |-\n  一\n  二\n" in made and "steps: []" in made
    assert values(made)["steps"] == []


keys = st.sampled_from(sorted(FILES))
SORTS = ["move", "drop", "add", "title", "limit", "texts", "doer"]
verbs = st.lists(st.tuples(st.sampled_from(SORTS), st.integers(0, 99),
                           st.integers(0, 99)), min_size=1, max_size=4)  # fmt: skip
words = st.text("甲乙, :#[]{}'\"-|>&*!%@`\n是 no 1", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(keys, verbs, words)
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_to_steps_reads_back_and_other_steps_keep_their_lines(
    name: str, done: list[tuple[str, int, int]], word: str
) -> None:
    text = FILES[name]
    said = values(text)
    touched: set[str] = set()
    for verb, a, b in done:
        touched |= change(said, verb, a, b, word)
    made = splice(SOP, text, said)
    assert natural_group(SOP.cls, values(made)) == natural_group(SOP.cls, said)
    head = text[: text.index("\nsteps:")]
    assert made.startswith(head), "what stands before the steps is as it was"
    for spot in tree.spots(values(text)):
        if spot.key in touched or tree.ways(spot.raw) or tree.find(said, spot.key) is None:
            continue
        for line in chunk(text, spot.key):
            assert line in made, f"{name}: {spot.key}"


def change(said: dict[str, Any], verb: str, a: int, b: int, word: str) -> set[str]:
    """One change; answers the keys of the steps that it touches."""
    found = list(tree.spots(said))
    if not found:
        return set()
    spot, other = found[a % len(found)], found[b % len(found)]
    match verb:
        case "move":
            tree.move(said, spot.key, other.way.address, other.key)
        case "drop":
            tree.drop(said, spot.key)
        case "add":
            made = {"id": tree.new_id(said), "title": word, "do": "operations-manager", "evidence": [word, "二"]}
            tree.put(said, made, other.way.address, other.key)
        case "title":
            spot.raw["title"] = word
        case "limit" if tree.kind_of(spot.raw) in ("step", "approve"):
            spot.raw["within"] = {"*": "3 hours"}
        case "texts" if tree.kind_of(spot.raw) in ("step", "approve"):
            spot.raw["mistakes"] = [word, "二"]
        case "doer" if tree.kind_of(spot.raw) == "step":
            spot.raw.pop("accountable", None)
    return {spot.key}


def chunk(text: str, ident: str) -> list[str]:
    """The lines of a step without their indentation."""
    rows = text.split("\n")
    first = re.compile(rf" *- (id: {ident}( .*)?|{{id: {ident}, .*)")
    start = next((i for i, row in enumerate(rows) if first.fullmatch(row)), None)
    if start is None:
        return []
    indent = len(rows[start]) - len(rows[start].lstrip())
    out = [rows[start].strip()]
    for row in rows[start + 1 :]:
        if row.strip() and len(row) - len(row.lstrip()) <= indent:
            break
        out.append(row.strip())
    return [one for one in out if one]
