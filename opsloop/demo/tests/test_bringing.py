"""Through the same loads as any company's: totals are the package's, whatever was added, held or cut off."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.data.lake import manifest, store
from opsloop.data.sources.calendar import DayState, calendar
from opsloop.data.sources.loading import LoadResult, release, turn_back
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.demo import arriving, bringing, overlay
from opsloop.demo.arriving import Arrival
from opsloop.demo.chosen import Chosen
from opsloop.demo.grocer import Shift
from opsloop.playbook import commands

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh"
TODAY = date(2026, 11, 21)
CHOSEN = Chosen(Shift.to(TODAY).weeks, TODAY)
WEEK = "day between '2026-11-09' and '2026-11-15'"
TOTALS = "select sum(sales_value), count(*), count(distinct basket_id), count(distinct household_id) from transactions"

pytestmark = pytest.mark.django_db


class CutOff(Exception):
    """The set-up is killed."""


@pytest.fixture
def published(cast: Cast, tmp_path: Path) -> Person:
    """The standard with the demo's sources, published; whoever may load."""
    shutil.copytree(STANDARD, tmp_path / "playbook")
    overlay.lay_over(tmp_path / "playbook", CHOSEN.shift)
    report = commands.publish(tmp_path / "playbook", by=cast.robot, reason="demo")
    assert report.code == 0, report.lines
    return cast.robot


def quiet(n: int, total: int, one: Arrival, result: LoadResult | None) -> None: ...


def some(*sources: str, last: int = 0) -> list[Arrival]:
    """What comes of these sources at set-up; with `last` only the newest files."""
    found = [one for one in arriving.at_set_up(CHOSEN) if one.source in sources]
    return found[-last:] if last else found


def wednesdays() -> list[Arrival]:
    """The held day's files, with as many of its weekday before as make a usual day."""
    days = ("10-28", "11-04", "11-11", "11-18")
    return [one for one in some("transactions") if any(day in one.name for day in days)]


def fetch(sql: str, *tables: str) -> list[tuple[Any, ...]]:
    return store.fetch(sql, tables or ("transactions",))


def test_original_dates_bring_the_packages_totals(published: Person) -> None:
    chosen = Chosen(0, TODAY, True)
    assert bringing.bring(chosen, arriving.at_set_up(chosen), by=published, tell=quiet) == 7
    assert fetch(TOTALS) == [(Decimal("4596039.58"), 1_469_307, 155_848, 2_469)]
    assert fetch("select count(*) from transactions where remark is not null") == [(0,)]
    coupons = Load.objects.get(source__ident="coupons")
    assert (coupons.kept, coupons.duplicates, coupons.set_aside) == (111_332, 4_872, 0)
    assert not Load.objects.exclude(state=LoadState.LOADED).exists()
    assert manifest.newest("transactions__aside") is None


def test_added_rows_change_no_total(published: Person) -> None:
    bringing.bring(CHOSEN, some("transactions", last=13), by=published, tell=quiet)
    assert fetch(f"select sum(sales_value), count(distinct basket_id), count(distinct household_id)"
                 f" from transactions where {WEEK}") == [(Decimal("86923.35"), 2_933, 1_342)]  # fmt: skip
    yesterday = Load.objects.get(file="transactions-2026-11-20.csv")
    assert (yesterday.duplicates, yesterday.set_aside, yesterday.rows_in - yesterday.kept) == (19, 12, 31)


def test_the_calendar_shows_a_late_day_and_a_held_one(published: Person) -> None:
    bringing.bring(CHOSEN, [*wednesdays(), *some("transactions", last=8)], by=published, tell=quiet)
    source = Source.objects.get(ident="transactions")
    [(_source, cells)] = calendar(date(2026, 11, 14), date(2026, 11, 20), [source])
    late, held = date(2026, 11, 16), date(2026, 11, 18)
    wanted = {late: DayState.LATE, held: DayState.HELD}
    assert {cell.day: cell.state for cell in cells} == {
        cell.day: wanted.get(cell.day, DayState.ON_TIME) for cell in cells
    }


@pytest.mark.parametrize("decide", [release, turn_back])
def test_whatever_is_decided_on_the_held_file_the_day_is_whole(published: Person, decide: Any) -> None:
    bringing.bring(CHOSEN, wednesdays(), by=published, tell=quiet)
    before = fetch(TOTALS)
    held = Load.objects.get(state=LoadState.HELD)
    assert held.file == "transactions-2026-11-18-interrupted.csv"
    decide(held, by=published, reason="门店已重传")
    assert fetch(TOTALS) == before
    assert not Load.objects.filter(state=LoadState.HELD).exists()


def test_a_set_up_that_was_cut_off_goes_on_where_it_was(published: Person) -> None:
    arrivals = some("households", "campaign-descriptions", "campaigns", "coupon-redemptions")

    def cut(n: int, total: int, one: Arrival, result: LoadResult | None) -> None:
        if n == 4:
            raise CutOff

    with pytest.raises(CutOff):
        bringing.bring(CHOSEN, arrivals, by=published, tell=cut)
    assert len(bringing.missing(arrivals)) == len(arrivals) - 4
    assert bringing.bring(CHOSEN, arrivals, by=published, tell=quiet) == len(arrivals) - 4
    assert bringing.bring(CHOSEN, arrivals, by=published, tell=quiet) == 0
    assert fetch("select count(*), count(distinct (household_id, coupon_upc, campaign_id, redeemed_on))"
                 " from coupon_redemptions", "coupon_redemptions")[0][0] == sum(
        Load.objects.filter(source__ident="coupon-redemptions").values_list("kept", flat=True)
    )  # fmt: skip
    assert not [one for one in settings.WORKSPACE.drop.iterdir() if one.is_file()]


def test_a_week_of_promotions_repeats_no_row_and_keeps_every_place(published: Person) -> None:
    monday = CHOSEN.set_up_on + timedelta(days=2)
    [week] = [one for one in arriving.since_set_up(CHOSEN, monday) if one.source == "promotions"]
    bringing.bring(CHOSEN, [week], by=published, tell=quiet)
    load = Load.objects.get(source__ident="promotions")
    assert (load.state, load.duplicates, load.set_aside) == (LoadState.LOADED, 0, 0)
    assert load.kept == load.rows_in > 300_000
    [(keys, rows)] = fetch("select count(distinct (product_id, store_id)), count(*) from promotions", "promotions")
    assert keys < rows
