"""The values that monitors judge: asked of the metrics all at once, laid out period by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from opsloop.base.things.errors import Text
from opsloop.data.datasets.catalogue import catalogue
from opsloop.data.metrics import api
from opsloop.data.metrics.asking import Desk
from opsloop.data.metrics.checks import parts_of
from opsloop.data.metrics.counting import relation_of
from opsloop.data.metrics.period_names import last_whole
from opsloop.data.metrics.periods import back, end
from opsloop.data.metrics.planning.finding import HOUR
from opsloop.data.metrics.questions import CannotAnswer, Question, Result, Trust, Where
from opsloop.data.metrics.shown import Look, look_of
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.words import time_of
from opsloop.data.sources.models import Source
from opsloop.engine.monitors import hours
from opsloop.engine.monitors.days import Marked, skips, span, weeks_off
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.words import Every

LENGTH = {Every.HOUR: 393, Every.DAY: 560, Every.WEEK: 104}
"""Periods, of hours the days: a year to look back at, and before it what the rule learns from."""
STEP = {Every.HOUR: 1, Every.DAY: 1, Every.WEEK: 7}
SHARES = 10_000.0
"""Shares are judged in hundredths of a percent, so that their logarithm tells them apart."""


@dataclass(frozen=True, slots=True)
class Want:
    """One series to fetch. target: with what each period should reach."""

    metric: str
    every: Every
    where: Where = ()
    target: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values beside their periods' first days, None for a gap. waiting: why there is nothing at all, for people.

    hours: of hourly values the hour of the clock beside each day.
    """

    metric: str
    title: str
    every: Every
    look: Look
    days: Sequence[date] = ()
    values: Sequence[float | None] = ()
    targets: Sequence[float | None] = ()
    snapshot: int | None = None
    sources: tuple[Source, ...] = ()
    waiting: Text = ""
    hours: Sequence[int] = ()

    @property
    def times(self) -> float:
        return SHARES if self.look.share else 1.0


def fetch(wanted: Iterable[Want]) -> dict[Want, Series]:
    """All series at once: one statement for each relation. What cannot be computed says why and spoils no other."""
    wants = list(dict.fromkeys(wanted))
    trusts = _trusts({one.metric for one in wants})
    behind = sources_behind(trusts)
    plans = {one: plan for one in wants if (plan := _plan(one, trusts.get(one.metric))) is not None}
    answers = dict(zip(plans, api.ask_many(list(plans.values())), strict=True)) if plans else {}
    return {
        one: _series(one, plans.get(one), answers[one].results[0] if one in answers else None, trusts, behind)
        for one in wants
    }


def _trusts(metrics: Iterable[str]) -> dict[str, Trust]:
    """Metric by metric where one of them is gone, so that the others are judged nevertheless."""
    names = sorted(metrics)
    try:
        return _reach(names)
    except CannotAnswer:
        found: dict[str, Trust] = {}
        for name in names:
            try:
                found |= _reach([name])
            except CannotAnswer as error:
                found[name] = Trust(None, None, waiting=error.text)
        return found


def _reach(names: Sequence[str]) -> dict[str, Trust]:
    """How far the data of each reaches, of the newest day alone: doubts about earlier days are not asked for here."""
    judges, today = api.Judges(names), timezone.localdate()
    return {name: judges.trust(name, today, today) for name in names}


def sources_behind(trusts: dict[str, Trust] | Iterable[str]) -> dict[str, tuple[Source, ...]]:
    """metric -> the sources that its numbers come from."""
    desk = Desk(catalogue())
    tables: dict[str, tuple[str, ...]] = {}
    for name in trusts:
        try:
            desk.load([name])
        except CannotAnswer:
            continue
        relations = (relation_of(desk.known, desk.metrics[one]) for one in desk.direct(name))
        tables[name] = desk.known.tables([one.name for one in relations if one is not None])
    idents = {table.replace("_", "-") for found in tables.values() for table in found}
    rows = {one.table: one for one in Source.objects.filter(withdrawn=False, ident__in=idents).order_by("ident")}
    return {name: tuple(rows[table] for table in found if table in rows) for name, found in tables.items()}


