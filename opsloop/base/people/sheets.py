"""A table out of an uploaded file: XLSX, or CSV in UTF-8, UTF-16 or GB18030. Nothing is dropped in silence.

Answers rows of text with their numbers as Excel shows them. Whatever cannot be read is refused with the remedy.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.base.things.texts import listed
from opsloop.base.things.zipped import BROKEN

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Table:
    """header: the first row that is not empty. rows: (number as in Excel, cells), empty rows left out. notes: what
    the person should know, such as further sheets that were not read."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()


def read(data: bytes, filename: str) -> Table:
    """The table of a file. Raises Refused for a file that is too large, of another kind, or broken."""
    if len(data) > MAX_BYTES:
        raise Refused(_t("The file is larger than {n} MB; split it.").format(n=MAX_BYTES // 1024 // 1024))
    if not data.strip():
        raise Refused(_t("The file is empty."))
    if data[:2] == b"PK":
        return _xlsx(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(_t("This is an old or protected Excel file; save it as .xlsx without a password, or as .csv."))
    if filename.lower().endswith((".xlsx", ".xls")):
        raise Refused(_t("This is no Excel file, whatever its name says; save it anew as .xlsx or .csv."))
    return _csv(data)


def _csv(data: bytes) -> Table:
    text = _text(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    lines: list[tuple[int, list[str]]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, cells in enumerate(reader, 1):
            lines.append((number, cells))
            _check_size(len(lines) - 1, len(cells))
    except csv.Error as error:
        said = _t("Row {n} cannot be read: {why}. Check its quotation marks.")
        raise Refused(said.format(n=len(lines) + 1, why=error)) from None
    return _table(lines)


def _text(data: bytes) -> str:
    """Decoded strictly: a byte that fits no encoding is refused, not replaced."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_t("The file is neither UTF-8 nor GB18030 text; save it as .xlsx or as CSV in UTF-8."))


def _xlsx(data: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except BROKEN:
        raise Refused(_t("The Excel file is broken; open it and save it anew.")) from None
    if unpacked > MAX_UNPACKED:
        raise Refused(_t("The file unpacks to more than {n} MB.").format(n=MAX_UNPACKED // 1024 // 1024))
    from python_calamine import (  # noqa: PLC0415  compiled reader: only imports need it
        CalamineError,
        CalamineWorkbook,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError):
        raise Refused(_t("The Excel file is broken; open it and save it anew.")) from None
    filled = [name for name, cells in sheets.items() if any(any(_cell(v) for v in row) for row in cells)]
    if not filled:
        raise Refused(_t("The file is empty."))
    lines = [(number, [_cell(value) for value in row]) for number, row in enumerate(sheets[filled[0]], 1)]
    for number, cells in lines:
        _check_size(number - 1, max((i for i, cell in enumerate(cells, 1) if cell), default=0))
    table = _table(lines)
    if len(filled) == 1:
        return table
    others = listed(filled[1:])
    note = _t("Only the sheet {first} is read, not {others}.").format(first=filled[0], others=others)
    return Table(table.header, table.rows, (note,))


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise Refused(_t("At most {n} rows at once; split the file.").format(n=MAX_ROWS))
    if columns > MAX_COLUMNS:
        raise Refused(_t("At most {n} columns.").format(n=MAX_COLUMNS))


def _cell(value: Any) -> str:
    """A cell as one would type it: no .0 behind whole numbers, days as 2026-01-31."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value).strip()


def _table(lines: list[tuple[int, list[str]]]) -> Table:
    full = [(number, tuple(cell.strip() for cell in cells)) for number, cells in lines]
    full = [(number, cells) for number, cells in full if any(cells)]
    if len(full) < 2:
        raise Refused(_t("There is no row below the header."))
    return Table(full[0][1], tuple(full[1:]))
