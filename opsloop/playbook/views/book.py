"""The book as people read it: contents, one thing, search, open references, the kinds' reference."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.kinds import reference, schema
from opsloop.base.kinds.registry import Kind, kinds
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import NotFound
from opsloop.playbook import queries
from opsloop.playbook.places import beside, editor_of
from opsloop.playbook.printing import inside_html
from opsloop.playbook.reading import contents as reading
from opsloop.playbook.reading import markdown
from opsloop.playbook.reading.labels import language
from opsloop.playbook.reading.searching import search
from opsloop.playbook.reading.things import built
from opsloop.playbook.translations import words
from opsloop.ui.days import day_of
from opsloop.ui.page import PersonRequest, page


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises NotFound."""
    if name not in kinds:
        raise NotFound(_t("There is no kind {name}.").format(name=name))
    return kinds[name]


@require_safe
@page(see="playbook")
def contents_page(request: PersonRequest) -> HttpResponse:
    """Title page, chapters, and who is working on what."""
    book = queries.published()
    found = reading.contents(book)
    return render(
        request,
        "playbook/contents.html",
        {
            "contents": found, "empty": not book.items, "drafts": len(queries.open_drafts(request.person)),
            "waiting": queries.waiting(request.person), "may_draft": can(request.person, "playbook.draft"),
            "coming": queries.coming(), "newest": queries.newest_publication(),
        },
    )  # fmt: skip


@require_safe
@page(see="playbook")
def thing_page(request: PersonRequest, kind: str, ident: str) -> HttpResponse:
    """One thing as it is in force today, or on `?on=2026-01-31`."""
    one, on = kind_of(kind), day_of(request.GET.get("on", ""))
    book = queries.published(on)
    item = book.item(kind, ident)
    if item is None or item.obj is None:
        return _not_in_force(request, one, ident, on)
    template, shown = built(book, item, request.person, request.GET.get("year", ""))
    version = queries.version_at(kind, ident, on)
    return render(
        request,
        "playbook/thing.html",
        {
            "kind": one, "item": item, "words": words(book, item, language()), "inside": template, "shown": shown,
            "version": version, "on": on, "latest": queries.newest_version(kind, ident),
            "own_editor": editor_of(kind, ident), "beside": beside(kind, ident, request.person),
            "may_draft": can(request.person, "playbook.draft"), "may_propose": can(request.person, "playbook.propose"),
        },
    )  # fmt: skip


def _not_in_force(request: PersonRequest, one: Kind, ident: str, on: date | None) -> HttpResponse:
    """A thing that holds later or no longer has a page that says so; what never was is not found."""
    found = queries.newest_version(one.name, ident)
    if found is None:
        raise NotFound(_t("There is no {what} {ident}.").format(what=one.title, ident=ident))
    return render(request, "playbook/not_in_force.html", {"kind": one, "version": found, "on": on}, status=404)


@require_safe
@page(see="playbook")
def search_page(request: PersonRequest) -> HttpResponse:
    """Search inside the book."""
    asked = request.GET.get("q", "").strip()[:100]
    return render(request, "playbook/search.html", {"asked": asked, "hits": search(queries.published(), asked)})


@require_safe
@page(see="playbook")
def whole_page(request: PersonRequest) -> HttpResponse:
    """The whole book on one page, to read on paper."""
    book = queries.published()
    context = {
        "contents": reading.contents(book),
        "inside": mark_safe(inside_html(book)),  # noqa: S308  # made by our own template
        "newest": queries.newest_publication(),
    }
    return render(request, "playbook/whole.html", context)


@require_safe
@page(see="playbook")
def open_page(request: PersonRequest) -> HttpResponse:
    """References into what is not installed, and what the check remarks."""
    checked = queries.published().checked
    by_ident: dict[tuple[str, str], list[Any]] = {}
    for one in checked.open:
        by_ident.setdefault(("/".join(reference.place(ref) for ref in one.refs), one.ident), []).append(one)
    shown = {"open": sorted(by_ident.items()), "remarks": checked.remarks, "errors": checked.errors}
    return render(request, "playbook/open.html", shown)


@require_safe
@page(anyone=True)
def kind_list(request: PersonRequest) -> HttpResponse:
    """Which kinds of files there are."""
    return render(request, "playbook/kinds.html", {"kinds": list(kinds.values())})


@require_safe
@page(anyone=True)
def kind_page(request: PersonRequest, kind: str) -> HttpResponse:
    """How a file of a kind is written."""
    one = kind_of(kind)
    text = markdown.render(reference.markdown(one).split("\n", 1)[1])
    return render(request, "playbook/kind.html", {"kind": one, "text": text})


@require_safe
@page(anyone=True)
def kind_schema(request: PersonRequest, kind: str) -> HttpResponse:
    """The JSON Schema of a kind, for editors of files."""
    return JsonResponse(schema.schema(kind_of(kind)), json_dumps_params={"ensure_ascii": False, "indent": 2})
