"""The pages of the morning: the calendar, a day, a source, a load, what waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, hold, make, position
from opsloop.data.lake.titles import table_titles
from opsloop.data.sources import cards
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.rhythm import due_at
from opsloop.data.sources.tests import samples
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
TEXT = samples.ORDERS + 'expected_by: "06:00"\nhold_if:\n  rows: {below: 0.5}\n'


def ago(n: int) -> date:
    return timezone.localdate() - timedelta(days=n)


def a_load(source: Source, by: Person, n: int, state: str = "loaded", **more: Any) -> Load:
    """A load of n days ago that ended an hour before it was due."""
    at = due_at(source.obj, ago(n)) - timedelta(hours=1)
    values = {"rows_in": 100, "kept": 100, "due_on": ago(n), "last_day": ago(n), **more}
    return make(
        Load, id=Load.objects.count() + 1, source=source, source_version=1, file=f"orders-{n}.csv", state=state, by=by,
        began_at=at - timedelta(seconds=2), ended_at=at, **values,
    )  # fmt: skip


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source(TEXT)


@pytest.fixture
def analyst(cast: Cast) -> Person:
    post = position("keeper", may=["sources.repair", "sources.release", "sources.turn_back"], sees={"*": "all"})
    hold(cast.wu, post, cast.data)
    return cast.wu


@pytest.fixture
def wu(analyst: Person) -> Client:
    return signed_in(analyst)


@pytest.mark.parametrize(
    "at",
    [
        "",
        "?days=31",
        "?days=nonsense",
        "-/held/",
        "-/asides/",
        "-/loads/",
        "orders/",
        "orders/2026-03-01/",
        "-/loads/1/",
    ],
)
def test_the_pages_need_a_sign_in_and_the_noun(cast: Cast, source: Source, wu: Client, at: str) -> None:
    a_load(source, cast.lin, 1)
    assert Client().get(f"/sources/{at}").status_code == 302
    assert wu.get(f"/sources/{at}").status_code == 200
    assert signed_in(cast.zhao).get(f"/sources/{at}").status_code == 403


@pytest.mark.parametrize("at", ["nothing/", "orders/2026-13-01/", "orders/nonsense/", "-/loads/99/"])
def test_what_is_not_there_is_not_found(source: Source, wu: Client, at: str) -> None:
    assert wu.get(f"/sources/{at}").status_code == 404


def test_what_needs_a_hand_stands_first_in_words(cast: Cast, source: Source, wu: Client) -> None:
    a_load(source, cast.lin, 9)
    a_load(source, cast.lin, 4, LoadState.FAILED, message="orders-4.csv, line 7: a quotation mark is not closed")
    held = a_load(source, cast.lin, 3, LoadState.HELD)
    a_load(source, cast.lin, 2, rows_in=10, kept=7, duplicates=1, set_aside=2)
    text = wu.get("/sources/").content.decode()
    first = text.split("Source by business day")[0]
    for part in ("line 7: a quotation mark", held.get_absolute_url(), "2 rows are set aside.", "Not arrived;"):
        assert part in first, part
    assert first.index(held.get_absolute_url()) < first.index("line 7") < first.index("2 rows are set aside.")


def test_a_cell_says_its_state_without_its_colour(cast: Cast, source: Source, wu: Client) -> None:
    a_load(source, cast.lin, 2, rows_in=10, kept=7, duplicates=1, set_aside=2)
    text = wu.get("/sources/").content.decode()
    assert f"{source.title} " in text and ": On time, Rows aside 2" in text
    day = wu.get(f"/sources/orders/{ago(2)}/").content.decode()
    for part in ("On time", "orders-2.csv", "Repair the rows aside", "data-analyst"):
        assert part in day, part


def test_a_source_that_never_came_stands_apart(source: Source, wu: Client) -> None:
    text = wu.get("/sources/").content.decode()
    assert "Nothing loaded yet" in text and "days-wrap" not in text


def test_without_sources_the_page_says_what_to_do(wu: Client) -> None:
    assert "No data source yet." in wu.get("/sources/").content.decode()


def test_a_source_says_its_contract_in_words(cast: Cast, source: Source, wu: Client) -> None:
    a_load(source, cast.lin, 1)
    text = wu.get("/sources/orders/").content.decode()
    for part in (
        "付款时间", "must be there", "at least 0", "one of 已付, 已退", "in files also 订单编号, 订单号",
        "As files named orders-*", "Every day, by 06:00 of the day after",
        "below 50% of the median of the same weekday",
        "One row for each order_id",
    ):  # fmt: skip
        assert part in text, part


def test_a_load_says_what_became_of_its_rows(cast: Cast, source: Source, wu: Client) -> None:
    load = a_load(source, cast.lin, 2, rows_in=4012, kept=3981, duplicates=19, set_aside=12)
    text = wu.get(load.get_absolute_url()).content.decode()
    for part in ("4,012", "3,981", "19", "12 rows aside", "orders-2.csv"):
        assert part in text, part
    failed = a_load(source, cast.lin, 1, LoadState.FAILED, message="cut off in line 7")
    assert "cut off in line 7" in wu.get(failed.get_absolute_url()).content.decode()


def test_rows_that_were_repaired_are_no_more_asked_for(cast: Cast, source: Source, wu: Client) -> None:
    load = a_load(source, cast.lin, 2, set_aside=1)
    assert f"aside/?load={load.pk}" in wu.get("/sources/-/asides/").content.decode()
    make(Repair, load=load, line=3, before={}, after={}, reason="typed", by=cast.lin, at=timezone.now())
    assert "No rows aside." in wu.get("/sources/-/asides/").content.decode()


def test_the_start_page_has_yesterday_for_those_who_look_after_it(cast: Cast, source: Source, analyst: Person) -> None:
    assert cards.yesterday(analyst) is None
    a_load(source, cast.lin, 1, rows_in=4012, kept=3981, duplicates=19, set_aside=12)
    card = cards.yesterday(analyst)
    assert card is not None
    said = card.context["summary"]
    assert (said.yellow, said.green, said.rows_in, said.kept, said.duplicates, said.aside) == (1, 0, 4012, 3981, 19, 12)
    assert cards.yesterday(cast.chen) is None
    assert "4,012" in signed_in(analyst).get("/").content.decode()


def test_held_loads_wait_for_who_releases_and_rows_aside_for_the_owner(
    cast: Cast, source: Source, analyst: Person
) -> None:
    held = a_load(source, cast.lin, 2, LoadState.HELD)
    a_load(source, cast.lin, 1, set_aside=3)
    assert [one.url for one in cards.held(analyst)] == [held.get_absolute_url()]
    assert [one.title for one in cards.asides(analyst)] == [f"{source.title}: 3 rows aside"]
    assert list(cards.held(cast.chen)) == [] and list(cards.asides(cast.chen)) == []


def test_every_source_has_its_page_whatever_it_is_called() -> None:
    from django.urls import resolve

    for ident in ("loads", "held", "asides"):
        assert resolve(Source(ident=ident).get_absolute_url()).view_name == "sources:source"


def test_titles_of_sources_and_columns_stand_in_the_readers_language(cast: Cast, source: Source) -> None:
    a_load(source, cast.robot, 2)
    with given():
        source.remember()
        source.words = {"en": {"title": "Orders by day", "columns.paid_at.title": "Paid at (till)"}}
        source.save()
    client = signed_in(cast.lin)
    for path in ("/sources/", "/sources/-/loads/", "/sources/orders/"):
        text = client.get(path).content.decode()
        assert "Orders by day" in text and "订单<" not in text, path
    assert "Column of time" in text and text.count("Paid at (till)") > 1 and "付款时间" not in text
    with override("en"):
        assert table_titles()["orders__aside"] == "Orders by day: rows aside"
