"""An import as its pages see it: one's own, with how its file looks; a page that waits while a job reads it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.things.errors import NotFound
from opsloop.data.imports.findings import Found
from opsloop.data.imports.models import Import, State
from opsloop.ui.page import PersonRequest

STEPS = ("choose", "map", "try", "run")


def own(request: PersonRequest, pk: int) -> Import:
    """The import, if this person brought it. Raises NotFound."""
    found = Import.objects.select_related("stored", "source", "load").filter(pk=pk, person=request.person).first()
    if found is None:
        raise NotFound(_t("There is no such import of yours."))
    return found


def open_one(request: PersonRequest, pk: int) -> Import:
    """One's own import that is not committed yet. Raises NotFound, and Refused for one that is."""
    found = own(request, pk)
    if found.state != State.OPEN:
        raise Refused(_t("This import is committed or over."))
    if found.stored is None or found.stored.erased_at is not None or not found.stored.path.exists():
        raise NotFound(_t("This file is not there any more; choose it again."))
    return found


def waiting(request: PersonRequest, brought: Import, found: Found, step: str) -> HttpResponse:
    """The page that asks again until a large file is read."""
    inside = asks_again(request)
    context = {"brought": brought, "found": found, "step": step}
    return render(request, "imports/reading_state.html" if inside else "imports/reading.html", context)


def asks_again(request: PersonRequest) -> bool:
    """Does the page that waits for a job ask?"""
    return request.headers.get("HX-Target", "").endswith("#reading")


def fresh() -> HttpResponse:
    """Tells the waiting page that it can be shown anew: the file is read."""
    return HttpResponse(headers={"HX-Refresh": "true"})
