"""By themselves: readings follow publications and holdings, weeks open, limits are called to mind and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.engine.readings import queries
from opsloop.engine.readings.actions import remind, settle, tell_late
from opsloop.engine.readings.models import Duty, State
from opsloop.engine.readings.planning import monday

SETTLE = ("readings.settle",)
ROUND = ("readings.settle", "readings.remind", "readings.tell_late")
AHEAD = timedelta(days=1)
CHUNK, MOST = 50, 200


@task("readings.settle", _("Give what was published to read"), may=SETTLE, prepare=True)
def settle_all(ctx: Context) -> None:
    """Everybody whose readings are not what they should be, fifty in one transaction."""
    todo = due_people()
    for begin in range(0, len(todo), CHUNK):
        with ctx.checkpoint(done=begin):
            settle_people(ctx.by, todo[begin : begin + CHUNK])


@scheduled(
    "readings.round", _("Open readings, remind of them and tell of overdue ones"), cron="*/10 * * * *", may=ROUND
)
def go_round(ctx: Context) -> None:
    """What is due now, at most so much in a round that nobody is flooded after an outage."""
    mind(ctx.by)


@when_due("readings", order=85, may=ROUND)
def readings_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    return [Done(text, {"readings": n}) for text, n in mind(asked.by) if n]


def mind(by: Person) -> list[tuple[str, int]]:
    """What was done, in words, and how often."""
    settled = settle_people(by, due_people()[:MOST])
    reminded = _each(remind, list(queries.to_remind(timezone.now() + AHEAD)[:MOST]), by)
    late = _each(tell_late, list(queries.overdue()[:MOST]), by)
    return [
        (_t("What {n} people have to read was settled.").format(n=settled), settled),
        (_t("{n} readers were reminded.").format(n=reminded), reminded),
        (_t("{n} readings are overdue.").format(n=late), late),
    ]


def due_people() -> list[int]:
    """Whose readings must be settled: something was published, a holding began or ended, a week has come."""
    this = monday(timezone.localdate())
    opening = Duty.objects.filter(state=State.PLANNED, week__lte=this).values_list("person_id", flat=True)
    return sorted({*queries.unsettled(), *opening})


def settle_people(by: Person, people: list[int]) -> int:
    for one in Person.objects.filter(pk__in=people).order_by("pk"):
        settle(one, by=by)
    return len(people)


def _each(do: Callable[..., Duty], rows: list[Duty], by: Person) -> int:
    for one in rows:
        do(one, by=by)
    return len(rows)
