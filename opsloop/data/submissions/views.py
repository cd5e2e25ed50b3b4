"""数据填报: what waits for me, who has filled in what, and the sheet itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Call, Invalid, Refused, perform
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.submissions import working
from opsloop.data.submissions.actions import Cell, layout_of
from opsloop.data.submissions.filling import fills
from opsloop.data.submissions.layout import MOST_ROWS, Layout
from opsloop.data.submissions.lists import Sheets
from opsloop.data.submissions.models import Submission
from opsloop.data.submissions.periods import named, time_left
from opsloop.data.submissions.queries import grids, hidden_columns, to_check, to_fill, trace
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

CELL = "cell-"
MOST_CELLS = 20_000


@require_safe
@page(see="submissions")
def overview_page(request: PersonRequest) -> HttpResponse:
    """What I have to fill in or to check, then who has filled in what."""
    context = {
        "mine": [(sheet, time_left(sheet.due_at)) for sheet in to_fill(request.person)],
        "check": to_check(request.person),
        "grids": grids(request.person),
    }
    return render(request, "submissions/overview.html", context)


@page(see="submissions")
def sheet_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Sheets)


@page(see="submissions")
def sheet_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The sheet: to fill in, to correct, or to read."""
    sheet = _sheet(request, pk)
    layout = layout_of(sheet)
    if request.method == "POST":
        return _post(request, sheet, layout)
    return _shown(request, sheet, layout, sheet.rows, {})


@require_POST
@page(see="submissions")
def check_cells(request: PersonRequest, pk: int) -> HttpResponse:
    """What is wrong with the cells as they stand, while somebody types. Nothing is kept."""
    sheet = _sheet(request, pk)
    if not fills(request.person, layout_of(sheet).asked, sheet):
        raise NotFound(_t("There is no such sheet."))
    found = working.check(sheet, _typed(request.POST)).faults
    return JsonResponse({"faults": [{"row": r, "column": c, "said": said} for (r, c), said in found.items()]})


def _sheet(request: PersonRequest, pk: int) -> Submission:
    rows = visible(request.person, Submission).select_related("source", "department", "submitted_by", "checked_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such sheet."))
    return found


def _typed(data: QueryDict) -> list[Cell]:
    """Fields named cell-ROW-COLUMN. Raises Refused for more than a sheet can hold."""
    out = []
    for name, text in data.items():
        row, dash, column = name.removeprefix(CELL).partition("-")
        if name.startswith(CELL) and dash and row.isdecimal() and str(text).strip():
            out.append(Cell(int(row), column, str(text).strip()))
    if len(out) > MOST_CELLS or any(one.row >= MOST_ROWS for one in out):
        raise Refused(_t("A sheet has at most {n} rows.").format(n=MOST_ROWS))
    return out


def _post(request: PersonRequest, sheet: Submission, layout: Layout) -> HttpResponse:
    cells = _typed(request.POST)
    call = Call(by=request.person, via="page", key=request.POST.get("key") or None, revision=_revision(request))
    try:
        text = _do(request, sheet, cells, call)
    except Invalid as no:
        asks = "empty" in no.errors
        return _shown(request, sheet, layout, _as_typed(layout, cells), _by_cell(no), status=422, empty=asks)
    if request.headers.get("X-Requested-With") == "fetch":
        sheet.refresh_from_db(fields=["revision"])
        return JsonResponse({"said": text, "revision": sheet.revision})
    messages.success(request, text)
    return redirect(sheet.get_absolute_url())


def _do(request: PersonRequest, sheet: Submission, cells: list[Cell], call: Call) -> str:
    do, leave_out = request.POST.get("do", "save"), request.POST.get("leave_out") == "1"
    empty = working.empty_rows(sheet, cells) if leave_out and do != "save" else []
    without = " · " + _t("without the empty rows: {rows}").format(rows=working.listed(empty)) if empty else ""
    if do == "submit":
        working.submit(sheet, cells, call, leave_out=leave_out)
        return _t("Handed in") + without
    if do == "correct":
        working.correct(sheet, cells, request.POST.get("reason", ""), call, leave_out=leave_out)
        return _t("Corrected") + without
    perform("submissions.save", {"cells": working.plain(cells)}, call, on=sheet.pk)
    return _t("Saved")


def _revision(request: PersonRequest) -> int | None:
    said = request.POST.get("revision", "")
    return int(said) if said.isdecimal() else None


def _as_typed(layout: Layout, cells: list[Cell]) -> list[dict[str, str]]:
    """Every row where it was typed, gaps and all, so that what is said of it stands beside it."""
    placed = layout.placed((one.row, one.column, one.value) for one in cells)
    return list(placed.values()) if layout.given else [placed.get(at, {}) for at in range(max(placed, default=-1) + 1)]


def _by_cell(no: Invalid) -> dict[tuple[int, str], list[str]]:
    """Faults by cell; what is about no cell stands above the sheet under (-1, "")."""
    out: dict[tuple[int, str], list[str]] = {}
    for field, said in no.errors.items():
        part, _dot, rest = field.partition(".")
        row, _dot, column = rest.partition(".")
        cell = (int(row), column) if part == "cells" and row.isdecimal() else (-1, "")
        out.setdefault(cell, []).extend(said)
    return out


def _shown(
    request: PersonRequest, sheet: Submission, layout: Layout, rows: list[dict[str, Any]],
    faults: dict[tuple[int, str], list[str]], status: int = 200, *, empty: bool = False,
) -> HttpResponse:  # fmt: skip
    mine = fills(request.person, layout.asked, sheet)
    editing = mine and (sheet.to_fill or request.GET.get("correct") == "1" or request.POST.get("do") == "correct")
    hidden = hidden_columns(request.person, sheet, layout)
    context = {
        "sheet": sheet,
        "layout": layout,
        "period": named(layout.definition, sheet.day),
        "left": time_left(sheet.due_at),
        "editing": editing,
        "correcting": editing and not sheet.to_fill,
        "may_correct": mine and not sheet.to_fill and can(request.person, "submissions.correct", sheet),
        "rows": _table(layout, layout.shown(rows) if editing else layout.shown(rows, blank=0), faults, hidden),
        "general": [one for (row, column), said in faults.items() if row < 0 or not column for one in said],
        "wrong": sum(1 for cell in faults if cell[1]),
        "trace": trace(request.person, sheet, layout),
        "reason": request.POST.get("reason", ""),
        "empty": empty,
    }
    return render(request, "submissions/sheet.html", context, status=status)


def _table(
    layout: Layout, rows: list[dict[str, str]], faults: dict[tuple[int, str], list[str]], hidden: set[str]
) -> list[dict[str, Any]]:
    """Rows of cells for the template."""
    return [
        {
            "at": at,
            "cells": [
                {
                    "column": one,
                    "name": f"{CELL}{at}-{one.name}",
                    "value": "" if one.name in hidden else row.get(one.name, ""),
                    "hidden": one.name in hidden and bool(row.get(one.name)),
                    "faults": faults.get((at, one.name), []),
                }
                for one in layout.columns
            ],
        }
        for at, row in enumerate(rows)
    ]
