"""Who is told: the owner position's holders, and their superiors when nobody acknowledges in time."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import holders, tell, tell_position
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import Text
from opsloop.engine.monitors.models import Alert, AlertPart
from opsloop.engine.monitors.words import Severity

WARNED, CRITICAL, ESCALATED = "monitors.warned", "monitors.critical", "monitors.escalated"


def tell_owner(alert: Alert, body: Text) -> None:
    """Inside an act: one line an alert, which counts up when it grows."""
    kind = CRITICAL if alert.severity == Severity.CRITICAL else WARNED
    tell_position(
        alert.owner, kind, format_lazy(_("Alert: {title}"), title=alert.title), body, link=alert.get_absolute_url(),
        about=alert, key=f"alert:{alert.pk}",
    )  # fmt: skip


def tell_others(alert: Alert, owners: set[str], body: Text) -> None:
    """Owners of monitors that show the same cause: they see that somebody has it."""
    have = {person.pk for person in holders(alert.owner)}
    people = {one.pk: one for code in sorted(owners - {alert.owner}) for one in holders(code) if one.pk not in have}
    if people:
        tell(
            list(people.values()), WARNED, format_lazy(_("Alert: {title}"), title=alert.title), body,
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
    title = format_lazy(_("Not acknowledged: {title}"), title=alert.title)
    everyone = list({one.pk: one for one in (*people, *holders(alert.owner))}.values())
    tell(everyone, ESCALATED, title, text, link=alert.get_absolute_url(), about=alert, key=f"alert-late:{alert.pk}")
    return people


def in_words(part: AlertPart, title: str, value: str, expected: str) -> Text:
    """A line in an inbox: the metric, its value, and against what."""
    if part.said:
        return part.said
    return format_lazy(_("{metric} {value}, expected {expected}"), metric=title, value=value, expected=expected)
