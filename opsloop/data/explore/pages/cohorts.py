"""同期群: the matrix of those who came for the first time and came again, of a metric that says who comes back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext_lazy

from opsloop.base.acts import Call, perform
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.data.explore.cohorts import GRAINS, MOST, Matrix, has_cohorts, matrix
from opsloop.data.explore.files import file_of
from opsloop.data.metrics.models import Metric
from opsloop.ui.page import PersonRequest, page

WORDS = {"week": pgettext_lazy("period", "Week"), "month": pgettext_lazy("period", "Month")}


@page(see="metrics")
def cohort_page(request: PersonRequest) -> HttpResponse:
    """Do those who came once come again, and for how long? A POST takes the counts along."""
    metrics = visible(request.person, Metric).filter(withdrawn=False)
    if "m" not in request.GET:
        first = next((one.ident for one in metrics.order_by("ident") if has_cohorts(one.obj)), None)
        return redirect(f"{request.path}?m={first}" if first else "metrics:catalogue")
    row = metrics.filter(ident=request.GET["m"]).first()
    if row is None or not has_cohorts(row.obj):
        raise NotFound(_t("There is no such metric with cohorts."))
    asked = request.GET.get("grain", "")
    grain = asked if asked in GRAINS else "month"
    context = {"metric": row, "grain": grain, "grains": WORDS.items(), "most": MOST}
    try:
        found = matrix(row.ident, row.obj, grain, request.person)
    except Refused as error:
        return render(request, "explore/cohorts.html", context | {"wrong": error.text})
    if request.method == "POST":
        return _export(request, row, found)
    shown = found.cohorts[:MOST]
    context |= {"found": found, "cohorts": shown, "columns": found.columns[:MOST], "together": found.together[:MOST]}
    return render(request, "explore/cohorts.html", context | {"may_export": can(request.person, "explore.export")})


def _export(request: PersonRequest, row: Metric, found: Matrix) -> HttpResponse:
    kind = request.POST.get("export", "")
    what = _t("cohorts of {metric}").format(metric=row.name)
    said = {"what": what, "address": request.GET.urlencode(), "rows": len(found.rows), "kind": kind}
    perform("explore.export", said, Call(by=request.person, via="page"))
    width = max((len(one.cells) for one in found.cohorts), default=0)
    heads = [_t("First seen in"), _t("First seen"), *(_t("period {n}").format(n=n) for n in range(1, width + 1))]
    return file_of(kind, what, heads, found.rows)
