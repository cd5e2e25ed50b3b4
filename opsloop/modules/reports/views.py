"""报告: the archive, one edition as a page of paper, two editions beside each other, people's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.people import posts
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.base.things.texts import listed
from opsloop.modules.reports import filing
from opsloop.modules.reports.company_template import name_of
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.following import before
from opsloop.modules.reports.judging import issuing_faults, lines
from opsloop.modules.reports.lists import TONES, Editions, OwnReports
from opsloop.modules.reports.models import Edition, OwnReport, Report
from opsloop.modules.reports.owned import shown
from opsloop.modules.reports.paired import pairs
from opsloop.modules.reports.words import State
from opsloop.modules.reports.writing import check, write_page
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

__all__ = [
    "check", "compare_page", "edition_list", "edition_page", "files_page", "kind_page", "own_list", "own_page",
    "write_page",
]  # fmt: skip


@page(see="reports")
def edition_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Editions, template="reports/list.html", here="all")


@page(see="reports")
def own_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, OwnReports, template="reports/list.html", here="own")


def edition_of(request: PersonRequest, pk: int) -> Edition:
    """Raises NotFound for one that the person does not see."""
    rows = visible(request.person, Edition).select_related("report", "writer", "issuer", "corrects")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such report."))
    return found


@require_safe
@page(see="reports")
def edition_page(request: PersonRequest, pk: int) -> HttpResponse:
    """As it will be issued, or as it was; and what stands against issuing it."""
    edition = edition_of(request, pk)
    mark_read_about(request.person, edition)
    working = not edition.is_out
    may_write = edition.state == State.DRAFT and can(request.person, "reports.write", edition)
    concerned = may_write or (working and can(request.person, "reports.issue", edition))
    faults = lines(issuing_faults(edition, request.person)) if concerned else []
    document = document_of(edition, get_language() or "")
    context = {
        "edition": edition,
        "document": document,
        **_files(request, edition, document),
        "tone": TONES[State(edition.state)],
        "faults": faults,
        "ready": not faults,
        "may_write": may_write,
        "directions": edition.directions.select_related("given_by", "assignment__doer", "assignment__position"),
        "newer": edition.corrections.exclude(state=State.DRAFT).order_by("-correction").first(),
        "last": before(edition),
    }
    return render(request, "reports/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(see="reports")
def files_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The card of files, which asks for itself while one is made. POST: take one along, at once where it is there."""
    edition = edition_of(request, pk)
    if request.method == "POST":
        said = {"shape": request.POST.get("shape", "")}
        perform("reports.export", said, Call(by=request.person, via="page"), on=edition.pk)
        wanted = filing.wanted(edition, get_language() or "")[said["shape"]]
        if found := filing.made(edition, wanted):
            return redirect("file", found[wanted.shape].pk)
        return redirect(f"{edition.get_absolute_url()}#take-along")
    document = document_of(edition, get_language() or "")
    return render(request, "reports/files.html", {"edition": edition, **_files(request, edition, document)})


def _files(request: PersonRequest, edition: Edition, document: Document) -> dict[str, Any]:
    """What the card of files needs; no offers for who may not take any along."""
    may = can(request.person, "reports.export", edition)
    offers = filing.offers(edition, document, request.person) if may else []
    return {"offers": offers, "making": any(one.waiting for one in offers)}


@require_safe
@page(see="reports")
def compare_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The figures and conclusions of an edition beside those of the one before."""
    edition = edition_of(request, pk)
    last = before(edition)
    if last is None or not visible(request.person, Edition).filter(pk=last.pk).exists():
        raise NotFound(_t("There is no earlier edition."))
    language = get_language() or ""
    parts = [(one.number, document_of(one, language).part("conclusion")) for one in (last, edition)]
    context = {"edition": edition, "last": last, "lines": pairs(last, edition, language), "texts": parts}
    return render(request, "reports/compare.html", context)


@require_safe
@page(see="reports")
def kind_page(request: PersonRequest, ident: str) -> HttpResponse:
    """One report of the standard: when it is due, who has to do with it, its editions."""
    row = visible(request.person, Report).filter(ident=ident).first()
    if row is None:
        raise NotFound(_t("There is no such report."))
    titles = posts.titles(in_force=True)
    rows = visible(request.person, Edition).filter(report=row).select_related("report")
    context = {
        "row": row,
        "said": row.said,
        "writer": titles.get(row.writer, row.writer),
        "issuer": titles.get(row.issuer, row.issuer),
        "template": name_of(row),
        "readers": listed(titles.get(one, one) for one in row.readers),
        "editions": rows.order_by("-until", "-correction")[:60],
    }
    return render(request, "reports/kind.html", context)


@require_safe
@page(see="reports")
def own_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A person's week: what is recorded, and their own words."""
    own = visible(request.person, OwnReport).select_related("person").filter(pk=pk).first()
    if own is None:
        raise NotFound(_t("There is no such report."))
    mark_read_about(request.person, own)
    mine = own.person_id == request.person.pk
    return render(request, "reports/own.html", {"own": own, "mine": mine, **shown(own)})
