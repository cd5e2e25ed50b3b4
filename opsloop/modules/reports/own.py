"""What a person's week consists of, from assignments and the ledger; and who writes a report of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from opsloop.base.acts import registry
from opsloop.base.inbox.api import able
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person, PersonKind
from opsloop.engine.assignments.api import Assignment, State
from opsloop.modules.reports.actions.own import draft_own
from opsloop.modules.reports.models import Content, OwnReport
from opsloop.modules.reports.words import OwnState

MOST = 40
QUIET = frozenset({"inbox", "explore", "reports", "lists", "people"})
"""Nouns whose acts are no work that one reports: reading, one's own settings, exports."""


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def writers() -> list[Person]:
    """Everybody who works here and may send a report upward."""
    return [one for one in able("reports.send_own") if one.kind == PersonKind.STAFF]


def draw_up(person: Person, since: date, until: date) -> dict[str, Any]:
    """Done, overdue and running assignments, those given to others, and the acts of the week by their names."""
    began, ended = _moment(since), _moment(until + timedelta(days=1))
    mine = Assignment.objects.filter(doer=person).select_related("asked_by")
    done = list(mine.filter(state=State.DONE, done_at__gte=began, done_at__lt=ended).order_by("done_at")[:MOST])
    running = list(mine.filter(state__in=(State.OPEN, State.ACCEPTED)).order_by("due_at")[: 2 * MOST])
    limit = min(ended, timezone.now())
    late = [one for one in running if one.limit_at < limit]
    ahead = [one for one in running if one.limit_at >= limit]
    given = Assignment.objects.filter(asked_by=person, asked_at__gte=began, asked_at__lt=ended).exclude(doer=person)
    return {
        "done": [_line(one) for one in done],
        "late": [_line(one) for one in late],
        "running": [_line(one) for one in ahead],
        "acts": _acts(person, began, ended),
        "counts": {"done": len(done), "late": len(late), "running": len(ahead), "given": given.count()},
    }


def _line(one: Assignment) -> dict[str, Any]:
    """on_time: was it done by its limit?"""
    return {
        "title": one.title, "url": one.get_absolute_url(), "by": one.asked_by.name, "word": one.word,
        "due": one.limit_at.isoformat(), "done": one.done_at.isoformat() if one.done_at else "",
        "on_time": one.done_at is None or one.done_at <= one.limit_at,
    }  # fmt: skip


def _acts(person: Person, began: datetime, ended: datetime) -> list[dict[str, Any]]:
    """Acts of the ledger by name with how often; what is no work is left out."""
    span = (int(began.timestamp() * 1_000_000), int(ended.timestamp() * 1_000_000))
    names = Entry.objects.filter(by_id=person.pk, at__gte=span[0], at__lt=span[1]).values_list("act", flat=True)
    known = Counter(name for name in names if name in registry and name.partition(".")[0] not in QUIET)
    return [{"act": name, "n": n} for name, n in known.most_common(MOST)]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def drafting_own(person: Person, since: date, until: date, *, by: Person) -> Callable[[], OwnReport]:
    """Put down what the week consists of; what is answered publishes it."""
    sha256 = Content.keep(draw_up(person, since, until))
    return lambda: draft_own(by=by, person=person, since=since, until=until, content=sha256)


def due_own(today: date) -> list[tuple[Person, date, date]]:
    """From Friday on: whoever has none of this week yet, or one that is not sent."""
    since, until = week_of(today)
    sent = set(OwnReport.objects.filter(since=since, state=OwnState.SENT).values_list("person_id", flat=True))
    return [(one, since, until) for one in writers() if one.pk not in sent]
