"""The drawing of a flow: every box has a place of its own, and no line runs through one."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.engine.sops.blocks import Approve, Approver, Block, Branch, Choose, Parallel, RepeatUntil, Step, Wait
from opsloop.engine.sops.drawing import Drawing, draw
from opsloop.engine.sops.routing import BOX, HIGH, Node, folded
from opsloop.playbook.book import Playbook, load

STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh"
LABELS = {"start": "S", "end": "E", "again": "again", "refused": "back", "otherwise": "else"}
Point = tuple[int, int]


def test_titles_are_folded_by_how_wide_they_are() -> None:
    assert folded("圈定人群并留出对照组再核对一次口径说明") == ["圈定人群并留出对照组", "再核对一次口径说明"]
    assert folded("short") == ["short"]
    assert folded("一" * 50)[1].endswith("…")


def test_a_label_alone_at_its_tip_is_written_whole_on_two_lines() -> None:
    way = Branch(when="a", title="Beyond the authority of the clerk", steps=(Step(id="a", title="做", do="甲"),))
    picture = draw([Choose(choose=(way,), id="c")], lambda who: who, lambda text: text, LABELS)
    [line] = [one for one in picture.lines if one.label == way.title]
    box = next(one for one in picture.nodes if one.id == "a")
    assert line.rows == ("Beyond the authority of", "the clerk")
    assert line.y == box.top - 4 - 13, "the second line ends above the box"


ids = (f"s{n}" for n in itertools.count())
people = st.sampled_from("甲乙丙丁")
steps = people.map(lambda who: Step(id=next(ids), title="做", do=who))
waits = st.builds(lambda: Wait(id=next(ids), title="等", wait="1 day"))
approvals = people.map(lambda who: Approve(id=next(ids), title="批", approve=(Approver(by=who),)))


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    ways = st.lists(
        st.lists(inner, min_size=1, max_size=3).map(lambda s: Branch(when="a", steps=tuple(s))), min_size=1, max_size=3
    )
    return st.one_of(
        ways.map(lambda found: Parallel(parallel=tuple(found), id=next(ids))),
        ways.map(lambda found: Choose(choose=tuple(found), id=next(ids))),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda found: RepeatUntil(repeat_until="a", steps=tuple(found), id=next(ids))
        ),
    )


blocks = st.lists(st.recursive(st.one_of(steps, waits, approvals), nested, max_leaves=10), min_size=1, max_size=5)


@given(blocks)
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_lie_on_each_other_and_every_box_is_reached(found: list[Block]) -> None:
    picture: Drawing = draw(found, lambda who: who, lambda text: text, LABELS)
    places = [(one.row, one.lane) for one in picture.nodes]
    assert len(places) == len(set(places))
    assert all(one.x - BOX // 2 >= 0 and one.x + BOX // 2 <= picture.width for one in picture.nodes)
    assert all(one.y + HIGH // 2 <= picture.height for one in picture.nodes)
    ends = {tuple(line.path.replace("V", " V").split()[-1:]) for line in picture.lines}
    assert ends
    forward = [line for line in picture.lines if not line.back]
    assert len(forward) >= len(picture.nodes) - 1, "every node but the start has a line to it"
    assert touching(picture) == []


def corners(path: str) -> list[Point]:
    """M x y, then H x and V y: the corners of a line."""
    found: list[Point] = []
    for sign, numbers in re.findall(r"([MHV])([-\d ]+)", path):
        said = [int(one) for one in numbers.split()]
        x, y = found[-1] if found else (0, 0)
        found.append((said[0], said[1]) if sign == "M" else (said[0], y) if sign == "H" else (x, said[0]))
    return found


def crosses(a: Point, b: Point, node: Node, space: int) -> bool:
    """Does the stretch come nearer to the node than `space` pixels?"""
    (left, right), (top, foot) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    wide, half = node.wide + space, node.half + space
    return left < node.x + wide and node.x - wide < right and top < node.y + half and node.y - half < foot


def on_edge(point: Point, node: Node) -> bool:
    return abs(point[0] - node.x) <= node.wide and abs(point[1] - node.y) <= node.half


def touching(picture: Drawing) -> list[str]:
    """Lines that run through a box, or within 2 pixels of one that is not theirs, or out of the picture."""
    found = []
    for line in picture.lines:
        points = corners(line.path)
        if not all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points):
            found.append(f"{line.path} leaves the picture")
        for node in picture.nodes:
            own = on_edge(points[0], node) or on_edge(points[-1], node)
            if any(crosses(a, b, node, 0 if own else 2) for a, b in itertools.pairwise(points)):
                found.append(f"{line.path} through {node.id}")
    return found


@pytest.fixture(scope="module")
def book() -> Playbook:
    return load(STANDARD)


def test_no_line_runs_through_a_box_in_any_sop_of_the_standard(book: Playbook) -> None:
    sops = list(book.all("sop"))
    assert len(sops) == 34
    for ident, sop in sops:
        picture = draw(sop.steps, lambda who: who, lambda text: text, LABELS)
        assert touching(picture) == [], ident


def test_lines_in_one_gutter_keep_apart(book: Playbook) -> None:
    """Runs along the same gutter at the same height are on tracks of their own."""
    for ident, sop in book.all("sop"):
        picture = draw(sop.steps, lambda who: who, lambda text: text, LABELS)
        middles = {one.x for one in picture.nodes}
        runs = [
            (a[0], *sorted((a[1], b[1])))
            for line in picture.lines
            for a, b in itertools.pairwise(corners(line.path))
            if a[0] == b[0] and a[0] not in middles
        ]
        for one, other in itertools.combinations(runs, 2):
            assert one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1], (ident, one, other)


def test_labels_at_the_same_tip_stand_one_above_the_other(book: Playbook) -> None:
    for ident, sop in book.all("sop"):
        picture = draw(sop.steps, lambda who: who, lambda text: text, LABELS)
        places = [(line.x, line.y) for line in picture.lines if line.label]
        assert len(places) == len(set(places)), ident
