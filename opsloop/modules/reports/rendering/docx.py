"""Word: a clean document of our own; `Sheet` writes parts into any document, a company's template among them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from opsloop.modules.reports.document import (
    Block,
    Chart,
    Document,
    Figure,
    Listing,
    Paragraph,
    Part,
    Table,
    Tiles,
    Words,
)
from opsloop.modules.reports.rendering.leaving import ANNEX, with_annex
from opsloop.modules.reports.rendering.saying import across, keys, marks, plain, state
from opsloop.ui.pictures import png

FONT, WIDE_CM, PICTURE_CM = "Microsoft YaHei", 18.2, 14.0
ALONE_PX, PAIR_PX = (640, 0), (420, 215)
"""Width and height of a picture in CSS pixels, 0: as high as the page makes it. In a pair its letters stay as large."""
IN_A_ROW = 6
"""Tiles beside each other on a page of our own; a template's may be narrower."""
HEADING, GRID = "Heading 1", "Table Grid"
TONES = {"good": "0B7A6F", "bad": "B3261E"}
QUIET, MARK = "49566C", "A85D00"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written into: a document, or a piece of one that goes into a template. wide_cm: of its text.

    own: in our look; else headings and tables have the styles of the template, as far as it has them.
    """

    word: Any
    language: str
    wide_cm: float = WIDE_CM
    own: bool = True

    def has(self, style: str) -> bool:
        return style in {one.name for one in self.word.styles}

    def part(self, part: Part) -> None:
        """A part with its heading."""
        if self.has(HEADING):
            self.word.add_paragraph(part.title, style=HEADING)
        else:
            title = self.word.add_paragraph()
            title.paragraph_format.keep_with_next = True
            title.add_run(part.title).bold = True
        self.blocks(part)

    def blocks(self, part: Part) -> None:
        """The same without it."""
        for charts, some in groupby(part.blocks, key=lambda one: isinstance(one, Chart)):
            if charts:
                _charts(self, [one for one in some if isinstance(one, Chart)])
            else:
                for block in some:
                    _block(self, block)


def make(document: Document) -> bytes:
    """The file, A4, with page numbers: the report on its page, tables of figures and charts behind it as an annex."""
    document = with_annex(document)
    word = Word()
    _paper(word, document)
    _fonts(word, document.language)
    title = word.add_paragraph(style="Title")
    title.add_run(" ".join(filter(None, (document.company, document.title))))
    _small(title.add_run(f"  {document.subtitle}"), 11)
    _head(word, document)
    sheet = Sheet(word, document.language)
    for part in document.parts:
        if part.key != ANNEX:
            sheet.part(part)
    for line in keys(document):
        say_quietly(word.add_paragraph(), line)
    if annex := document.part(ANNEX):
        sheet.part(annex)
        _page_before(word, annex)
    name_file(word, document)
    held = BytesIO()
    word.save(held)
    return held.getvalue()


def _page_before(word: Any, part: Part) -> None:
    """The heading of this part, which is the last of its words, begins a page."""
    heading = [one for one in word.paragraphs if one.text == part.title][-1]
    heading.paragraph_format.page_break_before = True


def name_file(word: Any, document: Document) -> None:
    """What the file says of itself."""
    word.core_properties.title = f"{document.title} {document.subtitle}"
    word.core_properties.author = document.company
    word.core_properties.language = "en" if document.language == "en" else "zh-CN"


def _head(word: Any, document: Document) -> None:
    if document.warning:
        run = word.add_paragraph().add_run(document.warning)
        run.bold = True
        _colour(run, TONES["bad"])
    facts = " · ".join(filter(None, (document.number, *(f"{what} {says}" for what, says in document.facts))))
    paragraph = word.add_paragraph()
    say_quietly(paragraph, facts)
    if word_of := state(document):
        _colour(paragraph.add_run(f"  [{word_of}]"), MARK)


def _block(sheet: Sheet, block: Block) -> None:
    word = sheet.word
    if isinstance(block, Tiles):
        _tiles(sheet, block)
    elif isinstance(block, Paragraph):
        _write(word.add_paragraph(), block.text, bold=block.style in ("lead", "warning"), quiet=block.style == "note")
        if block.style == "blank":
            word.add_paragraph("＿" * 30)
    elif isinstance(block, Listing):
        for n, item in enumerate(block.items, 1):
            paragraph = word.add_paragraph()
            _indent(paragraph)
            _write(paragraph, ((f"{n}. " if block.ordered else "• "), *item))
    elif isinstance(block, Table):
        _table(sheet, block)


def _write(paragraph: Any, text: Words, *, bold: bool = False, quiet: bool = False) -> None:
    for one in text:
        run = paragraph.add_run(one.text if isinstance(one, Figure) else one)
        run.bold = bold or None
        if quiet:
            _small(run)
        if isinstance(one, Figure):
            if one.tone in TONES:
                _colour(run, TONES[one.tone])
            for said in marks(one):
                mark = paragraph.add_run(f" [{said}]")
                _small(mark)
                _colour(mark, MARK)


def _tiles(sheet: Sheet, tiles: Tiles) -> None:
    many = len(tiles.figures)
    word, wide = sheet.word, many if sheet.own and many <= IN_A_ROW else across(many)
    rows = -(-len(tiles.figures) // wide)
    table = word.add_table(rows=rows, cols=min(wide, len(tiles.figures)) or 1)
    _styled(sheet, table)
    _widths(table, [sheet.wide_cm / len(table.columns)] * len(table.columns))
    for n, tile in enumerate(tiles.figures):
        cell = table.cell(n // wide, n % wide)
        say_quietly(cell.paragraphs[0], tile.title)
        large = cell.add_paragraph()
        _flush(large)
        _write(large, (tile.figure,), bold=True)
        large.runs[0].font.size = Pt(12)
        if tile.beside:
            beside = cell.add_paragraph()
            _flush(beside)
            _write(beside, tile.beside, quiet=True)
    _gap(word)


def _table(sheet: Sheet, table: Table) -> None:
    word = sheet.word
    if table.title:
        title = word.add_paragraph()
        title.paragraph_format.keep_with_next = True
        title.add_run(table.title).bold = True
    made = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    _styled(sheet, made)
    _repeated(made.rows[0])
    whole = sum(one.wide for one in table.columns)
    _widths(made, [sheet.wide_cm * one.wide / whole for one in table.columns])
    lines = [tuple((one.title,) for one in table.columns), *table.rows]
    for n, line in enumerate(lines):
        for column, cell, text in zip(table.columns, made.rows[n].cells, line, strict=True):
            _write(cell.paragraphs[0], text, bold=n == 0)
            if column.number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.note:
        say_quietly(word.add_paragraph(), plain(table.note))
    _gap(word)


def _charts(sheet: Sheet, charts: list[Chart]) -> None:
    """One alone as wide as the text, several in pairs, so that pages do not end half empty."""
    if len(charts) == 1:
        _chart(sheet, charts[0], sheet.word, PICTURE_CM, ALONE_PX)
        return
    wide = sheet.wide_cm / 2
    table = sheet.word.add_table(rows=-(-len(charts) // 2), cols=2)
    _widths(table, [wide, wide])
    for n, chart in enumerate(charts):
        cell = table.cell(n // 2, n % 2)
        _whole_row(table.rows[n // 2])
        _chart(sheet, chart, cell, wide - 0.4, (PAIR_PX[0], 0 if chart.lying else PAIR_PX[1]))
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)
    _gap(sheet.word)


def _chart(sheet: Sheet, chart: Chart, holder: Any, wide_cm: float, pixels: tuple[int, int]) -> None:
    """holder: the document, or a cell of one."""
    title = holder.add_paragraph()
    _flush(title)
    title.paragraph_format.keep_with_next = True
    title.add_run(chart.heading).bold = True
    line = holder.add_paragraph()
    _flush(line)
    drawn = BytesIO(png(chart.option, language=sheet.language, width=pixels[0], height=pixels[1]))
    shape = line.add_run().add_picture(drawn, width=Cm(min(wide_cm, sheet.wide_cm)))
    shape._inline.docPr.set("descr", chart.summary or chart.title)
    if chart.note:
        say_quietly(holder.add_paragraph(), plain(chart.note))


def _paper(word: Any, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.4)
    section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.3)
    section.header_distance = section.footer_distance = Cm(0.6)
    running = " · ".join(filter(None, (document.company, document.title, document.subtitle, document.number)))
    say_quietly(section.header.paragraphs[0], " · ".join(filter(None, (running, state(document)))))
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE")
    say_quietly(foot, " / ")
    _field(foot, "NUMPAGES")


def _fonts(word: Any, language: str) -> None:
    """East Asian letters have a font of their own in Word; without it each machine takes another."""
    for name, size in (("Normal", 9), ("Title", 14), (HEADING, 10.5), ("Footer", 8.5)):
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1A, 0x24, 0x33)
    heading = word.styles[HEADING].paragraph_format
    heading.space_before, heading.space_after = Pt(4), Pt(2)
    normal = word.styles["Normal"]
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(2), 1.0
    said = normal.element.get_or_add_rPr()
    lang = said.makeelement(qn("w:lang"), {qn("w:val"): "en-US", qn("w:eastAsia"): "zh-CN"})
    said.append(lang)


def _styled(sheet: Sheet, table: Any) -> None:
    """The template's grid; else lines around cells, written at the table itself, as not each document has a style."""
    for cell in table._cells:
        _flush(cell.paragraphs[0])
        cell.paragraphs[0].paragraph_format.space_after = 0
    if not sheet.own and sheet.has(GRID):
        table.style = GRID
        return
    said = table._tbl.tblPr
    borders = said.makeelement(qn("w:tblBorders"), {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = {qn("w:val"): "single", qn("w:sz"): "4", qn("w:color"): "C9D2DF"}
        borders.append(borders.makeelement(qn(f"w:{side}"), line))
    # Word calls a file damaged whose properties stand in another order than the format's.
    said.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")


def _widths(table: Any, wide_cm: list[float]) -> None:
    """Word reads them at each cell, others at the columns."""
    table.autofit = False
    for column, wide in zip(table.columns, wide_cm, strict=True):
        column.width = Cm(wide)
        for cell in column.cells:
            cell.width = Cm(wide)


def _gap(word: Any) -> None:
    """A little room after a table; without a paragraph there, the next table would be one with it."""
    said = word.add_paragraph().paragraph_format
    said.line_spacing, said.space_before, said.space_after = Pt(8), 0, 0


def _repeated(row: Any) -> None:
    """This row stands again on each page that the table reaches."""
    said = row._tr.get_or_add_trPr()
    said.append(said.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _whole_row(row: Any) -> None:
    """A page does not begin within it."""
    said = row._tr.get_or_add_trPr()
    if said.find(qn("w:cantSplit")) is None:
        said.append(said.makeelement(qn("w:cantSplit"), {}))


def _field(paragraph: Any, name: str) -> None:
    field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
    paragraph._p.append(field)


def _indent(paragraph: Any) -> None:
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.6), Cm(-0.6)
    _no_first_letters(paragraph)


def _flush(paragraph: Any) -> None:
    """In a cell or around a picture nothing is set in, whatever the template does with the first lines of its text."""
    paragraph.paragraph_format.first_line_indent = 0
    _no_first_letters(paragraph)


def _no_first_letters(paragraph: Any) -> None:
    """Chinese templates set first lines in by letters (首行缩进 2 字符), which Word takes before any other measure."""
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "0")


def say_quietly(paragraph: Any, text: str) -> None:
    """Small and grey."""
    run = paragraph.add_run(text)
    _small(run)
    _colour(run, QUIET)


def _small(run: Any, size: float = 8.5) -> None:
    run.font.size = Pt(size)


def _colour(run: Any, said: str) -> None:
    run.font.color.rgb = RGBColor.from_string(said)
