"""Targets and the months from before the data began, as comparisons read them; and pasted months taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from opsloop.data.metrics.comparing import target_hooks
from opsloop.data.metrics.models import Metric, PastTotal, Target
from opsloop.data.metrics.periods import back
from opsloop.data.metrics.values import past_hooks

_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)\s*[-/.年]?\s*(?P<month>0?[1-9]|1[0-2])\s*月?")
MOST_LINES = 60


def target_of(metric: str, grain: str, first: date) -> float | None:
    """The target that was set for the period that begins on this day."""
    found = Target.objects.filter(metric=metric, grain=grain, first_day=first).values_list("value", flat=True).first()
    return None if found is None else float(found)


def past_of(metric: str, grain: str, first: date) -> float | None:
    """A month that was typed in; a quarter or year when all its months were, and they can be added."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain, 0)
    if not months:
        return None
    until = back(first, "month", -(months - 1))
    rows = PastTotal.objects.filter(metric=metric, month__gte=first, month__lte=until).values_list("value", flat=True)
    if len(rows) < months or (months > 1 and not adds_up(metric)):
        return None
    return float(sum(rows))


def adds_up(metric: str) -> bool:
    """May a metric's months be added? Sums and plain counts may, rates and counts of different things may not."""
    row = Metric.objects.filter(ident=metric, withdrawn=False).first()
    if row is None or row.obj.value is None or row.obj.balance or row.obj.window or row.obj.to_date:
        return False
    return bool(row.obj.value.sum or (row.obj.value.count and not row.obj.value.distinct))


def hook_in() -> None:
    """Let comparisons ask here; called once when the app is loaded."""
    if target_of not in target_hooks:
        target_hooks.append(target_of)
        past_hooks.append(past_of)


def read_months(text: str) -> tuple[dict[date, Decimal], list[str]]:
    """(month -> value, lines not understood) of pasted lines such as `2025-01  123,456.78` or 2025年1月 12.3万.

    Columns may be parted by tabs, spaces or commas; a month that stands there twice is not understood.
    """
    found: dict[date, Decimal] = {}
    wrong: list[str] = []
    for line in _lines(text):
        month = _MONTH.match(line)
        value = _number(line[month.end() :]) if month else None
        if month is None or value is None:
            wrong.append(line)
            continue
        day = date(int(month["year"]), int(month["month"]), 1)
        if day in found:
            wrong.append(line)
        found.setdefault(day, value)
    return found, wrong


def _lines(text: str) -> Iterable[str]:
    return [one.strip() for one in text.replace("\u3000", " ").splitlines() if one.strip()]


def _number(text: str) -> Decimal | None:
    said = text.strip(" \t,，:：;；¥$元").replace(",", "").replace("，", "")
    times = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}.get(said[-1:], Decimal(1))
    percent = said.endswith(("%", "％"))
    try:
        value = Decimal(said.rstrip("万亿%％").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13:
        return None
    return value / 100 if percent else value * times
