"""A new data version is judged at once; and how alerts are told."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Done, listen
from opsloop.base.inbox.api import AT_ONCE, BY_DIGEST, bulletin_kind, notice_kind
from opsloop.base.jobs.api import enqueue
from opsloop.base.search.api import searchable
from opsloop.data.lake.models import Snapshot
from opsloop.engine.monitors import keeping as _keeping  # noqa: F401  # it registers itself
from opsloop.engine.monitors.jobs import ROUND
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.telling import BULLETIN, CRITICAL, ESCALATED, WARNED

searchable(
    Alert, url=lambda one: one.get_absolute_url(), text=lambda one: f"{one.title} {one.note}", select=("monitor",)
)
bulletin_kind(BULLETIN, _("Alerts"))
notice_kind(WARNED, _("An alert: warning"), default=BY_DIGEST)
notice_kind(CRITICAL, _("An alert: critical"), default=AT_ONCE, may_off=False)
notice_kind(ESCALATED, _("An alert that nobody acknowledged"), default=AT_ONCE, may_off=False)
TOGETHER_MINUTES = 2
"""Loads come in bunches: versions within the same two minutes are judged together."""


@listen("*")
def follow(done: Done) -> None:
    """Whatever act published a version. Should this be lost in a crash, the hourly round does it."""
    if Snapshot._meta.label_lower not in done.touched or not Monitor.objects.filter(is_on=True).exists():
        return
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % TOGETHER_MINUTES)
    at = minute + timedelta(minutes=TOGETHER_MINUTES)
    enqueue(ROUND, key=f"{ROUND}:{minute:%Y%m%d%H%M}", run_at=at, behalf=None)
