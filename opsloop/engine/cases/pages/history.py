"""The process log of a case as sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.models import Attachment
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import listed
from opsloop.engine.cases.flow.commands import Place
from opsloop.engine.cases.models import CaseEvent, CaseState, Waits
from opsloop.engine.cases.pages.people import Names

SAID: dict[str, Text] = {
    "started": _("{who} started it"),
    "claimed": _("{who} took {step}"),
    "unclaimed": _("{who} gave {step} back to all who may do it"),
    "began": _("{who} began with {step}"),
    "completed": _("{who} finished {step}"),
    "agreed": _("{who} approved {step}"),
    "rejected": _("{who} rejected {step}"),
    "returned": _("{who} returned {step} to {to}"),
    "straight-back": _("{step} was mended and goes straight back"),
    "taken-back": _("{who} took the approval of {step} back"),
    "added": _("{who} added {people} to {step} ({place})"),
    "removed": _("{who} removed a signer from {step}"),
    "handed-over": _("{who} handed {step} over to {to}"),
    "delegated": _("{who} asked {to} for help with {step}"),
    "given-back": _("{who} gave {step} back to {to}"),
    "urged": _("{who} urged {step}"),
    "copied": _("{who} sent a copy to {to}"),
    "commented": _("{who} said"),
    "suspended": _("{who} suspended the case"),
    "resumed": _("{who} resumed the case"),
    "step-paused": _("{who} paused {step}: {waits}"),
    "step-resumed": _("{who} resumed {step}"),
    "message": _("A message arrived: {key}"),
    "message-kept": _("A message arrived early and is kept: {key}"),
    "called": _("A sub-case began for {step}"),
    "subcase-ended": _("The sub-case of {step} ended: {outcome}"),
    "changed": _("{who} corrected {fields}"),
    "level-raised": _("The level rose to {level}"),
    "level-lowered": _("{who} lowered the level to {level}"),
    "deviation": _("{who} went past {step}"),
    "warn": _("{step} is due soon"),
    "overdue": _("{step} went over its limit"),
    "again": _("{step} is still over its limit"),
    "used-up": _("All rounds of {step} are used up"),
    "ended": _("The case ended: {outcome}"),
    "migrated": _("{who} took the case over to another version"),
}
"""Every line that a reader is shown; the log has further ones for mining."""
FOUND: dict[str, Text] = {
    "manager": _("Nobody there could do {step}; it went to {people}"),
    "admin": _("Nobody could be found for {step}; it went to {people}"),
    "nobody": _("Nobody could be found for {step}"),
    "named": _("{who} named {people} for {step}"),
}
AUTOMATIC: dict[str, Text] = {
    "empty": _("{step} was approved by rule: the post is vacant"),
    "own": _("{step} was approved by rule: the approver is who asks"),
    "again": _("{step} was approved by rule: {who} had just approved"),
    "kept": _("{step}: the approval of {who} stands"),
}
TONES = {
    "rejected": "red", "returned": "orange", "overdue": "red", "again": "red", "deviation": "red",
    "suspended": "orange", "step-paused": "orange",
    "agreed": "green", "completed": "green", "ended": "blue", "warn": "orange", "taken-back": "orange",
    "level-raised": "orange", "nobody": "red",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. said: the words of whoever did it; files: (name of the evidence, its files)."""

    at: datetime
    text: str
    said: str
    tone: str
    verb: str
    files: tuple[tuple[str, tuple[Attachment, ...]], ...] = ()


def people_in(events: Iterable[CaseEvent]) -> set[int | None]:
    """Everybody whom the lines name."""
    out: set[int | None] = set()
    for one in events:
        out |= {one.by_id, one.behalf_id}
        data = one.data
        out |= {data["to"]} if isinstance(data.get("to"), int) else set()
        for key in ("people", "mentions"):
            out |= {each for each in data.get(key) or () if isinstance(each, int)}
    return out


def history(
    events: Iterable[CaseEvent], names: Names, steps: Mapping[str, str], words: Mapping[str, str],
    files: Mapping[int, Attachment],
) -> list[Line]:  # fmt: skip
    """Newest first. steps: node -> title; words: ids of levels and fields, and evidence as written -> as it is read;
    files: of the case, by number."""
    lines = [_line(one, names, steps, words, files) for one in events]
    return [one for one in lines if one is not None][::-1]


def _line(
    one: CaseEvent, names: Names, steps: Mapping[str, str], words: Mapping[str, str], files: Mapping[int, Attachment]
) -> Line | None:
    form = _form(one)
    if form is None:
        return None
    text = str(form).format(**_values(one, names, steps, words))
    said = str(one.data.get("comment") or one.data.get("reason") or one.data.get("text") or "")
    kind = str(one.data.get("found") or one.verb) if one.verb == "offered" else one.verb
    return Line(one.at, text, said, TONES.get(kind, "secondary"), one.verb, _proofs(one.data, words, files))


def _form(one: CaseEvent) -> Text | None:
    if one.verb == "offered":
        return FOUND.get(str(one.data.get("found") or ""))
    if one.verb == "completed" and one.node == "start" and one.round == 1:
        return None
    if one.verb in ("warn", "overdue", "again") and not one.data.get("told"):
        return None
    if one.verb == "agreed" and one.data.get("automatic"):
        return AUTOMATIC.get(str(one.data["automatic"]))
    return SAID.get(one.verb)


def _values(one: CaseEvent, names: Names, steps: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    data = one.data
    who = names.person(one.by_id) or _t("the system")
    if one.behalf_id is not None and one.behalf_id != one.by_id:
        who = _t("{who} for {whom}").format(who=who, whom=names.person(one.behalf_id))
    to = data.get("to")
    return {
        "who": who,
        "step": _quoted(steps.get(one.node, one.node)) or _t("The case"),
        "to": names.person(to) if isinstance(to, int) else _quoted(steps.get(str(to), str(to or ""))),
        "people": names.all(each for each in data.get("people") or () if isinstance(each, int)),
        "place": str(PLACES.get(str(data.get("place")), "")),
        "key": str(data.get("key", "")),
        "waits": waiting(str(data.get("waits", ""))),
        "outcome": _outcome(str(data.get("outcome", ""))),
        "fields": listed([words.get(each, each) for each in data.get("fields") or ()]),
        "level": words.get(str(data.get("level")), str(data.get("level") or "")),
    }


def _quoted(title: str) -> str:
    return _t("“{title}”").format(title=title) if title else ""


def waiting(value: str) -> str:
    """For whom a paused step waits."""
    return str(Waits(value).label) if value in Waits.values else value


def _outcome(value: str) -> str:
    return str(CaseState(value).label) if value in CaseState.values else value


PLACES: dict[str, Text] = {
    str(Place.BEFORE): _("before"), str(Place.AFTER): _("after"), str(Place.BESIDE): _("beside"),
}  # fmt: skip


def _proofs(
    data: Mapping[str, Any], words: Mapping[str, str], files: Mapping[int, Attachment]
) -> tuple[tuple[str, tuple[Attachment, ...]], ...]:
    given = data.get("evidence")
    if not isinstance(given, dict):
        return ()
    return tuple(
        (words.get(name, name), tuple(files[pk] for pk in numbers if pk in files)) for name, numbers in given.items()
    )


def files_in(events: Iterable[CaseEvent]) -> set[int]:
    """The numbers of all that was given as evidence; it may hang at another thing than the case."""
    given = [one.data["evidence"] for one in events if isinstance(one.data.get("evidence"), dict)]
    return {pk for each in given for numbers in each.values() for pk in numbers}
