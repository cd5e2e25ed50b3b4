"""A list as a file: CSV that Excel opens with right Chinese, or XLSX. No value ever becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.ui.listkit.state import State

AT_ONCE = 2000
"""Up to this many rows the file is the answer; above it a job makes it."""
CHUNK = 500
MOST = 1_000_000
"""A sheet of Excel ends at 1,048,576 rows."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = {"money": "#,##0.00", "percent": "0.0%", "number": "General", "short": "#,##0.##"}

Told = Callable[[int], None]


def _silent(_rows: int) -> None:
    pass


def checked(kind: str) -> str:
    """csv or xlsx. Raises Refused."""
    if kind not in TYPES:
        raise Refused(_t("A list can be exported as CSV or as Excel."))
    return kind


def file_name(state: State, kind: str) -> str:
    """名单-20261121-1530.xlsx"""
    return f"{state.listing.title}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"


def values(state: State, told: Told = _silent) -> Iterator[list[Any]]:
    """Each row's plain values in the order of the columns, masked as on the page; `told` hears how far it is."""
    rows, done = state.rows[:MOST].iterator(chunk_size=CHUNK), 0
    while chunk := list(islice(rows, CHUNK)):
        state.listing.prepare(chunk, state.by)
        for row in chunk:
            yield [column.value(row) for column in state.columns]
        done += len(chunk)
        told(done)


def write(state: State, kind: str, out: IO[bytes], told: Told = _silent) -> None:
    """Write the whole list, not only its page. Raises Refused for an unknown kind."""
    (_write_csv if checked(kind) == "csv" else _write_xlsx)(state, out, told)


def content(state: State, kind: str) -> bytes:
    """The file in memory, for lists up to AT_ONCE."""
    out = io.BytesIO()
    write(state, kind, out)
    return out.getvalue()


def _write_csv(state: State, out: IO[bytes], told: Told) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(column.label) for column in state.columns])
    for row in values(state, told):
        writer.writerow([harmless(spelled(value)) for value in row])
    text.flush()
    text.detach()


def harmless(value: Any) -> Any:
    """Excel takes a text that begins with = + - @ for a formula; a quote before it makes it text again."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def spelled(value: Any) -> Any:
    """Numbers stay numbers; times are the organisation's; the rest is text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M:%S}"
    return value if isinstance(value, int | float | Decimal) else str(value)


def _local(value: datetime) -> datetime:
    """Naive, in the organisation's zone: spreadsheets know no zones."""
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


def _write_xlsx(state: State, out: IO[bytes], told: Told) -> None:
    import xlsxwriter  # noqa: PLC0415 heavy, needed by exports only

    kept = "in_memory" if isinstance(out, io.BytesIO) else "constant_memory"  # small ones go without temporary files
    book = xlsxwriter.Workbook(out, {kept: True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    looks = [book.add_format({"num_format": FORMATS.get(column.kind, "General")}) for column in state.columns]
    for at, column in enumerate(state.columns):
        sheet.set_column(at, at, min(48, max(12, _width(column.label) + 4)))
        sheet.write_string(0, at, column.label, bold)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(values(state, told), 1):
        for at, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(last, at, _local(value), moment)
            elif isinstance(value, date):
                sheet.write_datetime(last, at, value, day)
            elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                sheet.write_number(last, at, value, looks[at])
            elif value not in (None, ""):
                sheet.write_string(last, at, str(value)[:32767])
    sheet.autofilter(0, 0, last, len(state.columns) - 1)
    book.close()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
