"""Assignments that come round: set one up, stop it, and give the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.acts.sentences import shown_moment
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Department, Person
from opsloop.base.people.posts import department_of
from opsloop.base.things.errors import Text
from opsloop.engine.assignments.actions.giving import Doer, More, Post, What
from opsloop.engine.assignments.actions.telling import GIVEN, must_ask, tell_doers
from opsloop.engine.assignments.models import Assignment, DayOff, Rhythm, Series, State, Weekday
from opsloop.engine.assignments.rhythm import Beat

Clock = Annotated[str, Arg(label=_("Due at what time"), help=_("As 17:30."), max=5)]
MonthDay = Annotated[
    int | None, Arg(label=_("Day of the month"), help=_("31 is the last day in shorter months."), min=1, max=31)
]


def _runs(series: Series) -> Text | None:
    return None if series.stopped_at is None else _("It was stopped.")


@act("assignments.repeat", _("Set up a recurring assignment"), done=_("{by} set up a recurring assignment: {result}"))
def repeat(
    *,
    by: Person,
    title: What,
    rhythm: Annotated[Rhythm, Arg(label=_("Rhythm"))],
    doer: Doer = None,
    position: Post = None,
    weekdays: Annotated[list[Weekday] | None, Arg(label=_("On these days of the week"))] = None,
    month_day: MonthDay = None,
    day_off: Annotated[DayOff, Arg(label=_("If that is a day off"))] = DayOff.STAY,
    due_time: Clock = "18:00",
    lead_days: Annotated[int, Arg(label=_("Given so many days before"), min=0, max=30)] = 0,
    starts_on: Annotated[date | None, Arg(label=_("From"), help=_("Without a day: from today."))] = None,
    ends_on: Annotated[date | None, Arg(label=_("Until"))] = None,
    note: More = "",
) -> Series:
    """Something that comes round, as the daily price check. Refused for a rhythm without its days."""
    if (doer is None) == (position is None):
        raise Refused(_t("Say who does it: a person or a post."), field="doer")
    if rhythm == Rhythm.WEEKLY and not weekdays:
        raise Refused(_t("On which days of the week?"), field="weekdays")
    if rhythm == Rhythm.MONTHLY and month_day is None:
        raise Refused(_t("On which day of the month?"), field="month_day")
    series = Series(
        title=title, note=note, doer=doer, position=position, asked_by=by, rhythm=rhythm, month_day=month_day,
        department=department_of(doer) if doer else position.department if position else None,
        weekdays=sorted(int(one) for one in weekdays or []), day_off=day_off, due_time=_clock(due_time),
        lead_days=lead_days, starts_on=starts_on or timezone.localdate(), ends_on=ends_on,
    )  # fmt: skip
    series.next_on = next_day(series, series.starts_on - timedelta(days=1))
    if series.next_on is None:
        raise Refused(_t("It never comes round in this span."), field="ends_on")
    series.save()
    return series


@act("assignments.stop", _("Stop the series"), done=_("{by} stopped {series}: {reason}"), when=_runs)
def stop(series: Series, *, by: Person, reason: Reason) -> Series:
    """No further one is given; those given already go on."""
    must_ask(series, by)
    series.stopped_at, series.next_on = timezone.now(), None
    series.save()
    return series


@act(
    "assignments.open_next", _("Give the next of a series"), done=_("{series} came round: {result}"), when=_runs,
    doors=frozenset(),
)  # fmt: skip
def open_next(series: Series, *, by: Person) -> Assignment | None:
    """Give the one of `next_on` and name the next day. One whose limit is over already is left out, not piled up."""
    day = series.next_on
    if day is None or not series.is_due(timezone.localdate()):
        raise Refused(_t("It is not time for the next one."))
    series.next_on = next_day(series, day)
    series.save()
    due_at = timezone.make_aware(datetime.combine(day, series.due_time))
    if due_at <= timezone.now():
        return None
    one = Assignment(
        title=series.title, note=series.note, asked_by=series.asked_by, doer=series.doer, position=series.position,
        department=series.department, asked_at=timezone.now(), due_at=due_at, series=series, series_day=day,
        state=State.ACCEPTED if series.doer_id else State.OPEN,
        accepted_at=timezone.now() if series.doer_id else None,
    )  # fmt: skip
    one.save()
    said = {"title": one.title, "at": shown_moment(due_at)}
    tell_doers(one, GIVEN, _t("It is time again: {title} (by {at})").format(**said))
    return one


def next_day(series: Series, after: date) -> date | None:
    """The day after `after` on which it comes round, by the calendar of its department; None when it is over."""
    beat = Beat(series.rhythm, tuple(series.weekdays), series.month_day or 1, series.day_off)
    found = beat.after(after, _works(series.department))
    return None if found is None or (series.ends_on is not None and found > series.ends_on) else found


def _works(department: Department | None) -> Callable[[date], bool]:
    return calendar_for(department).is_working_day


def _clock(text: str) -> time:
    try:
        return datetime.strptime(text.strip().replace("：", ":"), "%H:%M").time()
    except ValueError:
        raise Refused(_t("A time of day as 17:30, please."), field="due_time") from None
