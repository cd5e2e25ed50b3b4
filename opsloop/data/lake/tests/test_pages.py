"""The pages of the lake: what each table rests on, its versions, their files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.data.lake import keys, store
from opsloop.data.lake.actions import FileRow, publish_snapshot
from opsloop.data.lake.comparing import compare
from opsloop.data.lake.manifest import files_of
from opsloop.data.lake.models import Snapshot
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def load(cast: Cast, table: str, n: int, **more: Any) -> Snapshot:
    day = DAY + timedelta(days=n)
    file = FileRow(f"{table}/{n}/part.parquet", f"p{n}", 1000 + n, 2048, "a" * 64, day, day)
    return publish_snapshot(by=cast.lin, table=table, batch=f"b{n}", reason=f"load {n}", added=[file], **more)


@pytest.fixture
def wu(cast: Cast) -> Client:
    return signed_in(cast.wu)


@pytest.mark.parametrize("at", ["", "versions/"])
def test_the_pages_need_a_sign_in_and_the_right(cast: Cast, wu: Client, at: str) -> None:
    assert Client().get(f"/lake/{at}").status_code == 302
    assert wu.get(f"/lake/{at}").status_code == 200
    with given():
        mandate = Mandate.objects.get(position=cast.specialist)
        mandate.sees = {**mandate.sees, "lake": "none"}
        mandate.save()
    chen = signed_in(cast.chen)
    assert chen.get(f"/lake/{at}").status_code == 403
    assert 'href="/lake/"' not in chen.get("/").content.decode()


def test_each_table_shows_its_newest_version_and_who_published_it(cast: Cast, wu: Client) -> None:
    load(cast, "shop", 1)
    last = load(cast, "shop", 2)
    load(cast, "stock", 1)
    text = wu.get("/lake/").content.decode()
    shop = text.split('?table=shop">shop')[1].split("</tr>")[0]
    for part in (f">#{last.pk}<", "3 Mar 2026", "2,003", "Lin", "2 · 4.0"):
        assert part in shop.replace("\xa0", " "), part
    assert "stock" in text


def test_nothing_loaded_says_what_will_stand_here(wu: Client) -> None:
    assert "Nothing has been loaded yet." in wu.get("/lake/").content.decode()


def test_versions_are_listed_and_narrowed_to_a_table(cast: Cast, wu: Client) -> None:
    load(cast, "shop", 1)
    load(cast, "stock", 7)
    text = wu.get("/lake/versions/?table=shop").content.decode()
    assert "load 1" in text and "load 7" not in text
    assert "load 7" in wu.get("/lake/versions/?table=nonsense").content.decode()


def test_a_version_shows_its_files_and_which_are_new(cast: Cast, wu: Client) -> None:
    old = load(cast, "shop", 1)
    new = load(cast, "shop", 2)
    text = wu.get(f"/lake/versions/{new.pk}/").content.decode()
    assert "shop/1/part.parquet" in text and "shop/2/part.parquet" in text and text.count("new here") == 1
    before = wu.get(f"/lake/versions/{old.pk}/").content.decode()
    assert "shop/2/part.parquet" not in before and f"Newest version: #{new.pk}" in before
    assert wu.get("/lake/versions/99999/").status_code == 404


@pytest.mark.parametrize("at", ["", "versions/"])
def test_more_versions_make_no_more_queries(cast: Cast, wu: Client, at: str) -> None:
    def count(start: int, n: int) -> int:
        for i in range(start, start + n):
            load(cast, f"table{i}", i)
        with CaptureQueriesContext(connection) as caught:
            assert wu.get(f"/lake/{at}").status_code == 200
        return len(caught)

    wu.get("/lake/")
    assert count(0, 2) == count(2, 9)


def written(cast: Cast, n: int, **more: Any) -> Snapshot:
    """A version whose files really lie there."""
    select = f"""
        select date '2026-03-01' + cast(i as integer) * 20 as day, i * 1.5 as sales, i as basket_id, 'H' || i as home
        from range({n}) t(i)
    """
    files = store.write_partitions("till", select, by="strftime(day, '%Y-%m')")
    columns = store.columns_of(files, {"home": "identity"})
    return publish_snapshot(
        by=cast.lin, table="till", batch=f"t{n}", reason=f"load {n}", added=files, columns=columns, **more
    )


def test_a_version_shows_its_columns_and_how_personal_they_are(cast: Cast, wu: Client) -> None:
    text = wu.get(f"/lake/versions/{written(cast, 3).pk}/").content.decode()
    home = text.split("<code>home</code>")[1].split("</tr>")[0]
    assert "Identity" in home and "masked for you" in home
    assert "masked for you" not in text.split("<code>sales</code>")[1].split("</tr>")[0]
    assert "Compare with the version before" not in text


def test_two_versions_are_compared_by_rows_and_key_figures(cast: Cast, wu: Client) -> None:
    old = written(cast, 3)
    new = written(cast, 5, removed=[f.path for f in files_of(old)])
    assert "Compare with the version before" in wu.get(f"/lake/versions/{new.pk}/").content.decode()
    text = wu.get(f"/lake/versions/{new.pk}/compare/").content.decode()
    sales = text.split("<code>sales</code>")[1].split("</tr>")[0]
    assert "4.50" in sales and "15.00" in sales and "10.50" in sales
    assert "<code>basket_id</code>" not in text and "<code>home</code>" not in text
    parts = text.split("Rows by partition")[1]
    assert "2026-05" in parts and "2026-03" not in parts.split("</table>")[0]
    found = compare(old, new)
    assert [(p.name, p.before, p.after) for p in found.partitions] == [("2026-05", None, 1), ("2026-04", 1, 2)]
    assert found.same == 1
    assert wu.get(f"/lake/versions/{old.pk}/compare/?with={new.pk}").status_code == 200
    for bad in (f"{old.pk}/compare/", f"{new.pk}/compare/?with=99999", "99999/compare/"):
        assert wu.get(f"/lake/versions/{bad}").status_code == 404


def test_who_may_erase_finds_the_rows_and_the_value_is_not_kept(cast: Cast, wu: Client) -> None:
    written(cast, 3)
    lin = signed_in(cast.lin)
    assert wu.get("/lake/erasure/").status_code == 403
    assert "/lake/erasure/" in lin.get("/lake/").content.decode()
    text = lin.post("/lake/erasure/", {"value": "H2"}).content.decode()
    assert keys.pseudonym("H2") in text and "till" in text and 'value="H2"' not in text
    assert f"subject={keys.pseudonym('H2')}" in text
    assert "No version of any table" in lin.post("/lake/erasure/", {"value": "H9"}).content.decode()


def test_a_table_stands_by_the_title_that_its_source_gives_it(
    cast: Cast, wu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsloop.data.lake.titles._known", [lambda: {"sales": "Sales of the shops"}])
    load(cast, "sales", 1)
    assert "Sales of the shops</a> <code>sales</code>" in wu.get("/lake/").content.decode()
    assert "Sales of the shops · sales" in wu.get("/lake/versions/").content.decode()
