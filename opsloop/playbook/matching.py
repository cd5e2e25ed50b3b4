"""Which entry of a list is which after it was changed: the same, alike, or of the same id. Pure."""

from __future__ import annotations

import json
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
    """Place now -> place before: rows that say the same, then of the same id, then those that hold the same ids."""
    free = list(range(len(was)))
    out: dict[int, int] = {}
    for same in (equal, same_id, kin):
        for j, one in enumerate(now):
            if j not in out and (i := next((i for i in free if same(was[i], one)), None)) is not None:
                out[j] = i
                free.remove(i)
    return out


def equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def same_id(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and bool(one.get("id")) and alike(one, other)


def kin(one: Any, other: Any) -> bool:
    """Rows without an id of their own that hold some of the same."""
    if not isinstance(one, dict) or not isinstance(other, dict) or one.get("id") or other.get("id"):
        return False
    return bool(_ids(one) & _ids(other))


def _ids(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {str(value["id"])} if value.get("id") else set()
        return own.union(*map(_ids, value.values()))
    return set().union(*map(_ids, value)) if isinstance(value, list) else set()
