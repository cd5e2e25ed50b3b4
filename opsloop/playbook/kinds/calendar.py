"""A working calendar: hours by weekday, public holidays, exceptions by day, and the departments it is for.

What the hours mean is base/calendar's to say: its own compiler judges the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.compiling import compile_spec
from opsloop.base.calendar.spec import SpecProblems
from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import Binding, Book, Change, Level, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.base.people.models import Person
from opsloop.playbook.compiled import put_calendars
from opsloop.playbook.reader.errors import say


class Holidays(models.TextChoices):
    """Whose public holidays and make-up workdays count."""

    CHINA = "china", _("China's public holidays and make-up workdays")
    NONE = "none", _("None: open on holidays too")


def check_calendar(ident: str, obj: Calendar, book: Book) -> Iterable[Said]:
    """Everything that base/calendar would refuse, and no department in two calendars."""
    try:
        compile_spec(ident, plain(Calendar, obj), settings.TIME_ZONE)
    except SpecProblems as error:
        for one in error.problems:
            yield Said(re.sub(r"\[(\d+)\]", r".\1", one.field), one.expected, Level.ERROR, one.remedy)
    for other, calendar in book.all("calendar"):
        if other < ident and (both := set(calendar.for_) & set(obj.for_)):
            yield Said(
                "for",
                say(_("{department} is in the calendar {other} too."), department=min(both), other=other),
                Level.ERROR,
                _("Keep it in one of the two."),
            )


def compile_calendars(changes: Sequence[Change], by: Person) -> None:
    """Hand the calendars to base/calendar; see playbook/compiled.py."""
    put_calendars(changes, by)


@kind(
    "calendar",
    folder="calendars",
    form="yaml",
    binding=Binding.EFFECTIVE,
    title=_("Working calendar"),
    plural=_("Working calendars"),
    check=check_calendar,
    compile=compile_calendars,
    about=_("When work is done: limits in working time run on the calendar of the department concerned."),
)
@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done: limits in working time run on the calendar of the department concerned."""

    title: Annotated[str, Says(label=_("Title"), text=True)]
    hours: Annotated[
        dict[str, str | tuple[str, ...]],
        Says(
            label=_("Hours"),
            keys=Says(label=_("Weekdays")),
            help=_("Several spans a day leave room for lunch; off, or a weekday that is missing, is free."),
            example='{mon-fri: ["09:00-12:00", "13:00-18:00"]}',
        ),
    ]
    timezone: Annotated[str, Says(label=_("Time zone"), example="Asia/Shanghai")] = ""
    holidays: Annotated[Holidays, Says(label=_("Public holidays"))] = Holidays.CHINA
    make_up: Annotated[
        str,
        Says(
            label=_("Make-up days follow"),
            help=_("The weekday whose hours hold on a make-up workday; none: its own."),
            example="mon",
        ),
    ] = ""
    days: Annotated[
        dict[str, str | tuple[str, ...]],
        Says(
            label=_("Single days"),
            keys=Says(label=_("Day")),
            help=_("Hours of one day, before all else: spans, a weekday's name, or off."),
            example="{2027-02-08: off}",
        ),
    ] = field(default_factory=dict)
    years: Annotated[
        tuple[int, ...],
        Says(label=_("Years given in full"), help=_("The single days hold all public holidays of these years.")),
    ] = ()
    for_: Annotated[tuple[str, ...], Says(label=_("For departments"), ref="department")] = ()
    note: Annotated[str, Says(label=_("Note"), text=True, long=True)] = ""
