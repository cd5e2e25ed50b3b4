"""{% chart chart %}: picture, words and the table behind it."""

from __future__ import annotations

from typing import Any

from django import template

from opsloop.ui.charts import Chart

register = template.Library()


@register.inclusion_tag("charts/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A figure that ECharts draws once its script is there; without script the table stands open."""
    return {"chart": chart}


@register.inclusion_tag("charts/scripts.html")
def chart_scripts() -> dict[str, Any]:
    """The scripts of a page with charts; in its block `scripts`."""
    return {}
