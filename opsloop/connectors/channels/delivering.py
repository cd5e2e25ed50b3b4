"""A letter's way out: it takes all lines of its channel that are due, makes one message of them, and sends it.

Sent at least once: lines are marked before the attempt and after it. Where an attempt's end is not known (the worker
died, the service was silent) the next message says 可能重复. A definite no clears that mark.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _t

from opsloop.base.files.models import Stored
from opsloop.base.inbox.mails import address
from opsloop.base.jobs.lease import wait
from opsloop.base.jobs.outbox import SEND_S
from opsloop.base.jobs.tasks import Letter, sender
from opsloop.base.things.errors import NotYet, OutsideError
from opsloop.connectors.channels import vault
from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.message import Item, Message, with_keyword
from opsloop.connectors.channels.models import Channel, Gate, Line
from opsloop.connectors.channels.services import Bot, Service, services
from opsloop.connectors.channels.words import LineState, Problem, Style

log = logging.getLogger("opsloop.channels")
MOST = 20
"""Things in one message; the rest is counted."""
PATIENCE = 90
"""Attempts of a letter, an hour apart in the end: longer than lines are kept."""


def serve(this: Service) -> None:
    """A connector's service, in its listeners.py: its addresses are known, and its letters are delivered here."""
    services[this.name] = this
    sender(this.name, attempts=PATIENCE)(deliver)


def deliver(letter: Letter) -> None:
    """Send what waits for the letter's channel. Raises OutsideError, NotYet when the channel may not speak now."""
    channel = Channel.objects.filter(pk=int(letter.to), removed_at=None).first()
    if channel is None or channel.paused:
        return
    expire(channel)
    now = timezone.now()
    if not _due(channel, letter.key, now).exists():
        return
    service = services[channel.service]
    through(channel, service)
    lines = _take(channel, letter.key, now)
    if not lines:
        return
    with translation.override(settings.LANGUAGE_CODE):
        _send(channel, service, letter, lines)


def _send(channel: Channel, service: Service, letter: Letter, lines: Sequence[Line]) -> None:
    twice = any(line.unsure for line in lines)
    ids = [line.pk for line in lines]
    Line.objects.filter(pk__in=ids).update(unsure=True)
    try:
        message = made_of(lines, twice=twice)
        hindered = speak(channel, service, message, letter.key)
    except OutsideError as error:
        known = not (isinstance(error, Troubled) and error.problem == Problem.SILENT)
        free = {"taken_by": "", "taken_until": None, **({"unsure": twice} if known else {})}
        Line.objects.filter(pk__in=ids).update(**free)
        raise _noted(channel, error) from error
    now = timezone.now()
    with transaction.atomic():
        done = {"state": LineState.SENT, "sent_at": now, "taken_by": "", "taken_until": None, "unsure": False}
        Line.objects.filter(pk__in=ids).update(**done, twice=twice)
        Gate.objects.filter(channel=channel).update(
            failures=0, not_before=None, problem="", said="", said_at=now, sent_at=now
        )
        note_picture(channel, message, hindered)


def note_picture(channel: Channel, message: Message, hindered: OutsideError | None) -> None:
    """Keep why a picture stayed behind its words, or that it went along; of a message without one nothing is noted."""
    if message.picture is None:
        return
    problem = "" if hindered is None else hindered.problem if isinstance(hindered, Troubled) else Problem.UNKNOWN
    said = theirs(hindered) if hindered is not None else ""
    Gate.objects.filter(channel=channel).update(picture_problem=problem, picture_said=said)
    if hindered is not None:
        log.warning("channel %s: the picture stayed behind: %s", channel.pk, hindered)


def speak(channel: Channel, service: Service, message: Message, key: str) -> Troubled | None:
    """Say it through the service; answers what kept its picture behind. Raises OutsideError. No text has a secret."""
    kept = vault.opened(channel) if service.hosts else vault.Opened("", "")
    style = Style(channel.style) if channel.style in service.styles else service.styles[0]
    bot = Bot(kept.address, kept.secret, style, channel.addresses, key, kept.app, kept.app_secret)
    try:
        return service.speak(bot, with_keyword(message, channel.keyword))
    except OutsideError:
        raise
    except Exception as error:  # a fault of ours must not carry the address into a log
        log.error("channel %s: %s", channel.pk, bot.hide(f"{type(error).__name__}: {error}"))
        raise Troubled(Problem.UNKNOWN, type(error).__name__) from None


