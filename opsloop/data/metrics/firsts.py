"""The few on whom most of a metric rests (头部客户), and which of them have gone silent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil

from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.questions import Question, Result


@dataclass(frozen=True, slots=True)
class Wanted:
    """The first `percent` by a metric of those whom the column `of` tells, over a span; silent: not there so long."""

    metric: str
    of: str
    percent: int = 20
    over: str = "52 weeks"
    silent: str = "21 days"

    def questions(self, until: date) -> tuple[Question, Question]:
        """What each had over the whole span, and over its last days. Asked as nobody, each has another name."""
        spans = (duration(text).first_day(until) for text in (self.over, self.silent))
        first, last = (Question((self.metric,), "total", (self.of,), since, until) for since in spans)
        return first, last


@dataclass(frozen=True, slots=True)
class One:
    """share: of the whole metric; together: of it, with all before this one; silent: was not there lately."""

    name: str
    value: float
    share: float
    together: float
    silent: bool


@dataclass(frozen=True, slots=True)
class Firsts:
    """The largest first. since: the first day that was counted, the data's own where it begins inside the span."""

    ones: tuple[One, ...]
    since: date

    @property
    def count(self) -> int:
        return len(self.ones)

    @property
    def share(self) -> float:
        """What they have together of the whole metric."""
        return self.ones[-1].together

    @property
    def silent(self) -> int:
        return sum(one.silent for one in self.ones)


def firsts(every: Result | None, lately: Result | None, percent: int) -> Firsts | None:
    """The first `percent` of those with anything above zero, the last one rounded up; None where there is nobody.

    every, lately: one metric that may be added up, by who it was, over the whole span and over its last days. Rows of
    which nobody knows whose they are belong to the whole and to nobody.
    """
    if every is None or lately is None or every.waiting or lately.waiting or every.since is None:
        return None
    whole = sum(row.value or 0.0 for row in every.rows)
    known = [(row.value or 0.0, row.dims[0]) for row in every.rows if row.dims[0] is not None and (row.value or 0) > 0]
    known.sort(key=lambda pair: (-pair[0], str(pair[1])))
    if not known or whole <= 0:
        return None
    best = known[: ceil(len(known) * percent / 100)]
    sums = accumulate(value for value, _who in best)
    there = {row.dims[0] for row in lately.rows if (row.value or 0.0) > 0}
    ones = (
        One(str(who), value, value / whole, so_far / whole, who not in there)
        for (value, who), so_far in zip(best, sums, strict=True)
    )
    return Firsts(tuple(ones), max(every.since, every.first_day or every.since))


def addable(metric: Metric) -> bool:
    """A share of the first few has a meaning only for what may be added up: sums, and counts of rows."""
    said = metric.value
    if said is None or metric.window or metric.balance:
        return False
    return bool(said.sum or (said.count and not said.distinct))
