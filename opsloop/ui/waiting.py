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


@dataclass(frozen=True, slots=True)
class Whole:
    """The list with everything of a line's sort. n: how many of them belong into this lane, given or not."""

    url: str
    title: Text
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to do or to know. kind: its sort in a word. due: None where it has no limit. side: open it beside.

    act, on: the act that is nearly always next, as a button on the line, and the row that it is done on.
    instead: another thing, named like `monitors.alert:12`, whose own line has no place beside this one.
    whole: the list to which the start page sends for what is too much for it.
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
    whole: Whole | None = None


AT_ONCE = 12
"""So many lines of a lane are read at once."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A lane as it is read: what is due first, what is folded since it stands nowhere else, and lists of the rest."""

    shown: list[Waiting]
    folded: list[Waiting]
    lists: list[Whole]
    n: int


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


def lines(found: list[Waiting]) -> Lines:
    """One lane, cut to what can be read; nothing is without a way to it."""
    shown, rest = found[:AT_ONCE], found[AT_ONCE:]
    wholes = {one.whole.url: one.whole for one in found if one.whole is not None}

    def among(some: list[Waiting], url: str) -> int:
        return sum(one.whole is not None and one.whole.url == url for one in some)

    lists = [one for one in wholes.values() if among(shown, one.url) < one.n]
    beyond = sum(max(one.n - among(found, one.url), 0) for one in wholes.values())
    return Lines(shown, [one for one in rest if one.whole is None], lists, len(found) + beyond)
