"""By themselves: days that are due begin, each under the lock of its series."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Call, attempt, operation
from opsloop.base.calendar.changes import Change, on_change
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, enqueue, scheduled, task
from opsloop.base.people.models import Person
from opsloop.engine.series.actions import begin, replan
from opsloop.engine.series.models import Run, RunState, Series
from opsloop.engine.series.when import next_day

MAY = ("series.begin",)
MOST = 20
"""Days a round: after a long stop the rest comes in the next."""
REPLAN = "series.replan"


@scheduled("series.clock", _("Begin recurring cases"), cron="* * * * *", may=MAY)
def clock(ctx: Context) -> None:
    begin_due(ctx.by)


@when_due("series", order=60, may=MAY)
def series_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    with operation(Call(by=asked.by)):
        return [_told(one) for one in begin_due(asked.by)]


def _told(run: Run) -> Done:
    text = _t("Begun by its rule: {title}").format(title=run)
    failed = run.state == RunState.FAILED
    return Done(f"{text}: {run.reason}" if failed else text, {"run": run.pk}, failed=failed)


def begin_due(by: Person) -> list[Run]:
    """Inside an operation: every day that is due, series by series, oldest first."""
    out: list[Run] = []
    due = Series.objects.filter(next_at__lte=timezone.now(), paused_at=None, stopped_at=None)
    for pk in list(due.order_by("next_at").values_list("pk", flat=True)):
        while len(out) < MOST and (run := _one(pk, by)) is not None:
            out.append(run)
    return out


def _one(pk: int, by: Person) -> Run | None:
    """One day of one series, or None where nothing of it is due any more, perhaps since another worker was faster."""
    series = Series.objects.get(pk=pk)
    if series.next_at is None or series.next_at > timezone.now():
        return None
    run, _no = attempt(lambda: begin(series, by=by))
    return run


@task(REPLAN, _("Plan recurring cases by the calendar"), may=(REPLAN,))
def replan_all(ctx: Context) -> None:
    """After a change of calendars: those whose next day is another one now."""
    for one in Series.objects.filter(next_at__isnull=False):
        day = next_day(one, one.handled_until)
        if day is None or one.next_at != one.moment(day):
            replan(one, by=ctx.by)


def _calendar_changed(_change: Change) -> None:
    enqueue(REPLAN, behalf=None)


if _calendar_changed not in on_change:
    on_change.append(_calendar_changed)
