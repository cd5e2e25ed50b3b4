"""The net below: channels whose lines wait without a letter get one, and what is over is swept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import Context, scheduled
from opsloop.connectors.channels import vault
from opsloop.connectors.channels.carrying import wake
from opsloop.connectors.channels.models import Channel, Line
from opsloop.connectors.channels.words import LineState

OVER = timedelta(days=60)


@scheduled("channels.round", _("See that no group message is left lying"), cron="*/5 * * * *")
def round_of_channels(ctx: Context) -> int:
    """Answers how many channels had something due."""
    now = timezone.now()
    late = Line.objects.filter(state=LineState.WAITING, due_at__lte=now - timedelta(minutes=2))
    rows = list(Channel.objects.filter(removed_at=None, paused=False, pk__in=late.values("channel")))
    for channel in rows:
        with transaction.atomic():
            wake(channel, now)
    return len(rows)


@scheduled("channels.sweep", _("Drop old group messages"), cron="55 3 * * *")
def sweep(ctx: Context) -> int:
    """Lines that are over for sixty days, and pasted addresses that no channel took."""
    vault.sweep()
    old = Line.objects.exclude(state=LineState.WAITING).filter(made_at__lt=timezone.now() - OVER)
    return old.delete()[0]
