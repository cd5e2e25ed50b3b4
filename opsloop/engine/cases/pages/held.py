"""Which activations of a case hold now. Pure.

After a return its sequence goes on from the step that it was returned to: what stands before that step stays done,
though it belongs to an earlier turn, and what stands behind it comes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from opsloop.engine.cases.flow.state import LIVE, Activation, Item, State, Status, Work
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Block, Choose, ForEach, Parallel

AFTER_START = 1
"""The sequence of the whole case begins with the request, which is no block of the file."""


class Held:
    """The activations of each block that hold now, and what was passed without being done."""

    def __init__(self, steps: Sequence[Block], state: State) -> None:
        self.live = state.head.status in LIVE
        self.by_node: dict[str, list[Activation]] = {}
        for row in sorted(state.activations.values(), key=lambda one: one.no):
            self.by_node.setdefault(row.node, []).append(row)
        self.items: dict[int, list[Item]] = {}
        for item in state.items.values():
            if item.activation is not None and item.kind != Work.COPY:
                self.items.setdefault(item.activation, []).append(item)
        self.over: set[str] = set()
        self._rows: dict[str, list[Activation]] = {}
        self._resumes = _resumes(state)
        self._hold(steps, self.by_node.get("", [])[:1], AFTER_START)

    def rows(self, node: str) -> list[Activation]:
        return self._rows.get(node, [])

    def is_reached(self, node: str) -> bool:
        return bool(self.rows(node)) or node in self.over

    def _hold(self, steps: Sequence[Block], outer: list[Activation], first: int = 0) -> None:
        """The blocks of a sequence, one of whose activations holds in each branch."""
        places = {walk.block_id(block): i for i, block in enumerate(steps, first)}
        for block in steps:
            ident = walk.block_id(block)
            passed = [row for row in outer if self._is_gone(row, ident, places)]
            self._rows[ident] = [new for row in passed if (new := self._newest(ident, row.branch)) is not None]
            if passed and not self._rows[ident]:
                self.over.add(ident)
            for body, inner in bodies(block):
                self._rows[body] = list(self._bodies(block, body))
                self._hold(inner, self._rows[body])

    def _is_gone(self, row: Activation, ident: str, places: Mapping[str, int]) -> bool:
        """Has this activation of a sequence come to the block, or will it go on behind it?"""
        at = row.data.get("at")
        behind = [places[one] for one in self._resumes.get(row.node, ()) if one in places]
        return isinstance(at, int) and (places[ident] <= at or (bool(behind) and places[ident] < min(behind)))

    def _newest(self, node: str, branch: str) -> Activation | None:
        found = [row for row in self.by_node.get(node, ()) if row.branch == branch and row.status != Status.REPLACED]
        return found[-1] if found else None

    def _bodies(self, block: Block, body: str) -> Iterator[Activation]:
        """The present sequence of a body for each activation of its block; of a list one for each entry."""
        for row in self.rows(walk.block_id(block)):
            below = [one for one in self.by_node.get(body, ()) if one.status != Status.REPLACED]
            if not isinstance(block, ForEach | Parallel):
                yield from [one for one in below if one.parent == row.no][-1:]
                continue
            mine = f"{row.branch}/{row.node}:"
            partly = isinstance(block, ForEach) or self._is_part(block, row)
            last = {
                one.branch: one for one in below
                if one.branch.startswith(mine) and (one.parent == row.no or partly)
            }  # fmt: skip
            keys = row.data.get("keys")
            known = {mine + key for key in keys} if isinstance(keys, list) else last.keys()
            yield from (one for branch, one in last.items() if branch in known)

    def _is_part(self, block: Parallel, row: Activation) -> bool:
        """Was it opened again for some of its branches? The others then stay as they were done."""
        return any(
            not way.when and not any(one.parent == row.no for one in self.by_node.get(body, ()))
            for way, (body, _steps) in zip(block.parallel, bodies(block), strict=True)
        )


def bodies(block: Block) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """(id of the sequence, its steps) of each list of steps inside a block, in the order of `walk.ways`."""
    ident, n = walk.block_id(block), 0
    for way in walk.ways(block):
        if not isinstance(block, Choose | Parallel):
            yield f"{ident}/steps", way.steps
        elif way.otherwise:
            yield f"{ident}/rest/steps", way.steps
        else:
            n += 1
            yield f"{ident}/{n}/steps", way.steps


def _resumes(state: State) -> Mapping[str, set[str]]:
    """Sequence -> the blocks in it to which the case goes straight back when what is mended now is done."""
    found: dict[str, set[str]] = {}
    for row in state.activations.values():
        back = row.data.get("back")
        if row.status == Status.OPEN and isinstance(back, Mapping):
            for one in back["ways"]:
                for outer, inner in pairwise(one["way"]):
                    found.setdefault(str(outer["node"]), set()).add(str(inner["node"]))
    return found
