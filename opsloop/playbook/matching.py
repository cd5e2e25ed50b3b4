"""Which entry of a list is which after it was changed: the same, alike, or of the same id. Pure."""

from __future__ import annotations

import json
from collections import Counter
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


DEEPEST = 16


def kin(one: Any, other: Any) -> tuple[int, ...]:
    """How much two rows without an id of their own both hold: texts and ids at the same keys, those that stand least
    deep counting first, since further down may lie a block that was just moved into it; at last ids anywhere.
    """
    if not isinstance(one, dict) or not isinstance(other, dict) or one.get("id") or other.get("id"):
        return (0,)
    mine, its = set(_said(one)), set(_said(other))
    depths = Counter(len(keys) for keys, _text in mine & its)
    return (*(depths[depth] for depth in range(1, DEEPEST)), len(_ids(mine) & _ids(its)))


Said = tuple[tuple[str, ...], str]
"""(the keys down to a text, the text)."""


def _ids(said: set[Said]) -> set[str]:
    return {text for keys, text in said if keys[-1] == "id"}


def _said(value: dict[str, Any], keys: tuple[str, ...] = (), named: bool = False) -> Iterator[Said]:
    """Every text of a row; of what has an id in it only the id, and the ids inside."""
    named = named or bool(value.get("id"))
    for key, one in value.items():
        for each in one if isinstance(one, list) else [one]:
            if isinstance(each, dict):
                yield from _said(each, (*keys, key), named)
            elif key == "id" or not named:
                yield (*keys, key), str(each)
