"""How alerts and monitors read: a line for each part, and the rule in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.things.texts import listed
from opsloop.data.metrics.addresses import explained
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.period_names import name as period_name
from opsloop.data.metrics.periods import back, end
from opsloop.data.metrics.shown import Look, off_by, shown
from opsloop.engine.monitors import hours
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.judging import levels
from opsloop.engine.monitors.models import Alert, AlertPart
from opsloop.engine.monitors.series import Series, Want
from opsloop.engine.monitors.words import Every, Sides, Sort


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part as people read it. why: the address of 波动拆解 for that period.

    against: what `expected` is, the usual value or a limit; range_name: what `usual` is, from where to where.
    """

    metric: str
    title: str
    day: date
    period: str
    value: str
    against: str
    expected: str
    rate: str
    range_name: str
    usual: str
    severity: str
    severity_name: str
    said: str
    sort: str
    why: str


def lines_of(alert: Alert, parts: Sequence[AlertPart], series: Mapping[Want, Series]) -> list[PartLine]:
    """Those of an alert, the newest period first, in it what is wrong before what stands for comparison."""
    known = {one.metric: one for one in series.values()}
    ordered = sorted(parts, key=lambda one: (-one.day.toordinal(), -(one.hour or 0), not one.severity, one.pk))
    seen: set[tuple[str, date, int | None]] = set()
    out = []
    for part in ordered:
        if (key := (part.metric, part.day, part.hour)) not in seen:
            seen.add(key)
            out.append(_line(alert, part, known.get(part.metric)))
    return out


def _line(alert: Alert, part: AlertPart, series: Series | None) -> PartLine:
    def told(value: float | None) -> str:
        return shown(value, series.look) if series is not None else "" if value is None else f"{value:g}"

    rate = off_by(part.value, part.expected, part.rate, series.look if series is not None else Look())
    usual = "" if part.low is None or part.high is None else f"{told(part.low)} – {told(part.high)}"
    return PartLine(
        part.metric, series.title if series else part.metric, part.day, _period(part, alert.every),
        told(part.value) if part.value is not None else "", against_name(part.sort),
        told(part.expected) if part.expected is not None else "", rate if part.sort != Sort.TREND else "",
        _t("Usual") if part.sort == Sort.USUAL else pgettext("alert", "Limits"), usual, part.severity,
        part.get_severity_display() or _t("as usual"), part.said, part.get_sort_display(),
        why_address(part.metric, part.day, alert.every),
    )  # fmt: skip


def against_name(sort: str) -> str:
    """What a reading of this sort is held against."""
    words = {
        Sort.LIMIT: pgettext("alert", "Limit"),
        Sort.TREND: pgettext("alert", "Limit"),
        Sort.TARGET: pgettext("alert", "Target"),
    }
    return words.get(Sort(sort), _t("Expected"))


def against_title(lines: Sequence[PartLine]) -> str:
    """The head of the column; where the parts differ in it, each says its own."""
    names = {one.against for one in lines}
    return names.pop() if len(names) == 1 else pgettext("alert", "Held against")


def _period(part: AlertPart, every: str) -> str:
    return hours.name(part.day, part.hour) if part.hour is not None else period_name(part.day, every)


def why_address(metric: str, day: date, every: str) -> str:
    """波动拆解 of a day against the same weekday before, of a week against the one before."""
    if every == Every.WEEK:
        before = back(day, "week", 1)
        return explained(metric, (day, end(day, "week")), (before, end(before, "week")))
    before = day - timedelta(days=7)
    return explained(metric, (day, day), (before, before))


def headline(alert: Alert, lines: Sequence[PartLine], parts: Sequence[AlertPart]) -> str:
    """客单价低于惯常值: what is wrong, in one sentence without its figures; empty where there are none."""
    head = next((one for one in lines if one.severity), None)
    if head is None or alert.sort in (Sort.LATE, Sort.BLIND):
        return ""
    side = next((one.side for one in parts if one.severity and (one.metric, one.day) == (head.metric, head.day)), "")
    words = {
        (Sort.USUAL, Sides.DOWN): _t("{metric} is below its usual value"),
        (Sort.USUAL, Sides.UP): _t("{metric} is above its usual value"),
        (Sort.LIMIT, Sides.DOWN): _t("{metric} is below its limit"),
        (Sort.LIMIT, Sides.UP): _t("{metric} is above its limit"),
        (Sort.TARGET, Sides.DOWN): _t("{metric} is below its target"),
        (Sort.TARGET, Sides.UP): _t("{metric} is above its target"),
    }
    text = words.get((Sort(alert.sort), Sides(side or Sides.DOWN)), _t("{metric} leads toward its limit"))
    return text.format(metric=head.title)


def rule_words(obj: MonitorFile, series: Series) -> str:
    """The rule as a sentence."""
    warn, critical = levels(obj)
    if obj.form == "usual":
        first = {
            Every.HOUR: _t("Each hour against the same hour of the last four weeks and the level of the last day."),
            Every.DAY: _t("Each day against the last eight of its weekday and the level of the last two weeks."),
            Every.WEEK: _t("Each week against the weeks before it (control chart)."),
        }[obj.every]
        rest = _t("Warning at {warn} times the usual scatter, critical at {critical}.")
        return f"{first} {rest.format(warn=f'{warn:g}', critical=f'{critical:g}')}"
    if obj.form == "target":
        shares = listed(obj.off_target.values())
        return _t("Off the target of the period by: {levels}.").format(levels=shares)
    if obj.form == "trend" and obj.trend is not None:
        return _t("The line through the last weeks leads to {limit} within {within}.").format(
            limit=shown(float(obj.trend.limit), series.look), within=duration(obj.trend.within).said
        )
    if obj.form == "late":
        return _t("A day's data has not arrived, failed or is held; critical from the second day on.")
    limits = [
        *(_t("below {limit}").format(limit=shown(float(one), series.look)) for one in obj.below.values()),
        *(_t("above {limit}").format(limit=shown(float(one), series.look)) for one in obj.above.values()),
    ]
    return _t("Wrong when {limits}.").format(limits=", ".join(limits))
