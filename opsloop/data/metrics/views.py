"""The page of a number: value, comparison, picture, table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.data.metrics.queries import DaySales, SalesByDay, Week, change, sales_by_day
from opsloop.ui.charts import Chart, Series
from opsloop.ui.page import page

SPANS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the last full week beside the week before; `delta` is None without a comparison."""

    title: Text
    value: float | None
    delta: float | None
    decimals: int = 0

    @property
    def places(self) -> str:
        """For floatformat: grouped."""
        return f"{self.decimals}g"

    @property
    def percent(self) -> str:
        """The change as +1.2 % or −6.5 %."""
        return "" if self.delta is None else f"{self.delta:+.1%}".replace("-", "−")


def tiles(weeks: Sequence[Week]) -> list[Tile]:
    """Sales, orders and average order of the last full week (Monday to Sunday), compared with the one before."""
    if not weeks:
        return []
    now, before = weeks[0], weeks[1] if len(weeks) > 1 else None
    return [
        Tile(_("Sales"), now.sales, change(now.sales, before.sales) if before else None),
        Tile(_("Orders"), now.orders, change(now.orders, before.orders) if before else None),
        Tile(_("Average order"), now.average_order, _average_change(now, before), decimals=2),
    ]


def _average_change(now: Week, before: Week | None) -> float | None:
    if before is None or now.average_order is None or before.average_order is None:
        return None
    return change(now.average_order, before.average_order)


def chart_of(days: Sequence[DaySales], name: str = "sales-by-day") -> Chart:
    """Sales by business day; a day without receipts is a gap, not a zero."""
    top = max(days, key=lambda d: d.sales)
    summary = _t("Sales by day from {first} to {last}; highest on {top} with {value:,.0f}.").format(
        first=days[0].day, last=days[-1].day, top=top.day, value=top.sales
    )
    return Chart(
        name,
        [d.day.isoformat() for d in days],
        [Series(_("Sales"), [d.sales for d in days])],
        summary,
        unit=settings.WORKSPACE.currency,
        label_head=_("Day"),
    )


@page(see="metrics")
def sales(request: HttpRequest) -> HttpResponse:
    """Sales by day: who looks wants to see at once whether last week was usual, and then which days were not."""
    series = sales_by_day()
    span = _span(request.GET.get("days", ""))
    return render(request, "metrics/sales.html", _context(series, span) if series and series.days else {"span": span})


def _span(said: str) -> int:
    return int(said) if said.isdigit() and int(said) in SPANS else SPANS[0]


def _context(series: SalesByDay, span: int) -> dict[str, object]:
    weeks = series.full_weeks()
    return {
        "span": span,
        "spans": SPANS,
        "chart": chart_of(series.last(span)),
        "tiles": tiles(weeks),
        "week": _week_text(weeks[0]) if weeks else "",
        "snapshot": series.snapshot,
        "last_day": series.days[-1].day,
        "currency": settings.WORKSPACE.currency,
    }


def _week_text(week: Week) -> str:
    return _t("Week from {monday}").format(monday=date_format(week.monday, "DATE_FORMAT"))
