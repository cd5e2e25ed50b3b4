"""What waits for a person, from every app in one list: confirmations, approvals, tasks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text

log = logging.getLogger("opsloop.ui")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to do. kind: its sort in a word. due: None where it has no limit. side: open it beside the page."""

    title: str
    kind: Text
    url: str
    since: datetime
    due: datetime | None = None
    asked_by: str = ""
    tone: str = "blue"
    side: bool = True


Source = Callable[[Person], Iterable[Waiting]]
_sources: dict[str, Source] = {}


def waits(name: str) -> Callable[[Source], Source]:
    """Register `fn(person) -> what waits for them`; at most a few queries, at most a hundred lines."""

    def wrap(source: Source) -> Source:
        _sources[name] = source
        return source

    return wrap


def waiting_for(person: Person) -> list[Waiting]:
    """Everything, what is due first at the top, then what has waited longest. A broken source is logged."""
    out: list[Waiting] = []
    for name, source in _sources.items():
        try:
            out += source(person)
        except Exception:
            log.exception("what waits from %s could not be read", name)
    return sorted(out, key=lambda one: (one.due or NEVER, one.since))
