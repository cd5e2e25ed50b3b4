"""The clock of cases: what is due, case by case, each under its lock."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import attempt
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.engine.cases import alerts, building, casevalues, raising
from opsloop.engine.cases.actions import end_with, hear, open_for, ring
from opsloop.engine.cases.models import Case, CaseState, Timer
from opsloop.engine.findings.api import Origin, give
from opsloop.engine.monitors.api import Alert, follow_alerts

MAY = ("cases.ring",)
FOLLOW_ALERT = "cases.follow_alert"
MOST = 200
"""Cases a round, so that a long stop ends in several short transactions."""


@scheduled("cases.clock", _("Warn of limits of cases and end waits"), cron="* * * * *", may=MAY)
def clock(ctx: Context) -> None:
    ring_due(ctx.by)


@when_due("cases", order=70, may=MAY)
def cases_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    return [Done(_t("Moved on: {title}").format(title=one), {"case": one.pk}) for one in ring_due(asked.by)]


@task("cases.report", _("Tell a case that its sub-case is over"), may=("cases.hear",))
def report(ctx: Context, case: int) -> None:
    child = Case.objects.select_related("parent").get(pk=case)
    if child.parent is not None:
        hear(child.parent, by=ctx.by, child=child)


@task(raising.TASK, _("Raise a finding by the rule of an SOP"), may=("findings.raise",))
def raise_by_rule(ctx: Context, case: int, rule: int) -> None:
    row = Case.objects.select_related("edition").get(pk=case)
    file = building.definition(row.edition)
    title = raising.title(file, rule, casevalues.typed(file, row.values))
    give(by=ctx.by, title=title, origin=Origin.CASE, seen=str(row), about=row, part=f"rule-{rule}", owner=file.owner)


def ring_due(by: Person) -> list[Case]:
    """Every running case with a timer that is due; the act looks again under the lock."""
    due = Timer.objects.filter(fired=None, closed=False, paused=False, at__lte=timezone.now())
    due = due.filter(case__status=CaseState.RUNNING)
    numbers = list(due.order_by("at").values_list("case_id", flat=True)[: MOST * 4])
    return [ring(case, by=by) for case in Case.objects.filter(pk__in=dict.fromkeys(numbers))[:MOST]]


@task(FOLLOW_ALERT, _("Open a case for an alert"), may=("cases.open_for", "cases.end_with"))
def follow_alert(ctx: Context, alert: int, happened: str) -> None:
    """Opened: by the SOP of its monitor. Closed: a case in which nobody has done a step ends with it."""
    about = Alert.objects.select_related("assignment__doer", "monitor").get(pk=alert)
    case = alerts.case_of(about)
    if happened == "opened" and case is None and alerts.sop_of(about) and alerts.initiator_of(about):
        open_for(by=ctx.by, alert=about)
    if happened == "closed" and case is not None:
        attempt(lambda: end_with(case, by=ctx.by, alert=about))


follow_alerts(FOLLOW_ALERT)
