"""The files in which the demo's data arrives: what a company's till, coupon and product systems would drop.

Each is written beside its place and renamed into it, so a collector never sees half a file. Ids are text, amounts have
two decimals, stamps are UTC; names are those of examples/grocer/names, with the English original kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.data.lake import store
from opsloop.demo import dirt
from opsloop.demo.grocer import ZONE, Shift, example_folder, package_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE = (
    "basket_id, household_id, store_id, product_id, quantity, sales_value, retail_disc, coupon_disc, coupon_match_disc"
)
SMALL = ("products", "households", "campaign-descriptions", "campaigns", "coupons")
"""Sources that come whole, in the order in which they refer to each other."""


@dataclass(frozen=True)
class Feeds:
    """Writes files of the package's data, `shift` applied, into `drop`."""

    shift: Shift
    drop: Path
    connection: DuckDBPyConnection

    def small(self, name: str, source: str) -> Path:
        """One of SMALL as a whole."""
        return self._copy(name, SELECTS[source].format(days=self.shift.weeks * 7))

    def sales(self, name: str, since: date, until: date) -> Path:
        """All lines of the days from `since` to `until`."""
        return self._copy(name, f"select {LINE}, sold_at, null::varchar as remark from ({self._lines(since, until)})")

    def sales_day(self, name: str, day: date, what: dirt.Dirt = dirt.NONE) -> Path:
        """The file of one day, with rows added as `what` says."""
        self._of_day(day)
        file = self._copy(name, f"from of_day {what.rows(day)}")
        return dirt.in_gb18030(file) if what.gb18030 else file

    def sales_cut_off(self, name: str, day: date, share: float) -> Path:
        """The first `share` of the day's rows, as if sending had broken off."""
        self._of_day(day)
        rows = "select *, row_number() over () as line, count(*) over () as lines from of_day"
        kept = f"select * exclude (line, lines) from ({rows}) where line <= lines * {share} order by line"
        return self._copy(name, kept)

    def redemptions(self, name: str, since: date, until: date) -> Path:
        """Coupons redeemed from `since` to `until`; only a head where there was none."""
        return self._copy(name, f"{_REDEMPTIONS.format(days=self.shift.weeks * 7)} {_in(since, until, 'redeemed_on')}")

    def promotions(self, name: str, since: date, until: date) -> Path | None:
        """Displays and mailers of the weeks that begin from `since` to `until`; None when there is none."""
        select = f"{_PROMOTIONS.format(week=self._week())} {_in(since, until, 'week_from')}"
        if not self.connection.execute(f"select 1 from ({select}) limit 1").fetchall():
            return None
        return self._copy(name, select)

    def _of_day(self, day: date) -> None:
        self.connection.execute(
            f"create or replace temp table of_day as select {LINE}, strftime(sold_at, '%Y-%m-%d %H:%M:%S') as sold_at,"
            f" null::varchar as remark from ({self._lines(day, day)}) order by sold_at, basket_id, product_id"
        )

    def _lines(self, since: date, until: date) -> str:
        """The lines of these days; the stamps bound first, as those are what the file can skip by."""
        moved = timedelta(weeks=self.shift.weeks)
        bounds = f"'{since - moved - timedelta(days=1)}' and '{until - moved + timedelta(days=2)}'"
        select = _LINES.format(stamp=_stamp(self.shift), moved=_local(self.shift), bounds=bounds)
        return f"select * from ({select}) {_in(since, until)}"

    def _week(self) -> str:
        """The Monday of a package's week; week 1 is the single Sunday 1 January."""
        first, second = self.shift.first, self.shift.first + timedelta(days=1)
        return f"case week when 1 then date '{first}' else date '{second}' + cast(7 * (week - 2) as integer) end"

    def _copy(self, name: str, select: str) -> Path:
        """The file in drop/; its ending says what it is."""
        file = self.drop / name
        form = "format csv, header" if file.suffix == ".csv" else "format parquet, compression zstd"
        part = file.with_name(f".{file.name}.part")
        self.connection.execute(f"copy ({select}) to {store.quoted(str(part))} ({form})")
        return part.replace(file)


def _in(since: date, until: date, column: str = "day") -> str:
    return f"where {column} between '{since}' and '{until}'"


