"""Fields in braces in messages and titles: {amount}, {subject.budget}, {单号}. A field goes by its id or its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from opsloop.engine.sops.scope import scope_of_sop

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

PLACE = re.compile(r"\{([^{}\n]*)\}")
# The notation of playbook files, not texts of pages: files read the same whatever is installed.
STANDARD: dict[str, tuple[str, ...]] = {
    "number": ("单号", "编号"),
    "title": ("标题", "事项"),
    "initiator": ("发起人",),
    "doer": ("经办人", "姓名"),
    "due": ("截止时间", "时间"),
    "started": ("发起时间",),
    "now": ("当前时间",),
    "today": ("今天",),
    "level": ("级别",),
}
"""What every case can say of itself, by its key or in Chinese."""


def places(text: str) -> list[str]:
    """What stands in braces, in order."""
    return [found.strip() for found in PLACE.findall(text)]


def known(sop: SopFile) -> dict[str, str]:
    """Every word that may stand in braces -> the name that it means; `subject.x` is known by `name_of`."""
    found = {word: key for key, words in STANDARD.items() for word in (key, *words)}
    for one in sop.fields:
        found |= {one.title: one.id, one.id: one.id}
    return found


def name_of(sop: SopFile, place: str) -> str | None:
    """The name that a place means, None for an unknown one."""
    found = known(sop).get(place)
    if found is None and place.startswith("subject.") and scope_of_sop(sop).typed(place) is not None:
        return place
    return found


def fill(sop: SopFile, text: str, values: Mapping[str, str]) -> str:
    """The text with values by name in place of its braces; what has no value is …… so that a person fills it in."""
    words = known(sop)

    def one(found: re.Match[str]) -> str:
        place = found[1].strip()
        return values.get(words.get(place, place)) or "……"

    return PLACE.sub(one, text)
