"""标准流程: the list, and one SOP as a person reads it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.kinds.known import editions, namings
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.sops.lists import Sops
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.sheet import review_day, sheet_of
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@page(see="sops")
def sop_list(request: PersonRequest) -> HttpResponse:
    extra = {"may_draft": can(request.person, "playbook.draft")}
    return list_page(request, Sops, template="sops/sops.html", **extra)


@require_safe
@page(see="sops")
def sop_page(request: PersonRequest, ident: str) -> HttpResponse:
    """One SOP: its facts, its flow, its steps with what they need, who has which part, exceptions and messages."""
    row = visible(request.person, Sop).filter(ident=ident).first()
    if row is None:
        raise NotFound(_t("There is no such SOP."))
    sheet, every = sheet_of(row.obj, row.as_written), list(editions("sop", ident))
    mine = next((one for one in every if one.number == row.number), None)
    context = {
        "sheet": sheet,
        "row": row,
        "editions": every,
        "used": [one for one in namings("sop", ident) if (one.kind, one.ident) != ("sop", ident)],
        "since": mine.from_day if mine else None,
        "review_on": review_day(sheet.said, mine.from_day if mine else None),
        "file": f"/playbook/sop/{ident}/",
        "may_draft": can(request.person, "playbook.draft"),
        "may_start": not row.withdrawn and can(request.person, "cases.start"),
    }
    return render(request, "sops/sop.html", context)
