"""Every number of an edition, asked at once; nothing here is decided or worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsloop.data.metrics.api import (
    Breakdown,
    CannotAnswer,
    Question,
    Result,
    Row,
    Trust,
    ask_many,
    explain,
    trusts,
)
from opsloop.data.metrics.definition import Metric as MetricFile
from opsloop.data.metrics.firsts import Firsts, firsts
from opsloop.data.metrics.made_up import MadeUp, made_up
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.periods import back, begin
from opsloop.data.metrics.shown import Look, look_of
from opsloop.modules.reports.definition import Group, Picture, ReportFile
from opsloop.modules.reports.periods import Period
from opsloop.modules.reports.words import Against


@dataclass(frozen=True, slots=True)
class Said:
    """One metric in the period. row: its value, None with `waiting` or without rows. compared: by what it is against.

    month: the running month up to the period's end against its target, of weekly reports.
    """

    metric: str
    title: str
    look: Look
    row: Row | None = None
    compared: Mapping[str, Row] = field(default_factory=dict)
    month: Row | None = None
    waiting: str = ""
    doubts: tuple[str, ...] = ()
    simulated: bool = False
    simulated_target: bool = False
    owner: str = ""
    better: str = "none"

    @property
    def value(self) -> float | None:
        return self.row.value if self.row else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """All answers. rows: of a group with a dimension, by (group, metric); series: of charts, oldest first.

    firsts: of a group, those on whom most rests.
    """

    metrics: Mapping[str, Said]
    why: Mapping[str, Breakdown]
    groups: Mapping[tuple[int, str], Result]
    series: Mapping[int, Result]
    firsts: Mapping[int, Firsts]
    trusts: Mapping[str, Trust]
    snapshot: int | None


def ask_all(obj: ReportFile, period: Period) -> Numbers:
    """The metrics with every comparison, the breakdowns, groups and series. A metric that is not there is left out."""
    files = {row.ident: row for row in Metric.objects.filter(withdrawn=False)}
    known = [name for name in obj.metrics if name in files]
    asked = _questions(obj, period, known)
    answers = dict(zip(asked, ask_many(list(asked.values())), strict=True))
    results = {name: answer.results[0] for name, answer in answers.items()}
    believed = trusts(known, period.since, period.until)
    fake = made_up(known)
    metrics = {name: _said(name, results, files[name].obj, fake[name], period, believed[name]) for name in known}
    why = {name: _why(name, files[name].obj.by, obj, period) for name in obj.explains if name in known}
    versions = [one.snapshot for one in results.values() if one.snapshot is not None]
    return Numbers(
        metrics, {name: found for name, found in why.items() if found is not None},
        {(name[1], name[2]): one for name, one in results.items() if name[0] == "group"},
        {name[1]: one for name, one in results.items() if name[0] == "series"},
        _firsts(obj, results),
        believed, max(versions, default=None),
    )  # fmt: skip


Name = tuple[Any, ...]


def _questions(obj: ReportFile, period: Period, known: Sequence[str]) -> dict[Name, Question]:
    """What is asked, by what it is for."""
    out: dict[Name, Question] = {}
    span = (period.since, period.until)
    for name in known:
        out["value", name, ""] = Question((name,), period.grain, (), *span)
        for against in obj.against:
            out["value", name, str(against)] = Question((name,), period.grain, (), *span, compare=str(against))
        if period.grain == "week":
            month = begin(period.until, "month")
            out["month", name] = Question((name,), "month", (), month, period.until, compare="target")
    for n, group in enumerate(obj.groups):
        out |= {("group", n, one): _of_group(one, group, period) for one in group.metrics if group.by and one in known}
        if group.first is not None and group.first.metric in known:
            out |= dict(zip((("first", n), ("lately", n)), group.first.wanted.questions(period.until), strict=True))
    for n, picture in enumerate(obj.charts):
        if not picture.by and picture.metric in known:
            out["series", n] = _of_picture(picture, period)
    return out


def _of_group(metric: str, group: Group, period: Period) -> Question:
    return Question((metric,), period.grain, (group.by,), period.since, period.until, compare="previous")


def _firsts(obj: ReportFile, results: Mapping[Name, Result]) -> dict[int, Firsts]:
    found = {
        n: firsts(results.get(("first", n)), results.get(("lately", n)), group.first.percent)
        for n, group in enumerate(obj.groups)
        if group.first is not None
    }
    return {n: one for n, one in found.items() if one is not None}


def _of_picture(picture: Picture, period: Period) -> Question:
    since = back(period.since, period.grain, picture.periods - 1)
    return Question((picture.metric,), period.grain, (), since, period.until)


def _said(
    name: str, results: Mapping[Name, Result], file: MetricFile, fake: MadeUp, period: Period, trust: Trust
) -> Said:
    result = results["value", name, ""]
    rows = {against: _at(results.get(("value", name, against)), period) for against in Against.values}
    month = results.get(("month", name))
    return Said(
        name, result.title or file.title, look_of(result), _at(result, period),
        {word: row for word, row in rows.items() if row is not None},
        month.rows[-1] if month and month.rows else None,
        str(result.waiting), tuple(str(one) for one in trust.doubts),
        fake.values, fake.target, file.owner, str(file.better),
    )  # fmt: skip


def _at(result: Result | None, period: Period) -> Row | None:
    rows: Iterable[Row] = result.rows if result else ()
    return next((row for row in rows if row.period == period.since), None)


def _why(name: str, has: Sequence[str], obj: ReportFile, period: Period) -> Breakdown | None:
    """The breakdown against the period before, by those dimensions that the metric has."""
    dims = [one for one in obj.by if one in has]
    try:
        return explain(name, period.since, period.until, *period.before, by=dims)
    except CannotAnswer:
        return None
