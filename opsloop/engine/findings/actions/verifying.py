"""Whether it helped: measured by a job on its day, confirmed by a person who neither decided nor did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, Refused, act
from opsloop.base.acts.about import also_about
from opsloop.base.links.actions import bind
from opsloop.base.people.models import Person
from opsloop.engine.findings.models import Finding, Measurement
from opsloop.engine.findings.telling import tell_late, tell_raisers, tell_verifiers
from opsloop.engine.findings.transitions import after, can_go
from opsloop.engine.findings.words import Found, Outcome, State, Verdict, Way
from opsloop.playbook.models import Publication
from opsloop.playbook.models import State as Standing

NO_DOORS: frozenset[str] = frozenset()
BROUGHT = "brought"
"""The kind of link between a finding and the publication that came of it."""
Brought = Annotated[Publication, Arg(label=_("Publication"))]


@dataclass(frozen=True)
class DayRow:
    """A metric's value of one day."""

    day: Annotated[date, Arg(label=_("Day"))]
    value: Annotated[float, Arg(label=_("Value"))]


@act(
    "findings.measure",
    _("Measure it"),
    done=_("{finding} was measured: {said}"),
    when=can_go("measure"),
    doors=NO_DOORS,
)
def measure(
    finding: Finding,
    *,
    by: Person,
    verdict: Verdict,
    changed_on: date,
    said: Annotated[str, Arg(label=_("Said"), max=300)] = "",
    effect: float | None = None,
    low: float | None = None,
    high: float | None = None,
    before_n: int = 0,
    after_n: int = 0,
    before_mean: float | None = None,
    after_mean: float | None = None,
    days: Annotated[list[DayRow] | None, Arg(label=_("Days"))] = None,
    snapshot: int | None = None,
) -> Measurement:
    """Keep what the job computed, and tell those who may confirm it."""
    if finding.way != Way.METRIC:
        raise Refused(_t("It is not verified by a metric."))
    made = Measurement(
        finding=finding, at=timezone.now(), metric=finding.metric, verdict=verdict, effect=effect, low=low, high=high,
        before_n=before_n, after_n=after_n, before_mean=before_mean, after_mean=after_mean, changed_on=changed_on,
        days=[[row.day.isoformat(), row.value] for row in days or []], snapshot=snapshot, said=said,
    )  # fmt: skip
    made.save()
    tell_verifiers(finding, Verdict(verdict).label)
    return made


@act("findings.verify", _("Verify"), done=_("{by} verified {finding}: {outcome}"), when=can_go("verify"))
def verify(
    finding: Finding,
    *,
    by: Person,
    outcome: Annotated[Found, Arg(label=_("Outcome"))],
    found: Annotated[str, Arg(label=_("What verification found"), min=2, max=2000, long=True)],
) -> Finding:
    """Confirm what the figures or the check on the spot show. Refused for who decided or did it, and before its day."""
    if by.pk in (finding.decided_by_id, finding.done_by_id, finding.person_id):
        raise Forbidden(_t("Who decided or did it does not verify it; a second person does."))
    if finding.way == Way.METRIC and not finding.measurements.filter(at__gte=finding.done_at).exists():
        raise Refused(_t("The metric is measured on {day}.").format(day=finding.verify_on))
    finding.state = after(finding.state, "verify")
    finding.outcome, finding.found = Outcome(outcome), found
    finding.verified_by, finding.verified_at = by, timezone.now()
    finding.save()
    tell_raisers(finding, _("Verified: {finding}"), Outcome(finding.outcome).label)
    return finding


@act("findings.waive", _("Waive verification"), done=_("{by} waived the verification of {finding}: {reason}"),
     when=can_go("waive"))  # fmt: skip
def waive(finding: Finding, *, by: Person, reason: Reason) -> Finding:
    """免验证: it is not verified, for this reason. What is done already is over with it."""
    finding.way, finding.waiver, finding.waived_by = Way.WAIVED, reason, by
    finding.metric, finding.where, finding.side, finding.verify_on = "", "", "", None
    if finding.state == State.DONE:
        finding.state, finding.outcome, finding.found = State.VERIFIED, Outcome.WAIVED, reason
        finding.verified_by, finding.verified_at = by, timezone.now()
    finding.save()
    return finding


@act("findings.name_version", _("Name the new standard"), done=_("{by} named {publication} as what came of {finding}"))
def name_version(finding: Finding, *, by: Person, publication: Brought) -> Finding:
    """Which change of the standard came of it. A publication whose reason names GJ-031 is linked by itself."""
    if publication.state != Standing.PUBLISHED:
        raise Refused(_t("It is not published."), field="publication")
    bind(finding, BROUGHT, publication, by=by)
    also_about(publication)
    return finding


@act("findings.remind", _("Tell that a finding is overdue"), done=_("{finding} was told to be overdue"), doors=NO_DOORS)
def remind(finding: Finding, *, by: Person) -> Finding:
    """Once for each limit."""
    if finding.told_late or not finding.is_late:
        raise Refused(_t("It is not overdue."))
    finding.told_late = True
    finding.save()
    if finding.state == State.DONE:
        tell_verifiers(finding, _t("It was to be verified on {day}.").format(day=finding.verify_on))
    else:
        tell_late(finding)
    return finding
