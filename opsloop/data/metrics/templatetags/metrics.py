"""Filters on a figure: its change against a comparison, and what it is compared with."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

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
