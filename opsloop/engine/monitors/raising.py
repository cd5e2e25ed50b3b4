"""What the machine does to alerts: raise one, let it grow, escalate it, end it when the data came. No doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.calendar.limits import parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Holding, Person, Position
from opsloop.engine.assignments import api as assignments
from opsloop.engine.monitors.following import happened
from opsloop.engine.monitors.models import Alert, AlertPart, Monitor
from opsloop.engine.monitors.telling import tell_channels, tell_others, tell_owner, tell_superior
from opsloop.engine.monitors.transitions import ALIVE, after
from opsloop.engine.monitors.words import Cause, Severity, Sort, State

KEEPER = "monitors"
NO_DOORS: frozenset[str] = frozenset()
ENDING = (Sort.LATE, Sort.BLIND)
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
    hour: Annotated[int | None, Arg(label=_("Hour"))] = None


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
    _refuse_second(key)
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
    _give(alert, by, said)
    tell_owner(alert, said)
    tell_others(alert, set(owners), said)
    tell_channels(alert, said)
    happened(alert.pk, "opened")
    return alert


def of_cause(key: str) -> QuerySet[Alert]:
    """Alerts that were raised for this cause, or that it joined."""
    return Alert.objects.filter(Q(key=key) | Q(parts__cause=key))


def _refuse_second(key: str) -> None:
    if of_cause(key).exclude(state=State.CLOSED).exists():
        raise Refused(_t("There is an alert of this cause."))


def _give(alert: Alert, by: Person, said: str) -> None:
    """What the owner post has to do. An owner that is no post of this company has none; the alert stands by itself."""
    post = Position.objects.filter(code=alert.owner).first()
    if post is None:
        return
    limit = parse(alert.monitor.obj.close_within).due(alert.opened_at, calendar_for(post.department)).at
    title = _t("Handle the alert: {title}").format(title=alert.title)
    alert.assignment = assignments.give_kept(
        by=by, title=title, note=said, due_at=max(limit, alert.due_at), position=post, about=alert, keeper=KEEPER
    )
    alert.save()


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
        tell_channels(alert, said)
    happened(alert.pk, "grown")
    return alert


@act("monitors.join", _("Join to an alert"), done=_("{by} joined {said} to the alert {object}"), doors=NO_DOORS)
def join(
    alert: Alert,
    *,
    by: Person,
    key: Annotated[str, Arg(label=_("Cause key"), max=160)],
    severity: Severity,
    parts: Parts,
    said: Told,
    title: Annotated[str, Arg(label=_("Title"), max=200)],
) -> Alert:
    """Another cause on a day on which its owner has been given as many alerts as it may: it becomes further parts.

    The owner is told in the line that there is. Refused where this cause has an alert already.
    """
    if alert.state not in ALIVE:
        raise Refused(_t("It is closed."))
    _refuse_second(key)
    alert.joined += 1
    alert.severity = max(alert.severity, severity, key=lambda one: one == Severity.CRITICAL)
    alert.first_day = min([alert.first_day, *(one.day for one in parts)])
    alert.last_day = max([alert.last_day, *(one.day for one in parts)])
    alert.save()
    _put(alert, parts, key)
    if alert.state != State.SILENCED:
        tell_owner(alert, f"{title}: {said}")
        tell_channels(alert, f"{title}: {said}")
    happened(alert.pk, "grown")
    return alert


def _put(alert: Alert, parts: Sequence[PartRow], cause: str = "") -> None:
    there = set(alert.parts.values_list("monitor", "metric", "day", "hour"))
    for one in parts:
        if (key := (one.monitor, one.metric, one.day, one.hour)) not in there:
            there.add(key)
            AlertPart(
                alert=alert, cause=cause, **{name: getattr(one, name) for name in PartRow.__dataclass_fields__}
            ).save()


@act("monitors.escalate", _("Escalate"), done=_("{by} escalated the alert {object}"), doors=NO_DOORS)
def escalate(alert: Alert, *, by: Person) -> Alert:
    """Nobody acknowledged it in time: those to whom the owner position reports are told, once."""
    if alert.state != State.OPEN or alert.escalated_at is not None:
        raise Refused(_t("It is not overdue."))
    alert.escalated_at = timezone.now()
    alert.save()
    tell_superior(alert)
    tell_channels(alert, _("Nobody has acknowledged it in time."), "late")
    happened(alert.pk, "escalated")
    return alert


@act(
    "monitors.recover", _("End by itself"), done=_("{by} closed the alert {object}: the data is there"), doors=NO_DOORS
)
def recover(alert: Alert, *, by: Person) -> Alert:
    """What was missing came, or the monitor runs again. For these two sorts only: a figure does not explain itself."""
    if alert.sort not in ENDING or alert.parts.exclude(sort__in=ENDING).exclude(severity="").exists():
        raise Refused(_t("A person says what the cause was."))
    alert.state = after(alert.state, "recover")
    alert.cause, alert.closed_at, alert.silenced_until = Cause.DATA, timezone.now(), None
    alert.save()
    assignments.drop(alert.assignment_id, _t("The data is there."))
    happened(alert.pk, "closed")
    return alert


@act(
    "monitors.give_back", _("Give back to its post"), done=_("{by} gave the alert {object} back to its post"),
    doors=NO_DOORS,
)  # fmt: skip
def give_back(alert: Alert, *, by: Person) -> Alert:
    """Who had it works here no more: it is open again for its post, with a new limit, and the post is told."""
    had = alert.assignment.doer if alert.assignment is not None else alert.acknowledged_by
    if had is None or works_here(had):
        raise Refused(_t("Somebody has it."))
    alert.state = after(alert.state, "give_back")
    alert.acknowledged_by = alert.acknowledged_at = alert.escalated_at = alert.silenced_until = None
    alert.due_at = parse(alert.monitor.obj.acknowledge_within).due(timezone.now(), calendar_for()).at
    alert.save()
    assignments.give_back(alert.assignment_id)
    tell_owner(alert, _t("{name}, who had it, works here no more.").format(name=had.name))
    happened(alert.pk, "opened")
    return alert


def works_here(person: Person) -> bool:
    """Does the person hold a post today?"""
    return here().filter(person=person).exists()


def here() -> QuerySet[Holding]:
    """The posts that are held now by people who have not left."""
    stays = Q(person__left_on=None) | Q(person__left_on__gte=timezone.localdate())
    found: QuerySet[Holding] = Holding.objects.at().filter(stays)
    return found
