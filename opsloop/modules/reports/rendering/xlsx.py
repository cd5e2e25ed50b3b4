"""Excel: a sheet of all figures with their definitions, the text, one sheet for each table and chart, charts native.

Every text goes through `write_string`: what begins with = stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.modules.reports.document import Chart, Document, Figure, Listing, Paragraph, Table, Words
from opsloop.modules.reports.rendering.saying import day, keys, marks, number_format, plain, state, wide_of
from opsloop.ui.pictures.look import colours, muted

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
A4 = 9
FONT, LINE_PT, TEXT_WIDE = "Microsoft YaHei", 16.5, 96.0
"""Points of a line; letters of the sheet of text, as Excel counts widths: so many stand on a page."""
PRINTED = 7
"""Columns of the sheet of figures that are printed; meanings and formulas beside them would make all of it small."""


class Book:
    """A workbook being written, with its looks and the names of its sheets."""

    def __init__(self) -> None:
        self.held = BytesIO()
        self.book = xlsxwriter.Workbook(self.held, {"in_memory": True, "strings_to_formulas": False})
        self.book.formats[0].set_font_name(FONT)
        self.made: dict[tuple[Any, ...], Any] = {}
        self.names: set[str] = set()

    def look(self, **said: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(said.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_name": FONT, "valign": "top", **said})
        return self.made[key]

    def sheet(self, title: str, widths: tuple[float, ...]) -> tuple[Any, str]:
        """A sheet under a name that Excel takes: no []:*?/\\, at most 31 long, none twice."""
        stem = FORBIDDEN.sub(" ", title).strip("' ")[:28] or "Sheet"
        name, n = stem, 2
        while name.lower() in self.names:
            name, n = f"{stem}{n}", n + 1
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet, name

    def head(self, sheet: Any, row: int, titles: tuple[str, ...], right: Collection[int] = ()) -> None:
        """right: the columns whose values stand to the right, as their heads then do."""
        for n, title in enumerate(titles):
            side = {"align": "right"} if n in right else {}
            look = self.look(bold=True, bottom=1, bg_color="#eef2f8", text_wrap=True, **side)
            sheet.write_string(row, n, title, look)

    def cell(self, sheet: Any, row: int, column: int, text: Words, *, right: bool = False) -> None:
        """One figure alone is a number with its look; everything else is text. right: what is no number too."""
        one = _alone(text)
        if one is not None and one.value is not None:
            sheet.write_number(row, column, one.value, self.look(num_format=number_format(one)))
        else:
            look = self.look(text_wrap=True, **({"align": "right"} if right else {}))
            sheet.write_string(row, column, plain(text), look)

    def tall(self, sheet: Any, row: int, texts: Iterable[tuple[str, float]]) -> None:
        """A row as high as its texts need in columns of these widths: not each program finds that out by itself."""
        lines = max((ceil(2.1 * wide_of(text) / wide) for text, wide in texts), default=1)
        if lines > 1:
            sheet.set_row(row, LINE_PT * lines)


def make(document: Document) -> bytes:
    """The workbook."""
    book = Book()
    _figures(book, document)
    _text(book, document)
    for part in document.parts:
        for block in part.blocks:
            if isinstance(block, Table):
                _table(book, block, part.title)
            elif isinstance(block, Chart):
                _chart(book, block)
    book.book.set_properties({"title": f"{document.title} {document.subtitle}", "company": document.company})
    book.book.close()
    return book.held.getvalue()


def _figures(book: Book, document: Document) -> None:
    sheet, _name = book.sheet(pgettext("report file", "Figures"), (34, 16, 18, 22, 12, 12, 14, 46, 40, 16))
    title = " ".join(filter(None, (document.company, document.title, document.subtitle, document.number)))
    sheet.write_string(0, 0, title, book.look(bold=True, font_size=14, text_wrap=False))
    facts = " · ".join(filter(None, (state(document), *(f"{what} {says}" for what, says in document.facts))))
    sheet.write_string(1, 0, facts)
    sheet.write_string(2, 0, document.warning, book.look(bold=True, font_color="#b3261e"))
    days = pgettext("report file", "From"), pgettext("report file", "Until")
    heads = (
        pgettext("report file", "Figure"), _t("Value"), _t("In the report"), _t("Metric"), *days, _t("Mark"),
        _t("Meaning"), _t("Formula"), pgettext("report file", "Owner"),
    )  # fmt: skip
    book.head(sheet, 4, heads, right=(1, 2))
    sheet.freeze_panes(5, 1)
    meant = {one.metric: one for one in document.definitions}
    row = 5
    for one in {figure.key: figure for figure in document.figures()}.values():
        definition = meant.get(one.metric)
        sheet.write_string(row, 0, one.title or one.key)
        book.cell(sheet, row, 1, (one,), right=True)
        sheet.write_string(row, 2, one.text, book.look(align="right"))
        rest = (
            definition.title if definition else one.title if one.metric else "", day(one.since), day(one.until),
            " ".join(marks(one)), definition.meaning if definition else "", definition.formula if definition else "",
            definition.owner if definition else "",
        )  # fmt: skip
        for n, text in enumerate(rest, 3):
            sheet.write_string(row, n, text)
        row += 1
    for line in keys(document):
        row += 1
        sheet.write_string(row, 0, line)
    sheet.print_area(0, 0, row, PRINTED - 1)
    sheet.repeat_rows(4)


def _text(book: Book, document: Document) -> None:
    sheet, _name = book.sheet(_t("Text"), (TEXT_WIDE,))
    row = 0
    for part in document.parts:
        sheet.write_string(row, 0, part.title, book.look(bold=True, bottom=1))
        row += 1
        for block in part.blocks:
            lines: tuple[Words, ...] = ()
            if isinstance(block, Paragraph):
                lines = (block.text,)
            elif isinstance(block, Listing):
                lines = tuple((f"{n}. ", *item) if block.ordered else item for n, item in enumerate(block.items, 1))
            for text in lines:
                sheet.write_string(row, 0, plain(text), book.look(text_wrap=True))
                book.tall(sheet, row, [(plain(text), TEXT_WIDE)])
                row += 1
        row += 1


def _table(book: Book, table: Table, part: str) -> None:
    widths = tuple(max(11.0, min(60.0, 13 * one.wide)) for one in table.columns)
    sheet, name = book.sheet(table.title or part, widths)
    sheet.write_string(0, 0, table.title or part, book.look(bold=True, font_size=12))
    right = {n for n, one in enumerate(table.columns) if one.number}
    book.head(sheet, 2, tuple(one.title for one in table.columns), right)
    sheet.freeze_panes(3, 1)
    for n, row in enumerate(table.rows, 3):
        for column, cell in enumerate(row):
            book.cell(sheet, n, column, cell, right=column in right)
        book.tall(sheet, n, ((plain(cell), wide) for cell, wide in zip(row, widths, strict=True) if not _alone(cell)))
    if table.note:
        sheet.write_string(len(table.rows) + 4, 0, plain(table.note))
    numbers = [n for n in range(1, len(table.columns)) if table.rows and _numeric(table, n)]
    if table.chart and numbers:
        last = len(table.rows) + 2
        drawn = book.book.add_chart({"type": table.chart if table.chart == "line" else "bar"})
        drawn.add_series({
            "name": [name, 2, numbers[0]], "categories": [name, 3, 0, last, 0],
            "values": [name, 3, numbers[0], last, numbers[0]], "fill": {"color": colours()[0]},
        })  # fmt: skip
        _finish(drawn, table.title, "", lying=table.chart != "line", lines=len(table.rows))
        sheet.insert_chart(2, len(table.columns) + 1, drawn)


def _numeric(table: Table, column: int) -> bool:
    """Figures of one unit only: those can be drawn beside each other."""
    units = {_unit(row[column]) for row in table.rows}
    return len(units) == 1 and "" not in units


def _alone(cell: Words) -> Figure | None:
    """The figure of a cell that is one figure and nothing else: it stands there as a number."""
    return cell[0] if len(cell) == 1 and isinstance(cell[0], Figure) else None


def _unit(cell: Words) -> str:
    """The unit of a cell's figure; nothing for text."""
    one = _alone(cell)
    return one.unit if one else ""


