"""What runs, what failed, what is planned, what leaves the house; and the page of one job for who asked for it."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.inbox.queries import mark_read, notices
from opsloop.base.jobs import queries
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox, Schedule, ScheduleRun
from opsloop.base.jobs.reasons import why
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees, visible
from opsloop.base.things.errors import NotFound
from opsloop.ui.formkit.views import address_of
from opsloop.ui.jobs.lists import AllJobs, FailedJobs, Letters, MyJobs, Schedules, asked_by
from opsloop.ui.jobs.rhythm import in_words
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

SHOWN = 20


def tabs(person: Person, here: str) -> dict[str, Any]:
    """The pages of the machine room that this person has something on."""
    failed = visible(person, Job).filter(state=JobState.DEAD).count()
    stuck = visible(person, Outbox).filter(state=LetterState.DEAD).count()
    lines = [("now", _t("Now"), failed), ("schedules", _t("Schedules"), 0), ("outbox", _t("Outgoing messages"), stuck)]
    if sees(person, "jobs") != "all":
        lines = lines[:1]
    return {
        "tabs": [(f"jobs:{name}", title, n) for name, title, n in [*lines, ("all", _t("All jobs"), 0)]],
        "here": f"jobs:{here}",
    }


def what_runs(person: Person) -> dict[str, Any]:
    """The moving part of the first page."""
    rows = queries.going_on(visible(person, Job).select_related("behalf"))
    return {
        "going_on": [(job, queries.task_label(job.task), asked_by(job)) for job in rows[:SHOWN]],
        "open_count": rows.count(),
        "seen_at": queries.worker_seen_at(),
        "stopped": queries.worker_stopped(),
        "late": queries.late_jobs(),
    }


@page(see="jobs")
def now(request: PersonRequest) -> HttpResponse:
    """Does the machine keep up, and what waits for my decision?"""
    context = {**tabs(request.person, "now"), **what_runs(request.person)}
    return list_page(request, FailedJobs, template="jobs/now.html", **context)


@require_safe
@page(see="jobs")
def running(request: PersonRequest) -> HttpResponse:
    """The moving part alone, asked every few seconds."""
    return render(request, "jobs/running.html", what_runs(request.person))


@page(see="jobs")
def job_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, AllJobs, template="jobs/list.html", **tabs(request.person, "all"))


@page(anyone=True)
def my_jobs(request: PersonRequest) -> HttpResponse:
    """What I asked for, whatever my position sees."""
    return list_page(request, MyJobs)


@page(see="jobs")
def schedule_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Schedules, template="jobs/list.html", **tabs(request.person, "schedules"))


@require_safe
@page(see="jobs")
def schedule_page(request: PersonRequest, pk: int) -> HttpResponse:
    """When it runs, what became of its last moments, and what can be done with it."""
    found = visible(request.person, Schedule).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such schedule."))
    runs = list(ScheduleRun.objects.filter(schedule=found).order_by("-due")[:SHOWN])
    states = dict(Job.objects.filter(pk__in=[one.job_id for one in runs if one.job_id]).values_list("pk", "state"))
    context = {
        "schedule": found,
        "task": queries.task_label(found.task),
        "rhythm": in_words(found.cron),
        "hours": found.max_age_s / 3600 if found.max_age_s else None,
        "runs": [(one, JobState(states[one.job_id]) if one.job_id in states else None) for one in runs],
    }
    return render(request, "jobs/schedule.html", context)


@page(see="jobs")
def outbox_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Letters, template="jobs/list.html", **tabs(request.person, "outbox"))


@require_safe
@page(see="jobs")
def letter_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One outgoing message: where it stands, not what it says."""
    found = visible(request.person, Outbox).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such message."))
    return render(request, "jobs/letter.html", {"letter": found, "why": why(found.error)})


@require_safe
@page(anyone=True)
def job_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, why it failed, where its result is. What the inbox says of it is read with it."""
    job = seen_job(request.person, pk)
    whole = visible(request.person, Job).filter(pk=pk).exists()
    told = notices(request.person, unread=True).filter(link=job.get_absolute_url()).values_list("pk", flat=True)
    if lines := list(told):
        mark_read(request.person, lines)
    return render(request, "jobs/job.html", {**state_of(request.person, job), "whole": whole})


@require_safe
@page(anyone=True)
def job_state(request: PersonRequest, pk: int) -> HttpResponse:
    """The moving part of a job's page."""
    return render(request, "jobs/state.html", state_of(request.person, seen_job(request.person, pk)))


def seen_job(person: Person, pk: int) -> Job:
    """Raises NotFound for one that is not there or not for this person."""
    found = queries.seen_jobs(person).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such job. Finished ones are kept for a while only."))
    return found


def state_of(person: Person, job: Job) -> dict[str, Any]:
    """What the page and its polled part show."""
    trace = job.error.strip().partition("\n")[2]
    return {
        "job": job,
        "task": queries.task_label(job.task),
        "asked": asked_by(job),
        "why": why(job.error) if job.state != JobState.DONE else None,
        "trace": trace,
        "stopped": job.state == JobState.WAITING and queries.worker_stopped(),
        "moving": job.state in (JobState.WAITING, JobState.RUNNING),
        "result": result_of(person, job),
    }


def result_of(person: Person, job: Job) -> tuple[str, str] | None:
    """(title, address) of what the job made, if it has a page and the person may see it."""
    said = json.loads(job.result)
    if job.state != JobState.DONE or not isinstance(said, list) or len(said) != 2 or not isinstance(said[0], str):
        return None
    try:
        model: type[Model] = apps.get_model(said[0])
    except (LookupError, ValueError):
        return None
    made = visible(person, model).filter(pk=said[1]).first()
    url = address_of(made) if made is not None else None
    return (str(made), url) if made is not None and url else None
