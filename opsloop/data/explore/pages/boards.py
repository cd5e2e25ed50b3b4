"""Dashboards: the list, one with its figures, and its tiles alone for the start page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.explore.boarding import boards_of, positions, shown_board
from opsloop.data.explore.models import Dashboard, Pin
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="metrics")
def board_list(request: PersonRequest) -> HttpResponse:
    """Which dashboards there are for me: those of my positions, those of the standard, my own, shared ones."""
    rows, held = boards_of(request.person), positions(request.person)
    mine = [row for row in rows if held & set(row.positions)]
    context = {
        "parts": [
            (_t("For my position"), mine),
            (_t("My own"), [row for row in rows if row.owner_id == request.person.pk]),
            (_t("Shared by colleagues"), [row for row in rows if row.owner_id not in (None, request.person.pk)]),
            (_t("Others of the standard"), [row for row in rows if row.ident is not None and row not in mine]),
        ],
        "any": bool(rows),
    }
    return render(request, "explore/boards.html", context)


@require_safe
@page(see="metrics")
def board_page(request: PersonRequest, key: str) -> HttpResponse:
    """How do things stand? Each tile opens why it moved."""
    row = _board(request, key)
    pinned = Pin.objects.filter(person=request.person, dashboard=row).exists()
    context = {"board": row, "groups": shown_board(row, request.person), "pinned": pinned}
    return render(request, "explore/board.html", context)


@require_safe
@page(see="metrics")
def tiles(request: PersonRequest, key: str) -> HttpResponse:
    """The tiles alone; the start page asks for them once it stands."""
    row = _board(request, key)
    return render(request, "explore/groups.html", {"board": row, "groups": shown_board(row, request.person)})


def _board(request: PersonRequest, key: str) -> Dashboard:
    rows = visible(request.person, Dashboard).select_related("owner")
    found = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else rows.filter(ident=key).first()
    if found is None or found.withdrawn:
        raise NotFound(_t("There is no such dashboard."))
    return found
