"""Out of a bulletin come lines, one a channel that wants it, and a letter that fetches them; all in the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from opsloop.base.calendar.queries import calendar_for
from opsloop.base.inbox.api import Bulletin, carrier
from opsloop.base.inbox.timing import after_quiet, clock, quiet_of
from opsloop.base.jobs.api import post
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.connectors.channels.models import Channel, Gate, Line

KEPT = timedelta(days=3)
"""What could not be sent for so long is told by nobody any more."""
SOON = timedelta(minutes=2)
WORKDAY = time(8, 30)


@carrier("channels")
class Channels:
    """The company's channels as a way out of the house."""

    def carry(self, bulletin: Bulletin) -> int:
        """Lines for the channels that take it; a letter where none is on its way."""
        return sum(_put(channel, bulletin) for channel in _open() if _wants(channel, bulletin))

    def known(self) -> dict[str, str]:
        return {one.code: one.name for one in _open()}


def _open() -> Iterable[Channel]:
    return Channel.objects.filter(removed_at=None, paused=False).order_by("pk")


def _wants(channel: Channel, bulletin: Bulletin) -> bool:
    if channel.code in bulletin.channels:
        return True
    if bulletin.kind not in channel.kinds or (
        channel.owners and bulletin.owner and bulletin.owner not in channel.owners
    ):
        return False
    return bulletin.grave or not (channel.grave_only and bulletin.owner)


def due(channel: Channel, *, grave: bool, until: datetime | None, now: datetime) -> datetime | None:
    """When it may be told; None when it is no news any more by then."""
    if grave:
        return now
    zone, moment = timezone.get_default_timezone(), now
    collected = clock(channel.digest_at)
    if collected is not None and until is None:
        moment = _next(now, collected)
    if channel.workdays:
        moment = _workday(moment, collected or WORKDAY)
    moment = after_quiet(moment, quiet_of(channel.quiet_from, channel.quiet_to), zone)
    return moment if until is None or moment < until else None


def _next(now: datetime, at: time) -> datetime:
    local = timezone.localtime(now)
    found = datetime.combine(local.date(), at, local.tzinfo)
    return found if found > local else datetime.combine(local.date() + timedelta(days=1), at, local.tzinfo)


def _workday(moment: datetime, at: time) -> datetime:
    calendar, local = calendar_for(), timezone.localtime(moment)
    for ahead in range(30):
        day = local.date() + timedelta(days=ahead)
        if calendar.is_working_day(day):
            return moment if ahead == 0 else datetime.combine(day, at, local.tzinfo)
    return moment


def _put(channel: Channel, bulletin: Bulletin) -> int:
    now = timezone.now()
    moment = due(channel, grave=bulletin.grave, until=bulletin.until, now=now)
    if moment is None or Line.objects.filter(channel=channel, key=bulletin.key).exists():
        return 0
    until = bulletin.until or moment + KEPT
    line = Line(
        channel=channel, key=bulletin.key[:200], kind=bulletin.kind, title=bulletin.title[:300], body=bulletin.body,
        link=bulletin.link, picture=bulletin.picture, grave=bulletin.grave, made_at=now, due_at=moment, until=until,
    )  # fmt: skip
    Line.objects.bulk_create([line], ignore_conflicts=True)
    wake(channel, moment)
    return 1


def wake(channel: Channel, moment: datetime) -> None:
    """A letter for the channel at this moment, unless one waits that comes about then: it takes all lines along.

    The waiting one is locked, so that nobody delivers it before this transaction's lines are there.
    """
    gate = Gate.objects.filter(channel=channel).first()
    soonest = max(moment, gate.not_before or moment) if gate else moment
    waiting = Outbox.objects.filter(channel=channel.service, to=str(channel.pk), state=LetterState.WAITING)
    if connection.features.has_select_for_update:
        waiting = waiting.select_for_update()
    if waiting.filter(due_at__lte=soonest + SOON).first() is None:
        key = f"channel:{channel.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
        post(channel.service, str(channel.pk), {}, key, due=soonest)
