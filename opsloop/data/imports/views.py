"""导入: choose a file, see for which source it is, look at its rows and at what a load would do, load it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts import Refused
from opsloop.base.files.models import Stored, Upload
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queries import worker_stopped
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.imports.jobs import TASK
from opsloop.data.imports.trying import fits, preview, trial
from opsloop.data.sources import faults
from opsloop.data.sources.models import Load, Source
from opsloop.ui.formkit.uploads import keep
from opsloop.ui.page import PersonRequest, page

RECENT = 10


@page(act="sources.load")
def upload_page(request: PersonRequest) -> HttpResponse:
    """Choose the file."""
    error = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise Refused(_t("Choose a file first."))
            return redirect("imports:choose", keep(sent, request.person).pk)
        except Refused as no:
            error = str(no.text)
    runs = [(job, json.loads(job.args)) for job in
            Job.objects.filter(task=TASK, behalf=request.person).order_by("-pk")[:RECENT]]  # fmt: skip
    return render(request, "imports/upload.html", {"error": error, "runs": runs}, status=422 if error else 200)


def brought(request: PersonRequest, pk: int) -> tuple[Stored, str]:
    """(the content, the name it came under), if this person brought it. Raises NotFound."""
    found = Upload.objects.select_related("stored").filter(stored_id=pk, person=request.person).first()
    if found is None or found.stored.erased_at is not None or not found.stored.path.exists():
        raise NotFound(_t("This file is not there any more; choose it again."))
    return found.stored, found.name


@require_safe
@page(act="sources.load")
def choose_page(request: PersonRequest, pk: int) -> HttpResponse:
    """For which source is it? Those whose columns it has stand first."""
    stored, name = brought(request, pk)
    found = fits(request.person, stored.path, name)
    context = {
        "stored": stored, "name": name, "fitting": [one for one in found if not one.why],
        "others": [one for one in found if one.why],
    }  # fmt: skip
    return render(request, "imports/choose.html", context)


@page(act="sources.load")
def try_page(request: PersonRequest, pk: int, ident: str) -> HttpResponse:
    """The first rows, and what a load would do; a POST has a job do it."""
    stored, name = brought(request, pk)
    source = visible(request.person, Source).filter(ident=ident, withdrawn=False).first()
    if source is None:
        raise NotFound(_t("There is no such data source."))
    if request.method == "POST":
        job = enqueue(TASK, {"stored": pk, "name": name, "source": source.pk}, behalf=request.person)
        return redirect("imports:run", job.pk)
    context: dict[str, Any] = {"stored": stored, "name": name, "source": source}
    try:
        context |= {
            "preview": preview(request.person, source, stored.path, name),
            "trial": trial(request.person, source, stored.path, name),
            "same": Load.objects.filter(source=source, sha256=stored.sha256, state="loaded").first(),
        }
    except (Unreadable, OSError) as error:
        context["fault"] = faults.fault(error, name)
    return render(request, "imports/try.html", context, status=422 if "fault" in context else 200)


@require_safe
@page(act="sources.load")
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, and what became of it; one's own only."""
    job = Job.objects.filter(pk=pk, task=TASK, behalf=request.person).first()
    if job is None:
        raise NotFound(_t("There is no such import of yours, or it is over for 30 days."))
    waiting = job.state in (JobState.WAITING, JobState.RUNNING)
    result: dict[str, Any] = json.loads(job.result) or {}
    context = {
        "job": job, "waiting": waiting, "stopped": waiting and worker_stopped(),
        "name": json.loads(job.args).get("name", ""), "failed": job.state == JobState.DEAD,
        "error": job.error.splitlines()[0] if job.error else "",
        "load": visible(request.person, Load).select_related("source").filter(pk=result.get("load", 0)).first(),
    }  # fmt: skip
    inside = request.headers.get("HX-Target", "").endswith("#import-run")
    return render(request, "imports/run_state.html" if inside else "imports/run.html", context)
