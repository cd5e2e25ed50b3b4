"""What is still to be put right in a draft, each with the place in the editor where it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _t

from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.editing.draft import Remark
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.editing.parts import parts
from opsloop.engine.sops.editing.rows import title_of


@dataclass(frozen=True, slots=True)
class Todo:
    """One remark. where: what the place is called; url: relative to the editor, empty where only the text has it."""

    text: str
    tone: str
    where: str
    url: str


def todos(said: dict[str, list[tuple[str, Remark]]], spots: Iterable[tree.Spot], known: Known) -> list[Todo]:
    """Errors and warnings, errors first, in the order of the steps; hints stand beside their steps only."""
    titles = {one.key: title_of(one.raw, known) for one in spots}
    found = [_todo(key, place, one, titles) for key, rows in said.items() for place, one in rows
             if one.tone != "secondary"]  # fmt: skip
    order = list(titles)
    found.sort(key=lambda pair: (pair[1].tone != "red", order.index(pair[0]) if pair[0] in order else -1))
    return [one for _key, one in found]


def _todo(key: str, place: str, one: Remark, titles: dict[str, str]) -> tuple[str, Todo]:
    if key:
        return key, Todo(one.text, one.tone, titles[key], f"?{urlencode({'step': key})}")
    first = place.split(".")[0]
    if first == "steps":
        return "", Todo(one.text, one.tone, _t("Steps"), "#list-title")
    part = next((each for each in parts() if first in each.keys), None)
    if part is None:
        return "", Todo(one.text, one.tone, "", "")
    return "", Todo(one.text, one.tone, part.title, f"?{urlencode({'part': part.name})}")
