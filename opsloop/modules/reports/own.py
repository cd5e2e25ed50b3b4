"""What a person's week consists of: assignments, steps of cases and the ledger; and who writes a report of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from opsloop.base.acts import registry
from opsloop.base.inbox.api import able
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person, PersonKind
from opsloop.engine.assignments.api import Assignment, State
from opsloop.engine.cases import api as cases
from opsloop.modules.reports.actions.own import draft_own
from opsloop.modules.reports.models import Content, OwnReport
from opsloop.modules.reports.words import OwnState

MOST = 40
MADE_UP = re.compile(r"【模拟】|（模拟）")
"""How work that a demo made up names itself, its cases and its assignments alike; no other workspace looks for it."""
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
    """Done, overdue and running assignments and steps of cases, those given to others, and the acts of the week by
    their names. Counts are of all; of each sort so many lines are kept. simulated: which counts have made-up work."""
    began, ended = _moment(since), _moment(until + timedelta(days=1))
    mine = Assignment.objects.filter(doer=person).select_related("asked_by")
    done = [_line(one) for one in mine.filter(state=State.DONE, done_at__gte=began, done_at__lt=ended)]
    done += [_step(one) for one in cases.done_between(person, began, ended)]
    running = [_line(one) for one in mine.filter(state__in=(State.OPEN, State.ACCEPTED))]
    running += [_step(one) for one in cases.in_hand(person)]
    limit = min(ended, timezone.now())
    late = [one for one in running if (due := _at(one["due"])) is not None and due < limit]
    ahead = [one for one in running if (due := _at(one["due"])) is None or due >= limit]
    given = Assignment.objects.filter(asked_by=person, asked_at__gte=began, asked_at__lt=ended).exclude(doer=person)
    return {
        "done": sorted(done, key=lambda one: _at(one["done"]) or ended)[:MOST],
        "late": _by_limit(late)[:MOST],
        "running": _by_limit(ahead)[:MOST],
        "acts": _acts(person, began, ended),
        "counts": {"done": len(done), "late": len(late), "running": len(ahead), "given": given.count()},
        "simulated": _made_up({"done": done, "late": late, "running": ahead}, given.values_list("title", flat=True)),
    }


def _made_up(lines: dict[str, list[dict[str, Any]]], given: Iterable[str]) -> list[str]:
    """The counts of which some is made up, so that each bears the mark: a sum is no truer than what is in it."""
    if not settings.WORKSPACE.demo:
        return []
    titles = {name: [one["title"] for one in rows] for name, rows in lines.items()} | {"given": list(given)}
    return [name for name, rows in titles.items() if any(MADE_UP.search(one) for one in rows)]


def _line(one: Assignment) -> dict[str, Any]:
    """on_time: was it done by its limit?"""
    return _said(one.title, one.get_absolute_url(), one.asked_by.name, one.word, one.limit_at, one.done_at)


def _step(one: cases.Step) -> dict[str, Any]:
    return _said(one.title, one.url, one.sop, one.word, one.due, one.done)


def _said(title: str, url: str, by: str, word: str, due: datetime | None, done: datetime | None) -> dict[str, Any]:
    return {
        "title": title, "url": url, "by": by, "word": word, "due": due.isoformat() if due else "",
        "done": done.isoformat() if done else "", "on_time": done is None or due is None or done <= due,
    }  # fmt: skip


def _at(said: str) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _by_limit(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The next limit first; what has none stands at the end."""
    return sorted(lines, key=lambda one: (not one["due"], _at(one["due"]) or _moment(date.min + timedelta(days=2))))


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
