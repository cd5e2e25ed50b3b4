"""One monitor against one series: for each period, is it out of the ordinary, and against what?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from opsloop.analytics.charting import WEEKLY, control
from opsloop.analytics.charting import trend as trend_of
from opsloop.analytics.unusual import DAILY, HOURLY, Cannot, Scored, beyond, seasonal
from opsloop.base.kinds.shares import share
from opsloop.base.things.errors import Text
from opsloop.data.metrics.durations import duration
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.series import Series
from opsloop.engine.monitors.words import Every, Method, Severity, Sides, Sort

CANNOT: dict[Cannot, Text] = {
    Cannot.SHORT: _("not enough history yet: the rule needs 17 weeks of days, 12 weeks, or 3 weeks of hours"),
    Cannot.GAPPY: _("too many gaps: more than a quarter of the last periods have no value"),
    Cannot.ZERO: _("half or more of the last periods are zero"),
    Cannot.NEGATIVE: _("there are values below zero, which this rule cannot judge; use a fixed limit"),
    Cannot.MISSING: _("there is no value for this period"),
    Cannot.CALENDAR: _("the calendar leaves it out"),
}
NO_TARGET: Text = _("there is no target for this period")
LEVELS = {
    Every.HOUR: (HOURLY.warn, HOURLY.critical),
    Every.DAY: (DAILY.warn, DAILY.critical),
    Every.WEEK: (WEEKLY.warn, WEEKLY.critical),
}
QUIET = {Every.HOUR: "1 day", Every.DAY: "7 days", Every.WEEK: "7 days"}
TREND_WINDOW = {Every.DAY: 28, Every.WEEK: 12}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found of one period. severity: empty where all is well. why: why it could not be judged, for people.

    ignored: the calendar left it out. score: scatters off; of limits and targets, the share off. at: its place.
    """

    metric: str
    day: date
    at: int
    sort: Sort
    value: float | None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    score: float | None = None
    severity: str = ""
    side: str = ""
    why: Text = ""
    ignored: bool = False
    short: bool = False
    hour: int | None = None
    snapshot: int | None = None


def judge(obj: MonitorFile, series: Series, skip: Sequence[bool], since: int = 0) -> list[Reading]:
    """The readings of the places from `since` on. Late data is judged elsewhere: it needs no values."""
    found = (replace(one, snapshot=series.snapshot) for one in _judge(obj, series, skip, since))
    return [replace(one, hour=series.hours[one.at]) for one in found] if series.hours else list(found)


def _judge(obj: MonitorFile, series: Series, skip: Sequence[bool], since: int) -> list[Reading]:
    if obj.form == "usual":
        return _usual(obj, series, skip, since)
    if obj.form == "trend":
        return [_trend(obj, series, skip, at) for at in range(since, len(series.days))]
    readings = [_level(obj, series, skip, at) for at in range(max(0, since - obj.in_a_row), len(series.days))]
    return [one for one in _in_a_row(readings, obj.in_a_row) if one.at >= since]


