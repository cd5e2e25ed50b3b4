"""How a report's blocks look on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Chart, Column, Figure, Table, Words
from opsloop.ui.charts import Chart as Drawn
from opsloop.ui.charts import Series as Line

register = template.Library()
TONES = {"good": "fig-good", "bad": "fig-bad"}


@register.simple_tag
def words(text: Words) -> SafeString:
    """Running text with its figures."""
    return mark_safe("".join(figure(one) if isinstance(one, Figure) else escape(one) for one in text))  # noqa: S308


@register.simple_tag
def figure(one: Figure) -> SafeString:
    """A number with its marks, leading to what is behind it."""
    tone = TONES.get(one.tone, "")
    if one.href and one.value is not None:
        shown = format_html('<a class="fig {}" href="{}" title="{}">{}</a>', tone, one.href, one.title, one.text)
    else:
        shown = format_html('<span class="fig {}" title="{}">{}</span>', tone, one.title, one.text)
    marks = [_t("simulated")] if one.simulated else []
    marks += [_t("in doubt")] if one.doubted else []
    return shown + format_html_join("", '<sup class="mark">{}</sup>', ((mark,) for mark in marks))


@register.filter
def kind(block: object) -> str:
    """Which sort of block it is."""
    return type(block).__name__.lower()


@register.filter
def numeric(column: Column) -> str:
    return "num" if column.number else ""


@register.filter
def of_words(table: Table) -> bool:
    """Does it say more than it counts? On the phone its rows then stand as cards, others keep their columns."""
    return not any(column.number for column in table.columns)


BRIEF = 12


@register.filter
def brief(cell: Words) -> str:
    """The class of a cell so short that it keeps to one line: a position, a day, a number."""
    said = "".join(one if isinstance(one, str) else one.text for one in cell)
    return "paper-brief" if len(said) <= BRIEF else ""


@register.filter
def pairs(row: tuple[Words, ...], columns: tuple[Column, ...]) -> list[tuple[Column, Words]]:
    """Each cell with its column."""
    return list(zip(columns, row, strict=True))


@register.simple_tag
def drawn(chart: Chart, ident: str) -> Drawn:
    """The page's own chart, with its table."""
    lines: list[Any] = [Line(one.name, one.values, chart.kind, one.muted) for one in chart.series]
    return Drawn(
        ident, chart.categories, lines, chart.summary or chart.title, unit=chart.unit, decimals=chart.decimals,
        lying=chart.lying,
    )  # fmt: skip
