"""异常数据 of one source: see what is wrong, mend it in the page, in bulk or in a sheet, or dismiss it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Refused
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.data.sources import asiding, checking, faults, mending, orders
from opsloop.data.sources.asiding import AsideRow, Which
from opsloop.data.sources.held_views import reason_of
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Load, Repair, Source
from opsloop.data.sources.orders import Do
from opsloop.data.sources.queries import open_asides
from opsloop.data.sources.views import source_named
from opsloop.ui.page import PersonRequest, page

CELLS, FEWEST, MOST_ROWS = 600, 5, 40
"""A page holds about so many cells: more fields than Django takes in one form are never sent."""
AT_ONCE = 5000
TRACE = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the page. place: its column's place, which names its field. fixed: shown, not corrected."""

    place: int
    name: str
    value: str
    wrong: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page. fine: it was checked as it stands now, and would be loaded."""

    row: AsideRow
    cells: Sequence[Cell]
    said: Sequence[str]
    fine: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """The source as this person mends it. said: its definition in the reader's language."""

    source: Source
    said: Definition
    names: Sequence[str]
    closed: frozenset[str]
    fixed: frozenset[str]

    @classmethod
    def of(cls, request: PersonRequest, ident: str) -> Here:
        source = source_named(request, ident)
        closed = asiding.hidden(source, request.person)
        return cls(source, source.obj, asiding.columns(source), closed, closed | asiding.extras(source))

    def line(self, row: AsideRow, after: mending.Cells | None = None, codes: Sequence[str] | None = None) -> Line:
        """The row as it is, or with the cells and the reasons of a check."""
        shown = asiding.masked(row, self.closed)
        codes = row.codes if codes is None else codes
        wrong = {code.partition(":")[0] for code in codes}
        values = {**shown.cells, **{n: v for n, v in (after or {}).items() if n not in self.closed}}
        cells = [
            Cell(place, name, values.get(name) or "", name in wrong, name in self.fixed)
            for place, name in enumerate(self.names)
        ]
        return Line(shown, cells, [faults.reason(code, self.said) for code in codes], after is not None and not codes)

    def heads(self) -> list[str]:
        """Each column's title."""
        columns = self.said.columns
        return [columns[name].title or name if name in columns else name for name in self.names]

    def changes(self, request: PersonRequest) -> Mapping[mending.Key, mending.Cells]:
        """The cells that were sent, those this person may read only."""
        out: dict[mending.Key, dict[str, str | None]] = {}
        for field, value in request.POST.items():
            mark, _dot, rest = field.partition(".")
            said, _dot, place = rest.partition(".")
            key = asiding.key_of(said)
            if mark != "c" or key is None or not place.isdigit() or int(place) >= len(self.names):
                continue
            name = self.names[int(place)]
            if name not in self.fixed:
                out.setdefault(key, {})[name] = str(value)
        return out


def which_of(request: PersonRequest) -> Which:
    """The load and the reason that the page is narrowed to."""
    said = request.POST if request.method == "POST" else request.GET
    load = said.get("load", "")
    return Which(int(load) if load.isascii() and load.isdigit() and len(load) < 18 else None, said.get("reason", ""))


def ticked(request: PersonRequest) -> tuple[tuple[int, int], ...]:
    """The rows with a tick."""
    return tuple(key for one in request.POST.getlist("_on") if (key := asiding.key_of(one)) is not None)


