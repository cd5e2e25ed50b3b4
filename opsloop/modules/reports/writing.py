"""The page on which people confirm conclusions and advice, with the figures to put in and a live check."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST

from opsloop.base.acts import Call, perform
from opsloop.base.people import posts
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Forbidden, Invalid, NotFound, Refused, Stale
from opsloop.modules.reports.checking import MOST_ADVICE, MOST_CONCLUSIONS, faults
from opsloop.modules.reports.composing import body_parts
from opsloop.modules.reports.judging import lines, slots_of
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.naming import Names
from opsloop.modules.reports.slots import Slots
from opsloop.modules.reports.words import State
from opsloop.ui.page import PersonRequest, page

ROWS = {"conclusions": MOST_CONCLUSIONS, "advice": MOST_ADVICE, "decisions": 2}
"""So many boxes stand there; one more only where the number is not said above them."""


def _edition(request: PersonRequest, pk: int) -> Edition:
    found = visible(request.person, Edition).select_related("report").filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such report."))
    if not can(request.person, "reports.write", found):
        raise Forbidden(_t("This page is not for your position."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="reports", act="reports.write")
def write_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What was written so far, or what is typed now; saving is the act, which may say no."""
    edition = _edition(request, pk)
    if edition.state != State.DRAFT:
        return redirect(edition.get_absolute_url())
    slots = slots_of(edition, get_language() or "")
    names = Names.of(slots)
    body = said(request, names) if request.method == "POST" else edition.body
    if request.method == "POST":
        try:
            call = Call(by=request.person, via="page", revision=_revision(request))
            perform("reports.write", values(body), call, on=edition.pk)
        except (Refused, Invalid, Stale) as error:
            messages.error(request, str(error))
        else:
            return redirect(edition.get_absolute_url())
    titles = sorted(posts.titles(in_force=True).items(), key=lambda pair: pair[1])
    context = {
        "edition": edition, "body": body, "revision": _revision(request) or edition.revision,
        "slots": [(names.by_key[slot.figure.key], slot) for slot in slots],
        "positions": titles, **rows(body, names), **judged(body, slots),
    }  # fmt: skip
    return render(request, "reports/write.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@page(see="reports", act="reports.write")
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """How what is typed would read, and what is missing; nothing is saved."""
    edition = _edition(request, pk)
    slots = slots_of(edition, get_language() or "")
    return render(request, "reports/checked.html", judged(said(request, Names.of(slots)), slots))


def judged(body: dict[str, Any], slots: Slots) -> dict[str, Any]:
    """The parts that people write with the figures in their places, and what is wrong with them."""
    titles = posts.titles(in_force=True)
    found = faults(body, slots, titles, timezone.localdate())
    return {"parts": body_parts(body, slots, titles), "faults": lines(found)}


def said(request: HttpRequest, names: Names) -> dict[str, Any]:
    """The body as the form has it, its figures by their keys; rows without a text are left out."""
    post = request.POST
    conclusions = zip(post.getlist("c-text"), post.getlist("c-evidence"), strict=False)
    advice = zip(
        post.getlist("a-text"),
        post.getlist("a-position"),
        post.getlist("a-due"),
        post.getlist("a-verify"),
        strict=False,
    )
    return {
        "conclusions": [{"text": names.kept(a.strip()), "evidence": b.strip()} for a, b in conclusions if a.strip()],
        "advice": [
            {"text": names.kept(a.strip()), "position": b, "due": _day(c), "verify": d.strip()}
            for a, b, c, d in advice
            if a.strip()
        ],
        "no_advice": post.get("no_advice", "").strip(),
        "decisions": [{"text": names.kept(one.strip())} for one in post.getlist("d-text") if one.strip()],
        "nothing_to_decide": "nothing_to_decide" in post,
    }


def _revision(request: HttpRequest) -> int | None:
    """Which state of the edition the page showed."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> str:
    """The day as it is kept; what is none is left out, and then missed."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""


def values(body: dict[str, Any]) -> dict[str, Any]:
    """The body as the act takes it."""
    return {**body, "advice": [{**one, "due": one["due"] or None} for one in body["advice"]]}


def rows(body: dict[str, Any], names: Names) -> dict[str, Any]:
    """What the form shows, figures by their names: what there is, and empty rows behind it."""
    out = {}
    for name, most in ROWS.items():
        there = [{**one, "text": names.shown(str(one.get("text", "")))} for one in body.get(name, [])]
        spare = 1 if name == "decisions" and there else 0
        out[name] = there + [{"text": ""}] * max(spare, most - len(there))
    return out
