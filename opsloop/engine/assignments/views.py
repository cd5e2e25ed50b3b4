"""Assignments: four lists, one assignment, many in one go, and the series."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, each
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.assignments.forms import MOST, LinesForm
from opsloop.engine.assignments.lists import (
    AllSeries,
    Assignments,
    CopiedAssignments,
    GivenAssignments,
    MyAssignments,
)
from opsloop.engine.assignments.models import Assignment, Series
from opsloop.engine.assignments.queries import Draft, drafts, next_workday
from opsloop.ui.lists import Listing, list_page
from opsloop.ui.page import PersonRequest, page


def _list(request: PersonRequest, listing: type[Listing], here: str) -> HttpResponse:
    return list_page(request, listing, template="assignments/list.html", here=here)


@page(see="assignments")
def mine(request: PersonRequest) -> HttpResponse:
    return _list(request, MyAssignments, "mine")


@page(see="assignments")
def given(request: PersonRequest) -> HttpResponse:
    return _list(request, GivenAssignments, "given")


@page(see="assignments")
def copied(request: PersonRequest) -> HttpResponse:
    return _list(request, CopiedAssignments, "copied")


@page(see="assignments")
def everything(request: PersonRequest) -> HttpResponse:
    return _list(request, Assignments, "all")


@page(see="assignments")
def series_list(request: PersonRequest) -> HttpResponse:
    return _list(request, AllSeries, "series-list")


@require_safe
@page(see="assignments")
def assignment_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One assignment: what is asked, what was promised, what came of it."""
    rows = visible(request.person, Assignment).select_related("asked_by", "doer", "position", "department", "series")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such assignment."))
    mark_read_about(request.person, found)
    informed = [one.person for one in found.copies.select_related("person").order_by("person__name")]
    return render(request, "assignments/assignment.html", {"one": found, "informed": informed})


@require_safe
@page(see="assignments")
def series_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A series: when it comes round, and those it gave."""
    rows = visible(request.person, Series).select_related("asked_by", "doer", "position", "department")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such assignment."))
    made = visible(request.person, Assignment).filter(series=found).order_by("-series_day")[:12]
    return render(request, "assignments/series.html", {"one": found, "made": made})


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="assignments.give")
def lines(request: PersonRequest) -> HttpResponse:
    """Several at once: each line as it is understood; given when every line is clear."""
    start = {"lines": request.GET.get("lines", ""), "day": next_workday(request.person)}
    said = request.POST if request.method == "POST" else None
    form = LinesForm(request.person, said, start=start)
    found = _understood(request, form)
    ready = bool(found) and not any(one.missing for one in found)
    if "look" in request.GET:
        return render(request, "assignments/understood.html", {"drafts": found, "ready": ready})
    if said is not None and ready:
        refused = _give(request, form, found)
        if not refused:
            return redirect(reverse("assignments:given"))
        form = LinesForm(request.person, start={"lines": "\n".join(refused), "day": form.cleaned_data["day"]})
        found = _understood(request, form)
    context = {"form": form, "drafts": found, "ready": ready, "most": MOST}
    return render(request, "assignments/lines.html", context, status=422 if said is not None else 200)


def _understood(request: PersonRequest, form: LinesForm) -> list[Draft]:
    if not form.is_bound:
        return drafts(request.person, str(form.initial["lines"]), request.person, form.initial["day"])
    if not form.is_valid():
        return []
    found = drafts(request.person, form.cleaned_data["lines"], form.cleaned_data["who"], form.cleaned_data["day"])
    if len(found) > MOST:
        form.add_error("lines", _t("At most {n} lines at once.").format(n=MOST))
        return []
    return found


def _give(request: PersonRequest, form: LinesForm, found: list[Draft]) -> list[str]:
    """Each line by its act. Answers the lines that were refused, which stay in the box; a message says why."""
    call = Call(by=request.person, via="page", key=form.cleaned_data["key"] or None)
    outcomes = list(each("assignments.give", [(None, one.values()) for one in found], call))
    failed = [(found[one.row], one.error) for one in outcomes if one.error is not None]
    done = len(found) - len(failed)
    if done:
        text = _n("{n} assignment given.", "{n} assignments given.", done)
        messages.success(request, text.format(n=done))
    for draft, error in failed:
        messages.error(request, f"{draft.line.text}: {error}")
    return [draft.line.text for draft, _error in failed]
