"""Long exports: where they wait, who fetches them, and how they go."""

from __future__ import annotations

import functools
import json

from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.jobs.models import Job
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.ui.listkit.export import TYPES
from opsloop.ui.models import Export
from opsloop.ui.page import PersonRequest, page


def own(person: Person, pk: int) -> Export:
    """The person's own export. Raises NotFound for everybody else's."""
    found = Export.objects.filter(person=person, pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such export, or it was swept away after a week."))
    return found


def forget(row: Export) -> None:
    """Drop the row, and its file once that is certain."""
    Export.objects.filter(pk=row.pk).delete()
    for file in (row.path, row.path.with_suffix(".half")):
        transaction.on_commit(functools.partial(file.unlink, missing_ok=True))


def note_failed(job: Job) -> None:
    """A job that was given up takes its export along."""
    Export.objects.filter(pk=json.loads(job.args)["export"]).update(failed_at=timezone.now())


@page(anyone=True)
def export_page(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, and the file when it is there. The page may be left; the inbox tells."""
    row = own(request.person, pk)
    job = Job.objects.filter(key=f"lists.write:{pk}").first()
    context = {"export": row, "job": job, "waiting": row.done_at is None and row.failed_at is None}
    inside = request.headers.get("HX-Target", "").endswith("#export")
    return render(request, "lists/export_state.html" if inside else "lists/export.html", context)


@page(anyone=True)
def export_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The file itself."""
    row = own(request.person, pk)
    if row.done_at is None or not row.path.exists():
        raise NotFound(_t("There is no such export, or it was swept away after a week."))
    return FileResponse(row.path.open("rb"), as_attachment=True, filename=row.name, content_type=TYPES[row.kind])
