"""For which business days a source is expected, and until when. Pure: nothing is read but the working calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from opsloop.base.calendar.queries import NoSuchCalendar, calendar_for
from opsloop.data.sources.kinds.checks import WEEKDAYS
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Every, time_of

DAY = timedelta(days=1)
QUARTERS = (1, 4, 7, 10)


def zone_of(definition: Definition) -> ZoneInfo:
    """The source's zone, else the workspace's."""
    return ZoneInfo(definition.timezone or settings.TIME_ZONE)


def due_at(definition: Definition, day: date) -> datetime:
    """Until when the data of a business day is expected: the clock time of the day after, else the end of that day."""
    after, zone = day + DAY, zone_of(definition)
    if definition.expected_by:
        return datetime.combine(after, time_of(definition.expected_by), zone).astimezone(UTC)
    return datetime.combine(after + DAY, time(), zone).astimezone(UTC)


def expected(definition: Definition, day: date) -> bool:
    """Does the source bring data for this business day? What comes on a Monday is for the days until Sunday."""
    comes, on = day + DAY, definition.on
    if definition.every in (Every.DAY, Every.HOUR):
        return True
    if definition.every is Every.WEEK:
        return WEEKDAYS[comes.weekday()] == (on or "mon")
    months = {Every.MONTH: range(1, 13), Every.QUARTER: QUARTERS, Every.YEAR: (1,)}.get(definition.every, ())
    return comes.month in months and comes.day == int(on or 1)


def closed(definition: Definition, day: date) -> bool:
    """Is this a day off in the calendar that the source names? A calendar that is not there closes nothing."""
    if not definition.closed:
        return False
    try:
        return not calendar_for(definition.closed).is_working_day(day)
    except NoSuchCalendar:
        return False


def business_day(definition: Definition, at: datetime) -> date:
    """The business day that a moment belongs to."""
    starts = time_of(definition.day_starts)
    shift = timedelta(hours=starts.hour, minutes=starts.minute)
    return (at.astimezone(zone_of(definition)).replace(tzinfo=None) - shift).date()


def days(since: date, until: date) -> Iterator[date]:
    """Every day from `since` to `until`, both included."""
    for n in range((until - since).days + 1):
        yield since + timedelta(days=n)
