"""Everyone who sees calendars at all sees them all: hours are no secret."""

from opsloop.base.calendar.models import AnnouncedYear, CalendarSpec
from opsloop.base.policy.scopes import scoped

scoped(CalendarSpec, noun="calendar", everyone=True)
scoped(AnnouncedYear, noun="calendar", everyone=True)
