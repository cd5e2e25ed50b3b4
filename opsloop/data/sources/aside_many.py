"""Many rows aside at once: one column changed in bulk, or the whole sheet downloaded, corrected and brought back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Refused
from opsloop.base.files.models import Stored, Upload
from opsloop.base.things.errors import NotFound
from opsloop.data.sources import aside_sheets, asiding, mending
from opsloop.data.sources.aside_views import AT_ONCE, Here, carried_out, ticked, which_of
from opsloop.data.sources.asiding import Which
from opsloop.data.sources.held_views import reason_of
from opsloop.ui.formkit.uploads import keep
from opsloop.ui.listkit.views import as_file
from opsloop.ui.page import PersonRequest, page

SAMPLE = 50


@require_safe
@page(see="sources")
def sheet(request: PersonRequest, ident: str) -> HttpResponse:
    """The rows as an Excel file, with their reasons."""
    here, which = Here.of(request, ident), which_of(request)
    rows = [asiding.masked(row, here.closed) for row in asiding.rows(here.source, which, AT_ONCE)]
    content = aside_sheets.written(here.source, rows, here.names, here.fixed)
    return as_file(content, f"{here.source.title}-{_t('Rows aside')}-{timezone.localtime():%Y%m%d-%H%M}.xlsx", "xlsx")


@require_POST
@page(act="sources.repair")
def upload(request: PersonRequest, ident: str) -> HttpResponse:
    """The corrected sheet: first what it would do, then, with a reason, do it."""
    here = Here.of(request, ident)
    stored, name = _brought(request)
    read = aside_sheets.read(stored.path.read_bytes(), name, here.names, here.fixed)
    found = asiding.rows(here.source, Which(keys=tuple(read.rows))) if read.rows else []
    made = mending.plan(here.source, found, read.rows)
    gone = len(read.rows) - len(found)
    return _answer(request, here, made, {"stored": stored.pk}, gone=gone, unknown=len(read.unknown), notes=read.notes)


def _brought(request: PersonRequest) -> tuple[Stored, str]:
    """The sheet just sent, or the one that was looked at before."""
    if (sent := request.FILES.get("file")) is not None:
        return keep(sent, request.person), str(sent.name or "")
    said = request.POST.get("stored", "")
    rows = Upload.objects.select_related("stored").filter(person=request.person)
    found = rows.filter(stored_id=int(said)).first() if said.isdigit() and len(said) < 18 else None
    if found is None:
        raise Refused(_t("Choose a file first."))
    if not found.stored.path.exists():
        raise NotFound(_t("This file is not there any more; choose it again."))
    return found.stored, found.name


@require_POST
@page(act="sources.repair")
def bulk(request: PersonRequest, ident: str) -> HttpResponse:
    """One column of the ticked rows, or of all rows that the page is narrowed to: first what it would do."""
    here, keys, which = Here.of(request, ident), ticked(request), which_of(request)
    column, value, find = (request.POST.get(name, "") for name in ("column", "value", "find"))
    if column not in here.names or column in here.fixed:
        raise Refused(_t("Choose a column."))
    if request.POST.get("all") != "1":
        if not keys:
            raise Refused(_t("Tick at least one row."))
        which = Which(keys=keys)
    found = asiding.rows(here.source, which, AT_ONCE)
    made = mending.plan(here.source, found, mending.set_column(found, column, value, find))
    said = {name: request.POST.get(name, "") for name in ("column", "value", "find", "all", "load", "reason")}
    return _answer(request, here, made, said, on=[row.key for row in found] if which.keys is not None else [])


def _answer(
    request: PersonRequest,
    here: Here,
    made: mending.Plan,
    said: dict[str, Any],
    *,
    on: list[str] | None = None,
    **more: Any,
) -> HttpResponse:
    """The preview, or the deed when a reason was given and asked for."""
    if request.POST.get("step") == "do":
        if not made.mends:
            raise Refused(_t("No cell was changed."))
        return carried_out(request, made, reason_of(request))
    sample = [(here.line(one.row, one.after, one.codes), _shown(here, one)) for one in _first(made)]
    context = {
        "source": here.source, "plan": made, "said": said, "on": on or [], "sample": sample,
        "more": max(0, len(made.mends) - len(sample)), **more,
    }  # fmt: skip
    return render(request, "sources/aside_many.html", context)


def _first(made: mending.Plan) -> list[mending.Mend]:
    """What is still wrong first."""
    return [*made.wrong, *made.right][:SAMPLE]


def _shown(here: Here, one: mending.Mend) -> list[tuple[str, str, str]]:
    titles = dict(zip(here.names, here.heads(), strict=True))
    return [(titles.get(name, name), *cell) for name, *cell in one.changed if name not in here.closed]  # type: ignore[misc]
