"""Run as a process of its own: one sheet of an Excel file to CSV, each row with its number. Limits are its own.

    python excel_child.py FILE OUT SHEET MEGABYTES SECONDS

Prints one JSON object: {"rows", "sheet", "others", "merged"} or {"error", "line", "values"}. Imports nothing of
Opsloop, so that a hostile file meets as little as possible.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MOST_UNPACKED = 1024**3
MOST_RATIO = 300
RATIO_FROM = 50 * 1024**2
MOST_ENTRIES = 10_000
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_MERGED = 1_000_000
EXACT = 1e15
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')


class Bad(Exception):
    """The file cannot be taken: (code, line, values)."""

    def __init__(self, code: str, line: int = 0, **values: Any) -> None:
        super().__init__(code)
        self.answer = {"error": code, "line": line, "values": values}


def main(file: str, out: str, sheet: str, megabytes: str, seconds: str) -> dict[str, Any]:
    """Convert and answer."""
    limit = int(megabytes) * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    path = Path(file)
    with path.open("rb") as opened:
        start = opened.read(8)
    if start[:4] == b"\xd0\xcf\x11\xe0":
        raise Bad("old_excel")
    if start[:2] != b"PK":
        raise Bad("no_excel")
    _check_zip(path)
    return _convert(path, Path(out), sheet)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Bad("cut_off_excel") from None
    size = sum(one.file_size for one in entries)
    if (
        len(entries) > MOST_ENTRIES or size > MOST_UNPACKED
        or (size > RATIO_FROM and size > MOST_RATIO * path.stat().st_size)
    ):  # fmt: skip
        raise Bad("bomb", size=size // 1024**2)
    if not any(one.filename.startswith("xl/") for one in entries):
        raise Bad("no_excel")


def _convert(path: Path, out: Path, wanted: str) -> dict[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415  # within the limits set above

    try:
        book = CalamineWorkbook.from_path(str(path))
        # what nobody sees is no data unless it is asked for: last year's rows, lists for choices
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        if wanted and wanted not in book.sheet_names:
            raise Bad("no_sheet", names=", ".join(shown), sheet=wanted)
        names = shown or list(book.sheet_names)
        for name in [wanted] if wanted else names:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            if any(any(_text(cell) for cell in row) for row in rows[:200]) or name == wanted:
                break
        else:
            raise Bad("empty")
    except (CalamineError, OSError, ValueError) as error:
        raise Bad("broken_excel", why=str(error)[:200]) from None
    if len(rows) > MOST_ROWS or (rows and len(rows[0]) > MOST_COLUMNS):
        raise Bad("too_many_columns", n=len(rows[0]))
    merged = _fill(rows, sheet.merged_cell_ranges or [])
    _refuse_unsaved_formulas(path)
    with out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for number, row in enumerate(rows, 1):
            cells = [_text(cell) for cell in row]
            if any(cells):
                writer.writerow([number, *cells])
    return {"rows": len(rows), "sheet": name, "others": [one for one in names if one != name], "merged": merged}


def _fill(rows: list[list[Any]], ranges: list[Any]) -> int:
    """A merged cell's value stands in each of its cells; answers how many were filled."""
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for place in range(left, min(right + 1, len(row))):
                row[place] = value
                filled += 1
                if filled > MOST_MERGED:
                    raise Bad("merged", top + 1)
    return filled


def _refuse_unsaved_formulas(path: Path) -> None:
    """A formula without a value was never worked out: reading it as empty would be wrong."""
    with zipfile.ZipFile(path) as archive:
        sheets = [one for one in archive.namelist() if one.startswith("xl/worksheets/") and one.endswith(".xml")]
        for name in sheets[:20]:
            with archive.open(name) as file:
                held = b""
                while piece := file.read(4 * 1024**2):
                    held += piece
                    if found := FORMULA.search(held):
                        raise Bad("formula", int(found[2]), cell=(found[1] + found[2]).decode())
                    held = held[-4096:]


def _number(value: float) -> str:
    """Spreadsheets keep 15 digits. What is longer and whole has lost the others and is written so that it shows, as
    1.23456789012346E+17; a last digit says that another program wrote it whole."""
    if not value.is_integer():
        return repr(value)
    if abs(value) < EXACT or (abs(value) < 2**53 and value % 10):
        return str(int(value))
    return f"{value:.14E}"


def _text(value: Any) -> str:
    """A cell as one would type it: no .0 behind whole numbers, days as 2026-01-31."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat() if isinstance(value, date | time) else str(value).replace("\0", "").strip()


if __name__ == "__main__":
    try:
        answer = main(*sys.argv[1:6])
    except Bad as bad:
        answer = bad.answer
    except MemoryError:
        answer = {"error": "too_much_memory", "line": 0, "values": {}}
    sys.stdout.write(json.dumps(answer))
