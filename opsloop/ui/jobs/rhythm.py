"""A cron line in words. Lines that say more than one of the usual rhythms stay as they are."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

EVERY = re.compile(r"\*/(\d+)")
DAYS = (_("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"))


def in_words(line: str) -> str:
    """`0 6 * * *` -> every day at 06:00."""
    fields = line.split()
    if len(fields) != 5:
        return line
    minute, hour, day, month, weekday = fields
    if month != "*" or (day != "*" and weekday != "*"):
        return line
    if hour == day == weekday == "*":
        return _within_hours(minute) or line
    if not (minute.isdecimal() and hour.isdecimal()):
        return line
    return _at(f"{int(hour):02}:{int(minute):02}", day, weekday) or line


def _within_hours(minute: str) -> str:
    if minute == "*":
        return _t("every minute")
    if found := EVERY.fullmatch(minute):
        return _t("every {n} minutes").format(n=found[1])
    return _t("every hour at minute {n}").format(n=int(minute)) if minute.isdecimal() else ""


def _at(clock: str, day: str, weekday: str) -> str:
    if day == weekday == "*":
        return _t("every day at {clock}").format(clock=clock)
    if weekday == "1-5":
        return _t("Monday to Friday at {clock}").format(clock=clock)
    if weekday.isdecimal() and int(weekday) <= 7:
        return _t("every {weekday} at {clock}").format(weekday=DAYS[int(weekday) % 7], clock=clock)
    if day.isdecimal():
        return _t("on day {day} of each month at {clock}").format(day=int(day), clock=clock)
    return ""
