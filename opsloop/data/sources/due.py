"""Which sources are to be fetched now, and which are late. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop, Filled
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Brings, Every
from opsloop.data.sources.models import Late, Load, LoadState, Source
from opsloop.data.sources.rhythm import DAY, business_day, closed, due_at, expected

LEAD = timedelta(minutes=60)
"""A source is fetched for the first time so long before it is expected, so that there is time to try again."""
PAUSE = timedelta(minutes=15)
"""After a failure it is tried again after this long."""
LOOK_BACK = 7
"""So many days back a missing day is still told of."""


def dropped_sources() -> list[Source]:
    """Sources in force whose files come through drop/."""
    return [one for one in _in_force() if isinstance(definition_of(one).arrives, Drop)]


def to_collect(now: datetime) -> Iterator[tuple[Source, date | None]]:
    """(source, from which business day on) of each source that is to be fetched now. Forms are not fetched."""
    for source in _in_force():
        definition = definition_of(source)
        if isinstance(definition.arrives, Drop | Filled) or definition.every is Every.NEVER:
            continue
        if _waits(source, now):
            continue
        day = _newest_due(definition, now)
        if definition.every is Every.HOUR or (day is not None and not _there(source, day)):
            yield source, since(source, definition)


def since(source: Source, definition: Definition) -> date | None:
    """The first business day to ask for: the last one that is there, since its evening may have been missing."""
    if definition.brings is Brings.WHOLE or not definition.time:
        return None
    last = Load.objects.filter(source=source, state=LoadState.LOADED, last_day__isnull=False).order_by("-last_day")
    found = last.values_list("last_day", flat=True).first()
    return found


def late_days(now: datetime) -> Iterator[tuple[Source, date]]:
    """(source, business day) for which data should be there and is not, and nobody was told yet."""
    for source in _in_force():
        definition = definition_of(source)
        first = Load.objects.filter(source=source, due_on__isnull=False).order_by("due_on").first()
        if first is None or first.due_on is None or definition.every is Every.NEVER:
            continue
        today = business_day(definition, now)
        for back in range(LOOK_BACK, 0, -1):
            day = today - back * DAY
            if day <= first.due_on or not expected(definition, day) or closed(definition, day):
                continue
            told = Late.objects.filter(source=source, day=day).exists()
            if now > due_at(definition, day) and not told and not _there(source, day):
                yield source, day


def _in_force() -> list[Source]:
    return list(Source.objects.filter(withdrawn=False).order_by("ident"))


def _newest_due(definition: Definition, now: datetime) -> date | None:
    """The last business day whose data may be fetched by now."""
    today = business_day(definition, now)
    for back in range(1, 400):
        day = today - back * DAY
        if expected(definition, day) and not closed(definition, day):
            begins = due_at(definition, day) - LEAD if definition.expected_by else now
            if now >= begins:
                return day
    return None


def _there(source: Source, day: date) -> bool:
    """Is the day in the lake, held for a person, or covered by a later load?"""
    loads = Load.objects.filter(source=source, state__in=(LoadState.LOADED, LoadState.HELD, LoadState.SAME))
    return loads.filter(due_on=day).exists() or loads.filter(first_day__lte=day, last_day__gte=day).exists()


def _waits(source: Source, now: datetime) -> bool:
    """Was it tried so recently that it is too early to try again?"""
    last = Load.objects.filter(source=source).order_by("-id").first()
    if last is None:
        return False
    pause = timedelta(hours=1) if last.state != LoadState.FAILED else PAUSE
    return now - last.began_at < pause
