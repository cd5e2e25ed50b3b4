"""What is missing before an edition may be issued, and what must not stand in it. Pure rules over the body's texts.

A conclusion cites a computed figure and has no typed one; what is said of a cause has evidence or the word 待核实;
advice has a position and a day, or there is a reason why there is none. What the rules know of language is in `tongue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _t

from opsloop.base.things.paths import ours
from opsloop.modules.reports.glue import comma
from opsloop.modules.reports.slots import EFFECT, Slots, keys_in
from opsloop.modules.reports.tongue import attributes, blames, typed_figures, unverified

MOST_CONCLUSIONS, MOST_ADVICE = 3, 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. part: conclusion, advice, decisions, writing; row: which of them, from 1, 0 for none.

    stops: it cannot be issued; else it is a warning.
    """

    part: str
    row: int
    text: str
    stops: bool = True


def faults(body: Mapping[str, Any], slots: Slots, positions: Mapping[str, str], today: date) -> list[Fault]:
    """Everything that stands against issuing, in reading order. positions: code -> title of those in force."""
    return [*_conclusions(body, slots), *_advice(body, slots, positions, today), *_decisions(body, slots)]


def _conclusions(body: Mapping[str, Any], slots: Slots) -> Iterator[Fault]:
    rows = [one for one in body.get("conclusions", ()) if str(one.get("text", "")).strip()]
    if not rows:
        yield Fault("conclusion", 0, _t("There is no conclusion."))
    for n, one in enumerate(rows, 1):
        yield from (Fault("conclusion", n, text) for text in wrong_conclusion(one, slots))
    if len(rows) > MOST_CONCLUSIONS:
        text = _t("{n} conclusions; at most {most} are read.").format(n=len(rows), most=MOST_CONCLUSIONS)
        yield Fault("conclusion", 0, text, stops=False)


def wrong_conclusion(one: Mapping[str, Any], slots: Slots) -> Iterator[str]:
    """What is wrong with one conclusion."""
    text = str(one.get("text", ""))
    yield from _texts(text, slots)
    used = [found for key in keys_in(text) if (found := slots.by_key.get(key)) is not None]
    if not used:
        yield _t("It cites no figure: put one in from the list.")
    if typed := typed_figures(text):
        yield _t("Figures are not typed: {typed}. Put them in from the list.").format(typed=comma().join(typed))
    yield from _cause(text, str(one.get("evidence", "")), effects=any(slot.sort == EFFECT for slot in used))


def _texts(text: str, slots: Slots) -> Iterator[str]:
    unknown = [key for key in keys_in(text) if key not in slots.by_key]
    if unknown:
        yield _t("There is no figure {names}.").format(names=comma().join("{" + key + "}" for key in unknown))


def _cause(text: str, evidence: str, *, effects: bool) -> Iterator[str]:
    """因为, 导致 need evidence or 待核实; 来自, 集中在 are arithmetic and need a figure of a breakdown."""
    if evidence and not is_ours(evidence):
        yield _t("The evidence is no address of this house: {address}").format(address=evidence[:80])
        return
    if evidence or unverified(text):
        return
    if word := blames(text):
        yield _t("“{word}” states a cause: name the evidence, or write that it is to be verified.").format(word=word)
    elif (word := attributes(text)) and not effects:
        yield _t("“{word}” needs a figure of the breakdown, evidence, or the words “to be verified”.").format(word=word)


def is_ours(address: str) -> bool:
    """Does this path lead to a page of this house?"""
    path = address.strip().split("?", 1)[0].split("#", 1)[0]
    if not ours(path):
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _advice(body: Mapping[str, Any], slots: Slots, positions: Mapping[str, str], today: date) -> Iterator[Fault]:
    rows = [one for one in body.get("advice", ()) if str(one.get("text", "")).strip()]
    reason = str(body.get("no_advice", "")).strip()
    if not rows and len(reason) < 4:
        yield Fault("advice", 0, _t("There is no advice: give some, or say why there is none in this period."))
    if rows and reason:
        yield Fault("advice", 0, _t("There is advice, and a reason why there is none: take one of them away."))
    for n, one in enumerate(rows, 1):
        yield from (Fault("advice", n, text) for text in wrong_advice(one, slots, positions, today))
    if len(rows) > MOST_ADVICE:
        text = _t("{n} pieces of advice; at most {most} get done.").format(n=len(rows), most=MOST_ADVICE)
        yield Fault("advice", 0, text, stops=False)


def wrong_advice(one: Mapping[str, Any], slots: Slots, positions: Mapping[str, str], today: date) -> Iterator[str]:
    """What is wrong with one piece of advice. Numbers in it say what to do, so they may be typed."""
    text = str(one.get("text", ""))
    yield from _texts(text, slots)
    if (word := blames(text)) and not unverified(text):
        yield _t("“{word}” states a cause: it belongs to a conclusion, with its evidence.").format(word=word)
    code = str(one.get("position", ""))
    if not code:
        yield _t("No position is named.")
    elif code not in positions:
        yield _t("There is no position {code}.").format(code=code)
    due = str(one.get("due", "") or "")
    if not due:
        yield _t("No day is named.")
    elif date.fromisoformat(due) < today:
        yield _t("Its day is over.")


def _decisions(body: Mapping[str, Any], slots: Slots) -> Iterator[Fault]:
    rows = [one for one in body.get("decisions", ()) if str(one.get("text", "")).strip()]
    nothing = bool(body.get("nothing_to_decide"))
    if not rows and not nothing:
        yield Fault("decisions", 0, _t("Name what is to be decided, or say that nothing is."))
    if rows and nothing:
        yield Fault("decisions", 0, _t("There is something to decide, and the box says that there is not."))
    for n, one in enumerate(rows, 1):
        text = str(one["text"])
        yield from (Fault("decisions", n, found) for found in _texts(text, slots))
        if typed := typed_figures(text, decision=True):
            found = _t("Figures are not typed: {typed}. Put them in from the list.").format(typed=comma().join(typed))
            yield Fault("decisions", n, found, stops=False)
