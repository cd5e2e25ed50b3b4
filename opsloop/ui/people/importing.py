"""People from Excel or CSV: choose a file, look at what it would do, do it by a job, look at what became of it."""

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
from opsloop.base.people import roster, sheets
from opsloop.base.people.imports import ImportPlan, plan
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.ui.formkit.uploads import keep
from opsloop.ui.listkit.views import as_file
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.people.jobs import TASK
from opsloop.ui.people.sheets import error_sheet, template

SHOWN, FAULTS, RECENT = 200, 100, 10
WHY = "why-"


@page(act="people.register")
def upload_page(request: PersonRequest) -> HttpResponse:
    """Choose the file. What cannot be read as a roster at all is said here."""
    by, error = request.person, ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise Refused(_t("Choose a file first."))
            stored = keep(upload, by)
            roster.columns_of(sheets.read(stored.path.read_bytes(), str(upload.name or "")))
        except Refused as no:
            error = str(no.text)
        else:
            return redirect("people:preview", stored.pk)
    runs = Job.objects.filter(task=TASK, behalf=by).order_by("-pk")[:RECENT]
    columns = [(roster.label(name), name in roster.REQUIRED) for name in roster.COLUMNS]
    context = {"error": error, "runs": runs, "columns": columns, "most": sheets.MAX_ROWS}
    return render(request, "people/import.html", context, status=422 if error else 200)


@require_safe
@page(act="people.register")
def template_file(request: PersonRequest) -> HttpResponse:
    """The empty form."""
    return as_file(template(), _t("people.xlsx"), "xlsx")


def uploaded(by: Person, pk: int) -> tuple[Stored, str]:
    """(the content, the name it came under), if this person brought it. Raises NotFound."""
    found = Upload.objects.select_related("stored").filter(stored_id=pk, person=by).first()
    if found is None or found.stored.erased_at is not None or not found.stored.path.exists():
        raise NotFound(_t("This file is not there any more; choose it again."))
    return found.stored, found.name


@page(act="people.register")
def preview_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What the file would do, row by row, judged by the very acts; a POST without errors has a job do it."""
    by = request.person
    stored, name = uploaded(by, pk)
    reasons = {key.removeprefix(WHY): str(said).strip() for key, said in request.POST.items() if key.startswith(WHY)}
    made = plan(stored.path.read_bytes(), name, by)
    open_ones = [code for code in made.warnings if not reasons.get(code)]
    if request.method == "POST" and not made.faults and not open_ones:
        job = enqueue(TASK, {"stored": pk, "name": name, "reasons": reasons}, behalf=by)
        return redirect("people:run", job.pk)
    context = {**shown(made), "name": name, "stored": stored, "reasons": reasons, "asked_again": bool(reasons)}
    return render(request, "people/preview.html", context, status=422 if request.method == "POST" else 200)


def shown(made: ImportPlan) -> dict[str, Any]:
    """A plan for the page: numbers, errors and the first rows."""
    words = {"register": _t("register"), "correct": _t("correct"), "appoint": _t("appoint")}
    rows = [
        (row, [words[verb] for verb in row.does])
        for row in sorted(made.rows, key=lambda row: (not row.line.faults, not row.does))
    ]
    counts = made.counts
    return {
        "made": made,
        "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "counts": [(words[verb], counts[verb]) for verb in words if verb in counts],
        "nothing": counts.get("nothing", 0),
        "faults": made.faults[:FAULTS],
        "more_faults": max(0, len(made.faults) - FAULTS),
        "wrong_rows": len({fault.row for fault in made.faults}),
        "warnings": list(made.warnings.items()),
        "idle": not any(row.does for row in made.rows),
    }


@require_safe
@page(act="people.register")
def errors_file(request: PersonRequest, pk: int) -> HttpResponse:
    """The rows with errors, to be put right and imported again."""
    stored, name = uploaded(request.person, pk)
    data = stored.path.read_bytes()
    made = plan(data, name, request.person)
    return as_file(error_sheet(sheets.read(data, name), made), _t("errors.xlsx"), "xlsx")


@require_safe
@page(act="people.register")
def run_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far an import is, and what became of it; one's own only."""
    job = Job.objects.filter(pk=pk, task=TASK, behalf=request.person).first()
    if job is None:
        raise NotFound(_t("There is no such import of yours, or it is over for 30 days."))
    waiting = job.state in (JobState.WAITING, JobState.RUNNING)
    result: dict[str, Any] = json.loads(job.result) or {}
    words = {"register": _t("registered"), "correct": _t("corrected"), "appoint": _t("appointed")}
    context = {
        "job": job, "waiting": waiting, "stopped": waiting and worker_stopped(), "result": result,
        "counts": [(word, result.get("counts", {}).get(verb, 0)) for verb, word in words.items()],
        "name": json.loads(job.args).get("name", ""), "failed": job.state == JobState.DEAD,
        "error": job.error.splitlines()[0] if job.error else "",
    }  # fmt: skip
    inside = request.headers.get("HX-Target", "").endswith("#import-run")
    return render(request, "people/run_state.html" if inside else "people/run.html", context)
