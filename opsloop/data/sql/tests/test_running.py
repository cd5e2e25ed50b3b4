"""What comes back: masked values, types, versions, and faults in words with their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.testing import Cast, make
from opsloop.data.datasets.models import Dataset
from opsloop.data.lake import keys
from opsloop.data.sql import checking, relations, running
from opsloop.data.sql.checking import BadQuery
from opsloop.data.sql.tests.shop import SHOP, fill, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(cast: Cast) -> Cast:
    fill(cast.lin)
    return cast


def ask(sql: str, cast: Cast, tmp_path: Path, **more: Any) -> list[list[Any]]:
    return list(running.run(sql, cast.wu, tmp_path / "out.jsonl", **more).read())


def fault(sql: str, cast: Cast, tmp_path: Path) -> checking.Fault:
    with pytest.raises(BadQuery) as caught:
        ask(sql, cast, tmp_path)
    return caught.value.fault


def test_tables_are_joined_and_personal_columns_come_masked(there: Cast, tmp_path: Path) -> None:
    sql = """
        select p.name, count(*) as n, sum(s.sales) as sales, count(distinct s.household) as homes
        from shop s join products p using (product)
        group by all order by n desc, name
    """
    found = running.run(sql, there.wu, tmp_path / "o")
    assert [c.name for c in found.columns] == ["name", "n", "sales", "homes"]
    assert list(found.read()) == [["牛奶", 67, "6700.00", 7], ["苹果", 67, "6633.00", 7], ["=1+1", 66, "6567.00", 7]]
    assert ask("select household, phone from shop where basket = 1", there, tmp_path) == [
        [keys.pseudonym("H1"), "138****5671"]
    ]
    assert ask("select * from shop where basket = 1", there, tmp_path)[0][2] == keys.pseudonym("H1")
    assert ask("select t from shop t where basket = 1", there, tmp_path)[0][0]["phone"] == "138****5671"
    assert ask("from shop select count(*) where household = 'H1'", there, tmp_path) == [[0]]


def test_who_reads_a_class_gets_it(there: Cast, tmp_path: Path) -> None:
    found = running.run("select phone, household from shop where basket = 1", there.lin, tmp_path / "o")
    assert list(found.read()) == [["13812345671", keys.pseudonym("H1")]]


def test_nobody_in_particular_gets_everything_masked(there: Cast, tmp_path: Path) -> None:
    found = running.run("select phone, household from shop where basket = 1", None, tmp_path / "o")
    assert list(found.read()) == [["138****5671", keys.pseudonym("H1")]]


def test_an_outsider_has_no_table(there: Cast, tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match="no table shop"):
        running.run("select 1 from shop", there.zhao, tmp_path / "o")


def test_common_shapes_of_analysts_run(there: Cast, tmp_path: Path) -> None:
    for sql, first in (
        ("with w as (select day, sum(sales) as s from shop group by day) select count(*) from w", [40]),
        ("select basket, sum(sales) over (order by basket) as running from shop order by basket limit 1", [0, "0.00"]),
        ("select * from shop natural join products where basket = 40", None),
        ("select count(*) filter (where product = 1) from shop", [67]),
        ("select date_trunc('month', day)::date as m, count(*) from shop group by 1 order by 1", ["2026-03-01", 155]),
        ("(select 1 as a) union all (select 2) order by a", [1]),
        ("select unnest([3, 4]) as x", [3]),
        ("select basket from shop qualify row_number() over (order by basket desc) = 1", [199]),
        ("select product, list(distinct household).len() as n from shop group by 1 order by 1", [0, 7]),
        ("select * from shop pivot (sum(basket) for product in (0, 1, 2) group by day) order by day limit 1", None),
        ("with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select max(n) from t", [5]),
        ("values (1, 'x')", [1, "x"]),
        ("select null, true, 1.5, 'nan'::double, interval 1 day, date '2026-01-02', [1, 2], {'a': 1}", None),
    ):
        rows = ask(sql, there, tmp_path)
        assert first is None or rows[0] == first, sql
        assert rows, sql


def test_moments_with_a_zone_are_told_in_utc_in_the_order_asked(there: Cast, tmp_path: Path) -> None:
    moments = "select timestamptz '2026-11-19 05:07:50+08' as at, 1 as n union all select null, 2"
    answer = ask(f"select *, n as again from ({moments}) order by n desc -- newest first", there, tmp_path)
    assert answer == [[None, 2, 2], ["2026-11-18T21:07:50+00:00", 1, 1]]


def test_an_older_version_is_asked_by_its_number(cast: Cast, tmp_path: Path) -> None:
    first = fill(cast.lin)
    publish(cast.lin, "shop", SHOP.replace("range(200)", "range(300)"), household="identity", phone="contact")
    assert ask("select count(*) from shop", cast, tmp_path) == [[500]]
    found = running.run("select count(*) from shop", cast.wu, tmp_path / "o", at=first.pk)
    assert list(found.read()) == [[200]] and found.version == first.pk
    assert fault_at(cast, tmp_path, first.pk - 2) == "There is no table shop."
    assert date(2026, 3, 1) == first.first_day


def fault_at(cast: Cast, tmp_path: Path, at: int) -> str:
    with pytest.raises(BadQuery) as caught:
        ask("select 1 from shop", cast, tmp_path, at=at)
    return caught.value.fault.text


@pytest.mark.parametrize(
    ("sql", "text", "line", "column"),
    [
        ("", "Write a SELECT first.", None, None),
        ("select 1,\nfrom where", "near", 2, 6),
        ("select\n  salse\nfrom shop", "There is no column salse. Did you mean sales?", 2, 3),
        ("select *\nfrom shopp", "There is no table shopp.", 2, 6),
        ("select *\nfrom shop\nwhere summ(sales) > 1", "There is no function summ. Did you mean sum?", 3, 7),
        ("select cast('x' as integer)\nfrom shop", "A value cannot be turned", 1, None),
        ("select day, sum(sales) from shop", "must stand in GROUP BY", 1, 8),
        ("delete from shop", "Only a SELECT", None, None),
        ("from (pivot shop on product using sum(sales))", "PIVOT needs its values", None, None),
        ("select 1; select 2", "One statement at a time", None, None),
        ("select * from read_csv('x')", "The function read_csv is not available here.", 1, None),
        ("select * from main.shop", "without a schema", 1, None),
    ],
)
def test_faults_are_told_in_words_with_their_place(
    there: Cast, tmp_path: Path, sql: str, text: str, line: int | None, column: int | None
) -> None:
    found = fault(sql, there, tmp_path)
    assert text in found.text, found
    assert found.line == line, found
    if column is not None:
        assert found.column == column, found


def test_only_columns_that_are_used_are_copied(there: Cast) -> None:
    known = {"shop": "shop"}.get

    def used(sql: str) -> frozenset[str] | None:
        return checking.parsed(sql, known).columns

    assert used("select count(*) from shop where Sales > 1") == {"sales", "shop"}
    for sql in ("select * from shop", "select s.* from shop s", "select s from shop s", "select shop from shop",
                "select columns('s.*') from shop", "select 1 from shop natural join shop b", "from shop",
                "select * exclude (day) from shop"):  # fmt: skip
        assert used(sql) is None, sql


def test_a_dataset_is_asked_like_a_table_and_masked_below(there: Cast, tmp_path: Path) -> None:
    dataset(
        there, "homes-sales", "select household, sum(sales) as sales, max(phone) as phone from shop group by household"
    )
    dataset(there, "best-home", "select * from homes_sales order by sales desc limit 1")
    rows = ask("select household, phone, sales from best_home", there, tmp_path)
    assert rows[0][0] in {keys.pseudonym(f"H{i}") for i in range(7)} and rows[0][1] == "138****5679"
    names = {one.name: one for one in relations.catalogue(there.wu)}
    assert names["homes_sales"].masked and names["best_home"].snapshot is None
    dataset(there, "waiting", "select * from nowhere")
    assert "waiting" not in relations.known(there.wu).names


def dataset(cast: Cast, ident: str, sql: str) -> None:
    """A published dataset's row, as compile() writes it."""
    definition = {"title": ident, "one_row": "a home", "key": ["household"], "query": sql}
    make(Dataset, ident=ident, number=1, sha256=f"{ident}-1", title=ident, definition=definition)
