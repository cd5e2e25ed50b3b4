"""A position (岗位说明书): what for, which duties, judged by which numbers, allowed what, answerable to whom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from django.db import DatabaseError, models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.readers import read_by
from opsloop.base.kinds.registry import Binding, Book, Change, Level, Said, kind
from opsloop.base.kinds.says import Prose, Says
from opsloop.base.people.models import Holding, Person
from opsloop.base.things.errors import Text
from opsloop.playbook.compiled import put_positions
from opsloop.playbook.reader.errors import say

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Reads(models.TextChoices):
    """Sensitivity classes that a position may read unmasked."""

    CONTACT = "contact", _("Contact data")
    IDENTITY = "identity", _("Identity data")
    HEALTH = "health", _("Health and leave")
    PAY = "pay", _("Pay")
    APPRAISAL = "appraisal", _("Appraisals")
    COMPLAINT = "complaint", _("Complaint recordings")


class Sight(models.TextChoices):
    """How far a position sees."""

    NONE = "none", _("Nothing")
    OWN = "own", _("Own only")
    DEPARTMENT = "department", _("Own department")
    SUBTREE = "subtree", _("Department and those below")
    ALL = "all", _("Whole company")


def _measure(text: str) -> Text | None:
    return None if _NAME.fullmatch(text) else _("A name of small letters, digits and _")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty with its share of the work."""

    do: Annotated[str, Says(label=_("Duty"), text=True, key=True)]
    weight: Annotated[int, Says(label=_("Weight %"), min=1, max=100, example="35")]
    by: Annotated[
        tuple[str, ...],
        Says(label=_("Done by"), ref=("sop", "metric"), help=_("SOPs by which it is done, metrics it is judged by.")),
    ] = ()
    written_by_us: Annotated[
        bool, Says(label=_("Our own wording"), help=_("The source documents do not say it (自拟)."))
    ] = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A regular contact with another position."""

    who: Annotated[str, Says(label=_("With whom"), ref="position", key=True)]
    how_often: Annotated[str, Says(label=_("How often"), text=True, example="每周一")]
    channel: Annotated[str, Says(label=_("Channel"), text=True, example="例会")] = ""
    about: Annotated[str, Says(label=_("About"), text=True)] = ""


@dataclass(frozen=True, slots=True)
class Requires:
    """What a holder must bring along."""

    education: Annotated[str, Says(label=_("Education"), text=True)] = ""
    experience: Annotated[str, Says(label=_("Experience"), text=True)] = ""
    skills: Annotated[tuple[str, ...], Says(label=_("Skills"), text=True)] = ()
    other: Annotated[str, Says(label=_("Other requirements"), text=True, long=True)] = ""


def check_position(ident: str, obj: Position, book: Book) -> Iterable[Said]:
    """Weights make 100, nobody reports to themselves over corners, what has no SOP and no holder is said."""
    total = sum(duty.weight for duty in obj.duties)
    if obj.duties and total != 100:
        yield Said(
            "duties", say(_("The weights add up to {total}, not 100."), total=total), Level.ERROR,
            _("Change the weights of the duties."),
        )  # fmt: skip
    for i, duty in enumerate(obj.duties):
        if not duty.by:
            yield Said(
                f"duties.{i}", say(_("The duty {duty} names no SOP or metric by which it is done."), duty=duty.do)
            )
    if _circle(ident, obj, book):
        yield Said("reports_to", _("The reporting line goes in a circle."), Level.ERROR, _("Name another superior."))
    if ident in {talk.who for talk in obj.talks_to}:
        yield Said("talks_to", _("The position talks to itself."))
    if _without_holder(ident):
        yield Said("title", _("Nobody holds this position."), Level.NOTE)


def _circle(ident: str, obj: Position, book: Book) -> bool:
    seen, above = {ident}, obj.reports_to
    while above is not None:
        if above in seen:
            return above == ident
        seen.add(above)
        superior = book.get("position", above)
        above = superior.reports_to if superior else None
    return False


def _without_holder(ident: str) -> bool:
    try:
        return not Holding.objects.at().filter(position__code=ident).exists()
    except DatabaseError:
        return False


def tree_order(things: list[tuple[str, Position]]) -> list[str]:
    """Ids from the top of the reporting line downwards, each superior before those below."""
    here, below = {ident for ident, _obj in things}, defaultdict(list)
    for ident, obj in things:
        below[obj.reports_to if obj.reports_to in here else None].append(ident)
    out: list[str] = []
    todo: list[str] = sorted(below[None], key=lambda ident: (len(below[ident]), ident))  # who leads most comes first
    while todo:
        ident = todo.pop()
        out.append(ident)
        todo += sorted(below[ident], reverse=True)
    return [*out, *sorted(here - set(out))]


def compile_positions(changes: Sequence[Change], by: Person) -> None:
    """Position rows and mandates; see playbook/compiled.py."""
    put_positions(changes, by)


read_by("position", lambda ident, _obj: [ident])


@kind(
    "position", folder="positions", form="markdown", binding=Binding.EFFECTIVE, title=_("Position"),
    plural=_("Positions"), check=check_position, compile=compile_positions, order=tree_order,
    about=_("One post of the company: its purpose, duties, numbers, limits, contacts, requirements and rights."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Position:
    """One post of the company: its purpose, duties, numbers, limits, contacts, requirements and rights."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="运营专员")]
    department: Annotated[str, Says(label=_("Department"), ref="department", example="operations")]
    purpose: Annotated[str, Says(label=_("Purpose"), text=True, long=True)] = ""
    reports_to: Annotated[str | None, Says(label=_("Reports to"), ref="position")] = None
    headcount: Annotated[int, Says(label=_("Headcount"), min=0, max=9999)] = 1
    key_post: Annotated[bool, Says(label=_("Key post"), help=_("Needs a named successor."))] = False
    duties: Annotated[tuple[Duty, ...], Says(label=_("Duties"), help=_("Their weights make 100 together."))] = ()
    judged_by: Annotated[tuple[str, ...], Says(label=_("Judged by"), ref="metric", help=_("Ids of metrics."))] = ()
    limits: Annotated[
        dict[str, dict[str, Decimal]],
        Says(
            label=_("Limits"),
            min=0,
            keys=Says(label=_("Limit"), check=_measure, keys=Says(label=_("Measure"))),
            help=_("Amounts this position may decide on; beyond them the superior decides. Acts read them."),
            example="{compensation: {each: 200, per_day: 2000}}",
        ),
    ] = field(default_factory=dict)
    talks_to: Annotated[tuple[Talk, ...], Says(label=_("Works with"))] = ()
    competencies: Annotated[
        dict[str, int],
        Says(label=_("Competencies"), min=1, max=5, help=_("Level 1 to 5."), example="{communication: 3}"),
    ] = field(default_factory=dict)
    requires: Annotated[Requires, Says(label=_("Requirements"))] = field(default_factory=Requires)
    may: Annotated[
        tuple[str, ...],
        Says(
            label=_("May do"),
            ref="act",
            help=_("Acts by name; noun.* means all of a subject."),
            example="[tickets.answer]",
        ),
    ] = ()
    sees: Annotated[
        dict[str, Sight],
        Says(
            label=_("May see"),
            keys=Says(label=_("Subject"), ref="noun"),
            example='{"*": department}',
            short="*",
            help=_("How far, by subject; * stands for all others."),
        ),
    ] = field(default_factory=dict)
    reads: Annotated[tuple[Reads, ...], Says(label=_("Reads unmasked"))] = ()
    body: Annotated[Prose, Says(label=_("Description"), text=True, long=True)] = field(default_factory=Prose)
