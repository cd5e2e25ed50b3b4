"""A dataset is held to its key, its never-empty columns and to having rows; personal columns are found through it."""

from __future__ import annotations

import pytest

from opsloop.base.testing import Cast
from opsloop.base.things.errors import Refused
from opsloop.data.datasets.catalogue import catalogue
from opsloop.data.datasets.promises import kept
from opsloop.data.metrics.tests.shop import define, shop

pytestmark = pytest.mark.django_db
HEAD = "-- one row = one order\n-- key: order_id\n-- not null: customer, cost\n"
DAY = "2026-03-02"


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    rows = [
        ("a", "ann", "p1", "north", "1", "1", 1, DAY), ("a", "ann", "p2", "north", "2", None, 1, DAY),
        ("b", None, "p1", "north", "3", "1", 1, DAY), (None, "bob", "p1", "north", "3", "1", 1, DAY),
    ]  # fmt: skip
    shop(cast.lin, rows)
    define(
        "dataset",
        cast.lin,
        lines=HEAD + "select order_id, customer, cost from sales\n",
        orders=HEAD + "select order_id, min(customer) as customer, sum(coalesce(cost, 0)) as cost from sales"
        " where order_id is not null and customer is not null group by order_id\n",
        none=HEAD + "select order_id, customer, cost from sales where false\n",
        counts="-- one row = one shop\n-- key: shop\nselect shop, count(distinct customer) as buyers,"
        " max(customer) as last_one, customer || '!' as loud from sales group by shop, customer\n",
    )


def test_repeated_and_empty_keys_and_empty_values_are_counted() -> None:
    found = kept("lines")
    assert (found.rows, found.keys, found.empty) == (4, 2, {"customer": 1, "cost": 1})
    assert [str(one) for one in found.broken] == [
        "2 rows have a key that is empty or another row's.", "1 rows have no customer.", "1 rows have no cost."
    ]  # fmt: skip


def test_a_dataset_that_keeps_its_word_has_nothing_to_tell() -> None:
    assert kept("orders").broken == []
    assert [str(one) for one in kept("none").broken] == ["It has no rows."]


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="gone"):
        kept("gone")


def test_personal_values_are_known_through_a_dataset_and_counts_of_them_are_not_personal() -> None:
    relation = catalogue().get("counts")
    assert relation is not None
    assert {name: column.personal for name, column in relation.columns.items()} == {
        "shop": "", "buyers": "", "last_one": "identity", "loud": "identity"
    }  # fmt: skip
