"""Control figures for 对数, entered as the head of finance would enter what the tills say at closing (收银日结).

Each is the day's total of the package's own file, added up in cents past feeds, loads and the lake, and its remark says
so. One day's is made different on purpose and marked 模拟, so that 存疑 can be seen and cleared.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.data.reconciliation.actions import FigureRow, enter_many
from opsloop.data.reconciliation.agreements import agreement_of
from opsloop.data.reconciliation.jobs import measuring
from opsloop.data.reconciliation.models import Control
from opsloop.demo import grocer
from opsloop.demo.chosen import Chosen
from opsloop.demo.grocer import ZONE, Shift, package_folder

SOURCE = "transactions"
FINANCE = "HL013"
"""The staff number of the one who enters them."""
DIFFERS = 2
"""The figure of the day this many days before set-up is the one that differs."""
TOO_MUCH = Decimal("1.019")
TRUE = "演示：由公开数据另算"
MADE_UP = "模拟：在公开数据的合计上故意多写 1.9%"
DAY = timedelta(days=1)


def enter(chosen: Chosen, today: date) -> int:
    """Enter what is missing since the month before set-up; yesterday's is not there yet. Answers how many days.

    None with the package's own dates, to which nothing is added, nor when nobody of that number may enter them.
    """
    finance = Person.objects.filter(number=FINANCE).first()
    agreement = agreement_of(SOURCE)
    if chosen.original or agreement is None or finance is None or not can(finance, "reconciliation.enter_many"):
        return 0
    since = (chosen.set_up_on.replace(day=1) - DAY).replace(day=1)
    there = set(
        Control.objects.filter(source=SOURCE, figure=agreement.figure, control__isnull=False, day__gte=since)
        .values_list("day", flat=True)
    )  # fmt: skip
    days = due(chosen, since, today) - there
    if not days:
        return 0
    rows = [_row(day, total, chosen) for day, total in sorted(totals(chosen.shift).items()) if day in days]
    enter_many(by=finance, source=SOURCE, rows=rows)
    return len(rows)


def due(chosen: Chosen, since: date, today: date) -> set[date]:
    """The days from `since` whose tills have been closed and counted by `today`: all but yesterday."""
    first, last = max(since, chosen.shift.first), min(today - 2 * DAY, chosen.shift.last, grocer.today())
    days = {first + n * DAY for n in range((last - first).days + 1)}
    return days - {chosen.shift.closed}


def compare(*, by: Person) -> None:
    """Hold them against what is loaded, as the job does behind each load."""
    agreement = agreement_of(SOURCE)
    write = measuring(agreement, by) if agreement is not None else None
    if write is not None:
        write()


def totals(shift: Shift) -> dict[date, Decimal]:
    """Takings of each business day, moved by `shift`. Raises grocer.NoPackage.

    By hour first: the zone's hours begin when UTC's do, so an hour belongs to one day.
    """
    import pyarrow.compute as pc  # noqa: PLC0415  # heavy
    import pyarrow.parquet as pq  # noqa: PLC0415  # heavy

    file = package_folder() / "transactions.parquet"
    table = pq.read_table(file, columns=["transaction_timestamp", "sales_value"])
    hours = pc.floor_temporal(table["transaction_timestamp"], unit="hour")
    cents = pc.cast(pc.round(pc.multiply(table["sales_value"], 100.0)), "int64")
    summed = table.from_arrays([hours, cents], ["hour", "cents"]).group_by("hour").aggregate([("cents", "sum")])
    zone, out = ZoneInfo(ZONE), dict[date, Decimal]()
    for hour, sum_ in zip(summed["hour"].to_pylist(), summed["cents_sum"].to_pylist(), strict=True):
        day = shift.day(hour.replace(tzinfo=UTC).astimezone(zone).date())
        out[day] = out.get(day, Decimal(0)) + Decimal(sum_) / 100
    return out


def _row(day: date, total: Decimal, chosen: Chosen) -> FigureRow:
    if day == chosen.set_up_on - DIFFERS * DAY:
        return FigureRow(day, (total * TOO_MUCH).quantize(Decimal("0.01")), MADE_UP)
    return FigureRow(day, total, TRUE)
