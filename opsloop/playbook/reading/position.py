"""The page of a position (岗位说明书) as values that a template only has to set out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from opsloop.base.kinds.fields import fields_of
from opsloop.base.people.models import Department, Holding, Person
from opsloop.base.policy.measures import PERCENT
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import listed
from opsloop.playbook.kinds.position import Position, Reads, Requires, Sight
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import Labels, language
from opsloop.playbook.reading.markdown import ours, render
from opsloop.playbook.translations import Words, words


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is named: its title, and its page when it is there; without one it is open."""

    title: str
    url: str = ""
    ident: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    text: str
    weight: int
    by: list[Named]
    ours: bool


@dataclass(frozen=True, slots=True)
class TalkRow:
    who: Named
    how_often: str
    channel: str
    about: str


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    kind: str
    since: Any


@dataclass(frozen=True)
class PositionPage:
    """All that the page shows, in the reader's language."""

    item: Item
    words: Words
    department: str
    superior: Named | None
    reports: list[Named]
    headcount: int
    key_post: bool
    purpose: str
    duties: list[DutyRow]
    judged_by: list[Named]
    limits: list[tuple[str, list[tuple[str, str]]]]
    talks: list[TalkRow]
    competencies: list[tuple[str, int]]
    requires: list[tuple[str, str]]
    may: list[tuple[str, list[Named]]]
    sees: list[tuple[str, str]]
    reads: list[str]
    body: str
    holders: list[Holder]
    hidden_holders: int


def named(labels: Labels, refs: tuple[str, ...], ident: str) -> Named:
    """An id by its title, with its page when the book has it."""
    title, kind = labels.title(refs, ident)
    return Named(title, reverse("playbook:thing", args=[kind, ident]) if kind else "", ident)


def position_page(labels: Labels, item: Item, reader: Person | None) -> PositionPage:
    """The page for a reader; without one (export, print) it names no holders."""
    obj: Position = item.obj
    said = words(labels.book, item, language())
    below = [ident for ident, one in labels.book.all("position") if one.reports_to == item.ident]
    holders, hidden = _holders(item.ident, reader)
    return PositionPage(
        item=item,
        words=said,
        department=_department(obj.department),
        superior=named(labels, ("position",), obj.reports_to) if obj.reports_to else None,
        reports=[named(labels, ("position",), ident) for ident in below],
        headcount=obj.headcount,
        key_post=obj.key_post,
        purpose=said.text("purpose", obj.purpose),
        duties=[_duty(labels, said, i, obj) for i in range(len(obj.duties))],
        judged_by=[named(labels, ("metric",), ident) for ident in obj.judged_by],
        limits=[
            (labels.name(name), [(labels.measure(one), _amount(one, most)) for one, most in measures.items()])
            for name, measures in obj.limits.items()
        ],
        talks=[_talk(labels, said, i, obj) for i in range(len(obj.talks_to))],
        competencies=[(labels.name(name), level) for name, level in obj.competencies.items()],
        requires=_requires(said, obj),
        may=_may(labels, obj),
        sees=[(labels.noun(noun), str(Sight(level).label)) for noun, level in obj.sees.items()],
        reads=[str(Reads(one).label) for one in obj.reads],
        body=render(said.body or obj.body.text, _explained(labels), level=1),
        holders=holders,
        hidden_holders=hidden,
    )


def _explained(labels: Labels) -> list[tuple[str, str]]:
    """Terms with their meanings; in English there is nothing to explain from a Chinese glossary."""
    return [] if language() == "en" else [(term, meaning) for term, _en, meaning in labels.terms]


def _department(code: str) -> str:
    return Department.objects.filter(code=code).values_list("title", flat=True).first() or code


def _amount(measure: str, most: Decimal) -> str:
    return f"{most:,f}" + "%" * (measure == PERCENT)


def _duty(labels: Labels, said: Words, i: int, obj: Position) -> DutyRow:
    duty = obj.duties[i]
    text, marked = ours(said.text(f"duties.{i}.do", duty.do))
    return DutyRow(
        text, duty.weight, [named(labels, ("sop", "metric"), one) for one in duty.by], duty.written_by_us or marked
    )


def _talk(labels: Labels, said: Words, i: int, obj: Position) -> TalkRow:
    talk, at = obj.talks_to[i], f"talks_to.{i}"
    return TalkRow(
        named(labels, ("position",), talk.who),
        said.text(f"{at}.how_often", talk.how_often),
        said.text(f"{at}.channel", talk.channel),
        said.text(f"{at}.about", talk.about),
    )


def _requires(said: Words, obj: Position) -> list[tuple[str, str]]:
    out = []
    for f in fields_of(Requires):
        value = getattr(obj.requires, f.name)
        if isinstance(value, tuple):
            text = listed(said.text(f"requires.{f.key}.{i}", one) for i, one in enumerate(value))
        else:
            text = said.text(f"requires.{f.key}", value)
        if text:
            out.append((str(f.says.label), text))
    return out


def _may(labels: Labels, obj: Position) -> list[tuple[str, list[Named]]]:
    """Acts by subject, in the order of the file."""
    groups: dict[str, list[Named]] = {}
    for name in obj.may:
        groups.setdefault(labels.noun(name.partition(".")[0]), []).append(Named(labels.act(name), ident=name))
    return list(groups.items())


def _holders(ident: str, reader: Person | None) -> tuple[list[Holder], int]:
    """Who holds the position now, as far as the reader may see them, and how many more there are."""
    if reader is None:
        return [], 0
    held = list(Holding.objects.at().filter(position__code=ident).select_related("person"))
    seen = set(visible(reader, Person).filter(pk__in=[one.person_id for one in held]).values_list("pk", flat=True))
    shown = [Holder(one.person.name, one.get_kind_display(), one.starts_at) for one in held if one.person_id in seen]
    return shown, len(held) - len(shown)
