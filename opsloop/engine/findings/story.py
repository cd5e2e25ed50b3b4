"""A finding as it reads: its figures with their looks, and what was measured in words and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import listed
from opsloop.data.metrics import addresses
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.shown import Look, off_by, shown
from opsloop.engine.findings.models import Evidence, Finding, Measurement
from opsloop.engine.findings.words import Side, Verdict
from opsloop.ui.charts import Chart, Series
from opsloop.ui.formats import signed_percent


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the data behind a finding."""

    title: str
    span: str
    value: str
    expected: str
    rate: str
    said: str
    href: str
    snapshot: int | None


def titles(idents: Iterable[str], by: Person) -> dict[str, Metric]:
    """The metrics of these ids that this person may see."""
    return {one.ident: one for one in visible(by, Metric).filter(ident__in=set(idents) - {""})}


def look(metric: Metric | None) -> Look:
    """How a metric's values look; plain for one that is gone."""
    if metric is None:
        return Look()
    obj = metric.obj
    return Look(str(obj.unit), obj.places, "", "", str(obj.better))


def lines(rows: Iterable[Evidence], known: Mapping[str, Metric]) -> list[Figure]:
    """The figures behind a finding, as people read them."""
    return [_line(row, known.get(row.metric)) for row in rows]


def _line(row: Evidence, metric: Metric | None) -> Figure:
    looks = look(metric)
    rate = off_by(row.value, row.expected, row.rate, looks)
    part = listed(value for _name, value in parse_qsl(row.where))
    title = (metric.title if metric else row.metric) + (f" · {part}" if part else "")
    return Figure(
        title if row.metric else "", _span(row.since, row.until), shown(row.value, looks) if row.metric else "",
        "" if row.expected is None else shown(row.expected, looks), rate, row.said, row.href or explained(row),
        row.snapshot,
    )  # fmt: skip


def explained(row: Evidence) -> str:
    """波动拆解 of the figure's days, where it has a metric and days."""
    if not (row.metric and row.since and row.until):
        return ""
    back = timedelta(days=max(7, (row.until - row.since).days + 1))
    return addresses.explained(row.metric, (row.since, row.until), (row.since - back, row.until - back))


def _span(since: date | None, until: date | None) -> str:
    if since is None:
        return ""
    return since.isoformat() if until in (None, since) else f"{since.isoformat()} – {until}"


def picture(finding: Finding, measurement: Measurement | None, title: str, looks: Look) -> Chart | None:
    """Every day that was compared, the line between before and after, and both averages."""
    if measurement is None or len(measurement.days) < 2:
        return None
    times = 100.0 if looks.share else 1.0
    days = [(date.fromisoformat(day), value) for day, value in measurement.days]
    names = [f"{day:%m-%d}" for day, _value in days]
    first = measurement.changed_on
    after = next((name for name, (day, _v) in zip(names, days, strict=True) if day >= first), None)

    def mean(value: float | None, inside: bool) -> list[float | None]:
        return [None if value is None or (day >= first) != inside else value * times for day, _v in days]

    marks = [(after, _t("done"))] if after else []
    series = [
        Series(title, [value * times for _day, value in days], "line", False, marks),
        Series(_t("Average before"), mean(measurement.before_mean, False), "line", True),
        Series(_t("Average after"), mean(measurement.after_mean, True), "line", True),
    ]
    return Chart("before-after", names, series, said(finding, measurement), unit="%" if looks.share else "",
                 label_head=_t("Day"), decimals=looks.decimals if not looks.share else 1)  # fmt: skip


def said(finding: Finding, one: Measurement) -> str:
    """The result in words; the figures are for who looks closer."""
    words = str(Verdict(one.verdict).label)
    if one.verdict == Verdict.FEW:
        return f"{words}. {one.said}" if one.said else words
    good = {Verdict.UP: finding.side == Side.UP, Verdict.DOWN: finding.side == Side.DOWN}.get(Verdict(one.verdict))
    if good is None:
        return words
    text = _t("{words}, as expected") if good else _t("{words}, against expectation")
    return text.format(words=words)


def figures(one: Measurement) -> str:
    """The interval, for the hover: +6.1 % (95 % interval +2.0 % to +10.4 %); 56 days before, 27 after."""
    days = _t("{n} days before, {m} after").format(n=one.before_n, m=one.after_n)
    if one.effect is None or one.low is None or one.high is None:
        return days
    effect, low, high = map(signed_percent, (one.effect, one.low, one.high))
    return _t("{effect} (95 % interval {low} to {high}); {days}").format(effect=effect, low=low, high=high, days=days)


def proposed_due(finding: Finding, today: date) -> date:
    """What triage proposes: the day that was asked for, else a week from now."""
    return finding.due_on if finding.due_on and finding.due_on > today else today + timedelta(days=7)
