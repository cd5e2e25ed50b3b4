"""Which entry of a list is which after it was changed: the same, alike, or of the same id. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def text_key(value: Any) -> str:
    """The same for values that say the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def alike(one: Any, other: Any) -> bool:
    """May one row have become the other in its place?"""
    if isinstance(one, dict) and isinstance(other, dict):
        return bool(one.get("id") == other.get("id"))
    return isinstance(one, dict) == isinstance(other, dict)


def matched(was: list[Any], now: list[Any]) -> dict[int, int]:
    """Place now -> place before: rows that say the same, then of the same id, then those that hold most of the same."""
    free = list(range(len(was)))
    out: dict[int, int] = {}
    for same in (equal, same_id):
        for j, one in enumerate(now):
            if j not in out and (i := next((i for i in free if same(was[i], one)), None)) is not None:
                out[j] = i
                free.remove(i)
    shared = [(kin(was[i], one), j, i) for j, one in enumerate(now) if j not in out for i in free]
    for much, j, i in sorted(shared, key=lambda one: one[0], reverse=True):
        if any(much) and j not in out and i in free:
            out[j] = i
            free.remove(i)
    return out


def equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def same_id(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and bool(one.get("id")) and alike(one, other)


def kin(one: Any, other: Any) -> tuple[int, int]:
    """How many ids two rows without an id of their own both hold: directly, and as deep as they go.

    What one holds directly is its own; further down may lie a block that was just moved into it.
    """
    if not isinstance(one, dict) or not isinstance(other, dict) or one.get("id") or other.get("id"):
        return 0, 0
    mine, its = list(_levels(one)), list(_levels(other))
    direct = set(next(filter(None, mine), ())) & set(next(filter(None, its), ()))
    return len(direct), len(set().union(*mine) & set().union(*its))


def _levels(value: Any) -> Iterator[set[str]]:
    """The ids inside a value, level by level."""
    level = [value]
    while level:
        level = [one for each in level for one in (each.values() if isinstance(each, dict) else each)]
        level = [one for one in level if isinstance(one, dict | list)]
        yield {str(one["id"]) for one in level if isinstance(one, dict) and one.get("id")}
