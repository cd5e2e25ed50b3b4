"""A block of days and figures, pasted from a sheet or out of an uploaded file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused
from opsloop.data.reconciliation.actions import MOST

DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:.]+)?$")
PACKED = re.compile(r"^(20\d{2})(\d{2})(\d{2})$")
SHORT = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
SIGNS = str.maketrans("", "", " ,，¥￥$€£元\u00a0\u3000")
HEADS = ("实收", "实付", "合计", "总额", "金额", "营业额", "销售额", "total", "amount", "sales", "revenue")


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line; `fault` says what is wrong with it, then day or figure is None."""

    number: int
    text: str
    day: date | None
    figure: Decimal | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was understood. columns: heads for the choice of the figure's column, empty when there is no choice."""

    lines: Sequence[Line]
    columns: Sequence[tuple[int, str]]
    column: int

    @property
    def good(self) -> list[Line]:
        return [line for line in self.lines if not line.fault]

    @property
    def faults(self) -> list[Line]:
        return [line for line in self.lines if line.fault]


def day_of(text: str, today: date) -> date | None:
    """2026-11-20, 2026/11/20, 20261120, 2026年11月20日 or, for the last twelve months, 11-20 and 11月20日."""
    said = text.strip()
    try:
        if found := DAY.match(said) or PACKED.match(said):
            return date(*map(int, found.groups()))
        if found := SHORT.match(said):
            day = date(today.year, int(found[1]), int(found[2]))
            return day if day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None
    return None


def figure_of(text: str) -> Decimal | None:
    """86,923.50, ¥86923.5, (120.00) for a negative one; None for anything else."""
    said = text.strip().translate(SIGNS).replace("−", "-")
    if said.startswith("(") and said.endswith(")"):
        said = "-" + said[1:-1]
    try:
        found = Decimal(said)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**18 else None


def read(text: str, today: date, column: int | None = None) -> Pasted:
    """Understand a block of text. Raises Refused when it holds no days or too many lines."""
    cells = _cells(text)
    if len(cells) > MOST + 1:
        raise Refused(_t("At most {n} days at once.").format(n=MOST))
    at = _day_column(cells, today)
    if at is None:
        raise Refused(_t("No column holds days like 2026-01-31. Paste one column of days and one of figures."))
    head = cells[0][1] if cells and day_of(_cell(cells[0][1], at), today) is None else None
    body = cells[1:] if head is not None else cells
    choices = _figure_columns(body, at, head)
    if not choices:
        raise Refused(_t("No column beside the days holds numbers."))
    chosen = column if column in dict(choices) else _likely(choices)
    lines = [_line(number, row, at, chosen, today) for number, row in body]
    return Pasted(_marked_twice(lines), choices if len(choices) > 1 else [], chosen)


def _cells(text: str) -> list[tuple[int, list[str]]]:
    rows = [line for line in text.splitlines() if line.strip()]
    mark = max("\t;,", key=lambda one: sum(line.count(one) for line in rows[:20])) if rows else "\t"
    if mark != "\t" and any("\t" in line for line in rows):
        mark = "\t"
    if rows and not any(mark in line for line in rows):
        return [(n, line.split()) for n, line in enumerate(rows, 1)]
    try:
        return list(enumerate(csv.reader(io.StringIO("\n".join(rows)), delimiter=mark), 1))
    except csv.Error as error:
        raise Refused(_t("This cannot be read as a table: {why}").format(why=error)) from None


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _day_column(cells: Sequence[tuple[int, list[str]]], today: date) -> int | None:
    width = max((len(row) for _n, row in cells), default=0)
    found = [sum(day_of(_cell(row, at), today) is not None for _n, row in cells) for at in range(width)]
    best = max(range(width), key=lambda at: found[at], default=None)
    return best if best is not None and found[best] else None


def _figure_columns(
    body: Sequence[tuple[int, list[str]]], day: int, head: Sequence[str] | None
) -> list[tuple[int, str]]:
    width = max((len(row) for _n, row in body), default=0)
    out = []
    for at in range(width):
        numbers = sum(figure_of(_cell(row, at)) is not None for _n, row in body)
        if at != day and numbers * 2 >= len(body):
            title = _cell(head, at) if head is not None else ""
            out.append((at, title or _t("Column {n}").format(n=at + 1)))
    return out


def _likely(choices: Sequence[tuple[int, str]]) -> int:
    for word in HEADS:
        for at, title in choices:
            if word in title.lower():
                return at
    return choices[0][0]


def _line(number: int, row: Sequence[str], day_at: int, figure_at: int, today: date) -> Line:
    said_day, said_figure = _cell(row, day_at), _cell(row, figure_at)
    day, figure = day_of(said_day, today), figure_of(said_figure)
    text = f"{said_day}  {said_figure}".strip()
    if day is None:
        return Line(number, text, None, figure, _t("This is no day: {text}").format(text=said_day or "—"))
    if day > today:
        return Line(number, text, day, figure, _t("This day has not been yet."))
    if figure is None:
        return Line(number, text, day, None, _t("This is no number: {text}").format(text=said_figure or "—"))
    return Line(number, text, day, figure)


def _marked_twice(lines: Sequence[Line]) -> list[Line]:
    seen: set[date] = set()
    out = []
    for line in lines:
        if line.day is not None and not line.fault and line.day in seen:
            line = Line(line.number, line.text, line.day, line.figure, _t("This day stands there twice."))
        seen |= {line.day} if line.day is not None else set()
        out.append(line)
    return out
