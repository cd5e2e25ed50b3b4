"""Slow drift (缓慢走偏): what no single day shows, for the weekly report. It is never an alert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from opsloop.analytics.unusual import DAILY, Scored, beyond, drift, seasonal
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.metrics.models import Metric
from opsloop.engine.monitors.days import Marked, marked, skips
from opsloop.engine.monitors.series import Series, Want, fetch
from opsloop.engine.monitors.words import Every, Ignored, Sides

SLACK, LIMIT = 0.75, 8.0
"""Of Page's CUSUM, in scatters: what a day may be off without counting, and the sum that says drift."""


@dataclass(frozen=True, slots=True)
class Drifting:
    """A metric that went away from its usual values little by little.

    began: the first day of the run; seen_on: the day on which its sum passed the limit. rate: all of the run's values
    together against what was expected of them, as a share. better: which side is good, as in the metric's file.
    """

    metric: str
    title: str
    side: Sides
    began: date
    seen_on: date
    rate: float
    better: str


def drifting(person: Person, since: date, until: date, metrics: Iterable[str]) -> list[Drifting]:
    """Of these metrics, as far as the person sees them, those whose drift was seen from since to until, both included.

    In the order asked; one that cannot be judged is left out. Days that are out by themselves are an alert's and, like
    holidays, marked and closed days, neither count nor end a run. Wrong more often than an alert: it is worth a look.
    """
    wanted = list(dict.fromkeys(metrics))
    known = set(visible(person, Metric).filter(withdrawn=False, ident__in=wanted).values_list("ident", flat=True))
    found = fetch(Want(name, Every.DAY) for name in wanted if name in known)
    campaigns = marked()
    runs = (_newest(series, campaigns, since, until) for series in found.values() if not series.waiting)
    return [one for one in runs if one is not None]


def _newest(series: Series, campaigns: Marked, since: date, until: date) -> Drifting | None:
    if not series.days:
        return None
    skip = skips(series.days, Ignored, campaigns, series.sources)
    scored = seasonal(series.values, series.days[0].weekday(), skip, DAILY, series.times)
    scores = [None if one is None or beyond(one, DAILY.warn) else one for one in scored.score]
    sums = drift(scores, SLACK, LIMIT)
    seen = [at for at, day in enumerate(series.days) if since <= day <= until and abs(sums[at]) > LIMIT]
    return _run(series, scored, scores, sums, seen[-1]) if seen else None


def _run(
    series: Series, scored: Scored, scores: Sequence[float | None], sums: Sequence[float], last: int
) -> Drifting | None:
    """The run that passed the limit at `last`: back to where its sum left zero, or to the run before it."""
    first = last
    while first > 0 and sums[first - 1] * sums[last] > 0 and abs(sums[first - 1]) <= LIMIT:
        first -= 1
    days = [at for at in range(first, last + 1) if scores[at] is not None]
    expected = sum(scored.usual(at) or 0.0 for at in days)
    if not expected:
        return None
    rate = sum(series.values[at] or 0.0 for at in days) / expected - 1
    side = Sides.UP if sums[last] > 0 else Sides.DOWN
    return Drifting(
        series.metric, series.title, side, series.days[first], series.days[last], rate, series.look.better
    )  # fmt: skip
