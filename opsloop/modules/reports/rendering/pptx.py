"""PowerPoint: slides of figures, text, tables, and charts that can be edited. Chinese has its font on every run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from math import ceil
from typing import Any, TypeVar

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from opsloop.modules.reports.document import (
    Chart,
    Document,
    Figure,
    Listing,
    Paragraph,
    Part,
    Table,
    Tile,
    Tiles,
    Words,
)
from opsloop.modules.reports.rendering.saying import across, keys, marked, plain, state, wide_of
from opsloop.ui.pictures.look import colours, muted

T = TypeVar("T")
FONT = "Microsoft YaHei"
DARK, QUIET, WARN = "1A2433", "49566C", "B3261E"
LEFT, TOP, WIDE, TALL = 0.6, 1.35, 12.1, 5.5
"""Inches on a slide of 13.33 x 7.5."""
TEXT_ON_SLIDE, LINES_ON_SLIDE, TILES_ON_SLIDE = 620, 14, 8
LINE = 0.38
"""Inches of a line of a table."""


class Deck:
    """A presentation being written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.show = Presentation()
        self.show.slide_width, self.show.slide_height = Inches(13.333), Inches(7.5)

    def slide(self, title: str) -> Any:
        """A slide with its title, and at its foot what it belongs to."""
        slide = self.show.slides.add_slide(self.show.slide_layouts[5])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in (LEFT, 0.35, WIDE, 0.8))
        self.say(shape.text_frame, [(title,)], size=26, bold=True)
        document = self.document
        foot = (document.company, document.title, document.subtitle, document.number, state(document))
        self.box(slide, (LEFT, 7.0, WIDE - 1, 0.35), [(" · ".join(filter(None, foot)),)], size=10, colour=QUIET)
        number = self.box(
            slide, (LEFT + WIDE - 1, 7.0, 1, 0.35), [(str(len(self.show.slides)),)], size=10, colour=QUIET
        )
        _right(number.paragraphs[0])
        _numbered(number.paragraphs[0])
        return slide

    def box(self, slide: Any, place: tuple[float, ...], lines: list[Words], **look: Any) -> Any:
        """A frame of text at a place. Answers it."""
        shape = slide.shapes.add_textbox(*(Inches(n) for n in place))
        shape.text_frame.word_wrap = True
        self.say(shape.text_frame, lines, **look)
        return shape.text_frame

    def say(self, frame: Any, lines: list[Words], *, size: float = 16, bold: bool = False, colour: str = DARK) -> None:
        """Lines into a frame; the first takes the paragraph that is there."""
        for n, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(size / 3)
            for one in line:
                run = paragraph.add_run()
                run.text = marked(one) if isinstance(one, Figure) else one
                run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)
                east_asian(run)


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


def _rgb(said: str) -> Any:
    red, green, blue = bytes.fromhex(said)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def east_asian(run: Any) -> None:
    """Latin and Chinese letters of a run have one font; PowerPoint asks for each apart."""
    said = run._r.get_or_add_rPr()
    run.font.name = FONT
    said.set("lang", "zh-CN")
    said.append(said.makeelement(qn("a:ea"), {"typeface": FONT}))


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
    """Text of one part together, as much as a slide holds; everything else has slides of its own."""
    lines: list[Words] = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Listing):
            lines += [((f"{n}. " if block.ordered else "• "), *one) for n, one in enumerate(block.items, 1)]
        else:
            _text(deck, part.title, lines)
            lines = []
            if isinstance(block, Tiles):
                _tiles(deck, part.title, block)
            elif isinstance(block, Table):
                _table(deck, part.title, block)
            else:
                _chart(deck, block)
    _text(deck, part.title, lines)


def _text(deck: Deck, title: str, lines: list[Words]) -> None:
    for some in _slidefuls(lines):
        size = 20 if sum(len(plain(line)) for line in some) < TEXT_ON_SLIDE / 2 else 15
        deck.box(deck.slide(title), (LEFT, TOP, WIDE, TALL), some, size=size)


