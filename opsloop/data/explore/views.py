"""Explore: metrics by period and dimension, filtered and compared, as a picture and a table; all in the address."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, perform
from opsloop.base.policy.rules import can
from opsloop.data.explore.asking import Shown, choices, shown
from opsloop.data.explore.files import file_of
from opsloop.data.explore.state import View, read
from opsloop.data.explore.words import Compare, Grain, Shows
from opsloop.data.metrics.addresses import UNKNOWN
from opsloop.data.metrics.definition import MetricClass
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.pictures import dims_name
from opsloop.ui.forms import ActForm
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted

SAVE = "explore.save"


@page(see="metrics")
def explore(request: PersonRequest) -> HttpResponse:
    """Whoever asks a number a question: how it went, by what, against what. A POST takes the figures along."""
    found = shown(read(request.GET), request.person)
    if request.method == "POST":
        return _export(request, found)
    context = {"shown": found, **_form(request, found)}
    if request.headers.get("HX-Target", "").endswith("#explore"):
        response = render(request, "explore/panel.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{found.view.address}"
        return response
    return render(request, "explore/explore.html", context)


def _form(request: PersonRequest, found: Shown) -> dict[str, Any]:
    view = found.view
    picked = request.GET.get("pick", "")
    picked = picked if picked in found.dims else ""
    return {
        "metrics": list(_to_add(view)),
        "grains": [*Grain.choices, ("total", _t("Whole span"))],
        "comparisons": Compare.choices,
        "drawings": [(value, label) for value, label in Shows.choices if value != Shows.VALUE],
        "by": [*view.by, ""][:2],
        "where": [
            (dim, found.dims.get(dim, dim), [(_word(one), _said(one)) for one in values]) for dim, values in view.where
        ],
        "picked": picked,
        "picked_name": found.dims.get(picked, picked),
        "values": _values(found, picked, request) if picked else [],
        "may_export": found.answer is not None and can(request.person, "explore.export"),
        "may_save": can(request.person, SAVE),
        "span": view.span(found.last_day) if found.last_day else None,
        "rows_address": rows_address(view),
    }


def _to_add(view: View) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """(class, metrics to add), key ones first."""
    rows = [row for row in Metric.objects.filter(withdrawn=False) if row.ident not in view.metrics]
    order = [str(one.value) for one in MetricClass]
    rows.sort(key=lambda row: (order.index(row.definition["class"]), row.name))
    for name, group in groupby(rows, key=lambda row: row.definition["class"]):
        yield str(MetricClass(name).label), [(row.ident, row.name) for row in group]


def _word(value: str | None) -> str:
    return UNKNOWN if value is None else value


def _said(value: str | None) -> str:
    return dims_name((value,))


def _values(found: Shown, dim: str, request: PersonRequest) -> list[tuple[str, str, bool]]:
    """(word in the address, shown, chosen) of the values to filter by."""
    chosen = dict(found.view.where).get(dim, ())
    every = choices(found.view, dim, request.person, found.last_day)
    return [(_word(one), _said(one), one in chosen) for one in [*chosen, *(v for v in every if v not in chosen)]]


def rows_address(view: View) -> str:
    """The rows behind a view of one metric; a row of the table adds its period and values."""
    return view.but(by=(), compare="", shows="line", last=0).address if len(view.metrics) == 1 else ""


def _export(request: PersonRequest, found: Shown) -> HttpResponse:
    kind = request.POST.get("export", "")
    rows = found.table.rows if found.table else ()
    said = {"what": found.title or "-", "address": found.view.address, "rows": len(rows), "kind": kind}
    perform("explore.export", said, Call(by=request.person, via="page"))
    heads = [head for head, _number in found.table.heads] if found.table else []
    return file_of(kind, found.title, heads, ([cell.value for cell in row.cells] for row in rows))


@page(act=SAVE)
def save(request: PersonRequest) -> HttpResponse:
    """Beside the view: onto which dashboard, under which name."""
    address = request.GET.urlencode() if request.method != "POST" else request.POST.get("address", "")
    view = read(QueryDict(address))
    titles = [row.name for row in Metric.objects.filter(ident__in=view.metrics)]
    sent = request.POST if request.method == "POST" else None
    start = {"title": " · ".join(titles)}
    form = ActForm(SAVE, request.person, None, sent, given={"address": view.address}, start=start)
    in_drawer = request.headers.get("HX-Request") == "true"
    if sent is not None and form.submit():
        if in_drawer:
            return acted(_t("Saved to the dashboard {name}").format(name=form.result), request=request)
        return redirect(form.result.get_absolute_url())
    context = {"form": form, "address": view.address, "in_drawer": in_drawer}
    return render(request, "explore/save.html", context, status=422 if sent is not None else 200)
