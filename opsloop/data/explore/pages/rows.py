"""The rows behind a figure; whoever asks sees what their position reads, everything else masked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, perform
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.base.things.texts import listed
from opsloop.data.explore.drilling import MOST_TAKEN, Rows, rows_of
from opsloop.data.explore.files import file_of
from opsloop.data.explore.state import View, read
from opsloop.data.metrics import api
from opsloop.data.metrics.checks import parts_of
from opsloop.data.metrics.dims import titles
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.pictures import dims_name
from opsloop.ui.page import PersonRequest, page


@page(see="metrics")
def row_list(request: PersonRequest) -> HttpResponse:
    """The rows of one metric, days and filters as in the address. A POST takes them along."""
    view = read(request.GET)
    if not view.metrics:
        return redirect("explore:explore")
    row = visible(request.person, Metric).filter(ident__in=view.metrics[:1], withdrawn=False).first()
    if row is None:
        raise NotFound(_t("There is no such metric."))
    parts = parts_of(row.obj)
    if parts:
        titles = {one.ident: one.name for one in Metric.objects.filter(ident__in=parts)}
        links = [(titles.get(one, one), f"?{view.but(metrics=(one,)).address}") for one in parts]
        return render(request, "explore/rows.html", {"metric": row, "parts": links})
    return _shown(request, row, view)


def _shown(request: PersonRequest, row: Metric, view: View) -> HttpResponse:
    last = api.trust(row.ident).last_day
    since, until = (view.since, view.until) if view.since and view.until else view.span(last) if last else (None, None)
    taking = request.method == "POST"
    try:
        found = rows_of(row.obj, since, until, view.where, request.person, MOST_TAKEN) if taking else rows_of(
            row.obj, since, until, view.where, request.person
        )  # fmt: skip
    except Refused as error:
        return render(request, "explore/rows.html", {"metric": row, "wrong": error.text}, status=200)
    if taking:
        return _export(request, row, view, found)
    names = titles([row.ident], [dim for dim, _values in view.where])
    context = {
        "metric": row,
        "found": found,
        "where": [(names[dim], listed(dims_name((one,)) for one in values)) for dim, values in view.where],
        "may_export": can(request.person, "explore.export") and found.total,
        "most": MOST_TAKEN,
        "back": view.but(since=None, until=None).address,
    }
    return render(request, "explore/rows.html", context)


def _export(request: PersonRequest, row: Metric, view: View, found: Rows) -> HttpResponse:
    kind = request.POST.get("export", "")
    what = _t("rows behind {metric}").format(metric=row.name)
    said = {"what": what, "address": view.address, "rows": len(found.rows), "kind": kind}
    perform("explore.export", said, Call(by=request.person, via="page"))
    return file_of(kind, f"{row.name}-{found.relation.title}", [one.name for one in found.columns], found.rows)