def _slidefuls(lines: list[Words]) -> Iterator[list[Words]]:
    """As few slides as hold it, each with about as much: no last line stands alone."""
    yield from _even(lines, [len(plain(line)) for line in lines], TEXT_ON_SLIDE)


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


def _tiles(deck: Deck, title: str, tiles: Tiles) -> None:
    row = across(len(tiles.figures))
    for first in range(0, len(tiles.figures), TILES_ON_SLIDE):
        slide = deck.slide(title)
        for n, tile in enumerate(tiles.figures[first : first + TILES_ON_SLIDE]):
            wide = WIDE / row
            place = (LEFT + n % row * wide, TOP + 0.2 + n // row * 2.6, wide - 0.2, 2.3)
            _tile(deck, slide, place, tile)


def _tile(deck: Deck, slide: Any, place: tuple[float, float, float, float], tile: Tile) -> None:
    left, top, wide, _tall = place
    deck.box(slide, (left, top, wide, 0.4), [(tile.title,)], size=14, colour=QUIET)
    deck.box(slide, (left, top + 0.4, wide, 0.7), [(tile.figure,)], size=26, bold=True)
    if tile.beside:
        deck.box(slide, (left, top + 1.15, wide, 1.0), [tile.beside], size=12, colour=QUIET)


def _table(deck: Deck, title: str, table: Table) -> None:
    heads: tuple[Words, ...] = tuple((one.title,) for one in table.columns)
    whole = sum(one.wide for one in table.columns)
    tall = [_lines(table, row, WIDE / whole) for row in table.rows]
    slides: list[list[tuple[Words, ...]]] = list(_even(table.rows, tall, LINES_ON_SLIDE - 1)) or [[]]
    for some in slides:
        rows = (heads, *some)
        slide = deck.slide(f"{title} · {table.title}" if table.title else title)
        place = (Inches(n) for n in (LEFT, TOP, WIDE, LINE * len(rows)))
        made = slide.shapes.add_table(len(rows), len(heads), *place).table
        for n, column in enumerate(table.columns):
            made.columns[n].width = Inches(WIDE * column.wide / whole)
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                _cell(deck, made.cell(n, m), cell, head=n == 0, right=table.columns[m].number)
        if table.note and some is slides[-1]:
            deck.box(slide, (LEFT, 6.65, WIDE, 0.35), [table.note], size=11, colour=QUIET)


def _lines(table: Table, row: tuple[Words, ...], inches: float) -> int:
    """How many lines a row takes. inches: of a column as wide as 1."""
    return max(
        ceil(wide_of(plain(cell)) * 12 / 72 / max(0.3, inches * column.wide - 0.2))
        for column, cell in zip(table.columns, row, strict=True)
    )


def _cell(deck: Deck, cell: Any, text: Words, *, head: bool, right: bool) -> None:
    deck.say(cell.text_frame, [text], size=12, bold=head, colour="FFFFFF" if head else DARK)
    if right:
        _right(cell.text_frame.paragraphs[0])


def _right(paragraph: Any) -> None:
    paragraph.alignment = PP_ALIGN.RIGHT


def _numbered(paragraph: Any) -> None:
    """The text is the number of the slide, also when slides are moved."""
    run = paragraph.runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")


def _chart(deck: Deck, chart: Chart) -> None:
    """A native chart: its numbers open in Excel."""
    slide = deck.slide(chart.heading)
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
    """The page's colours; thin grid lines; labels below zero."""
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    made.value_axis.major_gridlines.format.line.color.rgb = _rgb("E1E6EE")
    for n, (one, said) in enumerate(zip(made.plots[0].series, chart.series, strict=True)):
        colour = _rgb((muted() if said.muted else colours()[n % len(colours())])[1:].upper())
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
