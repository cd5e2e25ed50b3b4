"""When a series comes round: by the rule of recurring assignments and the calendar of its department."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from opsloop.base.calendar.queries import calendar_for
from opsloop.base.jobs.schedules import ON_TIME
from opsloop.engine.assignments.rhythm import Beat
from opsloop.engine.series.models import CatchUp, Run, Series


def beat(series: Series) -> Beat:
    """Its rule."""
    days = tuple(int(one) for one in series.weekdays)
    return Beat(series.rhythm, days, series.month_day or 1, series.day_off, series.cron)


def next_day(series: Series, after: date) -> date | None:
    """The first day after `after`, in its span."""
    last = max(after, series.starts_on - timedelta(days=1))
    found = beat(series).after(last, calendar_for(series.department_id).is_working_day)
    return None if found is None or (series.ends_on is not None and found > series.ends_on) else found


def plan(series: Series) -> None:
    """Set the next moment after what is decided."""
    day = None if series.paused_at or series.stopped_at else next_day(series, series.handled_until)
    series.next_at = series.moment(day) if day is not None else None


def plan_from(series: Series, now: datetime) -> None:
    """Set the next moment after now: what is past is not caught up, and a day that was begun is not begun again."""
    today = timezone.localdate(now)
    over = series.moment(today) <= now or (
        series.pk is not None and Run.objects.filter(series=series, day=today).exists()
    )
    series.handled_until = today if over else today - timedelta(days=1)
    plan(series)


def passed_over(series: Series, day: date, now: datetime) -> bool:
    """Is a day that is due left out by the rule for what passed while the system stood still?"""
    if series.catch_up == CatchUp.EVERY:
        return False
    if series.catch_up == CatchUp.SKIP:
        return now - series.moment(day) > ON_TIME
    following = next_day(series, day)
    return following is not None and series.moment(following) <= now


def coming(series: Series, n: int = 5) -> list[datetime]:
    """The next moments, as the calendar stands today."""
    out: list[datetime] = []
    day = series.next_on
    while day is not None and len(out) < n:
        out.append(series.moment(day))
        day = next_day(series, day)
    return out
