"""What other apps use of monitors: alerts of a time, slow drift, and a job of their own whenever an alert changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.monitors.actions import acknowledge, mark_days, unmark_days
from opsloop.engine.monitors.drifting import Drifting, drifting
from opsloop.engine.monitors.following import HAPPENINGS, follow_alerts
from opsloop.engine.monitors.models import Alert, AlertPart
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Cause, Severity, Sides, Sort, State


def open_alerts(person: Person) -> QuerySet[Alert]:
    """Those that are not closed, the gravest first, with their monitor."""
    rows = visible(person, Alert).filter(state__in=ALIVE)
    return rows.select_related("monitor", "acknowledged_by").order_by("severity", "-opened_at")


def alerts_between(person: Person, since: date, until: date, metrics: Iterable[str] = ()) -> QuerySet[Alert]:
    """Alerts whose days touch the span (both days belong to it); with metrics, those that have one of them wrong."""
    rows = visible(person, Alert).filter(first_day__lte=until, last_day__gte=since)
    if names := list(metrics):
        wrong = AlertPart.objects.filter(metric__in=names).exclude(severity="")
        rows = rows.filter(pk__in=wrong.values("alert"))
    return rows.select_related("monitor").prefetch_related("parts").order_by("first_day", "pk")


__all__ = [
    "HAPPENINGS", "Alert", "AlertPart", "Cause", "Drifting", "Severity", "Sides", "Sort", "State", "acknowledge",
    "alerts_between", "drifting", "follow_alerts", "mark_days", "open_alerts", "unmark_days",
]  # fmt: skip