def through(channel: Channel, service: Service) -> None:
    """Take one token out of the channel's bucket. Raises NotYet with the moment when there will be one."""
    now = timezone.now()
    with transaction.atomic():
        Gate.objects.get_or_create(channel=channel, defaults={"filled_at": now, "tokens": service.bucket.burst})
        gate = Gate.objects.select_for_update().get(channel=channel)
        if gate.not_before is not None and gate.not_before > now:
            raise NotYet(_t("The service takes nothing before then."), gate.not_before)
        tokens = service.bucket.filled(gate.tokens, (now - gate.filled_at).total_seconds())
        if tokens < 1:
            again = now + timedelta(seconds=service.bucket.wait_s(tokens))
            raise NotYet(_t("The channel has said enough for now."), again)
        Gate.objects.filter(channel=channel).update(tokens=tokens - 1, filled_at=now)


def _noted(channel: Channel, error: OutsideError) -> OutsideError:
    """Keep what the service said and when it may be asked again; a limit counts as no attempt."""
    now, problem = timezone.now(), error.problem if isinstance(error, Troubled) else Problem.UNKNOWN
    gate = Gate.objects.get(channel=channel)
    failures = gate.failures + 1
    again = None if error.permanent else error.retry_at or now + wait(failures)
    Gate.objects.filter(channel=channel).update(
        failures=failures, not_before=again, problem=problem, said=theirs(error), said_at=now
    )
    if problem == Problem.RATE and again is not None:
        return NotYet(str(error), again)
    error.retry_at = again
    return error


def theirs(error: OutsideError) -> str:
    """What the other side said; the problem itself is worded when it is read."""
    return (error.theirs if isinstance(error, Troubled) else str(error))[:300]


def expire(channel: Channel) -> int:
    """What is no news any more is not told."""
    old = Line.objects.filter(channel=channel, state=LineState.WAITING, until__lte=timezone.now())
    return old.update(state=LineState.EXPIRED)


def _due(channel: Channel, key: str, now: datetime) -> QuerySet[Line]:
    free = Q(taken_until=None) | Q(taken_until__lt=now) | Q(taken_by=key)
    return Line.objects.filter(free, channel=channel, state=LineState.WAITING, due_at__lte=now)


def _take(channel: Channel, key: str, now: datetime) -> list[Line]:
    """Mark the lines as ours; what another worker took a moment ago is not among them."""
    _due(channel, key, now).update(taken_by=key, taken_until=now + timedelta(seconds=SEND_S))
    mine = Line.objects.filter(channel=channel, state=LineState.WAITING, taken_by=key)
    return list(mine.order_by("-grave", "made_at", "pk"))


def made_of(lines: Sequence[Line], *, twice: bool = False) -> Message:
    """One thing as itself, many as a digest with the gravest first."""
    mark = _t(" (perhaps repeated)") if twice else ""
    label = _t("Open the page")
    if len(lines) == 1:
        one = lines[0]
        link = address(one.link) if one.link else ""
        item = Item(one.title + mark, one.body, link)
        return Message(item.title, (item,), link, label, "", _picture(one.picture))
    title = _t("{n} messages").format(n=len(lines)) + mark
    items = tuple(_short(one) for one in lines[:MOST])
    foot = _t("And {n} more.").format(n=len(lines) - MOST) if len(lines) > MOST else ""
    return Message(title, items, address("/"), label, foot)


def _short(one: Line) -> Item:
    """In a digest a line says when, what, and its first words."""
    first = next((line for line in one.body.splitlines() if line.strip()), "")
    return Item(
        f"{timezone.localtime(one.made_at):%m-%d %H:%M} {one.title}", first, address(one.link) if one.link else ""
    )


def _picture(pk: int | None) -> bytes | None:
    row = Stored.objects.filter(pk=pk, erased_at=None, mime="image/png").first() if pk is not None else None
    path: Path | None = row.path if row is not None else None
    return path.read_bytes() if path is not None and path.exists() else None
