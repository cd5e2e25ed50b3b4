"""Sheets open by themselves, people are reminded, and what was accepted is loaded."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.loading import collect_and_load
from opsloop.data.sources.models import Source
from opsloop.data.submissions.actions import open_sheet, remind
from opsloop.data.submissions.counting import LOAD, days_to_load
from opsloop.data.submissions.filling import places
from opsloop.data.submissions.layout import Layout
from opsloop.data.submissions.models import TO_FILL, Submission
from opsloop.data.submissions.periods import deadline, open_days, remind_at
from opsloop.data.submissions.queries import forms

LOADING = ("sources.load", "sources.hold", "sources.fail", "sources.recognise", "lake.publish")


@task(LOAD, _("Load what was filled in"), prepare=True, may=LOADING)
def load_filled(ctx: Context, source: int) -> None:
    """Every day of the source whose accepted figures are not loaded yet."""
    collect_and_load(Source.objects.get(pk=source), by=ctx.by)


@scheduled(
    "submissions.round", _("Open sheets and remind of them"), cron="*/10 * * * *",
    may=("submissions.open", "submissions.remind"),
)  # fmt: skip
def go_round(ctx: Context) -> None:
    """What is due now; each sheet opens once and each reminder goes out once."""
    now = timezone.now()
    for source in forms():
        open_due(source, ctx.by, now)
    remind_due(ctx.by, now)


@scheduled("submissions.gather", _("Load overdue sheets"), cron="5,35 * * * *", prepare=True, may=LOADING)
def gather(ctx: Context) -> None:
    """Periods that are over with some sheets missing, and loads that were lost."""
    for source in forms():
        if days_to_load(source, timezone.now()):
            collect_and_load(source, by=ctx.by)


def open_due(source: Source, by: Person, now: datetime) -> list[Submission]:
    """Open the sheets of a source whose period has come."""
    definition = definition_of(source)
    layout = Layout.of(definition)
    last = Submission.objects.filter(source=source).aggregate(last=Max("day"))["last"]
    days = list(open_days(definition, now, last))
    return [
        open_sheet(by=by, source=source, day=day, department=place, due_at=deadline(layout, day))
        for day in days
        for place in places(layout.asked)
    ]


def remind_due(by: Person, now: datetime) -> None:
    """Remind before and at the deadline of what is not handed in."""
    waiting = Submission.objects.filter(state__in=TO_FILL, reminded__lt=2, source__withdrawn=False)
    for sheet in waiting.select_related("source", "department"):
        layout = Layout.of(definition_of(sheet.source))
        before = remind_at(layout, sheet.due_at)
        if now >= sheet.due_at:
            remind(sheet, by=by, step=2)
        elif sheet.reminded < 1 and before is not None and now >= before:
            remind(sheet, by=by, step=1)
