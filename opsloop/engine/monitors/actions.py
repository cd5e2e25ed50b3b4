"""Monitors are switched on and off, alerts go from open to closed. What the machine does to alerts is in `raising`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.engine.assignments import api as assignments
from opsloop.engine.findings.api import Finding
from opsloop.engine.monitors.compiled import BACKTEST
from opsloop.engine.monitors.following import happened
from opsloop.engine.monitors.improving import raised_from
from opsloop.engine.monitors.models import Alert, Look, MarkedDays, Monitor
from opsloop.engine.monitors.transitions import after, why_not
from opsloop.engine.monitors.words import Cause

LONGEST_SILENCE = timedelta(days=31)
LONGEST_MARK = 100
Found = Annotated[str, Arg(label=_("What was found"), max=1000, long=True, help=_("Others read this with the alert."))]


def _off_only(monitor: Monitor) -> Text | None:
    if monitor.withdrawn:
        return _("It is out of force.")
    return _("It is switched on.") if monitor.is_on else None


def _on_only(monitor: Monitor) -> Text | None:
    return None if monitor.is_on else _("It is switched off.")


@act("monitors.switch_on", _("Switch on"), done=_("{by} switched the monitor {object} on"), when=_off_only)
def switch_on(monitor: Monitor, *, by: Person) -> Monitor:
    """Let it judge from now on. Refused before its back-test over our own history, and where that says it cannot."""
    look = Look.objects.filter(monitor=monitor).first()
    tested = look.backtest if look is not None else {}
    if tested.get("sha256") != monitor.sha256:
        raise Refused(_t("Back-test it first: one should know how many alarms a year it would have made."))
    if tested.get("cannot"):
        raise Refused(_t("It could not judge our history: {why}").format(why=tested["cannot"]))
    return _switched(monitor, by, on=True)


@act("monitors.switch_off", _("Switch off"), done=_("{by} switched the monitor {object} off: {reason}"), when=_on_only)
def switch_off(monitor: Monitor, *, by: Person, reason: Reason) -> Monitor:
    """It judges no more; its open alerts stay."""
    return _switched(monitor, by, on=False)


def _switched(monitor: Monitor, by: Person, *, on: bool) -> Monitor:
    monitor.is_on, monitor.switched_by, monitor.switched_at = on, by, timezone.now()
    monitor.save()
    return monitor


@act("monitors.backtest", _("Back-test"), done=_("{by} had the monitor {object} back-tested"))
def backtest(monitor: Monitor, *, by: Person) -> Monitor:
    """Judge the last year once more, in the background."""
    if monitor.withdrawn:
        raise Refused(_t("It is out of force."))
    enqueue(BACKTEST, {"ident": monitor.ident})
    return monitor


@act(
    "monitors.acknowledge", _("Acknowledge"), done=_("{by} acknowledged the alert {object}"),
    when=lambda alert: why_not(alert.state, "acknowledge"),
)  # fmt: skip
def acknowledge(alert: Alert, *, by: Person) -> Alert:
    """I have seen it and look into it; its assignment is mine then. Refused unless it is open."""
    take_note(alert, by)
    assignments.take(alert.assignment_id, by)
    return alert


def take_note(alert: Alert, by: Person) -> None:
    """Inside an act: this person has it."""
    alert.state = after(alert.state, "acknowledge")
    alert.acknowledged_by, alert.acknowledged_at = by, timezone.now()
    alert.save()


@act(
    "monitors.silence", _("Silence"), done=_("{by} silenced the alert {object} until {until}: {reason}"),
    when=lambda alert: why_not(alert.state, "silence"),
)  # fmt: skip
def silence(
    alert: Alert, *, by: Person, until: Annotated[date, Arg(label=_("Silenced until"))], reason: Reason
) -> Alert:
    """Nobody is told of it until the end of that day; what comes meanwhile is kept with it."""
    today = timezone.localdate()
    if not today <= until <= today + LONGEST_SILENCE:
        raise Refused(_t("Choose a day from today to {n} days ahead.").format(n=LONGEST_SILENCE.days), field="until")
    now = timezone.now()
    alert.state = after(alert.state, "silence")
    alert.silenced_until = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
    if alert.acknowledged_by_id is None:
        alert.acknowledged_by, alert.acknowledged_at = by, now
        assignments.take(alert.assignment_id, by)
    alert.save()
    return alert


@act(
    "monitors.wake", _("End the silence"), done=_("{by} ended the silence of the alert {object}"),
    when=lambda alert: why_not(alert.state, "wake"),
)  # fmt: skip
def wake(alert: Alert, *, by: Person) -> Alert:
    """It counts as acknowledged again, by whoever had it."""
    alert.state, alert.silenced_until = after(alert.state, "wake"), None
    alert.save()
    return alert


@act(
    "monitors.close", _("Close"), done=_("{by} closed the alert {object}: {cause} {note}"),
    when=lambda alert: why_not(alert.state, "close"),
)  # fmt: skip
def close(
    alert: Alert,
    *,
    by: Person,
    cause: Cause,
    note: Found = "",
    finding: Annotated[
        bool, Arg(label=_("Raise a finding"), help=_("So that it does not happen again: triage decides about it."))
    ] = False,
) -> Alert:
    """Say what it was. Refused before it is acknowledged; another or an unknown cause needs words."""
    if cause in (Cause.OTHER, Cause.UNKNOWN) and len(note.strip()) < 3:
        raise Refused(_t("Say in a few words what was looked at."), field="note")
    alert.state = after(alert.state, "close")
    alert.cause, alert.note, alert.silenced_until = cause, note.strip(), None
    alert.closed_by, alert.closed_at = by, timezone.now()
    alert.save()
    assignments.finish(alert.assignment_id, by, ": ".join(filter(None, (alert.get_cause_display(), note.strip()))))
    happened(alert.pk, "closed")
    if finding:
        raised_from(alert, by, "", alert.note)
    return alert


@act("monitors.raise_finding", _("Raise a finding"), done=_("{by} raised {result} from the alert {alert}"))
def raise_finding(
    alert: Alert,
    *,
    by: Person,
    title: Annotated[str, Arg(label=_("Title"), min=4, max=200)],
    seen: Annotated[str, Arg(label=_("What was found"), max=4000, long=True)] = "",
) -> Finding:
    """立改进项: it goes to triage with the alert's figures. One alert makes one; so does one cause in a week."""
    return raised_from(alert, by, title, seen)


