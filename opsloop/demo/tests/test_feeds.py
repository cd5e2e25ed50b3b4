"""The files are the package's figures and nothing else; what is added says so and repeats true rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from opsloop.demo import dirt
from opsloop.demo.dirt import Dirt
from opsloop.demo.feeds import SMALL, Feeds, feeds
from opsloop.demo.grocer import Shift

TODAY = date(2026, 11, 21)
SHIFT = Shift.to(TODAY)
DAY = date(2026, 11, 18)
FIGURES = "sum(cast(sales_value as decimal(12, 2))), count(*), count(distinct basket_id)"
"""Exact: what a sum of floating numbers gives depends on the order in which threads bring them."""


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Feeds]:
    with feeds(SHIFT, tmp_path) as made:
        yield made


def rows(sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = duckdb.connect().execute(sql).fetchall()
    return found


def test_the_whole_year_in_its_own_dates_is_the_packages(tmp_path: Path) -> None:
    with feeds(Shift(0), tmp_path) as made:
        file = made.sales("t.parquet", date(2017, 1, 1), date(2017, 12, 31))
    [(sales, lines, baskets, households)] = rows(f"select {FIGURES}, count(distinct household_id) from '{file}'")
    assert (float(sales), lines, baskets, households) == (4_596_039.58, 1_469_307, 155_848, 2_469)


def test_a_day_belongs_to_the_same_weekday_of_the_package(written: Feeds) -> None:
    original = DAY - timedelta(weeks=SHIFT.weeks)
    with feeds(Shift(0), written.drop) as unmoved:
        [then] = rows(f"select {FIGURES} from '{unmoved.sales_day('o.csv', original)}'")
    [now] = rows(f"select {FIGURES} from '{written.sales_day('d.csv', DAY)}'")
    assert now == then
    assert original.weekday() == DAY.weekday()


def test_added_rows_say_so_and_repeat_true_rows(written: Feeds) -> None:
    clean = f"read_csv('{written.sales_day('clean.csv', DAY)}', all_varchar = true)"
    before = rows(f"select {FIGURES} from {clean}")
    keys = {tuple(one) for one in rows(f"select basket_id, product_id from {clean}")}
    dirty = f"read_csv('{written.sales_day('d.csv', DAY, Dirt(19, 7, 5))}', all_varchar = true)"
    added = rows(f"select basket_id, product_id, sold_at, sales_value from {dirty} where remark like '{dirt.LABEL}%'")
    assert len(added) == 31
    assert {one[:2] for one in added} <= keys
    assert sum("-32 " in one[2] for one in added) == 7
    assert sum(one[3].startswith("-") for one in added) == 5
    rest = f"(from {dirty} where remark is null)"
    assert rows(f"select {FIGURES} from {rest}") == before


def test_a_file_in_gb18030_holds_the_same_text(written: Feeds) -> None:
    text = written.sales_day("d.csv", DAY, Dirt(duplicates=3)).read_text(encoding="utf-8")
    same = written.sales_day("d.csv", DAY, Dirt(duplicates=3, gb18030=True))
    assert same.read_text(encoding="gb18030") == text
    with pytest.raises(UnicodeDecodeError):
        same.read_text(encoding="utf-8")


def test_an_interrupted_file_is_the_first_part_of_the_days_file(written: Feeds) -> None:
    whole = written.sales_day("d.csv", DAY).read_text(encoding="utf-8").splitlines()
    part = written.sales_cut_off("c.csv", DAY, 0.41).read_text(encoding="utf-8").splitlines()
    assert len(part) == int((len(whole) - 1) * 0.41) + 1
    assert set(part) <= set(whole)


def test_departments_and_categories_bear_chinese_names_beside_their_own(written: Feeds) -> None:
    file = written.small("products.csv", "products")
    names = "department || coalesce(category, '')"
    latin = f"select distinct department, category from '{file}' where regexp_matches({names}, '[A-Z]{{2}}')"
    assert rows(latin) == []
    [(department, original)] = rows(
        f"select distinct department, department_original from '{file}' where department_original = 'MEAT-PCKGD'"
    )
    assert (department, original) == ("包装肉品", "MEAT-PCKGD")
    assert {kind for (kind,) in rows(f"select distinct kind from '{file}'")} == {"商品", "加油", "券与杂项"}


def test_coupons_keep_their_repeated_lines_and_households_are_all_there(written: Feeds) -> None:
    files = {source: written.small(f"{source}.csv", source) for source in SMALL}
    coupons = rows(f"select count(*), count(distinct (coupon_upc, product_id, campaign_id)) from '{files['coupons']}'")
    assert coupons == [(111_332 + 4_872, 111_332)]
    assert rows(f"select count(*), count(age_group) from '{files['households']}'") == [(2_469, 801)]


def test_the_closed_day_has_no_file_and_no_rows(written: Feeds) -> None:
    assert SHIFT.closed not in SHIFT.daily(SHIFT.closed + timedelta(days=3))
    assert len(SHIFT.daily(TODAY)) == 30
    assert rows(f"select count(*) from '{written.sales('t.parquet', SHIFT.closed, SHIFT.closed)}'") == [(0,)]


def test_weeks_of_promotions_begin_on_mondays_after_the_single_first_sunday(tmp_path: Path) -> None:
    with feeds(Shift(0), tmp_path) as made:
        file = made.promotions("p.parquet", date(2017, 1, 1), date(2017, 1, 31))
        assert made.promotions("p.parquet", date(2018, 3, 1), date(2018, 3, 31)) is None
    weeks = [week for (week,) in rows(f"select distinct week_from from '{file}' order by 1")]
    assert weeks[:3] == [date(2017, 1, 1), date(2017, 1, 2), date(2017, 1, 9)]
