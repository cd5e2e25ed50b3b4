"""The blocks of a draft as plain values: found by their keys, moved, added, taken away. Pure; values change in place.

A block's key is its id; one without an id is known by its kind and the first id inside, as in `walk.block_id`. A list
of steps is known by its address: "" for the SOP's own, else the key of the block around it and the way, as in
`parallel-creative:parallel.0.steps`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opsloop.base.kinds.fields import Many, OneOf, fields_of
from opsloop.engine.sops.blocks import Parallel
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.walk import KINDS

Raw = dict[str, Any]
DEEPEST = 4
"""Blocks within blocks; deeper ones are written as text."""


def _shape() -> OneOf:
    shape = next(f.shape for f in fields_of(SopFile) if f.key == "steps")
    if not isinstance(shape, Many) or not isinstance(shape.item, OneOf):
        raise TypeError("steps are a list of blocks")
    return shape.item


BLOCK = _shape()


def cls_of(raw: Raw) -> type:
    """The class of a block by the keys that it has."""
    return BLOCK.member(set(raw)).cls


def kind_of(raw: Raw) -> str:
    """step, approve, parallel, choose, for_each, repeat_until, wait, notify or call."""
    return KINDS[cls_of(raw)]


@dataclass(slots=True)
class Way:
    """One list of steps. path: where it stands inside the block. branch: the values that hold it, for a titled way."""

    address: str
    steps: list[Raw]
    path: str = ""
    branch: Raw = field(default_factory=dict)
    otherwise: bool = False


def ways(raw: Raw) -> list[Way]:
    """The lists of steps inside a block, in the order of the file; none for what holds no others."""
    kind, key = kind_of(raw), key_of(raw)
    found: list[Way] = []
    if kind in ("parallel", "choose"):
        for i, branch in enumerate(raw.get(kind) or []):
            name = "otherwise" if "otherwise" in branch else "steps"
            path = f"{kind}.{i}.{name}"
            steps = _listed(branch, name)
            found.append(Way(f"{key}:{path}", steps, path, branch, name == "otherwise"))
        if raw.get("otherwise") is not None and kind == "choose":
            found.append(Way(f"{key}:otherwise", _listed(raw, "otherwise"), "otherwise", {}, otherwise=True))
    elif kind in ("for_each", "repeat_until"):
        found.append(Way(f"{key}:steps", _listed(raw, "steps"), "steps"))
    return found


def _listed(holder: Raw, name: str) -> list[Raw]:
    """The list under this name, put there if the file says nothing."""
    if not isinstance(holder.get(name), list):
        holder[name] = []
    found: list[Raw] = holder[name]
    return found


def key_of(raw: Raw) -> str:
    """What a block is called in addresses."""
    if raw.get("id"):
        return str(raw["id"])
    kind = kind_of(raw)
    inside = next(iter(_ids(raw)), "")
    return f"{kind.replace('_', '-')}-{inside}" if inside else kind.replace("_", "-")


def _ids(raw: Raw) -> Iterator[str]:
    if raw.get("id"):
        yield str(raw["id"])
    for name in ("parallel", "choose"):
        for branch in raw.get(name) or []:
            if isinstance(branch, dict):
                for one in [*(branch.get("steps") or []), *(branch.get("otherwise") or [])]:
                    yield from _ids(one)
    for name in ("otherwise", "steps"):
        for one in raw.get(name) or []:
            yield from _ids(one)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block stands. path: dotted, as errors name it; depth: how many blocks stand around it."""

    raw: Raw
    path: str
    depth: int
    way: Way
    index: int

    @property
    def key(self) -> str:
        return key_of(self.raw)


def top(values: Raw) -> Way:
    return Way("", _listed(values, "steps"), "steps")


def spots(values: Raw) -> Iterator[Spot]:
    """Every block, each before what it holds."""
    yield from _spots(top(values), "steps", 0)


