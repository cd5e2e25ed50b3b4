"""A working calendar: hours by weekday, public holidays, exceptions by day, and the departments it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Annotated
from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Binding, Book, Change, Level, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.playbook.compiled import put_calendars
from opsloop.playbook.reader.errors import say

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)")


class Holidays(models.TextChoices):
    """Whose public holidays and make-up workdays count."""

    CHINA = "china", _("China's public holidays and make-up workdays")
    NONE = "none", _("None: open on holidays too")


def weekdays(text: str) -> tuple[str, ...]:
    """`mon-fri` or `sat` as days in order; empty when it is neither."""
    first, _dash, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        return ()
    return DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]


def _week(text: str) -> Text | None:
    return None if weekdays(text) else _("A weekday or a span of them, such as mon-fri")


def _day(text: str) -> Text | None:
    try:
        return None if date.fromisoformat(text) and len(text) == 10 else _("A day such as 2026-01-31")
    except ValueError:
        return _("A day such as 2026-01-31")


def _weekday(text: str) -> Text | None:
    return None if text in DAYS else say(_("One of {options}"), options=", ".join(DAYS))


def _span(text: str) -> Text | None:
    said = _SPAN.fullmatch(text)
    return (
        None if said and text[:5] < said[3] else _("A span of hours such as 09:00-12:00, its end after its beginning")
    )


def _zone(text: str) -> Text | None:
    return None if text in available_timezones() else _("A time zone such as Asia/Shanghai")


def overlapping(spans: Sequence[str]) -> bool:
    """Do two spans of one day touch the same minutes?"""
    cuts = sorted((span[:5], span[6:]) for span in spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(cuts))


def check_calendar(ident: str, obj: Calendar, book: Book) -> Iterable[Said]:
    """No day twice, no hours twice, no department in two calendars."""
    said: list[str] = []
    for key, spans in obj.hours.items():
        if twice := set(weekdays(key)) & set(said):
            yield Said(
                f"hours.{key}", say(_("{day} is said twice."), day=min(twice)), Level.ERROR, _("Keep one of the two.")
            )
        said += weekdays(key)
        if overlapping(spans):
            yield Said(f"hours.{key}", _("The hours overlap."), Level.ERROR, _("Join them, or change one."))
    for key, spans in obj.days.items():
        if overlapping(spans):
            yield Said(f"days.{key}", _("The hours overlap."), Level.ERROR, _("Join them, or change one."))
    for other, calendar in book.all("calendar"):
        if other < ident and (both := set(calendar.for_) & set(obj.for_)):
            yield Said(
                "for", say(_("{department} is in the calendar {other} too."), department=min(both), other=other),
                Level.ERROR, _("Keep it in one of the two."),
            )  # fmt: skip


def compile_calendars(changes: Sequence[Change], by: Person) -> None:
    """Hand the calendars to base/calendar; see playbook/compiled.py."""
    put_calendars(changes, by)


@kind(
    "calendar", folder="calendars", form="yaml", binding=Binding.EFFECTIVE, title=_("Working calendar"),
    plural=_("Working calendars"), check=check_calendar, compile=compile_calendars,
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done: limits in working time run on the calendar of the department concerned."""

    title: Annotated[str, Says(label=_("Title"), text=True)]
    hours: Annotated[
        dict[str, tuple[str, ...]],
        Says(
            label=_("Hours"),
            check=_span,
            keys=Says(label=_("Weekdays"), check=_week),
            help=_("Several spans a day leave room for lunch; a weekday that is missing is free."),
            example='{mon-fri: ["09:00-12:00", "13:00-18:00"]}',
        ),
    ]
    timezone: Annotated[str, Says(label=_("Time zone"), check=_zone)] = "Asia/Shanghai"
    holidays: Annotated[Holidays, Says(label=_("Public holidays"))] = Holidays.CHINA
    make_up: Annotated[
        str,
        Says(
            label=_("Make-up days follow"), check=_weekday, help=_("The weekday whose hours hold on a make-up workday.")
        ),
    ] = "mon"
    days: Annotated[
        dict[str, tuple[str, ...]],
        Says(
            label=_("Single days"),
            check=_span,
            keys=Says(label=_("Day"), check=_day),
            help=_("Hours of one day, before all else; [] closes it."),
            example="{2026-12-31: []}",
        ),
    ] = field(default_factory=dict)
    for_: Annotated[tuple[str, ...], Says(label=_("For departments"), ref="department")] = ()
    note: Annotated[str, Says(label=_("Note"), text=True, long=True)] = ""
