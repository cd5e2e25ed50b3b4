"""Ctrl K: go anywhere."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from opsloop.ui import navigation
from opsloop.ui.page import PersonRequest, page


@page(anyone=True)
def go(request: PersonRequest) -> HttpResponse:
    """Pages, acts and records that fit the words; the same as a page of its own where scripts are off."""
    words = request.GET.get("q", "").strip()
    pages = [one for one in navigation.lines(request.person, "") if words.lower() in one.title.lower()]
    inside = bool(request.headers.get("HX-Request"))
    return render(request, "workbench/hits.html" if inside else "workbench/go.html", {"q": words, "pages": pages})
