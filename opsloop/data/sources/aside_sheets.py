"""Rows aside as an Excel sheet with their reasons, and the corrected sheet back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people import sheets
from opsloop.data.sources import faults
from opsloop.data.sources.asiding import AsideRow, key_of
from opsloop.data.sources.models import Source

KEY = "_row"
MOST = 5000


def written(source: Source, rows: Sequence[AsideRow], names: Sequence[str], closed: frozenset[str]) -> bytes:
    """The sheet: which row, what is wrong, then the cells as text; wrong cells are marked, hidden ones grey."""
    import xlsxwriter  # noqa: PLC0415  heavy, needed for this sheet only

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet = book.add_worksheet()
    bold, wrong = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bg_color": "#FFD9D0"})
    grey = book.add_format({"font_color": "#777777"})
    definition = source.obj  # in the reader's language
    for at, title in enumerate([KEY, _t("What is wrong"), _t("File"), _t("Line"), *names]):
        sheet.write_string(0, at, title, bold)
    for n, row in enumerate(rows, 1):
        said = "; ".join(faults.reason(code, definition) for code in row.codes)
        for at, text in enumerate([row.key, said, row.file, str(row.line)]):
            sheet.write_string(n, at, text, grey)
        for at, name in enumerate(names, 4):
            style = grey if name in closed else wrong if name in row.wrong else None
            sheet.write_string(n, at, row.cells.get(name) or "", style)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 36)
    sheet.set_column(4, 3 + len(names), 16)
    book.close()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A corrected sheet: key -> cells of the columns that may be changed. unknown: lines whose row is not known."""

    rows: Mapping[tuple[int, int], Mapping[str, str | None]]
    unknown: tuple[int, ...]
    notes: tuple[str, ...]


def read(data: bytes, name: str, columns: Sequence[str], closed: frozenset[str]) -> Sheet:
    """The sheet as it came back. Raises Refused when it is none of ours."""
    table = sheets.read(data, name)
    head = [one.strip() for one in table.header]
    if KEY not in head:
        text = _t("The column {name} is missing. Correct the sheet that was downloaded here, and leave that column.")
        raise Refused(text.format(name=KEY))
    places = {one: head.index(one) for one in columns if one in head and one not in closed}
    if not places:
        raise Refused(_t("None of the source's columns is in the sheet."))
    at, rows, unknown = head.index(KEY), {}, []
    for number, cells in table.rows:
        key = key_of(cells[at].strip()) if at < len(cells) else None
        if key is None:
            unknown.append(number)
            continue
        rows[key] = {one: (cells[place] if place < len(cells) else "") or None for one, place in places.items()}
    return Sheet(rows, tuple(unknown), table.notes)