@act(
    "monitors.mark_days", _("Mark campaign days"), done=_("{by} marked the days of {title}: {first_day} to {last_day}")
)
def mark_days(
    *,
    by: Person,
    title: Annotated[str, Arg(label=_("Title"), max=100)],
    first_day: Annotated[date, Arg(label=_("First day"))],
    last_day: Annotated[date, Arg(label=_("Last affected day"))],
) -> MarkedDays:
    """Days on which a campaign or event moves the numbers: monitors that ignore campaign days do not judge them."""
    if last_day < first_day:
        raise Refused(_t("The last day is before the first."), field="last_day")
    if (last_day - first_day).days >= LONGEST_MARK:
        raise Refused(_t("At most {n} days at once.").format(n=LONGEST_MARK), field="last_day")
    row = MarkedDays(title=title, first_day=first_day, last_day=last_day)
    row.save()
    return row


@act(
    "monitors.unmark_days", _("Take the mark back"), done=_("{by} took the mark of {object} back: {reason}"),
    when=lambda row: _("It was taken back already.") if row.dropped else None,
)  # fmt: skip
def unmark_days(row: MarkedDays, *, by: Person, reason: Reason) -> MarkedDays:
    """The campaign does not take place; the days are judged again."""
    row.dropped = True
    row.save()
    return row
