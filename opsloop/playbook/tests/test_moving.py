"""Every block of every SOP of the standard taken to every place: what it says, its layout and all comments stay."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
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
Move = tuple[str, str, str]
"""(the key of a block, the list that it goes to, the key of the block before which it comes; empty: to the end)."""
HEAD = re.compile(r"(?P<pad> *)(- )?(id: \S+|parallel:|choose:|title: .*|steps:|within: .*|otherwise: \[\])")
LIST = re.compile(r"(- )?(steps|otherwise):( \[\])?( # .*)?")
"""What may come and go as a list is emptied or filled."""


@cache
def commented(name: str) -> str:
    """The file with a comment of its own above each row and behind each of these entries, between the two ---."""
    _before, head, body = FILES[name].split("---\n", 2)
    out, n = [], 0
    at = head.index("\nsteps:\n") + 1
    for line in head[at:].split("\n")[1:]:
        found = HEAD.fullmatch(line)
        if found and (m := found[2]) is not None and m:
            n += 1
            out.append(f"{found['pad']}# above {n}")
        n += 1
        out.append(f"{line} # beside {n}" if found else line)
    return f"---\n{head[:at]}steps:\n{chr(10).join(out)}---\n{body}"


@cache
def read(name: str) -> dict[str, Any]:
    found = loose_values(SOP, commented(name))
    assert found is not None and natural_group(SOP.cls, found) == natural_group(
        SOP.cls, loose_values(SOP, FILES[name]) or {}
    )
    return found


@cache
def moves(name: str) -> list[Move]:
    """Every block to every place that is none of its own."""
    values = copy.deepcopy(read(name))
    keys = [spot.key for spot in tree.spots(values)]
    places = [
        (address, before)
        for address, way in tree.lists(values).items()
        for before in (*map(tree.key_of, way.steps), "")
    ]
    return [(key, *place) for key in keys for place in places]


def check(name: str, move: Move) -> bool:
    """Do it and look; False for a move that is none."""
    said, text = copy.deepcopy(read(name)), commented(name)
    if not tree.move(said, *move) or natural_group(SOP.cls, said) == natural_group(SOP.cls, read(name)):
        return False
    made = splice(SOP, text, said)
    again = loose_values(SOP, made)
    assert again is not None and natural_group(SOP.cls, again) == natural_group(SOP.cls, said), (name, move)
    before, after = (Counter(one.strip() for one in each.split("\n")) for each in (text, made))
    changed = [one for one in (*(before - after), *(after - before)) if one and not one.startswith("# ")]
    assert [one for one in changed if not LIST.fullmatch(one)] == [], (name, move)
    assert Counter(comments(made)) == Counter(comments(text)), (name, move)
    return True


def comments(text: str) -> Iterator[str]:
    return (one[0] for one in re.finditer(r"# (above|beside) \d+", text))


ANY = st.sampled_from(sorted(FILES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(moves(name))))


@given(ANY)
@settings(max_examples=150, deadline=None)
def test_a_block_takes_its_lines_and_comments_to_its_new_place(one: tuple[str, Move]) -> None:
    check(*one)


@pytest.mark.parametrize(
    "key", ["parallel-first-reply", "choose-contain", "parallel-until-solved", "choose-close-major"]
)
def test_blocks_without_an_id_change_places_with_their_neighbours(key: str) -> None:
    done = [check("complaint", move) for move in moves("complaint") if move[0] == key]
    assert sum(done) > 20


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_block_goes_to_every_place(name: str) -> None:
    assert sum(check(name, move) for move in moves(name)) > 0
