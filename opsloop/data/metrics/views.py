"""The page of a number: value, comparison, picture, table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsloop.data.metrics.figures import sales_figures
from opsloop.ui.page import page

SPANS = (30, 90, 365)


@page(see="metrics")
def sales(request: HttpRequest) -> HttpResponse:
    """Sales by day: whether last week was usual, and which days were not."""
    said = request.GET.get("days", "")
    span = int(said) if said.isdigit() and int(said) in SPANS else SPANS[0]
    return render(request, "metrics/sales.html", {"sales": sales_figures(span), "span": span, "spans": SPANS})
