"""What stands on a person's start page, from every app: to do, to approve, started by them, copied to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from django.db.models import Model

from opsloop.base.acts.about import ref
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text

log = logging.getLogger("opsloop.ui")
NEVER = datetime.max.replace(tzinfo=UTC)


class Lane(Enum):
    """待办, 待审, 我发起, 抄送我: why a line stands on the start page. Only the first two wait for its reader."""

    DO = "do"
    APPROVE = "approve"
    STARTED = "started"
    COPIED = "copied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to do or to know. kind: its sort in a word. due: None where it has no limit. side: open it beside.

    act, on: the act that is nearly always next, as a button on the line, and the row that it is done on.
    instead: another thing, named like `monitors.alert:12`, whose own line has no place beside this one.
    """

    title: str
    kind: Text
    url: str
    since: datetime
    due: datetime | None = None
    asked_by: str = ""
    tone: str = "blue"
    side: bool = True
    lane: Lane = Lane.DO
    act: str = ""
    on: Model | None = None
    instead: str = ""


Source = Callable[[Person], Iterable[Waiting]]
_sources: dict[str, Source] = {}


def waits(name: str) -> Callable[[Source], Source]:
    """Register `fn(person) -> what waits for them`; at most a few queries, at most a hundred lines."""

    def wrap(source: Source) -> Source:
        _sources[name] = source
        return source

    return wrap


def lanes_of(person: Person) -> dict[Lane, list[Waiting]]:
    """Every lane, what is due first at the top, then what has waited longest. A broken source is logged."""
    found: list[Waiting] = []
    for name, source in _sources.items():
        try:
            found += source(person)
        except Exception:
            log.exception("what waits from %s could not be read", name)
    replaced = {one.instead for one in found if one.instead}
    found = [one for one in found if one.on is None or ref(one.on) not in replaced]
    found.sort(key=lambda one: (one.due or NEVER, one.since))
    return {lane: [one for one in found if one.lane is lane] for lane in Lane}
