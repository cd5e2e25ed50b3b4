"""Setting up, changing, pausing and stopping a series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.jobs.cron import check_cron
from opsloop.base.people.models import Department, Person, Position
from opsloop.base.people.posts import department_of
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Text
from opsloop.engine.assignments.models import DayOff, Weekday
from opsloop.engine.series import presets as filling
from opsloop.engine.series.beginning import must_start
from opsloop.engine.series.models import CatchUp, Rhythm, Series
from opsloop.engine.series.when import plan_from
from opsloop.engine.sops.models import Sop


def in_force(by: Person, _on: Any) -> QuerySet[Any]:
    """SOPs that may come round."""
    return visible(by, Sop).filter(withdrawn=False)


Flow = Annotated[Sop, Arg(label=_("SOP"), pick=in_force)]
Title = Annotated[str, Arg(label=_("Title"), help=_("As 运营周报; the day is added to it."), min=2, max=150)]
Often = Annotated[Rhythm, Arg(label=_("Rhythm"))]
Days = Annotated[list[Weekday] | None, Arg(label=_("On these days of the week"))]
MonthDay = Annotated[
    int | None,
    Arg(
        label=_("Day of the month"), min=1, max=31,
        help=_("31 is the last day; with the working day before it is the last working day of the month."),
    ),
]  # fmt: skip
Cron = Annotated[
    str, Arg(label=_("Cron line"), max=80, help=_("As 0 9 1 */3 *: at 9:00 on the first of each quarter."))
]
Clock = Annotated[str, Arg(label=_("At what time"), help=_("As 09:00."), max=5)]
Off = Annotated[DayOff, Arg(label=_("If that is a day off"))]
Missed = Annotated[CatchUp, Arg(label=_("Days that passed while the system stood still"))]
Whose = Annotated[
    Position,
    Arg(label=_("Begun in the name of"), help=_("Who holds this position on the day is the initiator.")),
]  # fmt: skip
Where = Annotated[Department | None, Arg(label=_("Department"), help=_("Its calendar counts. Without one: your own."))]
Presets = Annotated[
    str,
    Arg(
        label=_("What it begins with"), max=4000, long=True,
        help=_(
            "A line for each field that the start asks for, as: week = {week}. Also {day} {last_week} "
            "{last_week_from} {last_week_to} {month} {last_month} {quarter} {last_quarter} {year}."
        ),
    ),
]  # fmt: skip
Until = Annotated[date | None, Arg(label=_("Until"))]


def goes_on(series: Series) -> Text | None:
    """A `when` that wants the series not to be stopped."""
    return None if series.stopped_at is None else _("It was stopped.")


def not_paused(series: Series) -> Text | None:
    return goes_on(series) or (None if series.paused_at is None else _("It is paused."))


def is_paused(series: Series) -> Text | None:
    return goes_on(series) or (None if series.paused_at is not None else _("It is not paused."))


@act("series.create", _("Set up a recurring case"), done=_("{by} set up a recurring case: {result}"))
def create(
    *,
    by: Person,
    sop: Flow,
    title: Title,
    rhythm: Often,
    position: Whose,
    weekdays: Days = None,
    month_day: MonthDay = None,
    cron: Cron = "",
    at: Clock = "09:00",
    day_off: Off = DayOff.AFTER,
    presets: Presets = "",
    department: Where = None,
    catch_up: Missed = CatchUp.LATEST,
    starts_on: Annotated[date | None, Arg(label=_("From"), help=_("Without a day: from today."))] = None,
    ends_on: Until = None,
) -> Series:
    """An SOP that begins by itself on certain days. Refused where it could not begin on its first day."""
    where = department or department_of(by)
    if where is None:
        raise Refused(_t("Of which department?"), field="department")
    series = Series(
        title=title, sop=sop.ident, owner=by, position=position, department=where, day_off=day_off, catch_up=catch_up,
        presets=presets, starts_on=starts_on or timezone.localdate(), ends_on=ends_on,
    )  # fmt: skip
    _rule(series, rhythm, weekdays, month_day, cron, at)
    _planned(series, sop)
    series.save()
    return series


@act("series.change", _("Change"), done=_("{by} changed {series}"), when=goes_on)
def change(
    series: Series,
    *,
    by: Person,
    title: Title,
    rhythm: Often,
    position: Whose,
    weekdays: Days = None,
    month_day: MonthDay = None,
    cron: Cron = "",
    at: Clock = "09:00",
    day_off: Off = DayOff.AFTER,
    presets: Presets = "",
    catch_up: Missed = CatchUp.LATEST,
    ends_on: Until = None,
) -> Series:
    """From now on; what was begun goes on as it is. Who changes it answers for it and is told of trouble."""
    sop = Sop.objects.filter(ident=series.sop, withdrawn=False).first()
    if sop is None:
        raise Refused(_t("There is no SOP {sop} in force.").format(sop=series.sop))
    series.title, series.position, series.day_off, series.catch_up = title, position, day_off, catch_up
    series.presets, series.ends_on, series.owner, series.trouble = presets, ends_on, by, ""
    _rule(series, rhythm, weekdays, month_day, cron, at)
    _planned(series, sop)
    series.save()
    return series


@act("series.pause", _("Pause"), done=_("{by} paused {series}: {reason}"), when=not_paused)
def pause(series: Series, *, by: Person, reason: Reason) -> Series:
    """No day begins until it is resumed."""
    series.paused_at, series.next_at = timezone.now(), None
    series.save()
    return series


@act("series.resume", _("Resume"), done=_("{by} resumed {series}"), when=is_paused)
def resume(series: Series, *, by: Person) -> Series:
    """From now on; the days of the pause are not caught up."""
    series.paused_at = None
    plan_from(series, timezone.now())
    series.save()
    return series


@act("series.stop", _("Stop"), done=_("{by} stopped {series}: {reason}"), when=goes_on)
def stop(series: Series, *, by: Person, reason: Reason) -> Series:
    """For good. What was begun goes on."""
    series.stopped_at, series.next_at = timezone.now(), None
    series.save()
    return series


def _rule(
    series: Series, rhythm: Rhythm, weekdays: list[Weekday] | None, month_day: int | None, cron: str, at: str
) -> None:
    """Set the rule. Raises Refused for a rhythm without its days."""
    if rhythm == Rhythm.WEEKLY and not weekdays:
        raise Refused(_t("On which days of the week?"), field="weekdays")
    if rhythm == Rhythm.MONTHLY and month_day is None:
        raise Refused(_t("On which day of the month?"), field="month_day")
    series.rhythm = rhythm
    series.weekdays = sorted(str(one.value) for one in weekdays or []) if rhythm == Rhythm.WEEKLY else []
    series.month_day = month_day if rhythm == Rhythm.MONTHLY else None
    series.cron = " ".join(cron.split()) if rhythm == Rhythm.CRON else ""
    series.at = _of_cron(series.cron) if rhythm == Rhythm.CRON else _clock(at)


def _of_cron(line: str) -> str:
    """The time of day in it: a series begins once a day at most."""
    try:
        check_cron(line)
    except ValueError as error:
        raise Refused(str(error), field="cron") from None
    minute, hour = line.split()[:2]
    if not (minute.isdecimal() and hour.isdecimal()):
        raise Refused(_t("Once a day at most: minute and hour are one number each."), field="cron")
    return f"{int(hour):02d}:{int(minute):02d}"


def _clock(text: str) -> str:
    try:
        return f"{datetime.strptime(text.strip().replace('：', ':'), '%H:%M').time():%H:%M}"
    except ValueError:
        raise Refused(_t("A time of day as 17:30, please."), field="at") from None


def _planned(series: Series, sop: Sop) -> None:
    """Set the next moment. Raises Refused where it never comes, or where it could not begin then."""
    if series.paused_at is None:
        plan_from(series, timezone.now())
        if series.next_at is None:
            raise Refused(_t("No run falls between these days."), field="ends_on")
    file = sop.as_written
    must_start(file, series.position.code)
    filling.values(file, series.presets, series.next_on or timezone.localdate())
