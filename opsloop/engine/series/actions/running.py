"""A day of a series: begun by the clock or by hand, or noted as what could not begin."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act, attempt
from opsloop.base.inbox.api import holders, tell
from opsloop.base.people.models import Person
from opsloop.engine.series.actions.planning import goes_on, not_paused
from opsloop.engine.series.beginning import begin_day, note
from opsloop.engine.series.models import Run, RunState, Series
from opsloop.engine.series.when import passed_over, plan

TROUBLE = "series.trouble"


@act("series.begin", _("Begin what comes round"), done=_("It was time: {result}"), when=not_paused, doors=frozenset())
def begin(series: Series, *, by: Person) -> Run:
    """Decide the day that is due: its case; missed where the rule leaves out what passed; or why it could not begin.

    Refused where no day is due, as when another worker was faster.
    """
    day, now = due_day(series), timezone.now()
    if passed_over(series, day, now):
        run = _without(series, day, RunState.MISSED, _t("The system stood still."))
    else:
        begun, no = attempt(lambda: begin_day(series, day))
        run = begun or _in_trouble(series, day, str(no)[:500])
    series.handled_until = day
    plan(series)
    series.save()
    return run


def _without(series: Series, day: date, state: RunState, reason: str) -> Run:
    """A day that has no case."""
    run = Run(series=series, day=day, state=state, at=timezone.now(), reason=reason)
    run.save()
    note(series, run)
    return run


def _in_trouble(series: Series, day: date, reason: str) -> Run:
    """Whoever answers for the series is told, once for the same trouble in a row."""
    run = _without(series, day, RunState.FAILED, reason)
    if series.trouble != reason:
        series.trouble = reason
        here = series.owner.left_on is None or series.owner.left_on >= timezone.localdate()
        whom = [series.owner] if here else holders(series.position.code, series.department)
        said = {"title": series.title, "day": day.isoformat()}
        text = _t("{title} could not begin on {day}").format(**said)
        tell(whom, TROUBLE, text, reason, link=series.get_absolute_url(), about=series)
    return run


@act("series.run_now", _("Run now"), done=_("{by} began {result} by hand"), when=goes_on)
def run_now(
    series: Series,
    *,
    by: Person,
    day: Annotated[
        date | None, Arg(label=_("Day"), help=_("Today, or a day that was missed or could not begin. Empty: today."))
    ] = None,
) -> Run:
    """The case of today, or of a day that has none. Refused where the day has its case already."""
    today = timezone.localdate()
    day = day or today
    known = Run.objects.filter(series=series, day=day).first()
    if known is not None and known.state == RunState.BEGUN:
        raise Refused(_t("{day} has its case already.").format(day=day.isoformat()), field="day")
    if day != today and known is None:
        raise Refused(_t("Only today, or a day that was missed or could not begin."), field="day")
    run = begin_day(series, day)
    if day == today:
        series.handled_until = max(series.handled_until, day)
        plan(series)
    series.save()
    return run


@act(
    "series.replan", _("Plan anew by the calendar"), done=_("{series} was planned anew"), when=not_paused,
    doors=frozenset(),
)  # fmt: skip
def replan(series: Series, *, by: Person) -> Series:
    """Days off were announced or changed: the next day moves with them."""
    plan(series)
    series.save()
    return series


def due_day(series: Series) -> date:
    """The day that is to be decided now. Raises Refused where none is."""
    if series.next_at is None or series.next_on is None or series.next_at > timezone.now():
        raise Refused(_t("It is not time for the next run."))
    return series.next_on
