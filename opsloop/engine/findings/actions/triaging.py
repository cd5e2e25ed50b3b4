"""分诊: take it on with an owner and a day, say no with a reason, put two of one cause together, take that back."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.acts.about import also_about
from opsloop.base.people.models import Person, Position
from opsloop.base.policy.scopes import visible
from opsloop.engine.assignments.whose import staff
from opsloop.engine.findings.hands import refuse_full
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.telling import tell_owner, tell_raisers
from opsloop.engine.findings.transitions import ALIVE, IN_HAND, after, can_go
from opsloop.engine.findings.words import Ground


def posts(by: Person, _finding: object = None) -> QuerySet[Position]:
    """The posts of the standard that are in force."""
    return visible(by, Position).filter(withdrawn_at=None)


def others(by: Person, finding: Finding | None) -> QuerySet[Finding]:
    """What a finding can be merged into: others that are not over."""
    rows = visible(by, Finding).filter(state__in=ALIVE)
    return rows.exclude(pk=finding.pk) if finding is not None else rows


Owner = Annotated[Position, Arg(label=_("Owner position"), pick=posts)]
Who = Annotated[
    Person | None, Arg(label=_("Who has it"), pick=staff, help=_("Left empty: whoever of the post takes it."))
]
Until = Annotated[date, Arg(label=_("Due on"))]
Into = Annotated[Finding, Arg(label=_("Merge into"), pick=others)]


def refuse_past(day: date, field: str = "due_on") -> None:
    """Raises Refused for a day before today."""
    if day < timezone.localdate():
        raise Refused(_t("This day is over."), field=field)


@act("findings.triage", _("Take on"), done=_("{by} took on {finding}: {owner}, due on {due_on}"), when=can_go("triage"))
def triage(finding: Finding, *, by: Person, owner: Owner, due_on: Until, person: Who = None) -> Finding:
    """It gets a post and a day. Refused beyond what the post may have in hand, unless an exception was granted."""
    refuse_past(due_on)
    refuse_full(finding, owner)
    finding.state = after(finding.state, "triage")
    _belongs(finding, owner, person)
    finding.due_on, finding.triaged_by, finding.triaged_at = due_on, by, timezone.now()
    finding.save()
    tell_owner(finding, _("Yours to look after: {finding}"), finding.seen[:200])
    tell_raisers(finding, _("Taken on: {finding}"))
    return finding


def _belongs(finding: Finding, owner: Position, person: Person | None) -> None:
    finding.owner, finding.person = owner, person
    finding.department = owner.department or finding.department


@act("findings.dismiss", _("Do not pursue"), done=_("{by} does not pursue {finding}: {reason}"), when=can_go("dismiss"))
def dismiss(
    finding: Finding, *, by: Person, ground: Annotated[Ground, Arg(label=_("Why not"))], reason: Reason
) -> Finding:
    """不处理: nothing is done, and whoever raised it is told why."""
    finding.state = after(finding.state, "dismiss")
    finding.ground, finding.reason, finding.closed_at = ground, reason, timezone.now()
    finding.save()
    tell_raisers(finding, _("Not pursued: {finding}"), reason[:200])
    return finding


@act("findings.merge", _("Merge"), done=_("{by} merged {finding} into {into}"), when=can_go("merge"))
def merge(finding: Finding, *, by: Person, into: Into) -> Finding:
    """One cause, one finding: its origins and figures are shown with the other one. `split` takes it back."""
    if into.pk == finding.pk or into.state not in ALIVE:
        raise Refused(_t("It is merged into another one that is not over."), field="into")
    if finding.merged.exists():
        raise Refused(_t("Others were merged into this one; merge the other way round."), field="into")
    finding.state, finding.merged_into = after(finding.state, "merge"), into
    finding.save()
    also_about(into)
    tell_raisers(finding, _("Merged with another of the same cause: {finding}"), str(into))
    return finding


@act("findings.split", _("Undo the merging"), done=_("{by} took {finding} out again: {reason}"), when=can_go("split"))
def split(finding: Finding, *, by: Person, reason: Reason) -> Finding:
    """It is another cause after all, and is triaged anew."""
    if finding.merged_into is not None:
        also_about(finding.merged_into)
    finding.state, finding.merged_into = after(finding.state, "split"), None
    finding.save()
    return finding


@act(
    "findings.allow_more", _("Allow beyond the limit"), done=_("{by} allowed {finding} beyond the limit: {reason}"),
    when=can_go("allow_more"),
)  # fmt: skip
def allow_more(finding: Finding, *, by: Person, reason: Reason) -> Finding:
    """The exception to what a post may have in hand, for this finding alone."""
    finding.exception, finding.excepted_by = reason, by
    finding.save()
    return finding


@act(
    "findings.hand_over", _("Hand over"), done=_("{by} handed {finding} to {owner}: {reason}"),
    when=can_go("hand_over"),
)  # fmt: skip
def hand_over(
    finding: Finding, *, by: Person, owner: Owner, due_on: Until, reason: Reason, person: Who = None
) -> Finding:
    """Another post, another person or another day."""
    refuse_past(due_on)
    if finding.state in IN_HAND and owner.pk != finding.owner_id:
        refuse_full(finding, owner)
    _belongs(finding, owner, person)
    finding.due_on, finding.told_late = due_on, False
    finding.save()
    tell_owner(finding, _("Yours to look after: {finding}"), reason[:200])
    return finding
