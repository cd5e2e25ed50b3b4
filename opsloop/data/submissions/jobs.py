"""Sheets open by themselves, people are reminded, and what was accepted is loaded."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.loading import LoadResult, collect_and_load
from opsloop.data.sources.loading.results import told
from opsloop.data.sources.models import LoadState, Source
from opsloop.data.submissions.actions import open_sheet, remind
from opsloop.data.submissions.counting import LOAD, days_to_load
from opsloop.data.submissions.filling import places
from opsloop.data.submissions.layout import Layout
from opsloop.data.submissions.models import TO_FILL, Submission
from opsloop.data.submissions.periods import deadline, open_days, remind_at
from opsloop.data.submissions.queries import forms

ROUND = ("submissions.open", "submissions.remind")
LOADING = ("sources.load", "sources.hold", "sources.fail", "sources.recognise", "lake.publish")


@task(LOAD, _("Load what was filled in"), prepare=True, may=LOADING)
def load_filled(ctx: Context, source: int) -> None:
    """Every day of the source whose accepted figures are not loaded yet."""
    with acting(ctx.call()):
        collect_and_load(Source.objects.get(pk=source), by=ctx.by)


@scheduled(
    "submissions.round", _("Open sheets and remind of them"), cron="*/10 * * * *",
    may=ROUND,
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
    with acting(ctx.call()):
        gathered(ctx.by, timezone.now())


@when_due("submissions", order=12, may=(*ROUND, *LOADING))
def fill_due(asked: Due) -> list[Done]:
    """Sheets that open, people to remind, and what was accepted and is to be loaded at that moment."""
    opened = [sheet for source in forms() for sheet in open_due(source, asked.by, asked.now)]
    remind_due(asked.by, asked.now)
    out = [Done(_t("Opened: {sheet}").format(sheet=sheet), {"submission": sheet.pk}) for sheet in opened]
    for one in gathered(asked.by, asked.now):
        out.append(Done(told(one), one.plain(), failed=one.state == LoadState.FAILED))
    return out


def gathered(by: Person, now: datetime) -> list[LoadResult]:
    """Load the days of every form whose accepted figures are not loaded yet and that wait for nobody."""
    return [one for source in forms() if days_to_load(source, now) for one in collect_and_load(source, by=by)]


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
