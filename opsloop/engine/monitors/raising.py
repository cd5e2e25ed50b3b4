"""What the machine does to alerts: raise one, let it grow, escalate it, end it when the data came. No doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.calendar.limits import parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Person
from opsloop.engine.monitors.following import happened
from opsloop.engine.monitors.models import Alert, AlertPart, Monitor
from opsloop.engine.monitors.telling import tell_others, tell_owner, tell_superior
from opsloop.engine.monitors.transitions import after
from opsloop.engine.monitors.words import Cause, Severity, Sort, State

NO_DOORS: frozenset[str] = frozenset()
Told = Annotated[str, Arg(label=_("Said"), max=300)]


@dataclass(frozen=True)
class PartRow:
    """One metric in one period, as it was found."""

    monitor: Annotated[str, Arg(label=_("Monitor"), max=60)]
    metric: Annotated[str, Arg(label=_("Metric"), max=60)]
    sort: Annotated[Sort, Arg(label=_("Sort"))]
    day: Annotated[date, Arg(label=_("Day"))]
    value: Annotated[float | None, Arg(label=_("Value"))] = None
    expected: Annotated[float | None, Arg(label=_("Expected"))] = None
    low: Annotated[float | None, Arg(label=_("Usual from"))] = None
    high: Annotated[float | None, Arg(label=_("Usual to"))] = None
    score: Annotated[float | None, Arg(label=_("Scatters off"))] = None
    severity: Annotated[str, Arg(label=_("Severity"), max=10)] = ""
    side: Annotated[str, Arg(label=_("Side"), max=6)] = ""
    said: Told = ""
    snapshot: Annotated[int | None, Arg(label=_("Data version"))] = None


Parts = Annotated[list[PartRow], Arg(label=_("Parts"))]


@act("monitors.raise_alert", _("Raise an alert"), done=_("{by} raised an alert: {monitor}, {said}"), doors=NO_DOORS)
def raise_alert(
    *,
    by: Person,
    monitor: Monitor,
    key: Annotated[str, Arg(label=_("Cause key"), max=160)],
    sort: Sort,
    severity: Severity,
    parts: Parts,
    said: Told,
    owners: Annotated[list[str], Arg(label=_("Owner position"))],
    title: Annotated[str, Arg(label=_("Title"), max=200)] = "",
) -> Alert:
    """One cause, one alert: refused while another of the same cause is not closed. Its owner is told."""
    if Alert.objects.filter(key=key).exclude(state=State.CLOSED).exists():
        raise Refused(_t("There is an alert of this cause."))
    now, obj = timezone.now(), monitor.obj
    days = [one.day for one in parts]
    alert = Alert(
        monitor=monitor, title=title or monitor.title, sort=sort, severity=severity, key=key, every=obj.every,
        first_day=min(days), last_day=max(days), owner=obj.owner, opens=obj.opens, opened_at=now,
        due_at=parse(obj.acknowledge_within).due(now, calendar_for()).at,
        snapshot=max((one.snapshot for one in parts if one.snapshot), default=None),
    )  # fmt: skip
    alert.save()
    _put(alert, parts)
    tell_owner(alert, said)
    tell_others(alert, set(owners), said)
    happened(alert.pk, "opened")
    return alert


@act("monitors.grow", _("Add to an alert"), done=_("{by} added to the alert {object}: {said}"), doors=NO_DOORS)
def grow(alert: Alert, *, by: Person, severity: Severity, parts: Parts, said: Told) -> Alert:
    """Further periods or metrics of the same cause. The owner is told again only when it became critical."""
    if alert.state == State.CLOSED:
        raise Refused(_t("It is closed."))
    worse = severity == Severity.CRITICAL and alert.severity != Severity.CRITICAL
    alert.severity = Severity.CRITICAL if worse else alert.severity
    alert.last_day = max([alert.last_day, *(one.day for one in parts)])
    alert.snapshot = max([alert.snapshot or 0, *(one.snapshot or 0 for one in parts)]) or None
    alert.save()
    _put(alert, parts)
    if worse and alert.state != State.SILENCED:
        tell_owner(alert, said)
    happened(alert.pk, "grown")
    return alert


def _put(alert: Alert, parts: Sequence[PartRow]) -> None:
    there = set(alert.parts.values_list("monitor", "metric", "day"))
    for one in parts:
        if (one.monitor, one.metric, one.day) not in there:
            there.add((one.monitor, one.metric, one.day))
            AlertPart(alert=alert, **{name: getattr(one, name) for name in PartRow.__dataclass_fields__}).save()


@act("monitors.escalate", _("Escalate"), done=_("{by} escalated the alert {object}"), doors=NO_DOORS)
def escalate(alert: Alert, *, by: Person) -> Alert:
    """Nobody acknowledged it in time: those to whom the owner position reports are told, once."""
    if alert.state != State.OPEN or alert.escalated_at is not None:
        raise Refused(_t("It is not overdue."))
    alert.escalated_at = timezone.now()
    alert.save()
    tell_superior(alert)
    happened(alert.pk, "escalated")
    return alert


@act(
    "monitors.recover", _("End by itself"), done=_("{by} closed the alert {object}: the data is there"), doors=NO_DOORS
)
def recover(alert: Alert, *, by: Person) -> Alert:
    """What was missing came, or the monitor runs again. For these two sorts only: a figure does not explain itself."""
    if alert.sort not in (Sort.LATE, Sort.BLIND):
        raise Refused(_t("A person says what the cause was."))
    alert.state = after(alert.state, "recover")
    alert.cause, alert.closed_at, alert.silenced_until = Cause.DATA, timezone.now(), None
    alert.save()
    happened(alert.pk, "closed")
    return alert
