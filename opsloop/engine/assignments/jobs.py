"""By themselves: series give their next one, and what is overdue is told once."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled
from opsloop.base.people.models import Person
from opsloop.engine.assignments.actions import open_next, tell_late
from opsloop.engine.assignments.models import Assignment, Series
from opsloop.engine.assignments.queries import overdue, series_due

ROUND = ("assignments.open_next", "assignments.tell_late")
MOST = 200


@scheduled(
    "assignments.round", _("Give recurring assignments and tell of overdue ones"), cron="*/10 * * * *", may=ROUND
)
def go_round(ctx: Context) -> None:
    """What is due now. After an outage a series gives only what can still be done."""
    give_due(ctx.by)
    tell_overdue(ctx.by)


@when_due("assignments", order=80, may=ROUND)
def assignments_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    given = [Done(_t("Came round: {title}").format(title=one), {"assignment": one.pk}) for one in give_due(asked.by)]
    late = [Done(_t("Overdue: {title}").format(title=one), {"assignment": one.pk}) for one in tell_overdue(asked.by)]
    return given + late


def give_due(by: Person) -> list[Assignment]:
    """Every series whose day has come, until its next one lies ahead."""
    out = []
    for series in series_due(timezone.localdate()):
        out += caught_up(series, by)
    return out


def caught_up(series: Series, by: Person) -> list[Assignment]:
    """The act reads the series anew under its lock, so that each day is given once."""
    made = []
    while series.is_due(timezone.localdate()):
        made.append(open_next(series, by=by))
    return [one for one in made if one is not None]


def tell_overdue(by: Person) -> list[Assignment]:
    """At most two hundred a round, so that nobody is flooded after an outage."""
    return [tell_late(one, by=by) for one in overdue()[:MOST]]
