"""How far a release or repair is that a job does, and what came of it. The page may be left and opened again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queries import worker_stopped
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.sources import orders
from opsloop.data.sources.models import Load, Source
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="sources")
def work_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One such job: who ordered it, how far it is, what it said."""
    job = Job.objects.filter(pk=pk, task=orders.TASK).select_related("behalf").first()
    _task, source_pk, load_pk, _order = ((job.key if job is not None else "") or ":::").split(":")
    source = visible(request.person, Source).filter(pk=int(source_pk or 0)).first()
    if job is None or source is None:
        raise NotFound(_t("There is no such work, or it is over for 30 days."))
    waiting = job.state in orders.OPEN
    context = {
        "job": job, "source": source, "waiting": waiting, "stopped": waiting and worker_stopped(),
        "load": visible(request.person, Load).filter(pk=int(load_pk), source=source).first(),
        "answer": orders.answer_of(job), "failed": job.state == JobState.DEAD,
        "error": job.error.splitlines()[0] if job.error else "",
    }  # fmt: skip
    inside = request.headers.get("HX-Target", "").endswith("#source-work")
    return render(request, "sources/work_state.html" if inside else "sources/work.html", context)