@contextmanager
def feeds(shift: Shift, drop: Path) -> Iterator[Feeds]:
    """The package opened. Raises grocer.NoPackage when it is not there."""
    folder, names = package_folder(), example_folder() / "names"
    connection = store.connect().cursor()
    try:
        for table in ("transactions", "products", "demographics", "campaigns", "campaign_descriptions", "coupons",
                      "coupon_redemptions", "promotions"):  # fmt: skip
            file = store.quoted(str(folder / f"{table}.parquet"))
            connection.execute(f"create or replace temp view raw_{table} as from read_parquet({file})")
        for table in ("departments", "categories", "values"):
            file = store.quoted(str(names / f"{table}.csv"))
            read = f"read_csv({file}, header = true, all_varchar = true)"
            connection.execute(f"create or replace temp table names_{table} as from {read}")
        drop.mkdir(parents=True, exist_ok=True)
        yield Feeds(shift, drop, connection)
    finally:
        connection.close()


def _local(shift: Shift) -> str:
    return f"timezone('{ZONE}', timezone('UTC', transaction_timestamp)) + to_days({shift.weeks * 7})"


def _stamp(shift: Shift) -> str:
    """UTC of the moved local time, by the rules for summer time of the year it moved to."""
    return f"timezone('UTC', timezone('{ZONE}', local_at))" if shift.weeks else "transaction_timestamp"


_LINES = """
    select cast(basket_id as varchar) as basket_id, cast(household_id as varchar) as household_id,
           cast(store_id as varchar) as store_id, cast(product_id as varchar) as product_id, quantity,
           cast(sales_value as decimal(12, 2)) as sales_value, cast(retail_disc as decimal(12, 2)) as retail_disc,
           cast(coupon_disc as decimal(12, 2)) as coupon_disc,
           cast(coupon_match_disc as decimal(12, 2)) as coupon_match_disc,
           {stamp} as sold_at, cast(local_at as date) as day
    from (select *, {moved} as local_at from raw_transactions where transaction_timestamp between {bounds})
"""
_REDEMPTIONS = """
    select * from (
        select household_id, coupon_upc, campaign_id, cast(redemption_date as date) + {days} as redeemed_on
        from raw_coupon_redemptions order by all
    )
"""
_PROMOTIONS = """
    select * from (
        select cast(product_id as varchar) as product_id, cast(store_id as varchar) as store_id, {week} as week_from,
               coalesce(display.name, display_location) as display_location,
               coalesce(mailer.name, mailer_location) as mailer_location
        from raw_promotions
        left join names_values as display
               on display."column" = 'display_location' and display.original = display_location
        left join names_values as mailer on mailer."column" = 'mailer_location' and mailer.original = mailer_location
    )
"""


def _named(column: str, raw: str) -> str:
    """The Chinese name of a value of `raw`, the value itself where there is none."""
    found = f"select name from names_values where \"column\" = '{column}' and original = {raw}"
    return f"coalesce(({found}), {raw}) as {column}"


SELECTS = {
    "products": f"""
        select product_id, coalesce(d.name, department) as department, coalesce(c.name, product_category) as category,
               product_type, case when department = 'FUEL' then '加油'
                                  when department = 'COUPON' or product_category in
                                       ('COUPON/MISC ITEMS', 'COUPON', 'COUPONS/STORE & MFG') then '券与杂项'
                                  else '商品' end as kind,
               {_named("brand", "raw_products.brand")}, manufacturer_id, package_size,
               department as department_original, product_category as category_original
        from raw_products
        left join names_departments as d on d.original = department
        left join names_categories as c on c.original = product_category
        order by product_id
    """,
    "households": f"""
        select household_id, {_named("age_group", "age")}, {_named("income_group", "income")},
               {_named("home_ownership", "raw_demographics.home_ownership")},
               {_named("marital_status", "raw_demographics.marital_status")},
               {_named("household_size", "raw_demographics.household_size")},
               {_named("household_type", "household_comp")}, {_named("kids", "kids_count")}
        from (select distinct household_id from raw_transactions union select household_id from raw_campaigns)
        left join raw_demographics using (household_id) order by household_id
    """,
    "campaign-descriptions": f"""
        select campaign_id, {_named("campaign_type", "raw_campaign_descriptions.campaign_type")},
               cast(start_date as date) + {{days}} as start_day, cast(end_date as date) + {{days}} as end_day
        from raw_campaign_descriptions order by campaign_id
    """,
    "campaigns": "select campaign_id, household_id from raw_campaigns order by all",
    "coupons": "select coupon_upc, product_id, campaign_id from raw_coupons order by all",
}
