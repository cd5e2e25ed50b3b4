"""Recurring cases: the list, and one with its days."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.inbox.api import mark_read_about
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.cases.models import Case
from opsloop.engine.series.lists import AllSeries
from opsloop.engine.series.models import Run, Series
from opsloop.engine.series.when import coming
from opsloop.engine.sops.models import Sop
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

MOST = 30
"""Days that are shown."""


@page(see="series")
def series_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, AllSeries)


@require_safe
@page(see="series")
def series_page(request: PersonRequest, pk: int) -> HttpResponse:
    """When it comes round next, and what became of the days so far."""
    rows = visible(request.person, Series).select_related("owner", "position", "department")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such recurring case."))
    mark_read_about(request.person, found)
    runs = list(Run.objects.filter(series=found).select_related("case")[:MOST])
    mine = set(visible(request.person, Case).filter(pk__in=[one.case_id for one in runs]).values_list("pk", flat=True))
    sop = visible(request.person, Sop).filter(ident=found.sop).first()
    context = {
        "one": found, "sop": sop, "coming": [] if found.paused_at else coming(found),
        "runs": [(one, one.standing, one.case_id in mine) for one in runs],
    }  # fmt: skip
    return render(request, "series/series.html", context)
