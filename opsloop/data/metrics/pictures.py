"""An answer as charts with a table beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.data.metrics import period_names
from opsloop.data.metrics.dims import value_names
from opsloop.data.metrics.periods import end, periods
from opsloop.data.metrics.questions import Answer, Question, Result, Row
from opsloop.data.metrics.shown import Look, exact, look_of, moved, plain, shown
from opsloop.ui.charts import Chart, Series

MOST_LINES, MOST_BARS, MOST_ROWS = 5, 20, 300
COMPARED = {
    "previous": lambda: _t("Period before"),
    "year": lambda: _t("Same period last year"),
    "target": lambda: _t("Target"),
    "usual": lambda: _t("Mean of the 12 periods before"),
}
Dims = tuple[str | None, ...]
Breaks = Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands there, whether it is a number, and its plain value for files."""

    shown: Any
    number: bool = False
    value: Any = None
    why: Any = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table with its period's first day and its dimension values; url: where it leads."""

    cells: tuple[Cell, ...]
    period: date
    dims: Dims
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All lines of an answer, the newest period first, in it the largest value first."""

    heads: tuple[tuple[str, bool], ...]
    rows: tuple[TableRow, ...]

    @property
    def first(self) -> tuple[TableRow, ...]:
        """As many as a page shows."""
        return self.rows[:MOST_ROWS]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - MOST_ROWS)


Names = Sequence[Mapping[str, str]]
"""What values are called, for each dimension."""


def dims_name(dims: Dims, names: Names = ()) -> str:
    """DELI · 熟食; a value that is not known has a word. names: of ids, for each dimension."""
    every = [*names, *({} for _n in range(len(dims) - len(names)))]
    return " · ".join(
        _t("unknown") if one is None else said.get(one, one) for one, said in zip(dims, every, strict=True)
    )


def names_of(question: Question) -> Names:
    """What the values of its dimensions are called."""
    return [value_names(dim) for dim in question.by]


def asked(result: Result) -> bool:
    """Is there something to draw?"""
    return not result.waiting and bool(result.rows)


def charts(
    answer: Answer, shows: str = "line", breaks: Breaks = (), ident: str = "chart", bars: int = MOST_BARS
) -> list[Chart]:
    """One chart for each unit in the answer; bars by a dimension show the newest period only, the largest first."""
    results = [one for one in answer.results if asked(one)]
    question = answer.question
    if shows == "table" or not results:
        return []
    if question.by and (shows == "bar" or question.grain == "total"):
        return [_lying(one, question, f"{ident}-{n}", bars) for n, one in enumerate(results)]
    if question.grain == "total":
        return []
    if question.by:
        return [_lines(one, question, f"{ident}-{n}", breaks) for n, one in enumerate(results)]
    groups: dict[tuple[str, str, str], list[Result]] = {}
    for one in results:
        groups.setdefault((one.unit, one.currency, one.counted), []).append(one)
    kind = "bar" if shows == "bar" else "line"
    return [_over_time(group, question, kind, f"{ident}-{n}", breaks) for n, group in enumerate(groups.values())]


def every_period(question: Question, results: Iterable[Result]) -> list[date]:
    """The first days of all periods of the span, so that one without rows is a gap and not left out."""
    found = list(results)
    since = question.since or min((one.since for one in found if one.since), default=None)
    until = question.until or max((one.until for one in found if one.until), default=None)
    if since is None or until is None:
        return sorted({row.period for one in found for row in one.rows})
    return [one.key for one in periods(since, until, question.grain)]


def _over_time(group: list[Result], question: Question, kind: str, ident: str, breaks: Breaks) -> Chart:
    days, look = every_period(question, group), look_of(group[0])
    names = _labels(days, question.grain)
    series = []
    for one in group:
        rows = {row.period: row for row in one.rows}
        series.append(Series(one.title, [plain(_value(rows.get(day)), look) for day in days], kind, False, ()))
        if question.compare and any(row.then is not None for row in one.rows):
            then = [plain(rows[day].then, look) if day in rows else None for day in days]
            name = COMPARED[question.compare]()
            series.append(Series(f"{one.title} · {name}" if len(group) > 1 else name, then, "line", True))
    series[0] = Series(series[0].name, series[0].values, kind, False, _marks(breaks, days, names, question.grain))
    return Chart(
        ident, names, series, _summary(group, question), unit=_unit(look), label_head=_t("Period"),
        decimals=_decimals(look), table=False,
    )  # fmt: skip


def _lines(result: Result, question: Question, ident: str, breaks: Breaks) -> Chart:
    days, look = every_period(question, [result]), look_of(result)
    names = _labels(days, question.grain)
    rows = {(row.period, row.dims): row.value for row in result.rows}
    top = largest(result)[:MOST_LINES]
    called = names_of(question)
    series = [Series(dims_name(one, called), [plain(rows.get((day, one)), look) for day in days]) for one in top]
    if series:
        series[0] = Series(series[0].name, series[0].values, marks=_marks(breaks, days, names, question.grain))
    return Chart(
        ident, names, series, _summary([result], question), unit=_unit(look), label_head=_t("Period"),
        decimals=_decimals(look), table=False,
    )  # fmt: skip


def _lying(result: Result, question: Question, ident: str, most: int) -> Chart:
    look = look_of(result)
    newest = max(row.period for row in result.rows)
    rows = sorted((row for row in result.rows if row.period == newest), key=_size, reverse=True)[:most]
    series = [Series(result.title, [plain(row.value, look) for row in rows], "bar")]
    if question.compare and any(row.then is not None for row in rows):
        series.append(Series(COMPARED[question.compare](), [plain(row.then, look) for row in rows], "bar", True))
    called = names_of(question)
    return Chart(
        ident, [dims_name(row.dims, called) for row in rows], series, _summary([result], question), unit=_unit(look),
        label_head=_t("Value of the dimension"), decimals=_decimals(look), lying=True, table=False,
    )  # fmt: skip


def largest(result: Result) -> list[Dims]:
    """Dimension values by the size of their newest known value."""
    newest: dict[Dims, Row] = {}
    for row in result.rows:
        if row.value is not None and (row.dims not in newest or newest[row.dims].period <= row.period):
            newest[row.dims] = row
    last = max((row.period for row in newest.values()), default=None)
    return sorted(newest, key=lambda dims: (newest[dims].period == last, _size(newest[dims])), reverse=True)


def table(answer: Answer, names: Mapping[str, str] | None = None) -> Table:
    """Every row of the answer: period, dimensions, then value, compared value and change of each metric.

    names: what dimensions are called.
    """
    question, results = answer.question, [one for one in answer.results if asked(one)]
    heads: list[tuple[str, bool]] = [] if question.grain == "total" else [(_t("Period"), False)]
    heads += [((names or {}).get(dim, dim), False) for dim in question.by]
    for one in results:
        look = look_of(one)
        heads.append((f"{one.title} ({_unit(look)})" if _unit(look) else one.title, True))
        if question.compare:
            heads += [(COMPARED[question.compare](), True), (pgettext("figure", "Change"), True)]
    keys: dict[tuple[date, Dims], dict[str, Row]] = {}
    for one in results:
        for row in one.rows:
            keys.setdefault((row.period, row.dims), {})[one.metric] = row
    first = results[0].metric if results else ""
    order = sorted(keys, key=lambda key: (key[0], _size(keys[key].get(first))), reverse=True)
    called = names_of(question)
    rows = tuple(TableRow(tuple(_cells(key, keys[key], results, question, called)), *key) for key in order)
    return Table(tuple(heads), rows)


def _cells(
    key: tuple[date, Dims], found: dict[str, Row], results: list[Result], question: Question, called: Names
) -> Iterable[Cell]:
    period, dims = key
    if question.grain != "total":
        yield Cell(period_names.name(period, question.grain), value=period)
    for n, dim in enumerate(dims):
        yield Cell(dims_name((dim,), called[n : n + 1]), value=dim)
    for one in results:
        row, look = found.get(one.metric), look_of(one)
        value = row.value if row else None
        yield Cell(exact(value, look), True, value, row.why if row and value is None else "")
        if question.compare:
            then = row.then if row else None
            yield Cell(exact(then, look), True, then, row.why if row and then is None else "")
            yield Cell(moved(value, then, look), True, None if value is None or then is None else value - then)


def _summary(group: list[Result], question: Question) -> str:
    """What the picture shows, for those who do not see it."""
    parts = []
    for one in group:
        look, rows = look_of(one), [row for row in one.rows if row.value is not None]
        if not rows:
            continue
        top, last = max(rows, key=_size), rows[-1]
        text = _t("{title}: {n} values, the newest {last}, the highest {top} ({where}).")
        where = dims_name(top.dims, names_of(question)) or period_names.name(top.period, question.grain)
        parts.append(
            text.format(
                title=one.title, n=len(rows), last=shown(last.value, look), top=shown(top.value, look), where=where
            )
        )
    return " ".join(parts)


def _labels(days: Sequence[date], grain: str) -> list[str]:
    """With the year where days of two years would be the same."""
    years = {day.year for day in days}
    if grain in ("day", "week") and len(years) > 1:
        return [f"{day:%y-%m-%d}" for day in days]
    return [period_names.short_name(day, grain) for day in days]


def _marks(breaks: Breaks, days: Sequence[date], names: Sequence[str], grain: str) -> list[tuple[str, str]]:
    found = []
    for day, text in breaks:
        inside = [n for n, first in enumerate(days) if first <= day]
        if inside and len(inside) <= len(days) and (len(inside) < len(days) or day <= end(days[-1], grain)):
            found.append((names[inside[-1]], text))
    return found


def _value(row: Row | None) -> float | None:
    return row.value if row else None


def _size(row: Row | None) -> float:
    return row.value if row is not None and row.value is not None else float("-inf")


def _unit(look: Look) -> str:
    return "%" if look.share else look.word


def _decimals(look: Look) -> int:
    return look.decimals
