"""Ctrl K: go anywhere, do anything one may do, find anything one may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from opsloop.base.acts import registry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.search.api import find
from opsloop.ui import navigation
from opsloop.ui.formkit.views import act_url
from opsloop.ui.offers import offered
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.search.views import title_of

MOST = 8


@dataclass(frozen=True, slots=True)
class Doable:
    """An act that makes something, by its label and the address of its form."""

    label: str
    url: str


def doable(person: Person, words: str) -> list[Doable]:
    """Acts without an object that this person may do and whose label holds the words."""
    found = [
        Doable(str(act.label), act_url(act.name))
        for act in registry.values()
        if act.subject is None and "page" in act.doors and words in str(act.label).lower() and can(person, act.name)
    ]
    return sorted(found, key=lambda one: one.label)[:MOST]


@page(anyone=True)
def go(request: PersonRequest) -> HttpResponse:
    """Pages, acts and records that fit the words; the same as a page of its own where scripts are off."""
    words = request.GET.get("q", "").strip().lower()
    lines = navigation.lines(request.person, "")
    context = {
        "q": request.GET.get("q", "").strip(),
        "pages": [one for one in lines if words in f"{one.title} {one.group}".lower()][: MOST if words else 30],
        "doable": [*offered(request.person, words)[:MOST], *doable(request.person, words)],
        "hits": [(one, title_of(one)) for one in find(request.person, words, limit=MOST)] if words else [],
    }
    inside = request.headers.get("HX-Request") == "true"
    return render(request, "workbench/hits.html" if inside else "workbench/go.html", context)