def scored(obj: MonitorFile, series: Series, skip: Sequence[bool]) -> Scored:
    """Every place against what was expected there, by the rule for its period."""
    warn, critical = obj.warn, obj.critical
    if series.every == Every.WEEK:
        weeks = replace(WEEKLY, warn=float(warn or WEEKLY.warn), critical=float(critical or WEEKLY.critical))
        return control(series.values, skip, weeks, series.times)
    usual = HOURLY if series.every == Every.HOUR else DAILY
    rule = replace(usual, warn=float(warn or usual.warn), critical=float(critical or usual.critical))
    place = series.days[0].weekday() * (rule.places // 7) if series.days else 0
    return seasonal(series.values, place, skip, rule, series.times)


def levels(obj: MonitorFile) -> tuple[float, float]:
    """(warn, critical) in scatters."""
    warn, critical = LEVELS[obj.every]
    return float(obj.warn or warn), float(obj.critical or critical)


def quiet_periods(obj: MonitorFile) -> int:
    """How many periods after an alarm another belongs to the same alert."""
    if obj.every == Every.HOUR:
        return max(1, duration(obj.quiet or QUIET[obj.every]).hours)
    return max(1, duration(obj.quiet or QUIET[obj.every]).days // (7 if obj.every == Every.WEEK else 1))


def quiet_days(obj: MonitorFile) -> int:
    """The same in whole days."""
    return max(1, duration(obj.quiet or QUIET[obj.every]).days)


def _usual(obj: MonitorFile, series: Series, skip: Sequence[bool], since: int) -> list[Reading]:
    found = scored(obj, series, skip)
    warn, critical = levels(obj)
    out = []
    for at in range(since, len(series.days)):
        score, why = found.score[at], found.why[at]
        severity = ""
        if score is not None and beyond(score, warn, obj.sides):
            severity = str(Severity.CRITICAL if beyond(score, critical, obj.sides) else Severity.WARN)
        band = found.band(at, warn)
        out.append(
            Reading(
                series.metric, series.days[at], at, Sort.USUAL, series.values[at], found.usual(at),
                band[0] if band else None, band[1] if band else None, score, severity, _side(score),
                CANNOT[why] if why and why is not Cannot.CALENDAR else "", why is Cannot.CALENDAR,
                why is Cannot.SHORT,
            )
        )  # fmt: skip
    return out


def _side(score: float | None) -> str:
    return "" if score is None else str(Sides.DOWN if score < 0 else Sides.UP)


def _level(obj: MonitorFile, series: Series, skip: Sequence[bool], at: int) -> Reading:
    """Against fixed limits or the target; how far, as a share of it."""
    value = series.values[at]
    sort = Sort.TARGET if obj.off_target else Sort.LIMIT
    bare = Reading(series.metric, series.days[at], at, sort, value)
    if skip and skip[at]:
        return replace(bare, ignored=True)
    if value is None:
        return replace(bare, why=CANNOT[Cannot.MISSING])
    if not obj.off_target:
        return _limits(obj, bare, value)
    target = series.targets[at]
    if not target:
        return replace(bare, why=NO_TARGET)
    bad = {"higher": -1.0, "lower": 1.0}.get(series.look.better, 0.0)
    off = (value - target) / abs(target)
    wrong = abs(off) if not bad else off * bad
    return replace(bare, expected=target, score=off, side=_side(off), severity=_worst(wrong, obj.off_target))


def _worst(wrong: float, said: dict[str, str]) -> str:
    reached = [level for level, text in said.items() if wrong >= float(share(text))]
    return str(Severity.CRITICAL) if "critical" in reached else str(Severity.WARN) if reached else ""


def _limits(obj: MonitorFile, bare: Reading, value: float) -> Reading:
    low = [level for level, limit in obj.below.items() if value < float(limit)]
    high = [level for level, limit in obj.above.items() if value > float(limit)]
    first, last = _first_limit(obj.below), _first_limit(obj.above)
    bare = replace(bare, low=first, high=last)
    if not (low or high):
        return bare
    limits = obj.below if low else obj.above
    severity = "critical" if "critical" in (low or high) else "warn"
    limit = float(limits[severity])
    score = (value - limit) / abs(limit) if limit else None
    return replace(bare, expected=limit, score=score, severity=severity, side=str(Sides.DOWN if low else Sides.UP))


def _first_limit(limits: Mapping[str, Decimal]) -> float | None:
    found = limits.get("warn", limits.get("critical"))
    return None if found is None else float(found)


def _in_a_row(readings: Sequence[Reading], n: int) -> Iterator[Reading]:
    """A reading is wrong only behind n − 1 others that are; days left out neither count nor break the row."""
    row = 0
    for one in readings:
        if one.ignored:
            yield one
            continue
        row = row + 1 if one.severity else 0
        yield one if row >= n or not one.severity else replace(one, severity="")


def _trend(obj: MonitorFile, series: Series, skip: Sequence[bool], at: int) -> Reading:
    """Does the line through the last weeks lead to the limit in the time that was said?"""
    assert obj.trend is not None
    length = TREND_WINDOW[series.every]
    bare = Reading(series.metric, series.days[at], at, Sort.TREND, series.values[at], low=None)
    if skip and skip[at]:
        return replace(bare, ignored=True)
    window = [None if skip and skip[n] else series.values[n] for n in range(max(0, at - length + 1), at + 1)]
    limit = float(obj.trend.limit)
    found = trend_of(window, limit)
    if isinstance(found, Cannot):
        return replace(bare, why=CANNOT[found], short=found is Cannot.SHORT)
    ahead = duration(obj.trend.within).days / (7 if series.every == Every.WEEK else 1)
    bare = replace(bare, expected=limit, score=found.reaches, side=str(Sides.UP if found.slope > 0 else Sides.DOWN))
    if not found.sure or found.reaches is None or found.reaches > ahead:
        return bare
    return replace(bare, severity=str(Severity.CRITICAL if found.reaches <= ahead / 3 else Severity.WARN))


def against_usual(obj: MonitorFile) -> MonitorFile:
    """The same monitor for the metrics beside its own: they are held against their usual value, on both sides."""
    if obj.form == "usual":
        return replace(obj, sides=Sides.BOTH)
    return replace(
        obj, method=Method.USUAL, below={}, above={}, off_target={}, trend=None, late=False, sides=Sides.BOTH,
        warn=None, critical=None,
    )  # fmt: skip
