"""When a sheet is open, until when it is to be filled in, and what its period is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Every, span_of, time_of
from opsloop.data.sources.rhythm import DAY, business_day, closed, days, due_at, expected, zone_of
from opsloop.data.submissions.layout import Layout


def deadline(layout: Layout, day: date) -> datetime:
    """The last moment of the deadline's clock that does not lie after the time at which the data is expected."""
    expected_at = due_at(layout.definition, day)
    if not layout.asked.deadline:
        return expected_at
    zone, clock = zone_of(layout.definition), time_of(layout.asked.deadline)
    local = expected_at.astimezone(zone)
    found = datetime.combine(local.date(), clock, zone)
    if found > local:
        found = datetime.combine(local.date() - DAY, clock, zone)
    return found.astimezone(UTC)


def remind_at(layout: Layout, due: datetime) -> datetime | None:
    """When people are reminded before the deadline; None when only then."""
    before = span_of(layout.asked.remind)
    return due - before if before else None


def changes_until(layout: Layout, due: datetime) -> datetime | None:
    """Until when figures may be changed after the deadline; None is always."""
    span = span_of(layout.asked.changes_for)
    return due + span if span else None


def open_days(definition: Definition, now: datetime, last: date | None) -> Iterator[date]:
    """The days whose sheets are open by now and come after `last`, at most a week back; today's when there is none."""
    today = business_day(definition, now)
    since = max(last + DAY, today - timedelta(days=6)) if last is not None else today
    for day in days(since, today) if since <= today else ():
        if expected(definition, day) and not closed(definition, day):
            yield day


def recent(definition: Definition, now: datetime, count: int) -> list[date]:
    """The last days that have a sheet, newest first."""
    step = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92, Every.YEAR: 366}.get(definition.every, 1)
    today = business_day(definition, now)
    found = []
    for day in sorted(days(today - timedelta(days=count * step * 2), today), reverse=True):
        if expected(definition, day) and not closed(definition, day):
            found.append(day)
        if len(found) == count:
            break
    return found


def named(definition: Definition, day: date, *, short: bool = False) -> str:
    """What the period is called: the day, the week until it, the month, the quarter or the year."""
    if definition.every is Every.WEEK:
        first = day - timedelta(days=6)
        return f"{first:%m-%d} – {day:%m-%d}" if short else f"{first:%Y-%m-%d} – {day:%m-%d}"
    if definition.every is Every.MONTH:
        return f"{day:%Y-%m}"
    if definition.every is Every.QUARTER:
        return f"{day.year} Q{(day.month + 2) // 3}"
    if definition.every is Every.YEAR:
        return str(day.year)
    weekday = date_format(day, "D")
    return f"{day:%m-%d} {weekday}" if short else f"{day:%Y-%m-%d} {weekday}"


def time_left(due: datetime, now: datetime | None = None) -> str:
    """How long until the deadline, or how long since, in words."""
    minutes = int((due - (now or timezone.now())).total_seconds() // 60)
    late, minutes = minutes < 0, abs(minutes)
    if minutes < 60:
        said = _t("{n} min").format(n=minutes)
    elif minutes < 48 * 60:
        said = _t("{n} h").format(n=minutes // 60)
    else:
        said = _t("{n} days").format(n=minutes // 1440)
    return (_t("{span} late") if late else _t("{span} left")).format(span=said)
