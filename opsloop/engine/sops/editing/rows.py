"""The list of steps as the page draws it: blocks, the ways inside them, and the places where one may be put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.things.texts import listed
from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.editing.draft import Remark
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.saying import EVERY
from opsloop.engine.sops.wording import condition_words, limit_words

KINDS = ("step", "approve", "choose", "parallel", "for_each", "repeat_until", "wait", "notify", "call")


def kinds() -> list[tuple[str, str]]:
    """What may be added, in words."""
    words = kind_words()
    return [(one, words[one]) for one in KINDS]


def kind_words() -> dict[str, str]:
    return {
        "step": pgettext("sop", "Step"), "approve": _t("Approval"), "choose": _t("Branch: one of several ways"),
        "parallel": _t("Several ways at the same time"), "for_each": _t("For each row of a list"),
        "repeat_until": _t("Repeat until"), "wait": _t("Wait"), "notify": _t("Tell somebody"),
        "call": _t("Run another SOP"),
    }  # fmt: skip


@dataclass(slots=True)
class Line:
    """One line of the list. look: block, way or gap (where something may be put)."""

    look: str
    depth: int
    to: str
    before: str = ""
    key: str = ""
    title: str = ""
    number: int = 0
    kind: str = ""
    who: str = ""
    limit: str = ""
    when: str = ""
    chosen: bool = False
    up: tree.Target | None = None
    down: tree.Target | None = None
    said: list[Remark] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """The worst that is said of it."""
        return self.said[0].tone if self.said and self.said[0].tone != "secondary" else ""

    @property
    def count(self) -> int:
        return sum(one.tone == self.tone for one in self.said)


@dataclass(slots=True)
class _Count:
    n: int = 0


def lines_of(known: Known, said: dict[str, list[tuple[str, Remark]]], chosen: str) -> list[Line]:
    """Every line, from the first step to the place after the last."""
    return list(_way(known, tree.top(known.values), 0, None, said, chosen, _Count()))


def _way(
    known: Known, way: tree.Way, depth: int, outer: tree.Spot | None, said: dict[str, list[tuple[str, Remark]]],
    chosen: str, count: _Count,
) -> Iterator[Line]:  # fmt: skip
    for i, raw in enumerate(way.steps):
        spot = tree.Spot(raw, "", depth, way, i)
        line = _block(known, spot, outer, [one for _place, one in said.get(spot.key, [])], chosen)
        inner = tree.ways(raw)
        if not inner:
            count.n += 1
            line.number = count.n
        yield line
        for each in inner:
            title, when = _named(each, raw, known)
            yield Line("way", depth + 1, each.address, title=title, when=when)
            yield from _way(known, each, depth + 1, spot, said, chosen, count)
    yield Line("gap", depth, way.address)


def _named(way: tree.Way, raw: tree.Raw, known: Known) -> tuple[str, str]:
    """(title, condition) of a way."""
    if way.otherwise:
        return str(way.branch.get("title") or _t("otherwise")), ""
    when = condition_words(str(way.branch.get("when") or ""), known.names)
    number = way.path.split(".")[1] if "." in way.path else ""
    fallback = _t("Branch {n}").format(n=int(number) + 1) if number else _t("These steps")
    return str(way.branch.get("title") or fallback), when


def _block(known: Known, spot: tree.Spot, outer: tree.Spot | None, said: list[Remark], chosen: str) -> Line:
    raw, kind = spot.raw, tree.kind_of(spot.raw)
    return Line(
        "block", spot.depth, spot.way.address, spot.key, spot.key, title_of(raw, known),
        kind=kind, who=_who(raw, known), limit=_limit(raw), chosen=spot.key == chosen, said=said,
        up=tree.up(spot, outer), down=tree.down(spot, outer),
    )  # fmt: skip


def title_of(raw: tree.Raw, known: Known) -> str:
    """What a block is called, also where it has no title."""
    return str(raw.get("title") or _unnamed(raw, tree.kind_of(raw), known))


def _unnamed(raw: tree.Raw, kind: str, known: Known) -> str:
    if kind == "repeat_until":
        return _t("Repeat until {condition}").format(condition=condition_words(str(raw["repeat_until"]), known.names))
    if kind == "for_each":
        return _t("For each row of {what}").format(what=known.names.get(str(raw["for_each"]), raw["for_each"]))
    return {"parallel": _t("Beside each other"), "choose": _t("One of these")}.get(kind, _t("without a title"))


def _who(raw: tree.Raw, known: Known) -> str:
    people = dict(known.people)
    found: list[Any] = [raw.get("do")]
    if isinstance(raw.get("approve"), list):
        found = [one.get("by") for one in raw["approve"] if isinstance(one, dict)]
    elif isinstance(raw.get("notify"), list):
        found = raw["notify"]
    return listed(dict.fromkeys(people.get(str(one), str(one)) for one in found if one))


def _limit(raw: tree.Raw) -> str:
    if isinstance(raw.get("wait"), str) and raw["wait"]:
        return limit_words(raw["wait"])
    within = raw.get("within")
    if not isinstance(within, dict) or not within:
        return ""
    said = [limit_words(str(one)) for one in within.values()]
    return said[0] if EVERY in within and len(said) == 1 else " / ".join(dict.fromkeys(said))
