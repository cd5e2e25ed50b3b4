"""Everything that the page of one SOP shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.acts.registry import registry as acts
from opsloop.base.kinds.shares import share
from opsloop.base.people import posts
from opsloop.base.things.texts import listed
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.models import Metric
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Asked, Block, Call, ForEach, Notify, RepeatUntil, Step, Task, Wait
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.drawing import Drawing, draw
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.saying import FIELD
from opsloop.engine.sops.wording import condition_words, limit_words, limits_line, limits_words, names_of
from opsloop.engine.sops.words import May
from opsloop.playbook.reader import bodies
from opsloop.playbook.reading import markdown


@dataclass(slots=True)
class Line:
    """One block as a person reads it. depth: how many blocks it stands in; way: the branch that begins with it."""

    block: Block
    id: str
    kind: str
    title: str
    depth: int
    number: int = 0
    way: str = ""
    who: str = ""
    accountable: str = ""
    limits: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    approvers: list[str] = field(default_factory=list)
    prose: SafeString | str = ""

    @property
    def limit(self) -> str:
        return " · ".join(" ".join(filter(None, pair)) for pair in self.limits)


@dataclass(frozen=True, slots=True)
class Raci:
    """The table of who has which part in which step."""

    people: list[str]
    rows: list[tuple[Line, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of an SOP, set out for reading."""

    title: str
    said: SopFile
    owner: str
    facts: list[tuple[str, str]]
    measures: list[tuple[str, str]]
    lines: list[Line]
    drawing: Drawing
    raci: Raci
    levels: list[tuple[str, str]]
    raises: list[tuple[str, str]]
    lead: SafeString | str
    rest: list[tuple[str, SafeString]]


@dataclass(frozen=True, slots=True)
class Words:
    """Names in the reader's language."""

    sop: SopFile
    posts: Mapping[str, str]
    fields: Mapping[str, str]
    sops: Mapping[str, str]

    def who(self, ident: str) -> str:
        """A position, or the field that holds the person."""
        if ident.startswith(FIELD):
            return self.fields.get(ident.removeprefix(FIELD), ident.removeprefix(FIELD))
        return self.posts.get(ident, ident)

    def all(self, idents: Sequence[str]) -> str:
        return listed(map(self.who, idents))

    def condition(self, text: str) -> str:
        return condition_words(text, self.fields)

    def asked(self, form: Sequence[Asked]) -> list[tuple[str, str]]:
        """(field, right) of each field of a form; the right is empty where it must be filled in."""
        return [
            (
                self.fields.get(one.field, one.field.removeprefix("subject.")),
                "" if one.may is May.NEED else str(one.may.label),
            )
            for one in form
        ]


def sheet_of(sop: SopFile, written: SopFile | None = None) -> Sheet:
    """What stands on the page of an SOP and in the book. sop: in the reader's language; written: as in its file."""
    words = words_of(sop, written)
    prose, _errors = bodies.prose(sop.body.text, 0, "")
    sections = {one.title: one.text for one in prose.sections}
    lines = _lines(sop, words, sections)
    known = {walk.block_id(one) for one in walk.blocks_of(sop)}
    return Sheet(
        title=sop.title,
        said=sop,
        owner=words.who(sop.owner),
        facts=_facts(sop, words),
        measures=_measures(sop),
        lines=lines,
        drawing=draw(sop.steps, words.who, words.condition, _labels()),
        raci=_raci(lines, sop, words),
        levels=[(one.title, words.condition(one.when)) for one in sop.levels],
        raises=[(one.title, words.condition(one.when)) for one in sop.raises],
        lead=markdown.render(prose.lead, level=1) if prose.lead else "",
        rest=[(one.title, markdown.render(one.text, level=2)) for one in prose.sections if one.title not in known],
    )  # fmt: skip


def words_of(sop: SopFile, written: SopFile | None = None) -> Words:
    """Names for one SOP."""
    titles = {one.ident: one.name for one in Sop.objects.all()}
    return Words(sop, posts.titles(), names_of(sop, written), titles)


def _labels() -> dict[str, str]:
    return {
        "start": _t("Start"), "end": _t("End"), "again": _t("again"), "refused": _t("returned"),
        "otherwise": _t("otherwise"),
    }  # fmt: skip


def _measures(sop: SopFile) -> list[tuple[str, str]]:
    titles = {one.ident: one.name for one in Metric.objects.filter(ident__in=sop.measures)}
    return [(one, titles.get(one, one)) for one in sop.measures]


def _facts(sop: SopFile, words: Words) -> list[tuple[str, str]]:
    start = sop.start
    found = [
        (_t("Applies to"), sop.scope),
        (_t("Started by"), words.all(start.by) if start.by else _t("anyone")),
        (_t("Total limit"), limits_line(sop.limit, sop)),
        (pgettext("sop", "Taken back"), str(sop.withdraw.label)),
        (_t("Cancelled by"), words.all(sop.on_cancel.by)),
        (_t("Late entry after"), limit_words(start.late_limit) if start.happened else ""),
        (_t("Review every"), duration(sop.review_every).said if sop.review_every else ""),
    ]
    return [one for one in found if one[1]]


