"""What an SOP says beside its steps: its head, levels, fields, start, exceptions, messages, quiz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.kinds.fields import fields_of
from opsloop.base.kinds.names import Names
from opsloop.base.kinds.registry import kinds
from opsloop.base.kinds.says import Says
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.editing.boxes import Box, Choice, Flag, Group, Lines, Long, flat
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.editing.limitboxes import Within
from opsloop.engine.sops.words import Withdraw
from opsloop.playbook.editor import Box as Shown
from opsloop.playbook.editor import Editor, Offers, collect
from opsloop.playbook.natural import natural
from opsloop.playbook.reading.labels import Labels

HEAD = ("title", "owner", "purpose", "scope", "limit", "risks", "review_every", "withdraw", "short")


@dataclass(frozen=True, slots=True)
class Part:
    """One page of boxes. keys: of the file's head that it changes."""

    name: str
    title: str
    keys: tuple[str, ...]
    hint: str = ""


def parts() -> list[Part]:
    """All of them, in the order in which they are thought of."""
    return [
        Part("head", _t("Title, owner, total limit"), HEAD),
        Part("fields", _t("Fields"), ("fields",), _t("What a case carries. Steps ask for them in their forms.")),
        Part("start", pgettext("sop", "How a case begins"), ("start", "on_cancel")),
        Part("levels", _t("Levels"), ("levels",), _t("From the lowest to the highest; limits may differ by level.")),
        Part("exceptions", _t("Exceptions"), ("exceptions",), _t("What may come up, and the way then.")),
        Part("messages", _t("Message texts"), ("messages",), _t("Fields stand in braces, as in {customer}.")),
        Part("raises", _t("Findings raised"), ("raises",)),
        Part("quiz", _t("Quiz"), ("quiz",)),
        Part("further", _t("Measures, calendar, subject"), ("measures", "calendar", "about")),
    ]  # fmt: skip


def part_named(name: str) -> Part | None:
    return next((one for one in parts() if one.name == name), None)


def head_of(known: Known, errors: Mapping[str, list[str]]) -> list[Group]:
    """The boxes of the first part."""
    v = known.values
    options = [(o.value, str(o.label)) for o in Withdraw]
    boxes: list[Box] = [
        Box("title", _t("Title"), v.get("title")),
        Choice("owner", _t("Owner position"), v.get("owner"), "", known.people),
        Long("purpose", pgettext("sop", "Purpose"), v.get("purpose")),
        Long("scope", _t("Applies to"), v.get("scope")),
        Within("limit", _t("Total limit"), v.get("limit"), _t("For the whole case."), levels=known.levels),
        Lines("risks", _t("Risks"), v.get("risks"), _t("One on each line.")),
        Box("review_every", _t("Review every"), v.get("review_every"), _t("For instance: 6 months")),
        Choice("withdraw", pgettext("sop", "Taken back"), v.get("withdraw") or options[0][0], "", options),
        Flag("short", _t("Short form"), v.get("short"), _t("Without sections and usual mistakes (精简版).")),
    ]
    for box in boxes:
        box.errors = [text for place, said in errors.items() if place.split(".")[0] == box.key for text in said]
    return [Group(_t("Title, owner, total limit"), boxes)]


def apply_head(values: dict[str, Any], groups: list[Group], post: QueryDict) -> bool:
    changed = [box for one in groups for box in one.boxes if box.changed(post)]
    for box in changed:
        value = box.read(post)
        if value in ("", [], {}, False) and box.key not in ("title", "owner"):
            values.pop(box.key, None)
        else:
            values[box.key] = value
    return bool(changed)


class PartEditor(Editor):
    """The boxes that the playbook makes of a class, with people to choose from instead of ids to type."""

    def __init__(self, known: Known, errors: Mapping[str, list[str]]) -> None:
        super().__init__(kinds["sop"], Offers(Names(known.book), Labels(known.book)), errors)
        self.known = known

    def _plain(self, plain_type: type, says: Says, name: str, path: str, value: Any) -> Shown:
        if "position" in says.refs:
            known = [("", "–"), *self.known.people]
            lost = [(value, value)] if value and value not in dict(known) else []
            return Shown("pick", name, path, value=value or "", options=[*known, *lost])
        if name.endswith(".field") and not says.refs:
            known = [("", "–"), *self.known.fields]
            lost = [(value, value)] if value and value not in dict(known) else []
            return Shown("pick", name, path, value=value or "", options=[*known, *lost])
        return super()._plain(plain_type, says, name, path, value)

    def part(self, part: Part, values: dict[str, Any]) -> list[Shown]:
        """The boxes of one part."""
        return [box for box in self.boxes(values) if box.name in part.keys]


def apply_part(values: dict[str, Any], part: Part, post: QueryDict) -> bool:
    """Put the posted boxes of a part into the draft; whether anything differs from what it says."""
    lists = {name: post.getlist(name) for name in post}
    said = collect(kinds["sop"], flat(post), lists)
    shapes = {f.key: f for f in fields_of(SopFile)}
    changed = False
    for key in part.keys:
        f, new, old = shapes[key], said.get(key), values.get(key)
        if _natural(f, new) == _natural(f, old):
            continue
        changed = True
        if new in (None, "", [], {}):
            values.pop(key, None)
        else:
            values[key] = _texts(new)
    return changed


def _natural(f: Any, value: Any) -> Any:
    empty = value in (None, "", [], {})
    found = None if empty else natural(f.shape, f.says, value)
    return None if found in (None, "", [], {}) else found


def _texts(value: Any) -> Any:
    """Numbers as texts, as everything else in the values."""
    if isinstance(value, dict):
        return {key: _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return value if isinstance(value, bool | str) else str(value)
