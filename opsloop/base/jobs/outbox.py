"""What leaves the house: posted in the act's transaction, delivered after commit, at least once.

A receiver may get a message twice when a worker dies between sending and noting it; such rows are marked
`maybe_twice`, and senders get the same key at every attempt so that a receiver can drop repeats.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opsloop.base.jobs.lease import ERROR_SIZE, wait
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.base.jobs.queue import pack
from opsloop.base.jobs.reasons import OUTSIDE
from opsloop.base.jobs.tasks import ATTEMPTS, Letter, patience, senders
from opsloop.base.things.errors import NotYet, OutsideError

log = logging.getLogger("opsloop.jobs")
MAX_ATTEMPTS = ATTEMPTS
SEND_S = 120.0
"""A delivery that says nothing for this long is taken for dead; senders must give up sooner."""
on_dead_letter: list[Callable[[Outbox], None]] = []
"""Called after a message was given up; whoever tells people of it adds itself here. A fault in it is logged."""


def post(channel: str, to: str, payload: dict[str, Any], key: str, *, due: datetime | None = None) -> Outbox:
    """Send this after commit, not before `due`; inside an act it is sent only if the act is done. A key goes out once,
    however often it is posted: name what it is about (`alert:12:raised`). Raises LookupError for a channel without a
    sender.
    """
    if channel not in senders:
        raise LookupError(f"no sender for {channel}; known are {', '.join(sorted(senders))}")
    now = timezone.now()
    row = Outbox(channel=channel, to=to, payload=pack(payload), key=key, made_at=now, due_at=max(due or now, now))
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
    return Outbox.objects.get(key=key)


def due_letters() -> QuerySet[Outbox]:
    """Messages to deliver now: waiting ones, and those whose deliverer fell silent."""
    return Outbox.objects.filter(due_at__lte=timezone.now())


def deliver() -> bool:
    """Deliver one due message. Answers False when there was none."""
    row = _take()
    if row is None:
        return False
    letter = Letter(row.channel, row.to, json.loads(row.payload), row.key, row.attempts, row.maybe_twice)
    try:
        sender = senders.get(row.channel)
        if sender is None:
            raise OutsideError(f"no sender for {row.channel} in this version")
        sender(letter)
    except NotYet as error:
        _put_off(row, error)
    except OutsideError as error:
        _failed(row, f"{OUTSIDE}: {error}", permanent=error.permanent, retry_at=error.retry_at)
    except Exception as error:
        log.exception("message %s by %s", row.pk, row.channel)
        _failed(row, f"{type(error).__name__}: {error}", permanent=False)
    else:
        _mine(row).update(state=LetterState.SENT, sent_at=timezone.now(), due_at=None, error="")
    return True


def _take() -> Outbox | None:
    if not due_letters().exists():
        return None
    with transaction.atomic(durable=True):
        row = due_letters().order_by("due_at", "id").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.maybe_twice = row.maybe_twice or row.state == LetterState.SENDING
        row.state, row.token, row.attempts = LetterState.SENDING, row.token + 1, row.attempts + 1
        row.due_at = timezone.now() + timedelta(seconds=SEND_S)
        row.save(update_fields=["maybe_twice", "state", "token", "attempts", "due_at"])
        return row


def _mine(row: Outbox) -> QuerySet[Outbox]:
    return Outbox.objects.filter(pk=row.pk, token=row.token, state=LetterState.SENDING)


def _put_off(row: Outbox, error: NotYet) -> None:
    """It waits as if nobody had taken it; what it said of itself before stays."""
    _mine(row).update(state=LetterState.WAITING, due_at=error.retry_at, attempts=row.attempts - 1)


def _failed(row: Outbox, error: str, *, permanent: bool, retry_at: datetime | None = None) -> None:
    log.warning("message %s by %s failed, attempt %d: %s", row.pk, row.channel, row.attempts, error)
    if permanent or row.attempts >= patience.get(row.channel, MAX_ATTEMPTS):
        if _mine(row).update(state=LetterState.DEAD, due_at=None, error=error[:ERROR_SIZE]):
            row.error = error
            _tell_dead(row)
        return
    again = max(timezone.now() + wait(row.attempts), retry_at or timezone.now())
    _mine(row).update(state=LetterState.WAITING, due_at=again, error=error[:ERROR_SIZE])


def _tell_dead(row: Outbox) -> None:
    for fn in on_dead_letter:
        try:
            fn(row)
        except Exception:
            log.exception("message %s is dead and %s failed", row.pk, fn.__qualname__)


def open_again(row: Outbox) -> None:
    """A dead message waits once more, with all its attempts."""
    Outbox.objects.filter(pk=row.pk, state=LetterState.DEAD).update(
        state=LetterState.WAITING, due_at=timezone.now(), attempts=0
    )
