"""Filters on a figure: its change against a comparison, and what it is compared with; whose rows it is made of."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from opsloop.data.datasets.sight import sight_of
from opsloop.data.metrics.latest import Figure
from opsloop.data.metrics.shown import shown

register = template.Library()


@register.filter
def against(figure: Figure, word: str) -> SafeString | str | None:
    """{{ figure|against:"previous" }}: the change with its word, None where it is not known."""
    return figure.moved(word)


@register.filter
def then_shown(figure: Figure, word: str) -> str:
    """The value compared with; empty where it is not known."""
    then = figure.then(word)
    return "" if then is None else shown(then, figure.look)


@register.inclusion_tag("metrics/whose.html", takes_context=True)
def whose_rows(context: dict[str, Any]) -> dict[str, str]:
    """{% whose_rows %}: whose rows the figures of a page are made of, where they are not those of the whole company."""
    request = context.get("request")
    sight = sight_of(getattr(request, "person", None))
    return {"said": sight.said if sight is not None else ""}
