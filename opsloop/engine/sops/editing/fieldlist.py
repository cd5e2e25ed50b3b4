"""The fields of the case as a list: one opened at a time, with its boxes and where it is used; moved and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.base.things.texts import listed
from opsloop.engine.sops.editing import making, tree
from opsloop.engine.sops.editing.boxes import Box, Choice, Flag, Group, Lines
from opsloop.engine.sops.editing.columnboxes import Columns
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.editing.parts import part_named, parts
from opsloop.engine.sops.editing.placing import set_at
from opsloop.engine.sops.editing.rows import title_of
from opsloop.engine.sops.editing.uses import Use, rename, take_off, uses
from opsloop.engine.sops.words import FieldType


@dataclass(slots=True)
class FieldLine:
    """One field. up, down: the field before which it stands after one place up or down; None where it cannot go."""

    ident: str
    title: str
    said: str
    chosen: bool = False
    wrong: int = 0
    up: str | None = None
    down: str | None = None
    groups: list[Group] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)
    warning: str = ""


def rows_of(values: tree.Raw) -> list[tree.Raw]:
    """The fields as the draft says them."""
    return [one for one in values.get("fields") or [] if isinstance(one, dict)]


def found(values: tree.Raw, ident: str) -> tree.Raw | None:
    return next((one for one in rows_of(values) if one.get("id") == ident), None)


def lines(known: Known, chosen: str, errors: Mapping[str, list[str]]) -> list[FieldLine]:
    """All fields; the chosen one with its boxes. errors: dotted place in the file -> what is wrong there."""
    rows, out = rows_of(known.values), []
    idents = [str(one.get("id") or "") for one in rows]
    for i, raw in enumerate(rows):
        here = {place.removeprefix(f"fields.{i}").lstrip("."): said for place, said in errors.items()
                if place == f"fields.{i}" or place.startswith(f"fields.{i}.")}  # fmt: skip
        line = FieldLine(idents[i], str(raw.get("title") or idents[i]), _said(raw), idents[i] == chosen, len(here))
        line.up = idents[i - 1] if i else None
        line.down = ("" if i + 2 >= len(idents) else idents[i + 2]) if i + 1 < len(idents) else None
        if line.chosen:
            line.groups = groups(raw, here)
            at = uses(known.values, line.ident, line.title)
            line.used, line.warning = [_place(known, one) for one in at], _warning(known, at)
        out.append(line)
    return out


def _said(raw: tree.Raw) -> str:
    kind = dict(FieldType.choices).get(raw.get("type") or FieldType.TEXT.value, raw.get("type"))
    said = [str(kind), _t("needed") if raw.get("required") else "", _t("personal") if raw.get("personal") else ""]
    return " · ".join(filter(None, said))


def groups(raw: tree.Raw, errors: Mapping[str, list[str]]) -> list[Group]:
    """The boxes of one field."""
    sort = str(raw.get("type") or FieldType.TEXT.value)
    boxes: list[Box] = [
        Box("title", _t("Title"), raw.get("title")),
        Choice("type", _t("What is filled in"), sort, "", [(value, str(name)) for value, name in FieldType.choices]),
    ]
    if sort == FieldType.CHOICE or raw.get("options"):
        boxes.append(Lines("options", _t("Options"), raw.get("options"), _t("One on each line.")))
    if sort == FieldType.LIST or raw.get("columns"):
        boxes.append(Columns("columns", _t("Columns of the list"), raw.get("columns")))
    boxes += [
        Flag("required", _t("Must be filled in"), raw.get("required")),
        Flag("personal", _t("Personal: of a person outside; masked, and erased on demand"), raw.get("personal")),
        Box("help", _t("Hint beside the box"), raw.get("help")),
    ]
    for box in boxes:
        box.errors = [text for place, said in errors.items() if place.split(".")[0] in ("", box.key) for text in said
                      if place or box.key == "title"]  # fmt: skip
    return [Group("", boxes)]


def apply(values: tree.Raw, ident: str, was: tree.Raw, post: QueryDict) -> None:
    """Put what was changed into the field. was: the field as the person saw it. Raises Refused where it is gone."""
    raw, old = found(values, ident), found(was, ident)
    if raw is None or old is None:
        raise Refused(_t("This field is not there any more."))
    for box in groups(old, {})[0].boxes:
        if box.changed(post):
            set_at(raw, box.key, box.read(post))
    rename(values, ident, str(old.get("title") or ""), str(raw.get("title") or ""))
    sort = raw.get("type") or FieldType.TEXT
    if sort != FieldType.CHOICE and old.get("type") == FieldType.CHOICE:
        raw.pop("options", None)
    if sort != FieldType.LIST:
        raw.pop("columns", None)
    elif not raw.get("columns"):
        raw["columns"] = [{"id": "column_1", "title": _t("Content")}]


def add(values: tree.Raw) -> str:
    """A new field at the end; answers its id."""
    return making.add_field(values, _t("New field"), FieldType.TEXT, [])


def move(values: tree.Raw, ident: str, before: str) -> None:
    """Before another field, or to the end. Raises Refused for a field that is not there."""
    raw = found(values, ident)
    if raw is None or (before and found(values, before) is None):
        raise Refused(_t("This field is not there any more."))
    if ident == before:
        return
    rows: list[Any] = values["fields"]
    rows.remove(raw)
    rows.insert(next((i for i, one in enumerate(rows) if before and one.get("id") == before), len(rows)), raw)


def remove(values: tree.Raw, ident: str) -> None:
    """Away, off every form too. Conditions that use it are marked by the check. Raises Refused where it is gone."""
    raw = found(values, ident)
    if raw is None:
        raise Refused(_t("This field is not there any more."))
    values["fields"].remove(raw)
    take_off(values, ident)


def _place(known: Known, use: Use) -> tuple[str, str]:
    """(what the place is called, its address in the editor)."""
    if (spot := tree.find(known.values, use.place)) is not None:
        return title_of(spot.raw, known), f"?step={use.place}"
    part = next((one for one in parts() if use.place in one.keys), part_named("head"))
    return (part.title, f"?part={part.name}") if part is not None else (use.place, "")


def _warning(known: Known, at: list[Use]) -> str:
    """What is said before it is taken away."""
    if not at:
        return _t("Remove this field? Nothing uses it.")
    text = _t("Remove this field? It is used in: {places}. It is taken off the forms.")
    rest = [one for one in at if not one.form]
    if rest:
        text += " " + _t("Conditions, persons and texts that use it must then be put right: {rest}.").format(
            rest=listed(_place(known, one)[0] for one in rest)
        )
    return text.replace("{places}", listed(_place(known, one)[0] for one in at))
