"""Excel files that the import of people hands out: the empty form, and the rows that have errors."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _t

from opsloop.base.people import roster
from opsloop.base.people.imports import ImportPlan
from opsloop.base.people.sheets import Table


def workbook(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet of texts; nothing becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 heavy, needed by these two files only

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "bottom": 1})
    for at, title in enumerate(header):
        sheet.write_string(0, at, title, bold)
        sheet.set_column(at, at, 18)
    for n, cells in enumerate(rows, 1):
        for at, cell in enumerate(cells):
            sheet.write_string(n, at, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def template() -> bytes:
    """The columns that are read, and one row that shows how they are meant."""
    example = {
        "name": "王芳", "number": "A001", "department": "运营部", "position": "运营专员", "email": "wang@example.com",
        "phone": "13800138000", "joined_on": "2026-03-01", "superior": "",
    }  # fmt: skip
    return workbook([roster.label(name) for name in roster.COLUMNS], [[example[name] for name in roster.COLUMNS]])


def error_sheet(table: Table, made: ImportPlan) -> bytes:
    """The rows with errors as they were, with what is wrong and what to do: put right here, it can be imported."""
    wrong: dict[int, list[str]] = {}
    for fault in made.faults:
        said = f"{fault.column}: {fault.text}" if fault.column else fault.text
        wrong.setdefault(fault.row, []).append(f"{said} {fault.remedy}".strip())
    width = len(table.header)
    rows = [
        [*(cells[at] if at < len(cells) else "" for at in range(width)), str(number), "\n".join(wrong[number])]
        for number, cells in table.rows
        if number in wrong
    ]
    return workbook([*table.header, _t("Row in the file"), _t("What is wrong")], rows)
