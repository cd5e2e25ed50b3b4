"""Ways of lines between the boxes of a drawing: down the middle of free lanes, across between rows, along the gutters
between lanes. So no line touches a box that it does not belong to. Each gutter and each gap between rows has tracks; a
line takes the first one that is free where it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LANE, ROW, BOX, HIGH, TOP = 168, 82, 140, 50, 40
"""Sizes in pixels: a lane, a row, a box's width and height, the head with the lanes' names."""
MARK = 13
"""Half the width of a diamond, and the radius of a circle."""
GUTTER = (-8, -4, 0, 4, 8, -6, -2, 2, 6, -10, 10)
"""Tracks beside the line between two lanes; boxes begin 14 pixels from it."""
GAP = (5, 9, 13, 17, 7, 11, 15)
"""Tracks below the boxes of a row; labels stand in the rest of the 32 pixels to the next."""


@dataclass(slots=True)
class Node:
    """One box (step, approve, wait, notify, call), diamond (split) or circle (start, end)."""

    id: str
    shape: str
    title: str
    lane: int
    row: int
    note: str = ""

    @property
    def x(self) -> int:
        """Its middle."""
        return self.lane * LANE + LANE // 2

    @property
    def y(self) -> int:
        return TOP + self.row * ROW + ROW // 2

    @property
    def half(self) -> int:
        """Half its height."""
        return HIGH // 2 if self.shape == "box" else MARK

    @property
    def wide(self) -> int:
        """Half its width."""
        return BOX // 2 if self.shape == "box" else MARK

    @property
    def left(self) -> int:
        return self.x - BOX // 2

    @property
    def top(self) -> int:
        return self.y - self.half

    @property
    def diamond(self) -> str:
        """The four corners, for a polygon."""
        x, y = self.x, self.y
        return f"{x},{y - MARK} {x + MARK},{y} {x},{y + MARK} {x - MARK},{y}"

    @property
    def lines(self) -> list[str]:
        """Its title on two lines at most."""
        return folded(self.title)


@dataclass(slots=True)
class Tracks:
    """What runs where already: (sort, number) of a gutter or gap -> track, from, to."""

    taken: set[tuple[int, int]]
    """Cells (row, lane) with a node."""
    lanes: int
    runs: dict[tuple[str, int], list[tuple[int, int, int]]] = field(default_factory=dict)

    def free(self, lane: int, first: int, last: int) -> bool:
        """No node between these rows of a lane."""
        return not any((row, lane) in self.taken for row in range(first + 1, last))

    def gutter(self, lane: int, one: int, other: int) -> int:
        """x of a run along the left edge of this lane, between two heights; right of the last lane is one more.

        At both ends there is room on the inner side only.
        """
        inside = [n for n in GUTTER if (lane > 0 or n > 0) and (lane < self.lanes or n < 0)]
        return lane * LANE + self._track(("gutter", lane), one, other, inside)

    def gap(self, row: int, one: int, other: int) -> int:
        """y of a run below a row, between two x."""
        return TOP + row * ROW + (ROW + HIGH) // 2 + self._track(("gap", row), one, other, GAP)

    def _track(self, key: tuple[str, int], one: int, other: int, tracks: Sequence[int]) -> int:
        low, high = min(one, other), max(one, other)
        there = self.runs.setdefault(key, [])
        crowd = [sum(1 for at, a, b in there if at == track and a < high and low < b) for track in tracks]
        best = tracks[crowd.index(min(crowd))]
        there.append((best, low, high))
        return best


def forward(a: Node, b: Node, tracks: Tracks) -> str:
    """The path from the foot of one node to the head of a lower one."""
    start, end = a.y + a.half, b.top
    if a.lane == b.lane and tracks.free(a.lane, a.row, b.row):
        return f"M{a.x} {start}V{end}"
    if tracks.free(a.lane, a.row, b.row):
        return f"M{a.x} {start}V{tracks.gap(b.row - 1, a.x, b.x)}H{b.x}V{end}"
    if tracks.free(b.lane, a.row, b.row):
        return f"M{a.x} {start}V{tracks.gap(a.row, a.x, b.x)}H{b.x}V{end}"
    x = tracks.gutter(max(a.lane, b.lane), start, end)
    early, late = tracks.gap(a.row, a.x, x), tracks.gap(b.row - 1, x, b.x)
    return f"M{a.x} {start}V{early}H{x}V{late}H{b.x}V{end}"


def back(a: Node, b: Node, tracks: Tracks) -> str:
    """The path from the right side of one node to the right side of a higher one."""
    start, end = a.x + a.wide, b.x + b.wide
    x = tracks.gutter(a.lane + 1, a.y, b.y)
    if a.lane == b.lane:
        return f"M{start} {a.y}H{x}V{b.y}H{end}"
    target = tracks.gutter(b.lane + 1, b.y, b.y + ROW)
    return f"M{start} {a.y}H{x}V{tracks.gap(b.row, x, target)}H{target}V{b.y}H{end}"


def folded(text: str, wide: int = 20, rows: int = 2) -> list[str]:
    """The text in lines of about `wide` Latin letters, one Chinese character counting two; what is over ends in …"""
    out, line, size = [], "", 0
    for one in text:
        width = 2 if ord(one) > 0x2E7F else 1
        if size + width > wide:
            cut = line.rfind(" ") if one.isascii() and one != " " else -1
            out.append(line[:cut] if cut > 0 else line)
            line = line[cut + 1 :] if cut > 0 else ""
            size = sum(2 if ord(c) > 0x2E7F else 1 for c in line)
        line, size = line + one, size + width
    out.append(line)
    if len(out) > rows:
        out = [*out[: rows - 1], f"{out[rows - 1][:-1]}…"]
    return [one.strip() for one in out]