@require_safe
@page(see="sources")
def aside_page(request: PersonRequest, ident: str) -> HttpResponse:
    """What is wrong, by reason; then the rows, each cell to be corrected where it stands."""
    here, which = Here.of(request, ident), which_of(request)
    size = max(FEWEST, min(MOST_ROWS, CELLS // max(1, len(here.names))))
    total = asiding.count(here.source, which)
    said = request.GET.get("page", "")
    at = min(int(said) if said.isdigit() and len(said) < 9 else 1, max(1, -(-total // size)))
    rows = asiding.rows(here.source, which, size, (at - 1) * size)
    groups = asiding.groups(here.source, which.load)
    context: dict[str, Any] = {
        "source": here.source,
        "heads": list(zip(here.names, here.heads(), strict=True)),
        "editable": [
            (name, title) for name, title in zip(here.names, here.heads(), strict=True) if name not in here.fixed
        ],
        "lines": [here.line(row) for row in rows],
        "groups": [(code, faults.reason(code, here.said), n) for code, n in groups],
        "loads": [one.load for one in open_asides(request.person, here.source)],
        "which": which,
        "total": total,
        "page_at": at,
        "pages": -(-total // size),
        "may": can(request.person, "sources.repair"),
        "may_dismiss": can(request.person, "sources.dismiss"),
        "trace": trace(request, here),
        "going_on": orders.going_on(here.source),
    }
    return render(request, "sources/aside.html", context)


def trace(request: PersonRequest, here: Here) -> list[tuple[Repair, list[tuple[str, str, str]]]]:
    """The last repairs, each with the cells that it changed; hidden columns are named without what stood there."""
    rows = visible(request.person, Repair).filter(load__source=here.source).select_related("by", "load")[:TRACE]
    titles = dict(zip(here.names, here.heads(), strict=True))
    out = []
    for one in rows:
        before, after = one.before or {}, one.after or {}
        changed = [name for name in after if (before.get(name) or "") != (after.get(name) or "")]
        cells = [
            (titles.get(name, name), "…", "…")
            if name in here.closed
            else (titles.get(name, name), before.get(name) or "∅", after.get(name) or "∅")
            for name in changed
        ]
        out.append((one, cells))
    return out


@require_POST
@page(act="sources.repair")
def check_row(request: PersonRequest, ident: str) -> HttpResponse:
    """One row as it is being typed: what is still wrong with it."""
    here = Here.of(request, ident)
    changes = here.changes(request)
    found = asiding.rows(here.source, Which(keys=tuple(changes)), 1) if changes else []
    if not found:
        raise Refused(_t("This row is not aside any more."))
    row = found[0]
    after = {**row.cells, **{name: value or None for name, value in changes[row.load, row.line].items()}}
    [codes] = checking.check(here.source, [after])
    return render(
        request, "sources/aside_row.html", {"line": here.line(row, after, codes), "source": here.source, "may": True}
    )


@require_POST
@page(act="sources.repair")
def repair(request: PersonRequest, ident: str) -> HttpResponse:
    """Take the corrected cells of the page in."""
    here = Here.of(request, ident)
    changes = here.changes(request)
    found = asiding.rows(here.source, Which(keys=tuple(changes))) if changes else []
    made = mending.plan(here.source, found, changes)
    if not made.mends:
        raise Refused(_t("No cell was changed."))
    return carried_out(request, made, reason_of(request))


def carried_out(request: PersonRequest, made: mending.Plan, why: str) -> HttpResponse:
    """Do it, one act a load, and say what became of the rows; many rows are mended by a job."""
    order = orders.Order(Do.REPAIR, made.source, why, rows=made.by_load(), still_wrong=len(made.wrong))
    return _ordered(request, order)


def _ordered(request: PersonRequest, order: orders.Order) -> HttpResponse:
    numbers = list(order.rows or {})
    if visible(request.person, Load).filter(source=order.source, pk__in=numbers).count() < len(numbers):
        raise Refused(_t("There is no such load."))
    if not order.is_small:
        return redirect("sources:work", orders.put(order, request.person).pk)
    answer = orders.mend(order, request.person)
    messages.success(request, answer["said"])
    return redirect(answer["go"])


@require_POST
@page(act="sources.dismiss")
def dismiss(request: PersonRequest, ident: str) -> HttpResponse:
    """Give the ticked rows up for good, with a reason."""
    here, keys = Here.of(request, ident), ticked(request)
    if not keys:
        raise Refused(_t("Tick at least one row."))
    by_load: dict[int, dict[int, dict[str, str | None]]] = {}
    for load, line in keys:
        by_load.setdefault(load, {})[line] = {}
    return _ordered(request, orders.Order(Do.DISMISS, here.source, reason_of(request), rows=by_load))
