"""How findings come in: raised by other parts of the product, suggested by anyone; sights of one cause are one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.acts.about import also_about, resolve
from opsloop.base.links.actions import bind
from opsloop.base.people.models import Person, Position
from opsloop.base.people.posts import department_of
from opsloop.base.things.models import Thing
from opsloop.base.things.paths import ours
from opsloop.engine.findings.models import Evidence, Finding, Source
from opsloop.engine.findings.numbering import line_up, next_number
from opsloop.engine.findings.telling import tell_owner, tell_triagers
from opsloop.engine.findings.transitions import MERGING
from opsloop.engine.findings.words import Origin, State

FROM = "raised-from"
"""The kind of link between a finding and what it came from."""
MOST_EVIDENCE = 50

What = Annotated[str, Arg(label=_("Title"), help=_("What is wrong or could be better, in one line."), min=4, max=200)]
Seen = Annotated[
    str,
    Arg(label=_("What was seen"), help=_("What, where, since when; and what would be better."), max=4000, long=True),
]
About = Annotated[str, Arg(label=_("What it is about"), max=80, ref=True)]


@dataclass(frozen=True)
class EvidenceRow:
    """A figure as it stands now. where: filters as department=frozen&store=367; href: a page of ours."""

    said: Annotated[str, Arg(label=_("Said"), max=300)] = ""
    metric: Annotated[str, Arg(label=_("Metric"), max=60)] = ""
    where: Annotated[str, Arg(label=_("Part of the metric"), max=300)] = ""
    since: Annotated[date | None, Arg(label=_("First day"))] = None
    until: Annotated[date | None, Arg(label=_("Until"))] = None
    value: Annotated[float | None, Arg(label=_("Value"))] = None
    expected: Annotated[float | None, Arg(label=_("Expected"))] = None
    snapshot: Annotated[int | None, Arg(label=_("Data version"))] = None
    href: Annotated[str, Arg(label=_("Where it can be seen"), max=500)] = ""


@act(
    "findings.raise", _("Raise a finding"), done=_("{by} raised a finding: {result}"),
    doors=frozenset({"api", "cli", "import", "step"}),
)  # fmt: skip
def raise_finding(
    *,
    by: Person,
    title: What,
    origin: Origin,
    seen: Seen = "",
    cause: Annotated[str, Arg(label=_("Cause key"), max=160)] = "",
    period: Annotated[str, Arg(label=_("Period"), max=20)] = "",
    about: About = "",
    part: Annotated[str, Arg(label=_("Part"), max=60)] = "",
    owner: Annotated[Position | None, Arg(label=_("Owner position"))] = None,
    due_on: Annotated[date | None, Arg(label=_("Due on"))] = None,
    evidence: Annotated[list[EvidenceRow] | None, Arg(label=_("Data behind it"))] = None,
    simulated: Annotated[bool, Arg(label=_("Simulated"))] = False,
) -> Finding:
    """Put down what was seen. A further sight of a cause in the same period is added to the finding that has it.

    about: the thing it came from, which is then linked both ways; part: which advice of it, where a thing has several.
    The same part of the same thing again is answered with the finding that it has; new words are added to its source.
    """
    _refuse_strange(evidence or [])
    thing = resolve(by, about, field="about") if about else None
    line_up()
    if (there := _raised_already(thing, part)) is not None:
        return _said_more(there, seen)
    known = _same_cause(cause, period)
    finding = known or _new(by, title, origin, seen, cause, period)
    if known is None:
        finding.owner, finding.due_on, finding.simulated = owner, due_on, simulated
        finding.department = (owner.department if owner else None) or department_of(by)
        finding.save()
    else:
        also_about(finding)
    _came(finding, by, Source(origin=origin, title=title, seen=seen, part=part), thing)
    _keep(finding, evidence or [])
    if known is None:
        tell_triagers(finding)
    else:
        tell_owner(finding, _("Seen again: {finding}"), title)
    return finding


@act("findings.suggest", _("Suggest an improvement"), done=_("{by} suggested: {result}"))
def suggest(*, by: Person, title: What, seen: Seen, about: About = "") -> Finding:
    """提建议: anyone in the company, about anything. It is triaged within the week, and who suggested hears of it."""
    thing = resolve(by, about, field="about") if about else None
    line_up()
    finding = _new(by, title, Origin.SUGGESTION, seen)
    finding.department = department_of(by)
    finding.save()
    _came(finding, by, Source(origin=Origin.SUGGESTION, title=title, seen=seen), thing)
    tell_triagers(finding)
    return finding


def _new(by: Person, title: str, origin: Origin, seen: str, cause: str = "", period: str = "") -> Finding:
    return Finding(
        number=next_number(), title=title, seen=seen, origin=origin, cause=cause, period=period, raised_by=by,
        raised_at=timezone.now(),
    )  # fmt: skip


def _came(finding: Finding, by: Person, source: Source, thing: Thing | None) -> None:
    """Where this sight of it came from."""
    source.finding, source.by, source.at = finding, by, timezone.now()
    if thing is not None:
        source.thing_type, source.thing_id = thing._meta.label_lower, thing.pk
        also_about(thing)
        bind(finding, FROM, thing, by=by)
    source.save()


def _keep(finding: Finding, rows: list[EvidenceRow]) -> None:
    for row in rows:
        Evidence(finding=finding, **{name: getattr(row, name) for name in EvidenceRow.__dataclass_fields__}).save()


def _raised_already(thing: Thing | None, part: str) -> Source | None:
    """A job that is tried again, or a report that is issued anew, raises nothing twice."""
    if thing is None or not part:
        return None
    rows = Source.objects.filter(thing_type=thing._meta.label_lower, thing_id=thing.pk, part=part)
    return rows.select_related("finding").first()


def _said_more(source: Source, seen: str) -> Finding:
    """What is told of it the second time, as when its alert is closed, is added to what was."""
    if seen.strip() and seen not in source.seen:
        source.seen = "\n".join(filter(None, (source.seen, seen)))
        source.save()
        also_about(source.finding)
    return source.finding


def _same_cause(cause: str, period: str) -> Finding | None:
    if not cause:
        return None
    rows = Finding.objects.filter(cause=cause, period=period)
    merged = rows.filter(state=State.MERGED, merged_into__state__in=MERGING).select_related("merged_into").first()
    alive = rows.filter(state__in=MERGING).order_by("pk").first()
    return alive or (merged.merged_into if merged else None)


def _refuse_strange(rows: list[EvidenceRow]) -> None:
    if len(rows) > MOST_EVIDENCE:
        raise Refused(_t("At most {n} figures.").format(n=MOST_EVIDENCE), field="evidence")
    for row in rows:
        if row.href and not ours(row.href):
            raise Refused(_t("Where it can be seen is a page of ours, as /explore/?…"), field="evidence")
        if not (row.said or row.metric):
            raise Refused(_t("A figure names its metric, or says what it is."), field="evidence")
