"""The page of those on whom most rests: a shop whose shares are worked by hand, masks, its list and its export."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, person, position
from opsloop.data.explore.tests.test_pages import of, row, text_of
from opsloop.data.lake.keys import pseudonym
from opsloop.data.metrics.addresses import firsts as address
from opsloop.data.metrics.firsts import Wanted
from opsloop.data.metrics.tests.shop import metrics, shop

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 31)
WANTED = Wanted("sales", "customer", 40)


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    """ann 60, bob 30, cid 6, dan 3, eve 1: two of five are the first 40 %, with 90 %; ann came in March only early."""
    amounts = {"ann": (60, date(2026, 3, 1)), "bob": (30, date(2026, 3, 20)), "cid": (6, LAST), "dan": (3, LAST),
               "eve": (1, LAST)}  # fmt: skip
    rows = [row(who, who, amount, day) for who, (amount, day) in amounts.items()]
    shop(cast.lin, rows)
    metrics(cast.lin, sales="value: {sum: amount}\nunit: money", buyers="value: {count: customer, distinct: true}")


def test_who_they_are_what_they_have_and_who_is_silent(cast: Cast) -> None:
    reader = person("Reader", position("reader", sees={"*": "all"}, reads=["identity"]), cast.ops)
    text = text_of(of(reader).get(address(WANTED, LAST)).content.decode())
    assert "2 have 90.0% of" in text and "1 of them were not there for 21 days" in text
    assert "ann" in text and "bob" in text and "cid" not in text
    only = text_of(of(reader).get(address(WANTED, LAST, silent=True)).content.decode())
    assert "ann" in only and "bob" not in only.replace("bob's", "")


def test_who_may_not_read_them_sees_other_names(cast: Cast) -> None:
    text = text_of(of(cast.wu).get(address(WANTED, LAST)).content.decode())
    assert "ann" not in text and pseudonym("ann") in text


def test_the_list_is_taken_along_and_noted(cast: Cast) -> None:
    taker = person("Taker", position("taker", sees={"*": "all"}, may=["explore.export"]), cast.ops)
    assert of(cast.wu).post(address(WANTED, LAST), {"export": "csv"}).status_code == 403
    answer = of(taker).post(address(WANTED, LAST), {"export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [one[1] for one in rows[1:]] == ["60.0", "30.0"] and [one[4] for one in rows[1:]] == ["yes", "no"]
    assert Entry.objects.filter(act="explore.export").count() == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?metric=buyers&of=customer", "Only sums and counts"),
        ("?metric=sales", "the first 20% by sales"),
        ("?metric=sales&of=shoe", "There is nobody to show."),
        ("?metric=sales&of=customer&to=0001-01-01", "the first 20% by sales"),
        ("?metric=sales&of=customer&to=1999-01-01", "There is nobody to show."),
    ],
)
def test_what_cannot_be_told_says_why_and_without_a_column_it_is_of_persons(
    cast: Cast, address: str, said: str
) -> None:
    assert said in text_of(of(cast.wu).get(f"/explore/firsts/{address}").content.decode())


def test_what_is_wrong_in_the_address_is_as_usual_and_an_unknown_metric_is_not_found(cast: Cast) -> None:
    said = "&percent=0&over=soon&silent=never&to=someday"
    assert "the first 20% by" in text_of(
        of(cast.wu).get(f"/explore/firsts/?metric=sales&of=customer{said}").content.decode()
    )
    assert of(cast.wu).get("/explore/firsts/?metric=nothing&of=customer").status_code == 404
