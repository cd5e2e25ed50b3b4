"""PowerPoint: few slides of figures, text, tables, and charts that can be edited; Chinese has its font on every run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import takewhile
from math import ceil
from typing import Any, TypeVar

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.util import Inches, Pt

from opsloop.modules.reports.document import Chart, Document, Listing, Paragraph, Part, Table, Tile, Tiles, Words
from opsloop.modules.reports.rendering.deck import DARK, FONT, GAP, LEFT, QUIET, TALL, TOP, WARN, WIDE, Deck, rgb, right
from opsloop.modules.reports.rendering.saying import across, keys, plain, state, wide_of
from opsloop.ui.pictures.look import colours, muted

T = TypeVar("T")
SIZE, LINE, TILE = 16, 0.38, 1.45
"""Points of running text; inches of a line of a table and of a row of tiles."""
LINES_ON_SLIDE, TILES_ON_SLIDE = 14, 8


def make(document: Document) -> bytes:
    """The file."""
    deck = Deck(document)
    _first(deck)
    for part in document.parts:
        _part(deck, part)
    deck.show.core_properties.title = f"{document.title} {document.subtitle}"
    deck.show.core_properties.author = document.company
    held = BytesIO()
    deck.show.save(held)
    return held.getvalue()


def _first(deck: Deck) -> None:
    document = deck.document
    slide = deck.slide(" ".join(filter(None, (document.company, document.title, document.subtitle))))
    facts: list[Words] = [(f"{what}: {says}",) for what, says in document.facts]
    head = [word for word in (document.number, state(document)) if word]
    deck.box(slide, (LEFT, 2.4, WIDE, 3.4), [*((word,) for word in head), *facts], size=16, colour=QUIET)
    if document.warning:
        deck.box(slide, (LEFT, 1.4, WIDE, 0.9), [(document.warning,)], size=18, bold=True, colour=WARN)
    lines: list[Words] = [(line,) for line in keys(document)]
    if lines:
        deck.box(slide, (LEFT, 6.1, WIDE, 0.8), lines, size=12, colour=QUIET)


def _part(deck: Deck, part: Part) -> None:
    """Text, tiles and small tables below one another; charts and tables with a title have slides of their own."""
    pieces = list(_pieces(part))
    first = takewhile(lambda one: one[1] <= TALL, ((one, _tall(one)) for one in pieces))
    deck.part(part.title, min(TALL, sum(tall + GAP for _one, tall in first)))
    for one in pieces:
        if isinstance(one, list):
            _text(deck, one)
        elif isinstance(one, Tiles):
            _tiles(deck, one)
        elif isinstance(one, Table):
            _table(deck, part.title, one)
        else:
            _chart(deck, one)


def _pieces(part: Part) -> Iterator[list[Words] | Tiles | Table | Chart]:
    """What a part shows, with lines of text that follow each other together."""
    lines: list[Words] = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Listing):
            lines += [((f"{n}. " if block.ordered else "• "), *one) for n, one in enumerate(block.items, 1)]
        else:
            if lines:
                yield lines
            lines = []
            yield block
    if lines:
        yield lines


def _tall(one: list[Words] | Tiles | Table | Chart) -> float:
    """Inches that it takes below other things; more than a slide where it stands on slides of its own."""
    if isinstance(one, list):
        return _text_tall(one)
    if isinstance(one, Tiles):
        return TILE * ceil(min(len(one.figures), TILES_ON_SLIDE) / across(len(one.figures)))
    if isinstance(one, Table) and not one.title and not one.note:
        lines = sum(_row_lines(one))
        return LINE * (1 + lines) if lines < LINES_ON_SLIDE else TALL + 1
    return TALL + 1


def _text_tall(lines: list[Words]) -> float:
    rows = sum(max(1, ceil(wide_of(plain(line)) * SIZE / 72 / (WIDE - 0.4))) for line in lines)
    return (rows * SIZE * 1.3 + len(lines) * SIZE / 3) / 72


def _text(deck: Deck, lines: list[Words]) -> None:
    """As few slides as hold it, each with about as much: no last line stands alone."""
    for some in _even(lines, [_text_tall([line]) for line in lines], TALL):
        tall = _text_tall(some)
        slide, top = deck.room(min(TALL, tall))
        deck.box(slide, (LEFT, top, WIDE, tall), some, size=SIZE)


def _even(items: Sequence[T], sizes: Sequence[float], most: float) -> Iterator[list[T]]:
    """Items in their order in groups of at most `most` (one larger item alone), whose sizes are about the same."""
    groups = max(1, ceil(sum(sizes) / most))
    aim, held = sum(sizes) / groups, 0.0
    some: list[T] = []
    for item, size in zip(items, sizes, strict=True):
        if some and (held + size > most or held + size / 2 > aim):
            yield some
            some, held = [], 0.0
        some.append(item)
        held += size
    if some:
        yield some


def _tiles(deck: Deck, tiles: Tiles) -> None:
    row = across(len(tiles.figures))
    for first in range(0, len(tiles.figures), TILES_ON_SLIDE):
        some = tiles.figures[first : first + TILES_ON_SLIDE]
        slide, top = deck.room(TILE * ceil(len(some) / row))
        for n, tile in enumerate(some):
            wide = WIDE / row
            _tile(deck, slide, (LEFT + n % row * wide, top + n // row * TILE, wide - 0.2, TILE), tile)


def _tile(deck: Deck, slide: Any, place: tuple[float, float, float, float], tile: Tile) -> None:
    left, top, wide, _tall = place
    deck.box(slide, (left, top, wide, 0.3), [(tile.title,)], size=14, colour=QUIET)
    deck.box(slide, (left, top + 0.3, wide, 0.6), [(tile.figure,)], size=26, bold=True)
    if tile.beside:
        deck.box(slide, (left, top + 0.9, wide, 0.5), [tile.beside], size=12, colour=QUIET)


def _table(deck: Deck, title: str, table: Table) -> None:
    if (tall := _tall(table)) <= TALL:
        slide, top = deck.room(tall)
        _grid(deck, slide, top, table, list(table.rows))
        return
    slides = list(_even(table.rows, _row_lines(table), LINES_ON_SLIDE - 1)) or [[]]
    for some in slides:
        slide = deck.alone(f"{title} · {table.title}" if table.title else title)
        _grid(deck, slide, TOP, table, some)
        if table.note and some is slides[-1]:
            deck.box(slide, (LEFT, 6.65, WIDE, 0.35), [table.note], size=11, colour=QUIET)


def _grid(deck: Deck, slide: Any, top: float, table: Table, some: list[tuple[Words, ...]]) -> None:
    """The heads and these rows."""
    heads: tuple[Words, ...] = tuple((one.title,) for one in table.columns)
    whole = sum(one.wide for one in table.columns)
    rows = (heads, *some)
    place = (Inches(n) for n in (LEFT, top, WIDE, LINE * len(rows)))
    made = slide.shapes.add_table(len(rows), len(heads), *place).table
    for n, column in enumerate(table.columns):
        made.columns[n].width = Inches(WIDE * column.wide / whole)
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            _cell(deck, made.cell(n, m), cell, head=n == 0, number=table.columns[m].number)


def _row_lines(table: Table) -> list[int]:
    """How many lines each row takes."""
    inches = WIDE / max(1, sum(one.wide for one in table.columns))
    return [
        max(
            ceil(wide_of(plain(cell)) * 12 / 72 / max(0.3, inches * column.wide - 0.2))
            for column, cell in zip(table.columns, row, strict=True)
        )
        for row in table.rows
    ]


def _cell(deck: Deck, cell: Any, text: Words, *, head: bool, number: bool) -> None:
    deck.say(cell.text_frame, [text], size=12, bold=head, colour="FFFFFF" if head else DARK)
    if number:
        right(cell.text_frame.paragraphs[0])


def _chart(deck: Deck, chart: Chart) -> None:
    """A native chart: its numbers open in Excel."""
    slide = deck.alone(chart.heading)
    data: Any = CategoryChartData(  # type: ignore[no-untyped-call]
        number_format="#,##0" + ("." + "0" * chart.decimals if chart.decimals else "")
    )
    data.categories = list(chart.categories)
    for one in chart.series:
        data.add_series(one.name, one.values)
    kinds = {"bar": XL_CHART_TYPE.COLUMN_CLUSTERED, "line": XL_CHART_TYPE.LINE}
    kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.lying else kinds[chart.kind]
    tall = TALL - (0.6 if chart.note else 0)
    made = slide.shapes.add_chart(kind, *(Inches(n) for n in (LEFT, TOP, WIDE, tall)), data).chart
    made.has_title = False
    made.font.size, made.font.name = Pt(12), FONT
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    if chart.lying:
        made.category_axis.reverse_order = True
    _painted(made, chart)
    if chart.note:
        deck.box(slide, (LEFT, TOP + tall + 0.05, WIDE, 0.5), [chart.note], size=12, colour=QUIET)


def _painted(made: Any, chart: Chart) -> None:
    """As on the page: its colours, thin grid lines, labels below zero, and from zero on where nothing is below."""
    made.value_axis.tick_labels.number_format_is_linked = True
    if all(value >= 0 for one in chart.series for value in one.values if value is not None):
        made.value_axis.minimum_scale = 0
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    made.value_axis.major_gridlines.format.line.color.rgb = rgb("E1E6EE")
    for n, (one, said) in enumerate(zip(made.plots[0].series, chart.series, strict=True)):
        colour = rgb((muted() if said.muted else colours()[n % len(colours())])[1:].upper())
        if chart.kind == "line" and not chart.lying:
            one.smooth = False
            one.format.line.color.rgb = colour
            one.format.line.width = Pt(1.5 if said.muted else 2.25)
            one.marker.style = XL_MARKER_STYLE.NONE
            if said.muted:
                one.format.line.dash_style = MSO_LINE.DASH
        else:
            one.format.fill.solid()
            one.format.fill.fore_color.rgb = colour
            one.invert_if_negative = False
