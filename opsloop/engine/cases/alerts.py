"""An alert opens a case of the SOP that its monitor names: who has it, by when, by which steps.

What is known of the alert fills the fields of the SOP's start that bear these names; the rest is asked of whoever has
the alert. Who does its first step has acknowledged the alert. A case in which nobody has done anything ends with its
alert; an alert is closed by people, who say its cause.
"""

from __future__ import annotations

import contextlib
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t

from opsloop.base.inbox.api import holders
from opsloop.base.links.actions import bind
from opsloop.base.links.models import Link
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import ActError
from opsloop.engine.cases import building, casevalues, naming
from opsloop.engine.cases.carrying import carry, new_case
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import LIVE, Case, WorkItem
from opsloop.engine.cases.program import START
from opsloop.engine.monitors.api import Alert, Severity, State, acknowledge
from opsloop.engine.sops.models import Sop

FROM = "cases.opened-for"
"""The kind of link from a case to its alert."""
MOST_PARTS = 5


def sop_of(alert: Alert) -> Sop | None:
    """The SOP in force that its monitor names, or None: then the alert's assignment is all there is."""
    return Sop.objects.filter(ident=alert.opens, withdrawn=False).first() if alert.opens else None


def initiator_of(alert: Alert) -> Person | None:
    """Who is asked what the start still needs: who has the alert, else who holds its post or the one above."""
    if alert.assignment is not None and alert.assignment.doer is not None:
        return alert.assignment.doer
    return next(iter(holders(alert.owner)), None)


def open_case(alert: Alert, sop: Sop, by: Person, initiator: Person) -> Case:
    """Inside an act. Where a case of the same key is running, the alert is tied to that one."""
    case = new_case(sop, initiator, title=alert.name[:200])
    file = building.definition(case.edition)
    given = casevalues.fitting(file, offered(alert))
    post = Position.objects.filter(code=alert.owner).select_related("department").first()
    case.department = post.department if post is not None else None
    if (same := naming.name(case, file, given)) is not None:
        return _tied(same, alert, by)
    _tied(case, alert, by)
    carry(case, say.Start(by=initiator.pk, values=given, happened=alert.opened_at, below=True))
    return case


def _tied(case: Case, alert: Alert, by: Person) -> Case:
    """The link is what people see; the case knows its newest alert, so that its steps need not look for links."""
    case.alert = alert.pk
    case.save()
    bind(case, FROM, alert, by=by)
    return case


def offered(alert: Alert) -> dict[str, object]:
    """What an alert knows, by the names that fields of an SOP's start may bear, in the company's language:
    metric, seen, found_at (moment), severity, alert_no, spreading (yes/no), first_day, last_day (days)."""
    with translation.override(settings.LANGUAGE_CODE):
        parts = alert.parts.exclude(severity="").order_by("-day", "pk")[:MOST_PARTS]
        told = [alert.assignment.note] if alert.assignment is not None and alert.assignment.note else []
        told = told or [f"{one.day} {one.said}" for one in parts if one.said]
        return {
            "metric": alert.headline, "seen": "\n".join(told) or alert.name, "found_at": alert.opened_at,
            "severity": str(Severity(alert.severity).label), "alert_no": str(alert.pk),
            "spreading": alert.last_day > alert.first_day, "first_day": alert.first_day, "last_day": alert.last_day,
        }  # fmt: skip


def seen(case: Case, by: Person) -> None:
    """Inside an act: who takes or does work of a case has seen the alert that it is for; acknowledged once this act is
    written. Who may not acknowledge alerts does not."""
    if case.alert is None:
        return
    alert = Alert.objects.filter(pk=case.alert, state=State.OPEN).first()
    if alert is not None:
        transaction.on_commit(partial(_acknowledge, alert, by))


def _acknowledge(alert: Alert, by: Person) -> None:
    with contextlib.suppress(ActError):
        acknowledge(alert, by=by)


def alerts_of(cases: list[int]) -> dict[int, str]:
    """case id -> its alert, as lines on the start page name it."""
    rows = Link.objects.filter(kind=FROM, a_type=Case._meta.label_lower, a_id__in=cases).values_list("a_id", "b_id")
    return {case: f"{Alert._meta.label_lower}:{alert}" for case, alert in rows}


def case_of(alert: Alert) -> Case | None:
    """The case that is running for an alert."""
    rows = Link.objects.filter(kind=FROM, b_type=Alert._meta.label_lower, b_id=alert.pk).values("a_id")
    return Case.objects.filter(pk__in=rows, status__in=LIVE).first()


def end_untouched(case: Case, alert: Alert) -> bool:
    """Inside an act: its alert was closed before anybody did a step of the case, so there is nothing left to do."""
    done = WorkItem.objects.filter(case=case, done__isnull=False).exclude(node=START)
    if done.exists() or case.status not in LIVE:
        return False
    why = ": ".join(filter(None, (_t("Its alert was closed"), alert.get_cause_display(), alert.note)))
    carry(case, say.Cancel(reason=why[:2000]))
    return True
