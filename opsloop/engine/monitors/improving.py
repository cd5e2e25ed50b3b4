"""From an alert to a finding (改进项): with its figures, under its cause and week, for the post that has the alert."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.engine.findings import api as findings
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.words import Every

PART = "alert"
MOST = 20


def raised_from(alert: Alert, by: Person, title: str, seen: str) -> findings.Finding:
    """Inside an act. An alert that has a finding is answered with it; what repeats in a week is added to it."""
    return findings.give(
        by=by, title=title or alert.headline, origin=findings.Origin.ALERT, seen=seen, cause=alert.key,
        period=f"{alert.last_day:%G-W%V}", about=alert, part=PART, owner=alert.owner, evidence=_figures(alert),
    )  # fmt: skip


def names_of(pk: int, _part: str) -> tuple[str, ...]:
    """What a finding of an alert is called when nobody writes a title, on its page and by closing it."""
    alert = Alert.objects.select_related("monitor").filter(pk=pk).first()
    return () if alert is None else (alert.headline, look_into(alert))


def look_into(alert: Alert) -> str:
    return _t("Look into: {title}").format(title=alert.headline)[:200]


findings.names_findings(Alert._meta.label_lower, names_of)


def _figures(alert: Alert) -> list[findings.EvidenceRow]:
    longer = timedelta(days=6 if alert.every == Every.WEEK else 0)
    rows = alert.parts.exclude(severity="").order_by("-day", "pk")[:MOST]
    return [
        findings.EvidenceRow(
            said=one.said, metric=one.metric, since=one.day, until=one.day + longer, value=one.value,
            expected=one.expected, snapshot=one.snapshot, href=alert.get_absolute_url(),
        )
        for one in rows
    ]  # fmt: skip