def _chart(book: Book, chart: Chart) -> None:
    sheet, name = book.sheet(chart.title, (22, *(16 for _one in chart.series)))
    sheet.write_string(0, 0, chart.heading, book.look(bold=True, font_size=12))
    book.head(sheet, 2, ("", *(one.name for one in chart.series)), range(1, len(chart.series) + 1))
    look = book.look(num_format="#,##0" + ("." + "0" * chart.decimals if chart.decimals else ""))
    for n, category in enumerate(chart.categories, 3):
        sheet.write_string(n, 0, category)
        for column, one in enumerate(chart.series, 1):
            value = one.values[n - 3]
            if value is not None:
                sheet.write_number(n, column, value, look)
    if chart.note:
        sheet.write_string(len(chart.categories) + 4, 0, plain(chart.note))
    kind = "bar" if chart.lying else "column" if chart.kind == "bar" else "line"
    drawn = book.book.add_chart({"type": kind})
    for column, one in enumerate(chart.series, 1):
        colour = muted() if one.muted else colours()[(column - 1) % len(colours())]
        line = {"color": colour, "width": 2, **({"dash_type": "dash"} if one.muted else {})}
        drawn.add_series({
            "name": [name, 2, column], "categories": [name, 3, 0, len(chart.categories) + 2, 0],
            "values": [name, 3, column, len(chart.categories) + 2, column],
            **({"line": line} if kind == "line" else {"fill": {"color": colour}}),
        })  # fmt: skip
    _finish(drawn, chart.title, chart.unit, lying=chart.lying, lines=len(chart.categories))
    if len(chart.series) == 1:
        drawn.set_legend({"none": True})
    sheet.insert_chart(2, len(chart.series) + 2, drawn)


def _finish(drawn: Any, title: str, unit: str, *, lying: bool, lines: int) -> None:
    """lines: how many bars lie above each other, each with its name."""
    drawn.set_title({"name": title, "name_font": {"name": FONT, "size": 12}})
    drawn.set_size({"width": 640, "height": max(340, 90 + 30 * lines) if lying else 340})
    drawn.set_legend({"position": "bottom", "font": {"name": FONT}})
    drawn.show_na_as_empty_cell()
    axis = {
        "name": unit,
        "num_font": {"name": FONT},
        "name_font": {"name": FONT},
        "major_gridlines": {"visible": True, "line": {"color": "#e1e6ee"}},
    }
    names = {
        "num_font": {"name": FONT},
        "label_position": "low",
        **({"reverse": True, "interval_unit": 1} if lying else {}),
    }
    # xlsxwriter's x axis of lying bars is the lower one, that of the values.
    drawn.set_x_axis(axis if lying else names)
    drawn.set_y_axis(names if lying else axis)
