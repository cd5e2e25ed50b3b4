"""What is said of an issued report in a group: its frozen words, and a card with its first figures and a chart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _t

from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.document import Chart, Document, Figure, Listing, Paragraph, Part, Table, Tiles
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.rendering.saying import marks, plain
from opsloop.ui.pictures import png_of, svg

WIDTH, TALL = 640, 250
TILES, EDGE = 4, 20
INK, FAINT, WARN = "#182433", "#626976", "#b35900"


def said_of(edition: Edition) -> tuple[str, str]:
    """(title, lines) in the company's language: what is to be known first, the overview, conclusions, advice, asks."""
    with translation.override(settings.LANGUAGE_CODE):
        document = document_of(edition, settings.LANGUAGE_CODE)
        title = _t("Issued: {title}").format(title=edition)
        return title, "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    if document.warning:
        yield document.warning
    overview = document.part("overview")
    for block in overview.blocks if overview else ():
        if isinstance(block, Paragraph):
            yield plain(block.text)
    for key in ("conclusion", "advice", "decisions"):
        part = document.part(key)
        lines = list(_items(part)) if part is not None else []
        if part is not None and lines:
            yield f"【{part.title}】"
            yield from lines


def _items(part: Part) -> Iterator[str]:
    """Lists with their numbers; of the table of advice what, who and by when."""
    for block in part.blocks:
        if isinstance(block, Listing):
            yield from (f"{n}. {plain(one)}" for n, one in enumerate(block.items, 1))
        elif isinstance(block, Table):
            for n, row in enumerate(block.rows, 1):
                what, who, when = (plain(cell) for cell in row[:3])
                yield _t("{n}. {what} ({who}, by {when})").format(n=n, what=what, who=who, when=when)
        elif isinstance(block, Paragraph) and not block.style:
            yield plain(block.text)


def picture_of(edition: Edition) -> bytes | None:
    """A PNG in the company's language, None for a report without figures and charts. For jobs: V8 draws it.

    Raises CannotDraw.
    """
    with translation.override(settings.LANGUAGE_CODE):
        document = document_of(edition, settings.LANGUAGE_CODE)
        drawn = card(document)
    return png_of(drawn) if drawn else None


def card(document: Document) -> str:
    """Title, period, the first figures and the first chart, as SVG; empty where there is neither figure nor chart."""
    tiles = [tile for block in document.blocks() if isinstance(block, Tiles) for tile in block.figures][:TILES]
    chart = next((one for one in document.charts if not one.lying), None) or next(iter(document.charts), None)
    if not tiles and chart is None:
        return ""
    head = " · ".join(one for one in (document.company, document.subtitle, document.number) if one)
    parts = [_text(EDGE, 38, document.title, 21, bold=True), _text(EDGE, 62, head, 13, FAINT)]
    y = 62
    if document.warning:
        y += 24
        parts.append(_text(EDGE, y, document.warning, 13, WARN))
    if tiles:
        wide = (WIDTH - 2 * EDGE) / len(tiles)
        for n, tile in enumerate(tiles):
            parts.append(_tile(EDGE + n * wide, y + 32, wide - 8, tile.title, tile.figure, plain(tile.beside)))
        y += 92
    if chart is not None:
        found, tall = _chart(chart, document.language, y + 40)
        parts += [_text(EDGE, y + 28, chart.title, 13, bold=True), found]
        y += 40 + tall
    height = y + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f"{''.join(parts)}</svg>"
    )


def _tile(x: float, y: float, wide: float, title: str, figure: Figure, beside: str) -> str:
    """Name with the figure's marks, the figure, what it is compared with."""
    name = " · ".join((title, *marks(figure)))
    parts = (_text(x, y, name, 12, FAINT, wide=wide), _text(x, y + 28, figure.text, 22, bold=True, wide=wide),
             _text(x, y + 50, beside, 12, FAINT, wide=wide))  # fmt: skip
    return "".join(parts)


def _chart(chart: Chart, language: str, y: float) -> tuple[str, int]:
    """The chart's own picture set into the card, and its height."""
    found = svg(chart.option, language=language, width=WIDTH - 2 * EDGE, height=TALL)
    return found.replace("<svg ", f'<svg x="{EDGE}" y="{y:g}" overflow="visible" ', 1), TALL


def _text(x: float, y: float, text: str, size: int, fill: str = INK, *, bold: bool = False, wide: float = 0) -> str:
    weight = ' font-weight="700"' if bold else ""
    said = escape(fitted(text, (wide or WIDTH - x - EDGE) / size))
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{weight}>{said}</text>'


def fitted(text: str, ems: float) -> str:
    """As much of the text as is so many characters of Chinese wide, with … where something is missing."""
    room = ems
    for n, char in enumerate(text):
        room -= 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6
        if room < 0:
            return text[: max(0, n - 1)].rstrip() + "…"
    return text
