"""Calendars and moments that several tests speak of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.holidays import CHINA, NONE
from opsloop.base.calendar.rules import OFFICE, Rules, hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = hours("09:00-22:00")
NIGHT = hours("22:00-06:00")

office = WorkCalendar.of("Asia/Shanghai", Rules(), "company")
service = WorkCalendar.of("Asia/Shanghai", Rules((EVERY_DAY,) * 7, NONE), "customer-service")
night = WorkCalendar.of("Asia/Shanghai", Rules((*(NIGHT,) * 5, (), ()), CHINA), "night")
new_york = WorkCalendar.of("America/New_York", Rules((OFFICE,) * 7, NONE), "new-york")
new_york_night = WorkCalendar.of("America/New_York", Rules((NIGHT,) * 7, NONE), "new-york-night")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """`at("2026-09-30 17:00")`: that moment on the clock of the zone, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)
