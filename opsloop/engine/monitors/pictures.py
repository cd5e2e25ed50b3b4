"""The charts: a metric's values with the band of what is usual, and where alerts are or would have been."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _t

from opsloop.data.metrics.period_names import short_name
from opsloop.data.metrics.shown import plain, shown
from opsloop.engine.monitors.days import Marked
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.judging import Reading, judge
from opsloop.engine.monitors.series import Series, left_out
from opsloop.engine.monitors.words import Every
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
    """Values, what was expected, and from where to where they are usual. Marked: the days of alerts."""
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
    for title, values in (
        (_t("Expected"), [one.expected for one in readings]),
        (_t("Usual from"), [one.low for one in readings]),
        (_t("Usual to"), [one.high for one in readings]),
    ):
        if any(value is not None for value in values):
            lines.append(Line(title, [plain(value, series.look) for value in values], "line", True))
    return Chart(
        ident, names, lines, _summary(series, readings, wanted), unit="%" if series.look.share else series.look.word,
        label_head=_t("Period"), decimals=series.look.decimals if series.look.share else 0,
    )  # fmt: skip


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
