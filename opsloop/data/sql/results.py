"""A result as people see it: cells, a picture when there is one in it, files."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.data.sql.models import Run
from opsloop.data.sql.running import Column, read_columns, read_rows
from opsloop.ui.charts import Chart, Series
from opsloop.ui.listkit.export import TYPES, harmless, spelled

SHOWN = 500
"""Rows on the page; files have all."""
EXACT = 10**15
"""Excel keeps fifteen digits; longer numbers are written as text."""
MOST_SHEET = 50_000
"""Rows of an Excel file: more take the page too long, and CSV opens in Excel too."""
DRAWN = range(2, 401)
ALIKE = 20
"""Series whose largest values differ by more are not drawn on one axis."""
NUMBER = re.compile(r"^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT|DOUBLE|REAL)$", re.IGNORECASE)
TEMPORAL = re.compile(r"^(DATE|TIMESTAMP.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page draws of a result."""

    columns: tuple[Column, ...]
    numeric: tuple[bool, ...]
    rows: list[list[str]]
    chart: Chart | None


def is_number(column: Column) -> bool:
    """May its values be added up or drawn?"""
    return bool(NUMBER.match(column.type))


def shown(run: Run) -> Shown:
    """The first rows as text, and a picture of all when there are few enough."""
    columns = read_columns(run.file)
    rows = list(read_rows(run.file, SHOWN))
    numeric = tuple(is_number(column) for column in columns)
    return Shown(columns, numeric, [[_text(value) for value in row] for row in rows], _chart(run, columns, rows))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _chart(run: Run, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Chart | None:
    """The first column that is no number below, numbers beside it as lines over days or as bars; else none."""
    x = next((i for i, column in enumerate(columns) if not is_number(column)), None)
    ys = [i for i, column in enumerate(columns) if is_number(column)][:5]
    if x is None or not ys or run.rows not in DRAWN or len(rows) != run.rows:
        return None
    if len({row[x] for row in rows}) < len(rows):  # two rows for one label would be drawn as one
        return None
    over_time = bool(TEMPORAL.match(columns[x].type))
    ordered = sorted(rows, key=lambda row: str(row[x])) if over_time else list(rows)
    kind = "line" if over_time else "bar"
    ys = _comparable(ordered, ys)
    series = [Series(columns[y].name, [_float(row[y]) for row in ordered], kind=kind) for y in ys]
    summary = _t("{values} by {label}, {n} rows").format(
        values=", ".join(columns[y].name for y in ys), label=columns[x].name, n=len(rows)
    )
    labels = [_text(row[x])[:40] for row in ordered]
    return Chart(f"run-{run.pk}", labels, series, summary, label_head=columns[x].name, decimals=2)


def _comparable(rows: Sequence[Sequence[Any]], ys: Sequence[int]) -> list[int]:
    """The first numbers and those of like size: beside much larger ones the others would lie flat on the axis."""
    tops = {y: max((abs(value) for row in rows if (value := _float(row[y])) is not None), default=0.0) for y in ys}
    first = tops[ys[0]]
    return [y for y in ys if first / ALIKE <= tops[y] <= first * ALIKE]


def _float(value: Any) -> float | None:
    try:
        found = None if value is None else float(value)
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None


def typed(value: Any, column: Column) -> Any:
    """A value as a spreadsheet takes it: numbers, days and moments from their texts."""
    if not isinstance(value, str):
        return value if value is None or isinstance(value, int | float) else str(value)
    if is_number(column):
        return Decimal(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value
    try:
        if column.type.upper() == "DATE":
            return date.fromisoformat(value)
        if TEMPORAL.match(column.type):
            return datetime.fromisoformat(value)
    except ValueError:  # years beyond Python's
        return value
    return value


def rows_of(run: Run) -> Iterator[list[Any]]:
    """Every row, typed."""
    columns = read_columns(run.file)
    for row in read_rows(run.file, run.rows):
        yield [typed(value, column) for value, column in zip(row, columns, strict=True)]


def content_type(kind: str) -> str:
    """Raises Refused for an unknown kind of file."""
    if kind not in TYPES:
        raise Refused(_t("A result can be exported as CSV or as Excel."))
    return TYPES[kind]


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV with a mark by which Excel knows UTF-8; no value ever becomes a formula."""
    yield "\ufeff".encode()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(column.name) for column in columns])
    for n, row in enumerate(rows, 1):
        writer.writerow([harmless(spelled(value)) for value in row])
        if n % 1000 == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _fits(value: float | Decimal) -> bool:
    return not isinstance(value, bool) and -EXACT < value < EXACT


def sheet(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """An Excel file; no value ever becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415  # heavy, needed by exports only

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(out, options)
    page = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for at, column in enumerate(columns):
        page.set_column(at, at, min(48, max(12, len(column.name) * 2)))
        page.write_string(0, at, column.name, bold)
    page.freeze_panes(1, 0)
    for n, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            if isinstance(value, datetime):
                page.write_datetime(n, at, value, moment)
            elif isinstance(value, date):
                page.write_datetime(n, at, value, day)
            elif isinstance(value, int | float | Decimal) and _fits(value):
                page.write_number(n, at, value)
            elif value is not None:
                page.write_string(n, at, str(value)[:32767])
    book.close()
    return out.getvalue()
