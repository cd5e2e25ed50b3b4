"""Who is told: the owner position's holders, and their superiors when nobody acknowledges in time."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts.sentences import shown_moment
from opsloop.base.inbox.api import INBOX, broadcast, holders, tell, tell_position
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import Text
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.words import Severity

BULLETIN = "monitors.alert"
WARNED, CRITICAL, ESCALATED = "monitors.warned", "monitors.critical", "monitors.escalated"


def tell_owner(alert: Alert, body: Text) -> None:
    """Inside an act: one line an alert, which counts up when it grows."""
    kind = CRITICAL if alert.severity == Severity.CRITICAL else WARNED
    tell_position(
        alert.owner, kind, format_lazy(_("Alert: {title}"), title=alert), body, link=alert.get_absolute_url(),
        about=alert, key=f"alert:{alert.pk}",
    )  # fmt: skip


def tell_others(alert: Alert, owners: set[str], body: Text) -> None:
    """Owners of monitors that show the same cause: they see that somebody has it."""
    have = {person.pk for person in holders(alert.owner)}
    people = {one.pk: one for code in sorted(owners - {alert.owner}) for one in holders(code) if one.pk not in have}
    if people:
        tell(
            list(people.values()), WARNED, format_lazy(_("Alert: {title}"), title=alert), body,
            link=alert.get_absolute_url(), about=alert, key=f"alert:{alert.pk}",
        )  # fmt: skip


def tell_superior(alert: Alert) -> list[Person]:
    """Whom the owner position reports to; the owners once more as well. Answers the superiors."""
    boss = Position.objects.filter(code=alert.owner, reports_to__isnull=False).values_list(
        "reports_to__code", flat=True
    )
    code = boss.first() or ""
    people = holders(code) if code else []
    text = _("Nobody has acknowledged it in time.")
    title = format_lazy(_("Not acknowledged: {title}"), title=alert)
    everyone = list({one.pk: one for one in (*people, *holders(alert.owner))}.values())
    tell(everyone, ESCALATED, title, text, link=alert.get_absolute_url(), about=alert, key=f"alert-late:{alert.pk}")
    return people


def tell_channels(alert: Alert, body: Text, what: str = "") -> None:
    """Groups of the company, as the monitor's `tell` says for this severity; `inbox` alone is nobody beside the owner.

    Nothing said: channels that take alerts. A channel hears of an alert once as a warning, once when it is critical,
    once when nobody acknowledged it, and once for each cause that joins it.
    """
    severity = str(alert.severity)
    named = channels_of(alert.monitor.obj.tell, severity)
    if named == {INBOX}:
        return
    owner = Position.objects.filter(code=alert.owner).first() or alert.owner
    lines = format_lazy(
        _("{body}\n{owner}, to be acknowledged by {at}"), body=body, owner=owner, at=shown_moment(alert.due_at)
    )
    broadcast(
        BULLETIN, format_lazy(_("Alert: {title}"), title=alert), lines, link=alert.get_absolute_url(),
        key=f"alert:{alert.pk}:{what or severity}:{alert.joined}", severity=severity, owner=alert.owner,
        channels=named,
    )  # fmt: skip


def channels_of(tell: Mapping[str, str | tuple[str, ...]], severity: str) -> set[str]:
    """The words of `tell` for a severity; critical where it says nothing is told as a warning is."""
    said = tell.get(severity, tell.get(str(Severity.WARN), ()) if severity == Severity.CRITICAL else ())
    return {said} if isinstance(said, str) else set(said)
