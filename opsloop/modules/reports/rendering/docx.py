"""Word: a clean document of our own. `body` writes the parts into any document, the company's template among them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

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
from opsloop.modules.reports.rendering.saying import keys, marks, plain, state
from opsloop.ui.pictures import png

FONT, WIDE_CM = "Microsoft YaHei", 17.0
TONES = {"good": "0B7A6F", "bad": "B3261E"}
QUIET, MARK = "49566C", "A85D00"


def make(document: Document) -> bytes:
    """The file, A4, with page numbers."""
    from docx import Document as Word  # noqa: PLC0415  # only files need it

    word = Word()
    _paper(word, document)
    _fonts(word, document.language)
    title = word.add_paragraph(style="Title")
    title.add_run(" ".join(filter(None, (document.company, document.title, document.subtitle))))
    _head(word, document)
    for part in document.parts:
        write_part(word, part, document.language)
    for line in keys(document):
        _quiet(word.add_paragraph(), line)
    word.core_properties.title = f"{document.title} {document.subtitle}"
    word.core_properties.author = document.company
    word.core_properties.language = "en" if document.language == "en" else "zh-CN"
    held = BytesIO()
    word.save(held)
    return held.getvalue()


def _head(word: Any, document: Document) -> None:
    if document.warning:
        run = word.add_paragraph().add_run(document.warning)
        run.bold = True
        _colour(run, TONES["bad"])
    facts = " · ".join(filter(None, (document.number, *(f"{what} {says}" for what, says in document.facts))))
    paragraph = word.add_paragraph()
    _quiet(paragraph, facts)
    if word_of := state(document):
        _colour(paragraph.add_run(f"  [{word_of}]"), MARK)


def write_part(word: Any, part: Part, language: str) -> None:
    """A part with its heading; `word` is a document or a part of one to be put into a template."""
    word.add_paragraph(part.title, style="Heading 1") if _has(word, "Heading 1") else word.add_paragraph(part.title)
    for block in part.blocks:
        _block(word, block, language)


def _block(word: Any, block: Block, language: str) -> None:
    if isinstance(block, Tiles):
        _tiles(word, block)
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
        _table(word, block)
    else:
        _chart(word, block, language)


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


def _tiles(word: Any, tiles: Tiles) -> None:
    across = 4
    rows = -(-len(tiles.figures) // across)
    table = word.add_table(rows=rows, cols=min(across, len(tiles.figures)) or 1)
    _styled(word, table)
    for n, tile in enumerate(tiles.figures):
        cell = table.cell(n // across, n % across)
        _quiet(cell.paragraphs[0], tile.title)
        large = cell.add_paragraph()
        _write(large, (tile.figure,), bold=True)
        from docx.shared import Pt  # noqa: PLC0415  # with the library

        large.runs[0].font.size = Pt(14)
        if tile.beside:
            _write(cell.add_paragraph(), tile.beside, quiet=True)
    word.add_paragraph()


def _table(word: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415  # with the library
    from docx.shared import Cm  # noqa: PLC0415  # with the library

    if table.title:
        word.add_paragraph().add_run(table.title).bold = True
    made = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.autofit = False
    _styled(word, made)
    _repeated(made.rows[0])
    whole = sum(one.wide for one in table.columns)
    lines = [tuple((one.title,) for one in table.columns), *table.rows]
    for n, line in enumerate(lines):
        for column, cell, text in zip(table.columns, made.rows[n].cells, line, strict=True):
            cell.width = Cm(WIDE_CM * column.wide / whole)
            _write(cell.paragraphs[0], text, bold=n == 0)
            if column.number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.note:
        _quiet(word.add_paragraph(), plain(table.note))
    word.add_paragraph()


def _chart(word: Any, chart: Chart, language: str) -> None:
    from docx.shared import Cm  # noqa: PLC0415  # with the library

    title = word.add_paragraph()
    title.paragraph_format.keep_with_next = True
    title.add_run(f"{chart.title} ({chart.unit})" if chart.unit else chart.title).bold = True
    picture = word.add_paragraph().add_run()
    shape = picture.add_picture(BytesIO(png(chart.option, language=language)), width=Cm(14))
    shape._inline.docPr.set("descr", chart.summary or chart.title)
    if chart.note:
        _quiet(word.add_paragraph(), plain(chart.note))


def _paper(word: Any, document: Document) -> None:
    from docx.shared import Cm  # noqa: PLC0415  # with the library

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    running = " · ".join(filter(None, (document.company, document.title, document.subtitle, document.number)))
    _quiet(section.header.paragraphs[0], " · ".join(filter(None, (running, state(document)))))
    _field(section.footer.paragraphs[0], "PAGE")


def _fonts(word: Any, language: str) -> None:
    """East Asian letters have a font of their own in Word; without it each machine takes another."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # with the library
    from docx.shared import Pt, RGBColor  # noqa: PLC0415  # with the library

    for name, size in (("Normal", 10), ("Title", 18), ("Heading 1", 12.5)):
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1A, 0x24, 0x33)
    normal = word.styles["Normal"]
    normal.paragraph_format.space_after = Pt(3)
    said = normal.element.get_or_add_rPr()
    lang = said.makeelement(qn("w:lang"), {qn("w:val"): "en-US", qn("w:eastAsia"): "zh-CN"})
    said.append(lang)


def _has(word: Any, style: str) -> bool:
    try:
        names = {one.name for one in word.styles}
    except AttributeError:  # a part of a template that is put into it later
        return False
    return style in names


def _styled(word: Any, table: Any) -> None:
    """Lines around cells, written at the table itself: a company's template need not have a style for it."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # with the library

    said = table._tbl.tblPr
    borders = said.makeelement(qn("w:tblBorders"), {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = {qn("w:val"): "single", qn("w:sz"): "4", qn("w:color"): "C9D2DF"}
        borders.append(borders.makeelement(qn(f"w:{side}"), line))
    # Word calls a file damaged whose properties stand in another order than the format's.
    said.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")


def _repeated(row: Any) -> None:
    """This row stands again on each page that the table reaches."""
    from docx.oxml.ns import qn  # noqa: PLC0415  # with the library

    said = row._tr.get_or_add_trPr()
    said.append(said.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _field(paragraph: Any, name: str) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415  # with the library

    field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): name})
    paragraph._p.append(field)


def _indent(paragraph: Any) -> None:
    from docx.shared import Cm  # noqa: PLC0415  # with the library

    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.6), Cm(-0.6)


def _quiet(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    _small(run)
    _colour(run, QUIET)


def _small(run: Any) -> None:
    from docx.shared import Pt  # noqa: PLC0415  # with the library

    run.font.size = Pt(8.5)


def _colour(run: Any, said: str) -> None:
    from docx.shared import RGBColor  # noqa: PLC0415  # with the library

    run.font.color.rgb = RGBColor.from_string(said)
