"""What is decided, taken up, done, and taken up again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, Refused, act
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.metrics.models import Metric
from opsloop.engine.findings.actions.triaging import Until, refuse_past
from opsloop.engine.findings.hands import holds, must_have
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import running_tasks
from opsloop.engine.findings.telling import tell_owner, tell_raisers, tell_verifiers
from opsloop.engine.findings.transitions import after, can_go
from opsloop.engine.findings.words import Outcome, Plan, Side, State, Way

SHOWS_AFTER = timedelta(days=14)
"""A metric is looked at no sooner than two weeks after what was done, so that every weekday is there twice."""


def metrics(by: Person, _finding: object = None) -> QuerySet[Metric]:
    """The metrics in force."""
    return visible(by, Metric).filter(withdrawn=False)


@act("findings.take", _("I take it"), done=_("{by} took {finding}"), when=can_go("take"))
def take(finding: Finding, *, by: Person) -> Finding:
    """Whoever holds its post takes it into their own hands."""
    if not holds(by, finding):
        raise Forbidden(_t("Only who holds its post takes it."))
    finding.person = by
    finding.save()
    return finding


@act("findings.decide", _("Decide"), done=_("{by} decided on {finding}: {measure}"), when=can_go("decide"))
def decide(
    finding: Finding,
    *,
    by: Person,
    measure: Annotated[str, Arg(label=_("What will be done"), min=4, max=2000, long=True)],
    way: Annotated[Plan, Arg(label=_("How it will be verified"))],
    verify_on: Annotated[date, Arg(label=_("Verified on"))],
    metric: Annotated[
        Metric | None, Arg(label=_("Metric"), pick=metrics, help=_("For verification by a metric."))
    ] = None,
    side: Annotated[Side | None, Arg(label=_("Should go"))] = None,
    where: Annotated[
        str, Arg(label=_("Part of the metric"), help=_("As department=MEAT; left empty: the whole."), max=300)
    ] = "",
) -> Finding:
    """What will be done, and how and when it will be known whether it helped. May be decided anew while in hand."""
    refuse_past(verify_on, "verify_on")
    if way == Plan.METRIC and (metric is None or side is None):
        raise Refused(_t("Which metric, and should it rise or fall?"), field="metric" if metric is None else "side")
    finding.state = after(finding.state, "decide")
    finding.measure, finding.way, finding.verify_on = measure, Way(way), verify_on
    finding.metric = metric.ident if metric is not None and way == Plan.METRIC else ""
    finding.side, finding.where = (side or "", where) if finding.metric else ("", "")
    finding.waiver, finding.waived_by = "", None
    finding.decided_by, finding.decided_at = by, timezone.now()
    finding.save()
    tell_owner(finding, _("Decided: {finding}"), measure[:200])
    return finding


@act("findings.finish", _("It is done"), done=_("{by} finished {finding}: {word}"), when=can_go("finish"))
def finish(
    finding: Finding,
    *,
    by: Person,
    word: Annotated[str, Arg(label=_("What was done about it"), min=2, max=2000, long=True)],
) -> Finding:
    """What was decided is done. Refused while assignments for it are running. Then it is verified, unless waived."""
    must_have(finding, by)
    return finished(finding, by, word)


@act(
    "findings.finish_itself", _("Finish, its assignments are done"), when=can_go("finish"), doors=frozenset(),
    done=_("{finding} is done: all its assignments are"),
)  # fmt: skip
def finish_itself(finding: Finding, *, by: Person, word: str) -> Finding:
    """For the round: the last of its assignments was finished. Done by who has it."""
    return finished(finding, by, word)


def finished(finding: Finding, by: Person, word: str) -> Finding:
    """Inside an act: done; a date of verification that comes too soon after it moves."""
    if n := len(running_tasks(finding)):
        raise Refused(_t("{n} assignments for it are still running.").format(n=n))
    now, today = timezone.now(), timezone.localdate()
    finding.state = after(finding.state, "finish")
    finding.word, finding.done_by, finding.done_at = word, by, now
    if finding.way == Way.WAIVED:
        finding.state, finding.outcome = State.VERIFIED, Outcome.WAIVED
        finding.verified_by, finding.verified_at, finding.found = finding.waived_by, now, finding.waiver
    else:
        soonest = today + SHOWS_AFTER if finding.way == Way.METRIC else today
        finding.verify_on = max(finding.verify_on or soonest, soonest)
    finding.told_late = False
    finding.save()
    tell_raisers(finding, _("Done: {finding}"), word[:200])
    if finding.way == Way.SPOT:
        tell_verifiers(finding, word[:200])
    return finding


@act("findings.reopen", _("Take up again"), done=_("{by} took up {finding} again: {reason}"), when=can_go("reopen"))
def reopen(finding: Finding, *, by: Person, reason: Reason, due_on: Until) -> Finding:
    """It did not help, or is not over after all. It goes back to where a decision, or an owner, is there."""
    refuse_past(due_on)
    state = after(finding.state, "reopen")
    finding.state = state if finding.decided_at else State.ACCEPTED if finding.triaged_at else State.NEW
    finding.reason, finding.ground, finding.due_on = reason, "", due_on
    finding.outcome, finding.found, finding.verified_by, finding.verified_at = "", "", None, None
    finding.done_by, finding.done_at, finding.closed_at = None, None, None
    finding.reopened += 1
    finding.told_late = False
    finding.save()
    tell_owner(finding, _("Taken up again: {finding}"), reason[:200])
    return finding
