"""A shop of two hundred and some days whose numbers can be worked by hand, and people with the positions' rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make, person, position
from opsloop.data.metrics.tests.shop import define, fresh, metrics, publish
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.words import Severity, Sort

WEEK = (80, 85, 90, 100, 110, 140, 120)
LAST = date(2026, 11, 22)
DAYS = 210
SOURCE = """
title: 销售
owner: data-analyst
arrives: {drop: "sales-*.csv"}
every: never
currency: CNY
key: [order_id]
time: sold_at
columns:
  order_id: {type: text, required: true}
  amount:   {type: money}
  sold_at:  {type: datetime}
"""
HEAD = "title: {title}\nwatches: {watches}\nowner: operations-manager\nignore: []\n"


def monitor_file(title: str, watches: str, rest: str) -> str:
    return HEAD.format(title=title, watches=watches) + rest


def orders_on(n: int) -> int:
    """How many orders the n-th day has: a weekday pattern with a little scatter that repeats after eleven days."""
    day = LAST - timedelta(days=DAYS - 1 - n)
    return WEEK[day.weekday()] + (n * 7) % 11 - 5


def sell(change: Callable[[date, int, float], tuple[int, float] | None] | None = None) -> None:
    """Publish the days; change(day, orders, average) -> what the day has instead, None for no rows."""
    rows: list[tuple[Any, ...]] = []
    for n in range(DAYS):
        day = LAST - timedelta(days=DAYS - 1 - n)
        had: tuple[int, float] | None = (orders_on(n), 30.0 + (n * 5) % 7 / 10)
        if change is not None and had is not None:
            had = change(day, *had)
        if had is not None:
            # one row a day stands for its orders, so that the tables stay small
            rows.append((f"{day}", had[0], round(had[0] * had[1], 2), day))
    publish(
        "sales", rows,
        {"order_id": "varchar", "pieces": "bigint", "amount": "decimal(18,2)", "day": "date"},
    )  # fmt: skip


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """Metrics: orders, sales, and the average order made of both; no monitor yet."""
    fresh()
    define("source", cast.lin, sales=SOURCE.replace("  amount:", "  pieces:   {type: integer}\n  amount:"))
    metrics(
        cast.lin,
        sales="value: {sum: amount}\nfactors: [orders, average-order]\nbetter: higher\ntarget: {day: 3000}",
        orders="value: {sum: pieces}\nbetter: higher",
        average_order="formula: sales / orders\nbetter: higher",
    )
    return cast


def watch(by: Person, *, on: bool = True, **files: str) -> dict[str, Monitor]:
    """Publish monitors and switch them on."""
    define("monitor", by, **files)
    rows = {row.ident: row for row in Monitor.objects.all()}
    if on:
        from opsloop.base.testing import given

        with given():
            for row in rows.values():
                found = Monitor.objects.get(pk=row.pk)
                found.is_on = True
                found.save()
    return {row.ident: row for row in Monitor.objects.all()}


@pytest.fixture
def manager(cast: Cast) -> Person:
    may = [
        "monitors.acknowledge", "monitors.silence", "monitors.wake", "monitors.close", "monitors.switch_on",
        "monitors.switch_off", "monitors.backtest", "monitors.mark_days", "monitors.unmark_days",
    ]  # fmt: skip
    return person("Li", position("alert-manager", may=may, sees={"*": "all"}), cast.ops)


def an_alert(monitor: Monitor, **values: Any) -> Alert:
    """A row without an act."""
    now = timezone.now()
    usual = {
        "title": monitor.title, "sort": Sort.USUAL, "severity": Severity.WARN, "key": "metric:sales", "every": "day",
        "first_day": LAST, "last_day": LAST, "owner": "operations-manager", "opened_at": now,
        "due_at": now + timedelta(hours=4),
    }  # fmt: skip
    return make(Alert, monitor=monitor, **{**usual, **values})


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    """One that is published and not switched on."""
    return watch(cast.lin, on=False, drop=monitor_file("销售额异常下跌", "sales", "method: usual-for-weekday\n"))[
        "drop"
    ]
