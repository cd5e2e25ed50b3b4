"""Showing a list: the whole page, the list alone for a partial swap, or a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render

from opsloop.base.acts import Call, perform, registry
from opsloop.base.policy.rules import can
from opsloop.ui.listkit import export
from opsloop.ui.listkit import render as draw
from opsloop.ui.listkit.filters import PickFilter
from opsloop.ui.listkit.listing import Listing
from opsloop.ui.listkit.state import State
from opsloop.ui.page import PersonRequest


def list_page(
    request: PersonRequest, listing: type[Listing], *, template: str = "lists/page.html", **context: Any
) -> HttpResponse:
    """The answer of a list's view. A POST with `export` is the export; filters stay in the address."""
    state = State(listing(), request.person, request.GET)
    if request.method == "POST":
        return exported(request, state, request.POST.get("export", ""))
    target = f"list-{state.listing.name}"
    said = {"state": state, "listing": state.listing, "list_id": target, **table(state, target), **context}
    if request.headers.get("HX-Target", "").endswith(f"#{target}"):
        response = render(request, "lists/list.html", said)
        if request.headers.get("HX-Source", "").startswith("form"):
            response.headers["HX-Replace-Url"] = request.path + state.address()
        return response
    return render(request, template, said)


def table(state: State, target: str) -> dict[str, Any]:
    """What the template of the list needs, made once."""
    by, listing = state.by, state.listing
    bulk = [act for name in listing.bulk if (act := registry.get(name)) and can(by, name)]
    return {
        "head": draw.head(state, f"#{target}"),
        "body": draw.body(state, ticks=bool(bulk)),
        "bulk": bulk,
        "numbers": [(n, state.address(page=n) if n else "") for n in draw.page_numbers(state.page, state.pages)],
        "may_export": listing.export and state.count > 0 and can(by, "lists.export"),
        "filters": [_filter(state, one) for one in listing.filters],
        "chosen": {column.name for column in state.columns},
    }


def _filter(state: State, one: Any) -> dict[str, Any]:
    model, said = state.listing.model, state.said
    out = {"kind": one.kind, "name": one.name, "label": one.title(model), "value": said.get(one.name, "")}
    if one.kind == "choice":
        out["options"] = one.options(model, state.by)
    elif one.kind == "days":
        out["ends"] = [(key, said.get(key, "")) for key in one.keys]
    elif isinstance(one, PickFilter):
        out["chosen"] = one.chosen(said, state.by)
    return out


def exported(request: PersonRequest, state: State, kind: str) -> HttpResponse:
    """Record who took which rows, then hand the file over or say where it will be. Raises Forbidden."""
    export.checked(kind)
    said = {"listing": state.listing.name, "rows": state.count, "kind": kind, "filters": state.words()}
    said["address"] = state.address().lstrip("?")
    later = perform("lists.export", said, Call(by=request.person, via="page"))
    if later is not None:
        return redirect(later.get_absolute_url())
    return as_file(export.content(state, kind), export.file_name(state, kind), kind)


def as_file(content: Any, name: str, kind: str) -> HttpResponse:
    """A download with a Chinese name that every browser understands."""
    response = HttpResponse(content, content_type=export.TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
