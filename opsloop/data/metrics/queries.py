"""Sales by day, from the newest data version; kept in memory until a newer one is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from opsloop.data.lake import manifest, store
from opsloop.data.lake.models import Snapshot

TABLE = "transactions"
SQL = (files("opsloop.data.metrics") / "sql" / "sales_by_day.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class DaySales:
    """Receipts of one business day, in the source's currency."""

    day: date
    sales: float
    orders: int


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday. `days` of them have data; a week of fewer than seven is not compared."""

    monday: date
    sales: float
    orders: int
    days: int

    @property
    def average_order(self) -> float | None:
        """Sales divided by orders, or None without orders."""
        return self.sales / self.orders if self.orders else None


@dataclass(frozen=True, slots=True)
class SalesByDay:
    """The whole series with the data version that it rests on."""

    snapshot: Snapshot
    days: tuple[DaySales, ...]

    def last(self, n: int) -> tuple[DaySales, ...]:
        """The days of the last `n` calendar days of the data."""
        until = self.days[-1].day
        return tuple(d for d in self.days if d.day > until - timedelta(days=n))

    def full_weeks(self) -> tuple[Week, ...]:
        """Weeks that have ended by the last day of the data, newest first."""
        weeks: dict[date, list[DaySales]] = {}
        for one in self.days:
            weeks.setdefault(one.day - timedelta(days=one.day.weekday()), []).append(one)
        until = self.days[-1].day
        ended = [m for m in sorted(weeks, reverse=True) if m + timedelta(days=6) <= until]
        return tuple(_week(monday, weeks[monday]) for monday in ended)


def _week(monday: date, days: Sequence[DaySales]) -> Week:
    return Week(monday, sum(d.sales for d in days), sum(d.orders for d in days), len(days))


def sales_by_day() -> SalesByDay | None:
    """The series, or None while nothing is loaded."""
    snapshot = manifest.newest(TABLE)
    return SalesByDay(snapshot, _days(snapshot.pk)) if snapshot else None


@lru_cache(maxsize=4)
def _days(snapshot_id: int) -> tuple[DaySales, ...]:
    rows = store.fetch(SQL, [TABLE], {TABLE: Snapshot.objects.get(pk=snapshot_id)})
    return tuple(DaySales(*row) for row in rows)


def change(now: float, before: float) -> float | None:
    """Relative change, or None when there is nothing to compare with."""
    return now / before - 1 if before else None
