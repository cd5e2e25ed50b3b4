"""The catalogue of metrics, and the page of each: value, comparison, picture, meaning, trust, where it is used."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.metrics import catalogue as found
from opsloop.data.metrics.definition import MetricClass
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.sheet import sheet_of
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="metrics")
def catalogue(request: PersonRequest) -> HttpResponse:
    """Which numbers there are, what each is now, whether it can be believed; those without data apart."""
    every = found.entries()
    shown = found.narrowed(every, request.GET)
    context = {
        "every": len(every),
        "shown": len(shown),
        "sections": found.sections(shown),
        "classes": MetricClass.choices,
        "sources": sorted({one.source for one in every if one.source}),
        "owners": sorted({(one.said.owner, one.owner) for one in every}, key=lambda pair: pair[1]),
        "address": request.GET.urlencode(),
    }
    return render(request, "metrics/catalogue.html", context)


@require_safe
@page(see="metrics")
def section(request: PersonRequest, key: str) -> HttpResponse:
    """The lines of one part of the catalogue with their figures; the page asks for them once it stands."""
    shown = found.narrowed(found.entries(), request.GET)
    part = next((one for one in found.sections(shown) if one.key == key and not one.absent), None)
    lines = found.newest(part.entries, request.person) if part else []
    return render(request, "metrics/lines.html", {"lines": lines})


@require_safe
@page(see="metrics")
def metric_page(request: PersonRequest, ident: str) -> HttpResponse:
    """One metric with everything that a person needs to believe it, or not to."""
    row = visible(request.person, Metric).filter(ident=ident).first()
    if row is None:
        raise NotFound(_t("There is no such metric."))
    context: dict[str, Any] = {"sheet": sheet_of(row, request.person, request.GET)}
    return render(request, "metrics/metric.html", context)
