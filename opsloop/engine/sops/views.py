"""标准流程: the list, and one SOP as a person reads it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.kinds.known import editions, namings
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import sees, visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.sops.lists import Sops
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.engine.sops.reviewing import part_of, terms
from opsloop.engine.sops.sheet import sheet_of
from opsloop.playbook.places import beside
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
        "review": _review(row, request.person),
        "beside": [] if row.withdrawn else beside("sop", ident, request.person),
        "file": f"/playbook/sop/{ident}/",
        "may_draft": can(request.person, "playbook.draft"),
        "may_repeat": sees(request.person, "series") is not None,
        "may_start": not row.withdrawn and can(request.person, "cases.start"),
    }
    return render(request, "sops/sop.html", context)


def _review(row: Sop, reader: Person) -> dict[str, Any] | None:
    """When it is looked at again and what was said the last time; None for one that is never reviewed."""
    term, today = terms([row]).get(row.pk), timezone.localdate()
    if term is None:
        return None
    said = Review.objects.filter(sop=row, number=row.number, state=ReviewState.CONFIRMED).select_related("ended_by")
    asked = term.is_asked(today)
    return {
        "due": term.due, "late": term.due < today, "asked": asked, "last": said.order_by("-ended_at").first(),
        "may_confirm": asked and part_of(reader, row.owner) is not None,
    }  # fmt: skip