def _lines(sop: SopFile, words: Words, sections: Mapping[str, str]) -> list[Line]:
    out: list[Line] = []
    counted = _Counter()
    _below(sop.steps, 0, "", out, sop, words, counted)
    for line in out:
        text = sections.get(line.id, "")
        line.prose = markdown.render(text, level=3) if text else ""
    return out


@dataclass(slots=True)
class _Counter:
    n: int = 0

    def next(self) -> int:
        self.n += 1
        return self.n


def _below(
    steps: Sequence[Block], depth: int, way: str, out: list[Line], sop: SopFile, words: Words, counted: _Counter
) -> None:
    for i, one in enumerate(steps):
        found = walk.ways(one)
        line = Line(one, walk.block_id(one), walk.kind_of(one), _title(one, words), depth, way=way if i == 0 else "")
        if not found:
            line.number = counted.next()
        _fill(line, one, sop, words)
        out.append(line)
        for each in found:
            label = each.title or (_t("otherwise") if each.otherwise else words.condition(each.when))
            if each.title and each.when:
                label = _t("{title}, when {condition}").format(title=each.title, condition=words.condition(each.when))
            _below(each.steps, depth + 1, label, out, sop, words, counted)


def _title(one: Block, words: Words) -> str:
    if one.title:
        return one.title
    match one:
        case ForEach():
            return _t("For each row of {what}").format(what=words.fields.get(one.for_each, one.for_each))
        case RepeatUntil():
            return _t("Repeat until {condition}").format(condition=words.condition(one.repeat_until))
        case _:
            return _t("Beside each other") if walk.kind_of(one) == "parallel" else _t("One of these")


def _fill(line: Line, one: Block, sop: SopFile, words: Words) -> None:
    match one:
        case Step():
            line.who = words.who(one.do) if one.do else ""
            if one.until:
                line.facts.append((pgettext("sop", "Until"), words.condition(one.until)))
            if one.call:
                line.facts.append((_t("Sub-case"), words.sops.get(one.call, one.call)))
            _task(line, one, sop, words)
        case Approve():
            line.who = listed(dict.fromkeys(words.who(each.by) for each in one.approve))
            line.approvers = [_approver(each, words) for each in one.approve]
            if len(one.approve) > 1:
                line.facts.append((_t("How they decide"), str(one.how.label)))
            if one.on_reject:
                target = walk.block(sop, one.on_reject)
                line.facts.append((_t("When refused, back to"), target.title if target else one.on_reject))
            _task(line, one, sop, words)
        case Wait():
            said = limit_words(one.wait) if one.wait else words.condition(one.until) or one.message
            line.facts.append((_t("Wait for"), said))
        case Notify():
            text = next((m.title for m in sop.messages if m.id == one.say), "")
            line.facts += [(_t("Tell"), words.all(one.notify)), *([(_t("Message text"), text)] if text else [])]
        case Call():
            line.facts.append((_t("Sub-case"), words.sops.get(one.call, one.call)))
            line.limits = limits_words(one.within, sop)
        case _:
            return


def _approver(one: Any, words: Words) -> str:
    name = words.who(one.by)
    return _t("{who}, when {condition}").format(who=name, condition=words.condition(one.when)) if one.when else name


def _task(line: Line, one: Task, sop: SopFile, words: Words) -> None:
    line.accountable = words.who(one.accountable or sop.owner)
    if isinstance(one, Step) and one.limit:
        line.facts.append((_t("Only as approved, or by one's own authority"), words.condition(one.amount)))
    line.limits = limits_words(one.within, sop)
    line.form = words.asked(one.form)
    titles = {walk.block_id(b): b.title for b in walk.blocks_of(sop)}
    late = one.on_overdue
    told = [_t("{who} is told").format(who=words.who(late.notify))] if late else []
    told += [_t("at {share}% {who}").format(share=int(share(a.at) * 100), who=words.who(a.notify))
             for a in (late.again if late else ())]  # fmt: skip
    found = [
        (_t("Consulted"), words.all(one.consult)),
        (_t("Informed"), words.all(one.inform)),
        (_t("When it is overdue"), listed(told)),
        (_t("Not by whoever did"), listed(titles.get(i, i) for i in one.not_same_as)),
        (_t("Act"), str(acts[one.act].label) if one.act in acts else ""),
        (_t("Must have read"), _t("yes") if one.reading else ""),
    ]
    line.facts += [pair for pair in found if pair[1]]


def _raci(lines: Sequence[Line], sop: SopFile, words: Words) -> Raci:
    """R does or decides, A is accountable, C is consulted, I is informed; in the order in which people come up."""
    letters = {"do": "R", "approve": "R", "accountable": "A", "consult": "C", "inform": "I"}
    tasks = [line for line in lines if isinstance(line.block, Step | Approve)]
    found = [[(words.who(who), letters[role]) for role, who in walk.roles(line.block, sop.owner)] for line in tasks]
    people = list(dict.fromkeys(who for row in found for who, _letter in row))
    rows = []
    for line, row in zip(tasks, found, strict=True):
        cells = ["/".join(dict.fromkeys(letter for who, letter in row if who == one)) for one in people]
        rows.append((line, cells))
    return Raci(people, rows)
