"""Last week's sales on the start page of those who see metrics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.metrics.figures import sales_figures
from opsloop.ui.cards import Card, card

SPAN = 30


@card("metrics.sales", order=100, see="metrics")
def last_week(person: Person) -> Card | None:
    """The last full week and thirty days as a picture; no card while nothing is loaded."""
    sales = sales_figures(SPAN)
    if sales is None:
        return None
    return Card(
        title=_("Sales"),
        template="metrics/card.html",
        context={"sales": sales},
        url="/metrics/sales/",
        scripts=("echarts/echarts.min.js", "ui/chart.js"),
        styles=("ui/figures.css",),
    )
