"""The flowchart of an SOP: lanes by who does what, one row below the other. Pure: a tree in, places and lines out.

Every node stands in a cell (row, lane). Branches that use different lanes stand beside each other, others below. Lines
run down, and across only between rows; what passes other boxes runs along the gutter between lanes (`routing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Block, Choose, RepeatUntil, Step
from opsloop.engine.sops.routing import LANE, ROW, TOP, Node, Tracks, back, folded, forward

LETTER = 13
"""Height of a label in pixels."""


@dataclass(frozen=True, slots=True)
class Line:
    """An edge. back: to a step before, drawn dashed."""

    path: str
    label: str = ""
    x: int = 0
    y: int = 0
    back: bool = False
    rows: tuple[str, ...] = ()
    """The label as it is written, the first at this height; what does not fit ends in …"""


@dataclass(slots=True)
class Drawing:
    lanes: list[str]
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.lanes) * LANE

    @property
    def height(self) -> int:
        return TOP + (max((one.row for one in self.nodes), default=0) + 1) * ROW

    @property
    def heads(self) -> list[tuple[int, int, list[str]]]:
        """(left edge, middle, name on two lines at most) of each lane."""
        return [(i * LANE, i * LANE + LANE // 2, folded(name, 20)) for i, name in enumerate(self.lanes)]


Exit = tuple[Node, str]
Who = Callable[[str], str]


def draw(steps: Sequence[Block], who: Who, words: Callable[[str], str], labels: dict[str, str]) -> Drawing:
    """The picture. who: position or field -> name of the lane; words: condition -> words; labels: start, end, again,
    refused, otherwise."""
    return _Artist(who, words, labels).picture(steps)


class _Artist:
    def __init__(self, who: Who, words: Callable[[str], str], labels: dict[str, str]) -> None:
        self.who, self.words, self.labels = who, words, labels
        self.lanes: list[str] = []
        self.nodes: list[Node] = []
        self.edges: list[tuple[Node, Node, str, bool]] = []

    def picture(self, steps: Sequence[Block]) -> Drawing:
        start = self._node("start", "circle", self.labels["start"], self._first_lane(steps), 0)
        row, exits = self._place(steps, 1, [(start, "")])
        end = self._node("end", "circle", self.labels["end"], exits[0][0].lane, row)
        self._join(exits, end)
        self._backs(steps)
        tracks = Tracks({(one.row, one.lane) for one in self.nodes}, len(self.lanes))
        lines = _apart([_line(*edge, tracks) for edge in self.edges])
        return Drawing(self.lanes, self.nodes, lines)

    def _node(self, ident: str, shape: str, title: str, lane: int, row: int, note: str = "") -> Node:
        made = Node(ident, shape, title, lane, row, note)
        self.nodes.append(made)
        return made

    def _join(self, exits: Sequence[Exit], node: Node) -> None:
        self.edges += [(before, node, label, False) for before, label in exits]

    def _lane(self, name: str) -> int:
        if name not in self.lanes:
            self.lanes.append(name)
        return self.lanes.index(name)

    def _first_lane(self, steps: Sequence[Block]) -> int:
        """That of the first who has something to do."""
        for one in walk.walk(steps):
            if name := self._doer(one.block):
                return self._lane(name)
        return self._lane("")

    def _doer(self, block: Block) -> str:
        match block:
            case Step():
                return self.who(block.do) if block.do else ""
            case Approve():
                return self.who(block.approve[0].by) if block.approve else ""
            case _:
                return ""

    def _place(self, steps: Sequence[Block], row: int, exits: list[Exit]) -> tuple[int, list[Exit]]:
        """(row below, where it goes on from) of blocks one after the other."""
        for one in steps:
            row, exits = self._one(one, row, exits)
        return row, exits

    def _one(self, block: Block, row: int, exits: list[Exit]) -> tuple[int, list[Exit]]:
        found = walk.ways(block)
        if not found:
            name = self._doer(block)
            lane = self._lane(name) if name else exits[0][0].lane
            node = self._node(walk.block_id(block), "box", block.title, lane, row, walk.kind_of(block))
            self._join(exits, node)
            return row + 1, [(node, "")]
        if isinstance(block, RepeatUntil):
            return self._repeat(block, row, exits)
        inside = [name for way in found for one in walk.walk(way.steps) if (name := self._doer(one.block))]
        lane = self._lane(inside[0]) if inside else exits[0][0].lane
        split = self._node(walk.block_id(block), "diamond", block.title, lane, row, walk.kind_of(block))
        self._join(exits, split)
        return self._branches(block, split, row + 1)

    def _branches(self, block: Block, split: Node, row: int) -> tuple[int, list[Exit]]:
        found = walk.ways(block)
        lanes = [self._lanes_of(way.steps, split.lane) for way in found]
        beside = all(not (a & b) for i, a in enumerate(lanes) for b in lanes[i + 1 :])
        exits: list[Exit] = []
        last = at = row
        for way in found:
            label = way.title or (self.labels["otherwise"] if way.otherwise else self.words(way.when))
            below, out = self._place(way.steps, at, [(split, label)])
            last, at = max(last, below), row if beside else below
            exits += out
        if isinstance(block, Choose) and not any(way.otherwise for way in found):
            exits.append((split, self.labels["otherwise"]))
        return last, exits

    def _lanes_of(self, steps: Sequence[Block], other: int) -> set[int]:
        names = [self._doer(one.block) for one in walk.walk(steps)]
        return {self._lane(name) if name else other for name in names}

    def _repeat(self, block: RepeatUntil, row: int, exits: list[Exit]) -> tuple[int, list[Exit]]:
        first = len(self.nodes)
        row, exits = self._place(block.steps, row, exits)
        test = self._node(walk.block_id(block), "diamond", block.title, exits[0][0].lane, row, "repeat_until")
        self._join(exits, test)
        if first < len(self.nodes) - 1:
            self.edges.append((test, self.nodes[first], self.labels["again"], True))
        return row + 1, [(test, self.words(block.repeat_until))]

    def _backs(self, steps: Sequence[Block]) -> None:
        """Ways back after a refusal."""
        by_id = {one.id: one for one in self.nodes}
        for one in walk.walk(steps):
            target = by_id.get(one.block.on_reject) if isinstance(one.block, Approve) else None
            if target is not None:
                self.edges.append((by_id[one.id], target, self.labels["refused"], True))


def _line(a: Node, b: Node, label: str, is_back: bool, tracks: Tracks) -> Line:
    if is_back:
        return Line(back(a, b, tracks), label, a.x + a.wide - 30, a.y + a.half + 12, back=True)
    return Line(forward(a, b, tracks), label, b.x + 8, b.top - 4)  # beside the tip, where no other has its label


def _apart(lines: list[Line]) -> list[Line]:
    """Labels at the same tip one above the other, each on a line; one alone on two. The same words once."""
    words = {(one.x, one.y, one.label) for one in lines if one.label}
    crowd = Counter((x, y) for x, y, _label in words)
    seen: dict[tuple[int, int], list[str]] = {}
    out = []
    for one in lines:
        there = seen.setdefault((one.x, one.y), [])
        if one.label in there:
            out.append(replace(one, label=""))
            continue
        rows = tuple(folded(one.label, 24, 2 if crowd[one.x, one.y] < 2 else 1)) if one.label else ()
        above = len(there) if one.back else len(there) + max(0, len(rows) - 1)
        out.append(replace(one, y=one.y - LETTER * above, rows=rows))
        if one.label:
            there.append(one.label)
    return out
