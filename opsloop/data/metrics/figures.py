"""What the sales page and the workbench show: the last full week beside the one before, and the days as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.queries import DaySales, Week, change, sales_by_day
from opsloop.ui.charts import Chart, Series


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the last full week; `delta` is its relative change, None without a week to compare with."""

    title: Text
    value: float | None
    delta: float | None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class SalesFigures:
    """Everything a page needs, with the data version it rests on."""

    week: str
    tiles: list[Tile]
    chart: Chart
    snapshot: Snapshot
    last_day: date
    currency: str


def sales_figures(span: int) -> SalesFigures | None:
    """Figures over the last `span` days; None while nothing is loaded."""
    series = sales_by_day()
    if series is None or not series.days:
        return None
    weeks = series.full_weeks()
    return SalesFigures(
        week=_week_text(weeks[0]) if weeks else "",
        tiles=tiles(weeks),
        chart=chart_of(series.last(span)),
        snapshot=series.snapshot,
        last_day=series.days[-1].day,
        currency=settings.WORKSPACE.currency,
    )


def tiles(weeks: Sequence[Week]) -> list[Tile]:
    """Sales, orders and average order (sales ÷ orders) of the newest week, compared with the one right before it."""
    if not weeks:
        return []
    now = weeks[0]
    before = next((w for w in weeks[1:2] if w.monday == now.monday - timedelta(weeks=1)), None)
    average_before = before.average_order if before else None
    return [
        Tile(_("Sales"), now.sales, _change(now.sales, before.sales if before else None)),
        Tile(_("Orders"), now.orders, _change(now.orders, before.orders if before else None)),
        Tile(_("Average order"), now.average_order, _change(now.average_order, average_before), 2),
    ]


def _change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else change(now, before)


def chart_of(days: Sequence[DaySales]) -> Chart:
    """Sales by business day; a day without receipts is a gap, not a zero."""
    sales = {d.day: d.sales for d in days}
    first, last = days[0].day, days[-1].day
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    top = max(days, key=lambda d: d.sales)
    summary = _t("Sales by day from {first} to {last}; highest on {top} with {value}.").format(
        first=first, last=last, top=top.day, value=f"{top.sales:,.0f}"
    )
    return Chart(
        "sales-by-day",
        [d.isoformat() for d in every],
        [Series(_("Sales"), [sales.get(d) for d in every])],
        summary,
        unit=settings.WORKSPACE.currency,
        label_head=_("Day"),
    )


def _week_text(week: Week) -> str:
    sunday = week.monday + timedelta(days=6)
    days = {"monday": date_format(week.monday, "DATE_FORMAT"), "sunday": date_format(sunday, "DATE_FORMAT")}
    return _t("Last full week, {monday} to {sunday}").format(**days)
