"""The few on whom most of a metric rests (头部客户), and how many of them have gone silent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from opsloop.data.metrics.api import Result


@dataclass(frozen=True, slots=True)
class Firsts:
    """count: how many they are; share: of the whole metric; silent: of them, who was not there lately.

    since: the first day that was counted, the data's own where it begins inside the span.
    """

    count: int
    share: float
    silent: int
    since: date


def firsts(every: Result | None, lately: Result | None, percent: int) -> Firsts | None:
    """The first `percent` of those with anything above zero, the last one rounded up; None where there is nobody.

    every, lately: one metric that may be added up, by who it was, over the whole span and over its last days. Rows of
    which nobody knows whose they are belong to the whole and to nobody.
    """
    if every is None or lately is None or every.waiting or lately.waiting or every.since is None:
        return None
    whole = sum(row.value or 0.0 for row in every.rows)
    known = [(row.value, str(row.dims[0])) for row in every.rows if row.dims[0] is not None and (row.value or 0.0) > 0]
    known.sort(key=lambda pair: (-(pair[0] or 0.0), pair[1]))
    if not known or whole <= 0:
        return None
    best = known[: ceil(len(known) * percent / 100)]
    there = {row.dims[0] for row in lately.rows if (row.value or 0.0) > 0}
    return Firsts(
        len(best), sum(value or 0.0 for value, _who in best) / whole, sum(who not in there for _value, who in best),
        max(every.since, every.first_day or every.since),
    )  # fmt: skip
