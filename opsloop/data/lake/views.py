"""What the numbers rest on: tables with their newest version, older versions, the files behind each."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.lake.lists import Versions
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.queries import published_by, tables
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

MOST_FILES = 500


@require_safe
@page(see="lake")
def table_list(request: PersonRequest) -> HttpResponse:
    """Is each table as new as it should be, and where did it come from?"""
    return render(request, "lake/tables.html", {"tables": tables()})


@page(see="lake")
def version_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Versions, template="lake/versions.html")


@require_safe
@page(see="lake")
def version_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One version: who published it and why, and the files it is made of."""
    found = visible(request.person, Snapshot).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such data version."))
    files = files_of(found)
    last = newest(found.table)
    count = files.count()
    context = {
        "version": found,
        "by": published_by([found.pk]).get(found.pk),
        "files": list(files[:MOST_FILES]),
        "count": count,
        "more": max(0, count - MOST_FILES),
        "newest": last if last is not None and last.pk != found.pk else None,
    }
    return render(request, "lake/version.html", context)
