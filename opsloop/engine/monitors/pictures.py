"""The charts: a metric's values with the band of what is usual, and where alerts are or would have been."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.data.metrics.period_names import short_name
from opsloop.data.metrics.shown import plain, shown
from opsloop.engine.monitors.days import Marked
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.judging import Reading, judge
from opsloop.engine.monitors.series import Series, left_out
from opsloop.engine.monitors.shown import against_name
from opsloop.engine.monitors.words import Every, Sort
from opsloop.ui.charts import Chart
from opsloop.ui.charts import Series as Line

NEAR = {Every.HOUR: 96, Every.DAY: 63, Every.WEEK: 26}
YEAR = {Every.HOUR: 336, Every.DAY: 365, Every.WEEK: 52}
MOST_MARKS = 40


def readings_of(obj: MonitorFile, series: Series, campaigns: Marked, length: int) -> list[Reading]:
    """The last so many periods of a series as the monitor sees them."""
    if series.waiting or not series.days:
        return []
    return judge(obj, series, left_out(obj, series, campaigns), max(0, len(series.days) - length))


def band(ident: str, series: Series, readings: Sequence[Reading], marks: Iterable[date] = ()) -> Chart:
    """Values, and what they are held against: the usual with its band, limits or targets. Marked: days of alerts."""
    names = [_name(one, series.every, len(readings)) for one in readings]
    days: dict[date, str] = {}
    for one, name in zip(readings, names, strict=True):
        if series.every != Every.HOUR or one.severity:
            days.setdefault(one.day, name)
    wanted = [day for day in marks if day in days][-MOST_MARKS:]
    lines = [
        Line(series.title, [plain(one.value, series.look) for one in readings], "line", False,
             [(days[day], "!") for day in wanted]),
    ]  # fmt: skip
    for title, values in _held_against(readings):
        if any(value is not None for value in values):
            lines.append(Line(title, [plain(value, series.look) for value in values], "line", True))
    return Chart(
        ident, names, lines, _summary(series, readings, wanted), unit="%" if series.look.share else series.look.word,
        label_head=_t("Period"), decimals=series.look.decimals if series.look.share else 0,
    )  # fmt: skip


Held = tuple[str, list[float | None]]


def _held_against(readings: Sequence[Reading]) -> list[Held]:
    """What the readings are judged by, each with its name in the legend."""
    low, high = [one.low for one in readings], [one.high for one in readings]
    sort = readings[0].sort if readings else Sort.USUAL
    if sort == Sort.LIMIT:  # a fixed limit has its value only where it is passed; the line runs through
        both = any(one is not None for one in low) and any(one is not None for one in high)
        names = (
            (pgettext("alert", "Lower limit"), pgettext("alert", "Upper limit")) if both else (against_name(sort),) * 2
        )
        return list(zip(names, (low, high), strict=True))
    expected: Held = (against_name(sort), [one.expected for one in readings])
    return [expected, (_t("Usual from"), low), (_t("Usual to"), high)]


def _name(one: Reading, every: Every, n: int) -> str:
    if one.hour is not None:
        return f"{one.day:%m-%d} {one.hour:02d}:00"
    return short_name(one.day, every) if n <= 70 else f"{one.day:%y-%m-%d}"


def _summary(series: Series, readings: Sequence[Reading], marks: Sequence[date]) -> str:
    if not readings:
        return _t("There is no data yet.")
    last = readings[-1]
    text = _t("{metric} from {first} to {last}; the newest value is {value}; {n} days are marked as alerts.")
    return text.format(
        metric=series.title, first=readings[0].day, last=last.day, value=shown(last.value, series.look), n=len(marks)
    )
