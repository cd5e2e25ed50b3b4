"""The lists of the machine room: jobs, failed ones, schedules, outgoing messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.models import Job, JobState, Outbox, RunState, Schedule
from opsloop.base.jobs.queries import task_label, with_last_run
from opsloop.base.jobs.reasons import first_line, why
from opsloop.base.jobs.tasks import tasks
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.ui.jobs.rhythm import in_words
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter

TONES = {"running": "blue", "done": "green", "dead": "red", "waiting": "secondary", "discarded": "secondary"}
LETTER_TONES = {"sending": "blue", "sent": "green", "dead": "red", "waiting": "secondary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter(ChoiceFilter):
    """By task, under the names that people read."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return sorted(((name, str(one.label)) for name, one in tasks.items()), key=lambda one: one[1])


def asked_by(job: Job) -> Any:
    """Who wanted it; the clock and the system ask for the rest."""
    return job.behalf or (_("by schedule") if job.scheduled_for else _("the system"))


def _sort(row: Any) -> Any:
    found = why(row.error)
    return found.sort if found else None


def _remedy(row: Any) -> Any:
    found = why(row.error)
    return found.remedy if found else None


TASK = Column(name="task", label=_("Task"), value=lambda job: task_label(job.task), sort="task", link=True)
ASKED = Column(name="behalf", label=_("Asked by"), value=asked_by, sort="behalf__name")


class FailedJobs(Listing):
    """What waits for a decision: try again or discard."""

    name = "jobs-failed"
    model = Job
    title = _("Failed jobs")
    columns = (
        TASK,
        Column(name="why", label=_("What happened"), value=_sort, sort=False),
        Column(name="said", label=_("In its own words"), value=lambda job: first_line(job.error)[:160], sort=False),
        Column(name="remedy", label=_("What to do"), value=_remedy, sort=False),
        ASKED,
        Column(name="attempt", label=_("Attempts"), on=False),
        Column(name="finished_at", label=_("Failed at")),
    )
    filters = (TaskFilter(name="task"), DayFilter(name="finished_at", label=_("Failed at")))
    order = ("-finished_at",)
    bulk = ("jobs.retry_many", "jobs.discard_many")
    empty = _("Nothing has failed.")
    empty_hint = _(
        "A job that fails for good stands here with its reason until somebody tries it again or discards it."
    )

    def rows(self, by: Person) -> QuerySet[Any]:
        return visible(by, Job).filter(state=JobState.DEAD).select_related("behalf")


class AllJobs(Listing):
    """Everything of the last weeks; older finished jobs are swept."""

    name = "jobs"
    model = Job
    title = _("All jobs")
    columns = (
        TASK,
        Column(name="state", tones=TONES),
        ASKED,
        Column(name="made_at"),
        Column(name="started_at", on=False),
        Column(name="finished_at"),
        Column(name="attempt", label=_("Attempts")),
        Column(name="error", value=lambda job: first_line(job.error)[:160], sort=False, on=False),
    )
    filters = (
        TaskFilter(name="task"),
        ChoiceFilter(name="state"),
        PickFilter(name="behalf", model=Person),
        DayFilter(name="made_at"),
    )
    order = ("-pk",)
    bulk = ("jobs.retry_many", "jobs.discard_many")
    empty = _("No job has run yet.")
    empty_hint = _("Exports, mails and what runs by the clock will stand here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).select_related("behalf")


class MyJobs(Listing):
    """What one person asked for."""

    name = "jobs-mine"
    model = Job
    title = _("My background jobs")
    columns = AllJobs.columns
    filters = (ChoiceFilter(name="state"), DayFilter(name="made_at"))
    export = False
    order = ("-pk",)
    empty = _("You have not asked for anything that takes long.")
    empty_hint = _("Large exports and reports go on in the background; you find them here when they are ready.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return Job.objects.filter(behalf=by).select_related("behalf")


def _schedule_state(row: Schedule) -> str:
    if row.paused:
        return str(_("Paused"))
    return str(_("In use") if row.next_at else _("Withdrawn"))


def _last(row: Any) -> str:
    return str(RunState(row.last_state).label) if row.last_state else ""


class Schedules(Listing):
    """What runs by the clock."""

    name = "schedules"
    model = Schedule
    title = _("Schedules")
    columns = (
        Column(name="task", label=_("Task"), value=lambda row: task_label(row.task), sort="task", link=True),
        Column(name="cron", value=lambda row: in_words(row.cron), sort=False),
        Column(name="next_at"),
        Column(name="last_at", label=_("Last run"), value=lambda row: row.last_at, kind="moment", sort="last_at"),
        Column(name="last_state", label=_("What became of it"), value=_last, sort=False),
        Column(name="catch_up"),
        Column(name="state", label=_("State"), value=_schedule_state, sort=False),
        Column(name="name", on=False),
        Column(name="zone", on=False),
    )
    filters = (TaskFilter(name="task"), FlagFilter(name="paused"))
    order = ("next_at", "name")
    empty = _("Nothing is planned.")
    empty_hint = _("Schedules come with the program and with sources; the worker enters them when it starts.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return with_last_run(super().rows(by))


class Letters(Listing):
    """What leaves the house: mails and messages. Their texts are not shown: who runs the machine need not read them."""

    name = "outbox"
    model = Outbox
    title = _("Outgoing messages")
    columns = (
        Column(name="channel", label=_("Channel"), link=True),
        Column(name="to"),
        Column(name="state", tones=LETTER_TONES),
        Column(name="made_at"),
        Column(name="sent_at"),
        Column(name="attempts"),
        Column(name="maybe_twice", tones={True: "orange"}),
        Column(name="error", value=lambda row: first_line(row.error)[:160], sort=False),
    )
    filters = (
        ChoiceFilter(name="state"),
        FlagFilter(name="maybe_twice"),
        DayFilter(name="made_at"),
    )
    order = ("-pk",)
    bulk = ("jobs.resend_many",)
    empty = _("Nothing has been sent yet.")
    empty_hint = _("Mails and group messages stand here until they are delivered, and for a while afterwards.")