def kin(metrics: Iterable[str]) -> dict[str, frozenset[str]]:
    """metric -> those that it is made of: the parts of its formula, its factors, and what these are made of."""
    desk = Desk(catalogue())
    found: dict[str, frozenset[str]] = {}

    def made_of(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset()  # a circle ends here
            try:
                desk.load([name])
            except CannotAnswer:
                return found[name]
            obj = desk.metrics[name]
            parts = {*parts_of(obj), *obj.factors}
            found[name] = frozenset(parts.union(*(made_of(one) for one in parts)) - {name})
        return found[name]

    return {name: made_of(name) for name in metrics}


def _plan(want: Want, trust: Trust | None) -> Question | None:
    if trust is None or trust.last_day is None or trust.waiting:
        return None
    hourly = want.every == Every.HOUR
    grain = str(Every.DAY if hourly else want.every)
    first = last_whole(trust.last_day, grain)
    since = back(first, grain, LENGTH[want.every] - 1)
    compare = "target" if want.target else ""
    by = (HOUR,) if hourly else ()
    return Question((want.metric,), grain, by, since, end(first, grain), want.where, compare)


def _series(
    want: Want, plan: Question | None, result: Result | None, trusts: dict[str, Trust],
    behind: dict[str, tuple[Source, ...]],
) -> Series:  # fmt: skip
    trust, sources = trusts.get(want.metric), behind.get(want.metric, ())
    if plan is None or result is None or result.waiting or plan.since is None or plan.until is None:
        waiting = (result.waiting if result else "") or (trust.waiting if trust else "")
        return Series(want.metric, result.title if result else want.metric, want.every, Look(), sources=sources,
                      waiting=waiting or "-")  # fmt: skip
    if want.every == Every.HOUR:
        return _hourly(want, plan.since, plan.until, result, sources)
    rows = {row.period: row for row in result.rows}
    days = span(plan.since, plan.until, STEP[want.every])
    began = next((n for n, day in enumerate(days) if day in rows), len(days))
    days = days[began:]
    return Series(
        want.metric, result.title, want.every, look_of(result), days,
        [rows[day].value if day in rows else None for day in days],
        [rows[day].then if day in rows else None for day in days] if want.target else (),
        result.snapshot, sources,
    )  # fmt: skip


def _hourly(want: Want, since: date, until: date, result: Result, sources: tuple[Source, ...]) -> Series:
    starts = next((time_of(said.day_starts).hour for one in sources if (said := definition_of(one)).time), 0)
    first = min((row.period for row in result.rows), default=until)
    wanted = hours.slots(span(max(since, first), until), starts)
    known = hours.values(result, wanted, counted=_counted(want.metric))
    over = hours.whole(wanted, known)
    wanted, known = wanted[:over], known[:over]
    days, clock = [day for day, _hour in wanted], [hour for _day, hour in wanted]
    return Series(
        want.metric, result.title, want.every, look_of(result), days, known, (), result.snapshot, sources, hours=clock
    )


def _counted(metric: str) -> bool:
    """Is it a sum or a count, of which nothing is zero and not unknown?"""
    desk = Desk(catalogue())
    try:
        desk.load([metric])
    except CannotAnswer:
        return False
    value = desk.metrics[metric].value
    return value is not None and bool(value.sum or value.count)


def left_out(obj: MonitorFile, series: Series, campaigns: Marked) -> list[bool]:
    """For each period: does the calendar, or for hours the usual closing time, leave it out of judging?"""
    if not series.days:
        return []
    if obj.every == Every.WEEK:
        return weeks_off(series.days, obj.ignore, campaigns, series.sources)
    found = skips(series.days, obj.ignore, campaigns, series.sources)
    if obj.every == Every.HOUR:
        found = [off or night for off, night in zip(found, hours.closed(series.values), strict=True)]
    return found
