"""What is filled in for a block of each kind: boxes in groups, the everyday ones first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.acts.registry import registry as acts
from opsloop.engine.sops.editing import sections, tree
from opsloop.engine.sops.editing.boxes import (
    Box,
    Choice,
    Flag,
    Form,
    Group,
    Lines,
    Long,
    Number,
    Options,
    Pairs,
    Several,
    Share,
)  # fmt: skip
from opsloop.engine.sops.editing.conditionboxes import Condition
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.editing.limitboxes import OneLimit, Within
from opsloop.engine.sops.editing.placing import ADDED, GUIDANCE
from opsloop.engine.sops.saying import EVERY
from opsloop.engine.sops.words import From, How, Needs

Errors = Mapping[str, list[str]]


def panel_of(known: Known, spot: tree.Spot, errors: Errors, *, advanced: bool = False) -> list[Group]:
    """The boxes of a block. errors: dotted place in the block -> what is wrong there; advanced: conditions as text."""
    made = _Panel(known, spot, advanced)
    groups = [one for one in made.groups() if one.boxes]
    for box in (box for one in groups for box in one.boxes):
        box.errors = [text for place, said in errors.items() if _concerns(box, place) for text in said]
    return groups


def _concerns(box: Box, place: str) -> bool:
    if box.key.endswith(ADDED):
        return False
    return place == box.key or (place.startswith(f"{box.key}.") and not isinstance(box, Choice | Condition))


class _Panel:
    def __init__(self, known: Known, spot: tree.Spot, advanced: bool) -> None:
        self.known, self.spot, self.raw, self.advanced = known, spot, spot.raw, advanced

    def groups(self) -> Iterator[Group]:
        match tree.kind_of(self.raw):
            case "step":
                yield from self.step()
            case "approve":
                yield from self.approve()
            case "parallel" | "choose" as kind:
                yield from self.split(kind)
            case "for_each":
                yield Group(_t("For each row of a list"), [
                    self.text("title", _t("Title")), self.choice("for_each", _t("For each row of"), self.known.lists),
                ])  # fmt: skip
            case "repeat_until":
                yield Group(_t("Repeat"), [
                    self.text("title", _t("Title")), self.condition("repeat_until", _t("Repeat until")),
                    Number("at_most", _t("At most times"), self.raw.get("at_most")),
                ])  # fmt: skip
            case "wait":
                yield from self.wait()
            case "notify":
                yield Group(_t("Tell"), [
                    self.text("title", _t("Title")), self.several("notify", _t("Who is told"), self.known.people),
                    self.choice("say", _t("Message text"), self.known.messages, none=_t("its title")),
                ])  # fmt: skip
            case _:
                yield Group(pgettext("sop", "SOP"), [
                    self.text("title", _t("Title")),
                    self.choice("call", _t("Which SOP is run"), self.known.sops), self.within(),
                    Pairs("with", _t("With"), self.raw.get("with"),
                          _t("Field of the sub-case: expression, one on each line.")),
                ])  # fmt: skip

    # kinds

    def step(self) -> Iterator[Group]:
        yield Group(_t("What, who, by when"), [
            self.text("title", _t("Title")), self.who("do", pgettext("sop", "Done by")),
            self.who("accountable", _t("Accountable"), none=_t("the SOP's owner")), self.within(), self.guidance(),
        ])  # fmt: skip
        yield self.asked()
        yield self.texts()
        yield self.overdue()
        yield Group(_t("Others who take part"), [*self.parts(), self.separate(), self.reading()], folded=True)
        yield Group(_t("For people who know the system"), [
            *self.act(), self.choice("call", _t("Sub-case"), self.known.sops, none=_t("none")),
            self.condition("until", pgettext("sop", "Until"), raw=True),
        ], folded=True)  # fmt: skip

    def approve(self) -> Iterator[Group]:
        yield Group(_t("What is decided, by when"), [self.text("title", _t("Title")), self.within(), self.guidance()])
        yield Group(_t("Who decides"), [*self.approvers(), *self.how()])
        yield self.asked()
        yield self.texts()
        yield self.overdue()
        yield Group(_t("Others who take part"), [
            self.who("accountable", _t("Accountable"), none=_t("the SOP's owner")), *self.parts(), self.separate(),
            self.reading(),
        ], folded=True)  # fmt: skip
        yield Group(_t("For people who know the system"), self.act(), folded=True)

    def approvers(self) -> Iterator[Box]:
        for i, _one in enumerate(self.raw.get("approve") or []):
            n = _t("{n}. approver").format(n=i + 1)
            yield self.who(f"approve.{i}.by", n, none=_t("take this approver away"))
            yield self.choice(
                f"approve.{i}.limit", _t("May decide up to"), self.known.limits, none=_t("no limit of amount")
            )
            yield self.condition(f"approve.{i}.when", _t("Is asked when"))
        yield self.who(f"approve.{ADDED}", _t("One more approver"), none=_t("nobody"))

    def how(self) -> Iterator[Box]:
        yield self.choice("how", _t("How they decide"), [(o.value, str(o.label)) for o in How], none="")
        if self.raw.get("how") == How.AT_LEAST.value:
            yield Number("at_least", pgettext("sop", "At least"), self.raw.get("at_least"))
        veto = self.raw.get("veto")
        yield Flag("veto", _t("One refusal refuses it"), True if veto is None else veto)
        numbers = [(one, title) for one, title in self.options_of("number", "money")]
        yield self.choice("amount", _t("Amount that limits are compared with"), numbers, none=_t("none"))
        before = [one for one in self.known.steps if one[0] != self.spot.key]
        yield self.choice("on_reject", _t("When refused, back to"), before, none=_t("the beginning"))

    def split(self, kind: str) -> Iterator[Group]:
        title = _t("Beside each other") if kind == "parallel" else _t("One of these")
        first: list[Box] = [self.text("title", _t("Title"), _t("May stay empty."))]
        if kind == "parallel":
            first.append(
                self.choice("needs", pgettext("sop", "Over"), [(o.value, str(o.label)) for o in Needs], none="")
            )
        yield Group(title, first)
        for i, branch in enumerate(self.raw.get(kind) or []):
            if "otherwise" in branch:
                yield Group(_t("Otherwise"), [self.text(f"{kind}.{i}.title", _t("Title"))])
                continue
            when = _t("Taken when") if kind == "choose" else _t("Only when")
            yield Group(_t("Branch {n}").format(n=i + 1), [
                self.text(f"{kind}.{i}.title", _t("Title")), self.condition(f"{kind}.{i}.when", when),
            ])  # fmt: skip

    def wait(self) -> Iterator[Group]:
        said = {EVERY: self.raw["wait"]} if self.raw.get("wait") else {}
        yield Group(_t("Wait"), [self.text("title", _t("Title")), OneLimit("wait", _t("Wait for"), said)])
        yield Group(_t("Or wait for something else"), [
            self.condition("until", pgettext("sop", "Until"), raw=True),
            self.text("message", _t("A message from outside")),
        ], folded=not (self.raw.get("until") or self.raw.get("message")))  # fmt: skip

    # groups and boxes that several have

    def asked(self) -> Group:
        fields = [*self.known.fields, *((name, name.removeprefix("subject.")) for name in self.known.scope().names
                                        if name.startswith("subject."))]  # fmt: skip
        return Group(_t("Form: what is filled in"), [Form("form", "", self.raw.get("form"), options=fields)])

    def texts(self) -> Group:
        line = _t("One on each line.")
        return Group(_t("Evidence, checklist, usual mistakes"), [
            Lines("evidence", pgettext("sop", "Evidence"), self.raw.get("evidence"), line),
            Lines("checklist", _t("Checklist"), self.raw.get("checklist"), line),
            Lines("mistakes", _t("Usual mistakes"), self.raw.get("mistakes"), line),
        ])  # fmt: skip

    def overdue(self) -> Group:
        late = self.raw.get("on_overdue") or {}
        boxes: list[Box] = [
            Share("warn", _t("Remind at this share of the limit"), self.raw.get("warn") or "80%"),
            self.who("on_overdue.notify", _t("When it is overdue, tell"), none=_t("nobody"), value=late.get("notify")),
        ]
        for i, one in enumerate(late.get("again") or []):
            boxes += [
                Share(f"on_overdue.again.{i}.at", _t("Then, at this share"), one.get("at")),
                self.who(f"on_overdue.again.{i}.notify", _t("tell"), none=_t("nobody"), value=one.get("notify")),
            ]
        if late:
            boxes.append(self.who(f"on_overdue.again.{ADDED}", _t("And still later, at 150%, tell"), none=_t("nobody")))
        boxes.append(
            self.choice("counts_from", _t("The limit counts"), [(o.value, str(o.label)) for o in From], none="")
        )
        return Group(_t("Reminder and escalation"), boxes, folded=True)

    def parts(self) -> list[Box]:
        people = self.known.people
        return [self.several("consult", _t("Consulted"), people), self.several("inform", _t("Informed"), people)]

    def separate(self) -> Box:
        others = [one for one in self.known.steps if one[0] != self.spot.key]
        return self.several("not_same_as", _t("Not by whoever did"), others)

    def reading(self) -> Box:
        return Flag("reading", _t("Only who has read the SOP may do it"), self.raw.get("reading"))

    def act(self) -> list[Box]:
        named = sorted((name, str(one.label)) for name, one in acts.items())
        return [self.choice("act", _t("Act"), named, none=_t("none")),
                Pairs("with", _t("With"), self.raw.get("with"),
                      _t("Values of the act, one `name: value` on each line."))]  # fmt: skip

    def guidance(self) -> Box:
        text = sections.text_of(str(self.known.values.get("body") or ""), self.spot.key)
        help_ = _t("Plain words; a line that begins with a hyphen is a point, **two stars** make words bold.")
        return Long(GUIDANCE, _t("How it is done"), text, help_)

    def text(self, key: str, label: str, help_: str = "") -> Box:
        return Box(key, label, self.at(key), help_)

    def who(self, key: str, label: str, none: str = "–", value: Any = None) -> Box:
        return self.choice(key, label, self.known.people, none=none, value=value)

    def choice(self, key: str, label: str, options: Options, none: str | None = "–", value: Any = None) -> Choice:
        first: Options = [("", none)] if none else []
        said = value if value is not None else self.at(key)
        return Choice(key, label, said or ("" if none else options[0][0]), "", [*first, *options])

    def several(self, key: str, label: str, options: Options) -> Box:
        return Several(key, label, self.at(key), "", options)

    def within(self) -> Box:
        help_ = _t("A level left empty has the limit of the first line.") if self.known.levels else ""
        return Within("within", _t("Time limit"), self.raw.get("within"), help_, levels=self.known.levels)

    def condition(self, key: str, label: str, *, raw: bool = False) -> Box:
        return Condition(key, label, self.at(key), scope=self.known.scope(self.spot.key), names=self.known.names,
                         advanced=raw or self.advanced)  # fmt: skip

    def options_of(self, *types: str) -> Options:
        return [(one.id, one.title) for one in self.known.sop.fields if one.type.value in types]

    def at(self, key: str) -> Any:
        """What the block says at a dotted place."""
        found: Any = self.raw
        for part in key.split("."):
            if isinstance(found, list):
                found = found[int(part)] if part.isdecimal() and int(part) < len(found) else None
            elif isinstance(found, dict):
                found = found.get(part)
        return found
