"""Calendars change by publication of the playbook only; new public holidays come with an upgrade."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Invalid, Refused, act
from opsloop.base.calendar.changes import Change, changed
from opsloop.base.calendar.compiling import compile_spec
from opsloop.base.calendar.holidays import KNOWN_YEARS
from opsloop.base.calendar.models import AnnouncedYear, CalendarSpec
from opsloop.base.calendar.spec import Spec, SpecProblems
from opsloop.base.people.models import Person

NO_DOORS: frozenset[str] = frozenset()
Code = Annotated[str, Arg(label=_("Code"), min=1, max=60)]
Version = Annotated[str, Arg(label=_("Version"), min=1, max=64)]


@act(
    "calendar.put",
    _("Put calendar in force"),
    done=_("{by} put the calendar {object}, version {version}, in force from {from_day}"),
    doors=NO_DOORS,
)
def put_calendar(
    *,
    by: Person,
    code: Code,
    version: Version,
    from_day: Annotated[date, Arg(label=_("In force from"))],
    file: Annotated[str, Arg(label=_("Data of the file as JSON"))],
) -> CalendarSpec:
    """A version of a calendar file counts from a day on; publication calls it.

    Answers the row that is in force already when nothing changed. Invalid names what is wrong in the file. Refused
    when it moves the calendar to another time zone: earlier days would change their hours.
    """
    spec = _compiled(code, file)
    rows = list(CalendarSpec.objects.filter(code=code).order_by("from_day", "pk"))
    before = [row for row in rows if row.from_day <= from_day]
    plain = spec.plain()
    if before and (before[-1].title, before[-1].version, before[-1].spec) == (spec.title, version, plain):
        return before[-1]
    for row in rows:
        if row.from_day != from_day and not row.withdrawn and row.spec["timezone"] != spec.zone:
            text = _t("The calendar {code} runs in the time zone {zone}. Publish another zone under another code.")
            raise Refused(text.format(code=code, zone=row.spec["timezone"]))
    made = CalendarSpec(code=code, title=spec.title, version=version, from_day=from_day, spec=plain)
    made.save()
    changed(Change(code, from_day))
    return made


@act(
    "calendar.withdraw",
    _("Withdraw calendar"),
    done=_("{by} withdrew the calendar {object} from {from_day}"),
    doors=NO_DOORS,
)
def withdraw_calendar(*, by: Person, code: Code, from_day: Annotated[date, Arg(label=_("From"))]) -> CalendarSpec:
    """From a day on departments of this calendar have that of the department above them; publication calls it.

    Refused when no calendar of this code is in force then.
    """
    last = CalendarSpec.objects.filter(code=code, from_day__lte=from_day).order_by("from_day", "pk").last()
    if last is None or last.withdrawn:
        raise Refused(_t("There is no calendar {code} in force on {day}.").format(code=code, day=from_day))
    made = CalendarSpec(code=code, title=last.title, version=last.version, from_day=from_day, withdrawn=True)
    made.save()
    changed(Change(code, from_day))
    return made


@act(
    "calendar.announce",
    _("Take over public holidays"),
    done=_("{by} took over the public holidays of {year}"),
    doors=frozenset({"cli"}),
)
def announce_year(*, by: Person, year: Annotated[int, Arg(label=_("Year"), min=2004, max=2100)]) -> AnnouncedYear:
    """Open limits are recomputed with the holidays of a year that an upgrade brought. Refused for unknown years."""
    if year not in KNOWN_YEARS:
        raise Refused(_t("The public holidays of {year} are not known yet.").format(year=year))
    if AnnouncedYear.objects.filter(year=year).exists():
        raise Refused(_t("The public holidays of {year} were taken over before.").format(year=year))
    made = AnnouncedYear(year=year)
    made.save()
    changed(Change(None, min(date(year - 1, 12, 29), timezone.localdate())))
    return made


def _compiled(code: str, file: str) -> Spec:
    try:
        data = json.loads(file)
    except ValueError as error:
        raise Invalid({"file": [_t("This is not valid JSON.") + f" {error}"]}) from None
    try:
        return compile_spec(code, data, settings.TIME_ZONE)
    except SpecProblems as error:
        raise Invalid({"file": [str(problem) for problem in error.problems]}) from None
