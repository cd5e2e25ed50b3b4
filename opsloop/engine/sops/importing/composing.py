"""Proposed steps to the values of a draft. Pure; positions are found by their names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from opsloop.engine.sops.editing.making import add_field
from opsloop.engine.sops.importing.understanding import Proposed

_SEVERAL = re.compile(r"[、,，/／;；\n]+|及|和|与")
ALIKE = 0.8
"""A slip of the pen; names that only share a word (仓库管理员, 系统管理员) are different positions."""


def position_of(name: str, positions: Mapping[str, str]) -> str:
    """The id of the position that this name means: the same, one inside the other, else the most alike; else empty."""
    plain = re.sub(r"[（(].*?[)）]|\s", "", name)
    if not plain:
        return ""
    for code, title in positions.items():
        if plain in (title, code):
            return code
    inside = [code for code, title in positions.items() if len(plain) > 1 and (title in plain or plain in title)]
    if inside:
        return min(inside, key=lambda code: abs(len(positions[code]) - len(plain)))
    titles = {title: code for code, title in positions.items()}
    near = difflib.get_close_matches(plain, titles, 1, ALIKE)
    return titles[near[0]] if near else ""


def named(text: str) -> list[str]:
    """Several names in one cell, one by one."""
    return [one for part in _SEVERAL.split(text) if (one := part.strip())]


def match(steps: Sequence[Proposed], positions: Mapping[str, str]) -> list[str]:
    """Give each step its position; answers the names that no position has."""
    unknown: dict[str, None] = {}
    for one in steps:
        names = [one.who] if one.who in positions.values() else named(one.who)
        found = [position_of(name, positions) for name in names]
        one.position = next(filter(None, found), "")
        unknown |= dict.fromkeys(name for name, code in zip(names, found, strict=True) if not code)
    return list(unknown)


def values_of(
    title: str, owner: str, steps: Sequence[Proposed], rest: str, positions: Mapping[str, str]
) -> dict[str, Any]:
    """The values of the draft. What a step says and has no field for stands in its section of the body."""
    values: dict[str, Any] = {"title": title, "owner": owner, "short": True, "steps": []}
    body = [rest.strip()] if rest.strip() else []
    for n, one in enumerate(steps, 1):
        ident = f"step-{n}"
        values["steps"].append(_block(ident, one, owner, values, positions))
        if text := _section(one, positions):
            body.append(f"## {ident}\n{text}")
    values["body"] = "\n" + "\n\n".join(body) + "\n" if body else "\n"
    return values


def _block(
    ident: str, one: Proposed, owner: str, values: dict[str, Any], positions: Mapping[str, str]
) -> dict[str, Any]:
    block: dict[str, Any] = {"id": ident, "title": one.title}
    if one.approval:
        block["approve"] = [{"by": one.position or owner}]
    elif one.position:
        block["do"] = one.position
    if code := position_of(one.accountable, positions):
        block["accountable"] = code
    if not one.approval and (others := _others(one, positions)):
        block["consult"] = others
    if one.within:
        block["within"] = {"*": one.within}
    if one.form:
        block["form"] = [{"field": _field(values, name)} for name in dict.fromkeys(one.form)]
    for key in ("evidence", "checklist", "mistakes"):
        if said := getattr(one, key):
            block[key] = list(said)
    return block


def _others(one: Proposed, positions: Mapping[str, str]) -> list[str]:
    found = [position_of(name, positions) for name in named(one.who)] if len(named(one.who)) > 1 else []
    return [code for code in dict.fromkeys(found) if code and code != one.position]


def _field(values: dict[str, Any], name: str) -> str:
    for one in values.get("fields") or []:
        if one["title"] == name:
            return str(one["id"])
    return add_field(values, name[:60], "text", [])


def _section(one: Proposed, positions: Mapping[str, str]) -> str:
    """What is written of a step, with the names that no position has."""
    said = [re.sub(r"(?m)^#", "###", text) for text in one.text]
    if one.who and (not one.position or positions.get(one.position) != one.who):
        said.append(f"责任人（原文）：{one.who}")
    if one.accountable and not position_of(one.accountable, positions):
        said.append(f"审核人（原文）：{one.accountable}")
    return "\n\n".join(said)
