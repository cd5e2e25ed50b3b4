"""What the templates of a document as a file need: figures with their marks, and pictures. Pages have `paper.html`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from opsloop.base.things.paths import ours
from opsloop.modules.reports.document import Column, Document, Figure, Words
from opsloop.modules.reports.rendering.leaving import ANNEX
from opsloop.modules.reports.rendering.saying import keys, marks, state

register = template.Library()


@register.filter
def said(text: Words) -> SafeString:
    """Running text as HTML; each figure a span that names its key, linked to the rows behind it."""
    return format_html_join("", "{}", ((_figure(one) if isinstance(one, Figure) else one,) for one in text))


@register.filter
def figure(one: Figure) -> SafeString:
    return _figure(one)


def _figure(one: Figure) -> SafeString:
    told = format_html_join("", ' <span class="doc-mark">{}</span>', ((word,) for word in marks(one)))
    tone = f"doc-figure doc-{one.tone}" if one.tone else "doc-figure"
    text = format_html('<span class="{}" data-figure="{}">{}</span>', tone, one.key, one.text)
    # An address of the house or nothing: a frozen text must not lead elsewhere.
    if ours(one.href):
        text = format_html('<a href="{}">{}</a>', one.href, text)
    return text + told


@register.filter
def kind(block: Any) -> str:
    """tiles, paragraph, listing, table, chart."""
    return type(block).__name__.lower()


@register.filter
def share(column: Any, columns: Any) -> str:
    """The part of the width that a column takes, in hundredths."""
    return f"{100 * column.wide / sum(one.wide for one in columns):.1f}"


@register.filter
def draft_word(document: Document) -> str:
    return state(document)


@register.filter
def mark_keys(document: Document) -> list[str]:
    return keys(document)


@register.filter
def annexed(document: Document) -> bool:
    """What the marks mean stands at the end of the report, before its annex."""
    return document.part(ANNEX) is not None


@register.simple_tag(takes_context=True)
def picture(context: template.Context, chart: Any) -> SafeString:
    """The chart drawn already, as `pictures` of the context has it."""
    return SafeString(context["pictures"][id(chart)])  # our own drawing, its texts escaped by ECharts


@register.filter
def under(row: tuple[Words, ...], columns: tuple[Column, ...]) -> list[tuple[Column, Words]]:
    """Each cell with the column that it stands in."""
    return list(zip(columns, row, strict=True))


@register.filter
def sheet(style: str) -> SafeString:
    """A style sheet of the house's own, in a file that is no page: nothing of a report is in it."""
    return SafeString(f"<style>{style}</style>")
