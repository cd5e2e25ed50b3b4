"""What stands in a .docx or .xlsx, in order: headings, paragraphs and tables of text. Nothing is left out."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.files.models import Stored
from opsloop.base.things.errors import Refused
from opsloop.base.things.zipped import BROKEN

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS, MOST_ROWS, MOST_COLUMNS = 4000, 2000, 40
WORD, EXCEL = ".docx", ".xlsx"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. level: of a heading, 0 for none; numbered: Word numbers it by itself."""

    text: str
    level: int = 0
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; what a merged cell covers is empty. name: of the sheet."""

    rows: tuple[tuple[str, ...], ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    parts: tuple[Text | Table, ...] = field(default_factory=tuple)

    @property
    def tables(self) -> list[Table]:
        return [one for one in self.parts if isinstance(one, Table)]


def read(stored: Stored) -> Document:
    """Raises Refused for a file of another kind, one that is too large, broken or empty, with the remedy."""
    suffix = Path(stored.name).suffix.lower()
    if suffix in (".doc", ".wps", ".xls", ".et"):
        raise Refused(_t("This is an older format. Open it and save it as .docx or .xlsx."), field="file")
    if suffix not in (WORD, EXCEL):
        raise Refused(_t("Only Word (.docx) and Excel (.xlsx) files are read."), field="file")
    if stored.size > MOST_BYTES:
        raise Refused(_t("The file is larger than {n} MB; take pictures out of it.").format(n=10), field="file")
    found = _word(stored.path) if suffix == WORD else _excel(stored.path)
    if not found.parts:
        raise Refused(
            _t("There is no text in this file. A scanned page is a picture; it has to be typed."), field="file"
        )
    return found


def _broken() -> Refused:
    return Refused(_t("The file is broken; open it and save it anew."), field="file")


def _word(path: Path) -> Document:
    from docx import Document as Opened  # noqa: PLC0415  lxml and the rest are only for imports
    from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from lxml.etree import LxmlError  # noqa: PLC0415

    faults: tuple[type[Exception], ...] = (OpcError, LxmlError, OSError, KeyError, ValueError, AttributeError, *BROKEN)
    try:
        opened = Opened(str(path))
        parts = [part for inner in opened.iter_inner_content() for part in _word_part(inner)]
    except faults:
        raise _broken() from None
    return _checked(parts)


def _word_part(inner: Any) -> list[Text | Table]:
    if hasattr(inner, "rows"):
        return [Table(tuple(rows))] if (rows := _word_rows(inner)) else []
    text = " ".join(inner.text.split())
    if not text:
        return []
    style = str(getattr(inner.style, "name", "") or "")
    level = int(style[-1]) if style.lower().startswith(("heading", "标题")) and style[-1:].isdigit() else 0
    properties = inner._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return [Text(text, level, numbered or "List Number" in style)]


def _word_rows(table: Any) -> list[tuple[str, ...]]:
    """Each cell once: what is merged says its text where it begins."""
    seen: dict[int, Any] = {}  # holds the elements, so that no id is given twice
    rows = []
    for row in table.rows:
        cells = []
        for cell in row.cells:
            element = cell._tc
            cells.append("" if id(element) in seen else _cell_text(cell))
            seen[id(element)] = element
        rows.append(tuple(cells))
    return [one for one in rows if any(one)]


def _cell_text(cell: Any) -> str:
    return "\n".join(text for one in cell.paragraphs if (text := " ".join(one.text.split())))


def _excel(path: Path) -> Document:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  compiled reader: only imports need it

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise _broken() from None
    parts: list[Text | Table] = []
    for name, cells in sheets:
        rows = [tuple(_said(one) for one in row) for row in cells]
        full = [row for row in rows if any(row)]
        if full:
            parts.append(Table(tuple(full), name))
    return _checked(parts)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _checked(parts: list[Text | Table]) -> Document:
    rows = max((len(one.rows) for one in parts if isinstance(one, Table)), default=0)
    columns = max((len(row) for one in parts if isinstance(one, Table) for row in one.rows), default=0)
    if len(parts) > MOST_PARTS or rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Refused(
            _t("This is more than one procedure: at most {rows} rows and {columns} columns. Split the file.").format(
                rows=MOST_ROWS, columns=MOST_COLUMNS
            ),
            field="file",
        )
    return Document(tuple(parts))
