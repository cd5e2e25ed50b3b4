"""Readings: mine, one to read and confirm, everybody's, and who has not by document and by position."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.people.models import Position
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.engine.readings import shares
from opsloop.engine.readings.lists import MyReadings, Readings
from opsloop.engine.readings.models import Duty
from opsloop.engine.readings.shown import shown
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@page(see="readings")
def mine(request: PersonRequest) -> HttpResponse:
    return list_page(request, MyReadings, template="readings/list.html", here="mine")


@page(see="readings")
def everybody(request: PersonRequest) -> HttpResponse:
    return list_page(request, Readings, template="readings/list.html", here="all")


@require_safe
@page(see="readings")
def documents(request: PersonRequest) -> HttpResponse:
    """The share read of each document."""
    context = {"here": "documents", "shares": shares.by_document(request.person)}
    return render(request, "readings/shares.html", context)


@require_safe
@page(see="readings")
def positions(request: PersonRequest) -> HttpResponse:
    """Who has not, by position."""
    rows = {row.code: row for row in Position.objects.all()}
    titles, pks = {code: row.name for code, row in rows.items()}, {code: row.pk for code, row in rows.items()}
    context = {"here": "positions", "shares": shares.by_position(request.person, titles, pks)}
    return render(request, "readings/shares.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="readings")
def duty_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What changed since one read it last, the whole text, how it is confirmed; a POST is a try at the questions."""
    rows = visible(request.person, Duty).select_related("person", "position__reports_to", "department", "publication")
    duty = rows.filter(pk=pk).first()
    if duty is None:
        raise NotFound(_t("There is no such reading."))
    wrong = ""
    if request.method == "POST":
        wrong = _answer(request, duty)
        if not wrong:
            return redirect(duty.get_absolute_url())
    mark_read_about(request.person, duty)
    context = {"one": duty, "said": shown(duty, request.person), "wrong": wrong, "key": uuid.uuid4().hex}
    context["chosen"] = set(request.POST.values()) if wrong else set()
    return render(request, "readings/duty.html", context, status=422 if wrong else 200)


def _answer(request: PersonRequest, duty: Duty) -> str:
    """Empty when the try counted; a message says how it went. Else why it did not."""
    answers = [
        {"question": name.removeprefix("q-"), "option": value}
        for name, value in request.POST.items()
        if name.startswith("q-")
    ]
    call = Call(by=request.person, via="page", key=request.POST.get("key") or None)
    try:
        perform("readings.answer", {"answers": answers}, call, on=duty.pk)
    except Refused as no:
        return str(no)
    duty.refresh_from_db()
    last = duty.quiz_tries.order_by("-number").first()
    if last is not None and last.passed:
        messages.success(
            request, _t("Passed, {right} of {n} right: you have read it.").format(right=last.right, n=last.asked)
        )
    elif last is not None:
        messages.warning(request, _t("Not passed yet: {right} of {n} right.").format(right=last.right, n=last.asked))
    return ""
