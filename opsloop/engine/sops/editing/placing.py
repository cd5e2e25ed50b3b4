"""Answers of boxes put where they belong in a draft's values."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from opsloop.engine.sops.editing import sections, tree
from opsloop.engine.sops.editing.boxes import Box, Group

GUIDANCE = "#guidance"
"""The key of the box whose text stands in the body, not in the block."""
ADDED = "+"
"""The last part of a key that adds a row."""


def boxes_of(groups: list[Group]) -> list[Box]:
    return [box for one in groups for box in one.boxes]


def apply(values: tree.Raw, spot: tree.Spot, groups: list[Group], post: QueryDict) -> bool:
    """Put what was changed in these boxes into the draft; whether anything was. `groups` show what the person saw."""
    changed = [box for box in boxes_of(groups) if box.changed(post)]
    for box in changed:
        value = box.read(post)
        if box.key == GUIDANCE:
            ids = [one.key for one in tree.spots(values)]
            values["body"] = sections.put(str(values.get("body") or ""), spot.key, value, ids)
        elif box.key.endswith(f".{ADDED}"):
            _append(spot.raw, box.key.removesuffix(f".{ADDED}"), value)
        else:
            set_at(spot.raw, box.key, value)
    _tidy(spot.raw)
    return bool(changed)


def set_at(raw: Any, key: str, value: Any) -> None:
    """Set a dotted place; nothing said takes it away, but never what every block must have."""
    first, dot, rest = key.partition(".")
    if isinstance(raw, list):
        if first.isdecimal() and int(first) < len(raw):
            set_at(raw[int(first)], rest, value)
    elif dot:
        set_at(raw.setdefault(first, [] if rest.partition(".")[0].isdecimal() else {}), rest, value)
    elif value in ("", None, [], {}, False) and first not in ("title", "notify", "call", "for_each", "repeat_until"):
        raw.pop(first, None)
        if value is False and first == "veto":
            raw[first] = False
    else:
        raw[first] = value


def _append(raw: tree.Raw, key: str, value: Any) -> None:
    if not value:
        return
    if key == "approve":
        raw.setdefault("approve", []).append({"by": value})
    elif key == "on_overdue.again":
        late = raw.setdefault("on_overdue", {})
        late.setdefault("again", []).append({"at": "150%", "notify": value})


def _tidy(raw: tree.Raw) -> None:
    """Rows that say nobody are taken away; a telling of nobody too."""
    if isinstance(raw.get("approve"), list):
        raw["approve"] = [one for one in raw["approve"] if one.get("by")]
    late = raw.get("on_overdue")
    if isinstance(late, dict):
        late["again"] = [one for one in late.get("again") or [] if one.get("notify")]
        if not late["again"]:
            late.pop("again")
        if not late.get("notify"):
            raw.pop("on_overdue")