def _spots(way: Way, path: str, depth: int) -> Iterator[Spot]:
    for i, raw in enumerate(way.steps):
        spot = Spot(raw, f"{path}.{i}", depth, way, i)
        yield spot
        for inner in ways(raw):
            yield from _spots(inner, f"{spot.path}.{inner.path}", depth + 1)


def find(values: Raw, key: str) -> Spot | None:
    return next((one for one in spots(values) if one.key == key), None)


def lists(values: Raw) -> dict[str, Way]:
    """address -> list, the SOP's own first."""
    found = {"": top(values)}
    for spot in spots(values):
        found |= {way.address: way for way in ways(spot.raw)}
    return found


def used_ids(values: Raw) -> set[str]:
    """Every id of a block, written or made."""
    return {one.key for one in spots(values)}


def new_id(values: Raw, stem: str = "step") -> str:
    """An id that no block has yet: step-1, step-2 ..."""
    used = used_ids(values) | {m[1] for m in re.finditer(r"(?m)^## +(\S+)", str(values.get("body", "")))}
    n = 1
    while f"{stem}-{n}" in used:
        n += 1
    return f"{stem}-{n}"


def put(values: Raw, raw: Raw, to: str, before: str) -> bool:
    """Place a block in a list, before the one with this key, else at its end; False when there is no such list."""
    way = lists(values).get(to)
    if way is None:
        return False
    at = next((i for i, one in enumerate(way.steps) if before and key_of(one) == before), len(way.steps))
    way.steps.insert(at, raw)
    return True


def move(values: Raw, key: str, to: str, before: str) -> bool:
    """Take a block elsewhere; False when that is inside itself, too deep, or not there."""
    spot = find(values, key)
    way = lists(values).get(to)
    if spot is None or way is None or key == before:
        return False
    inside = {w.address for one in _spots(Way("", [spot.raw]), "", 0) for w in ways(one.raw)}
    if to in inside:
        return False
    anchor = next((one for one in way.steps if before and key_of(one) == before), None)
    spot.way.steps.pop(spot.index)
    at = next((i for i, one in enumerate(way.steps) if one is anchor), len(way.steps))
    way.steps.insert(at, spot.raw)
    return True


def drop(values: Raw, key: str) -> Raw | None:
    """Take a block away with all that it holds; answers it."""
    spot = find(values, key)
    return spot.way.steps.pop(spot.index) if spot is not None else None


def ids_in(raw: Raw) -> list[str]:
    """The ids written in a block and in what it holds."""
    return list(_ids(raw))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a block may go next: before `before` in the list `to`."""

    to: str
    before: str


def up(spot: Spot, outer: Spot | None) -> Target | None:
    """One place up: past its neighbour, into the last way of a block above, or out of its own."""
    if spot.index == 0:
        return Target(outer.way.address, outer.key) if outer is not None else None
    above = spot.way.steps[spot.index - 1]
    inner = ways(above)
    if inner and spot.depth < DEEPEST - 1 and not _is_split(spot.raw):
        return Target(inner[-1].address, "")
    return Target(spot.way.address, key_of(above))


def down(spot: Spot, outer: Spot | None) -> Target | None:
    """One place down: past its neighbour, into the first way of a block below, or out of its own."""
    steps = spot.way.steps
    if spot.index == len(steps) - 1:
        if outer is None:
            return None
        after = outer.way.steps[outer.index + 1 : outer.index + 2]
        return Target(outer.way.address, key_of(after[0]) if after else "")
    below = steps[spot.index + 1]
    inner = ways(below)
    if inner and spot.depth < DEEPEST - 1 and not _is_split(spot.raw):
        return Target(inner[0].address, key_of(inner[0].steps[0]) if inner[0].steps else "")
    further = steps[spot.index + 2 : spot.index + 3]
    return Target(spot.way.address, key_of(further[0]) if further else "")


def _is_split(raw: Raw) -> bool:
    return kind_of(raw) in ("parallel", "choose", "for_each", "repeat_until")


def is_parallel(raw: Raw) -> bool:
    return cls_of(raw) is Parallel
