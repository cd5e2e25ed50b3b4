"""Audit packs: the list with its form, one pack with what was drawn, and its archive."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.audits.lists import AuditPacks, name_sops
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.cases.models import Case
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@page(see="audits")
def packs(request: PersonRequest) -> HttpResponse:
    """The form to draw one begins with the days of last quarter."""
    since, until = last_quarter(timezone.localdate())
    return list_page(
        request, AuditPacks, template="audits/packs.html", since=since.isoformat(), until=until.isoformat()
    )


def last_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the quarter before the one of this day."""
    until = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    return until.replace(month=until.month - 2, day=1), until


@require_safe
@page(see="audits")
def pack_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What was drawn of what, how, and the archive when it is ready."""
    pack = _pack(request.person, pk)
    mark_read_about(request.person, pack)
    name_sops([pack])
    rows = visible(request.person, Case).select_related("department", "initiator").in_bulk(pack.cases)
    cases = [rows[one] for one in pack.cases if one in rows]
    return render(request, "audits/pack.html", {"one": pack, "cases": cases, "hidden": len(pack.cases) - len(cases)})


@require_POST
@page(act="audits.take")
def file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The archive; that it was taken is on record before it goes."""
    pack = _pack(request.person, pk)
    perform("audits.take", {}, Call(by=request.person, via="page"), on=pack.pk)
    assert pack.file is not None, "the act refuses what has no archive"
    return FileResponse(pack.file.path.open("rb"), as_attachment=True, filename=f"{pack}.zip",
                        content_type="application/zip")  # fmt: skip


def _pack(person: Person, pk: int) -> AuditPack:
    found = visible(person, AuditPack).select_related("made_by", "department", "file").filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such audit pack."))
    return found
