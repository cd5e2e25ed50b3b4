"""Whose rows a number is made of: a position that sees less than the company has numbers of its own rows only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import sees
from opsloop.base.testing import Cast, department, person, position
from opsloop.data.datasets.relations import resolve
from opsloop.data.datasets.sight import OutOfSight, sight_of
from opsloop.data.metrics.api import CannotAnswer, Question, ask, ask_many, explain
from opsloop.data.metrics.tests.shop import PRODUCTS, SALES, define, metrics, publish, shop
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
A, C = date(2026, 3, 9), date(2026, 3, 2)
OPEN = "whose: {everyone: true}\n"
BASKETS = """-- one row = one order
-- key: order_id
select order_id, any_value(day) as day, sum(amount) as amount from sales group by order_id
"""


def sale(order: str, where: str, amount: int, day: date, product: str = "p1") -> tuple[Any, ...]:
    return (order, "ann", product, where, str(amount), "0", 1, day)


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    """Two shops below one head; a seller of the north; rows of the south are nobody's who is here but the head's."""
    shop(
        cast.lin,
        [
            sale("a", "north", 10, C), sale("b", "south", 20, C), sale("c", "north", 15, A),
            sale("d", "south", 5, A, "p3"), sale("e", "west", 100, A),
        ],
    )  # fmt: skip
    define("source", cast.lin, sales=SALES + "whose: {department: shop}\n", products=PRODUCTS + OPEN)
    define("dataset", cast.lin, baskets=BASKETS)
    metrics(
        cast.lin,
        sales="value: {sum: amount}\nby: [shop, department, age]\ntarget: {week: 100}",
        orders="from: baskets\nvalue: {count: rows}",
        average_order="formula: sales / orders",
        heads="from: people\nvalue: {count: rows}",
    )
    shops = department("shops", parent=cast.company)
    north, south = department("north", "北店", parent=shops), department("south", "南店", parent=shops)
    keeper = position("store-manager", sees={"*": "department"})
    head = position("department-head", sees={"*": "department", "metrics": "subtree"})
    return {
        "north": person("North", keeper, north),
        "south": person("South", keeper, south),
        "head": person("Head", head, shops),
        "office": person("Office", keeper, cast.ops),
    }


def value(who: Person | None, metric: str = "sales", **more: Any) -> float | None:
    return ask(Question((metric,), **more), who).results[0].value


def test_two_managers_have_the_numbers_of_their_own_shop_and_their_head_of_both(people: dict[str, Person]) -> None:
    assert (value(people["north"]), value(people["south"]), value(people["head"])) == (25.0, 25.0, 50.0)
    week = {"since": A, "until": A + timedelta(days=6)}
    assert (value(people["north"], **week), value(people["south"], **week)) == (15.0, 5.0)
    assert value(None) == 150.0, "the house itself counts every row"
    assert value(people["north"], "orders") == 2.0, "a dataset is made of the rows one sees"
    assert value(people["south"], "average-order") == 12.5


def test_what_is_kept_for_one_is_not_answered_to_the_other(people: dict[str, Person], cast: Cast) -> None:
    question = Question(("sales",), grain="week", by=("department",), compare="previous")
    whole = [(row.dims, row.value) for row in ask(question, cast.wu).rows]
    north = [(row.dims, row.value) for row in ask(question, people["north"]).rows]
    south = [(row.dims, row.value) for row in ask(question, people["south"]).rows]
    assert whole == [(("food",), 30.0), (("food",), 115.0), (("fuel",), 5.0)]
    assert north == [(("food",), 10.0), (("food",), 15.0)] and south == [(("food",), 20.0), (("fuel",), 5.0)]
    again = [ask(question, one) for one in (cast.wu, people["north"], people["south"])]
    assert [[(row.dims, row.value) for row in one.rows] for one in again] == [whole, north, south]
    assert all(one.cached for one in again)
    twin = person("Twin", position("second", sees={"metrics": "department"}), Department.objects.get(code="north"))
    assert ask(question, twin).cached, "the same rows are the same answer"


def test_an_explanation_and_the_rows_are_of_the_same_scope(people: dict[str, Person]) -> None:
    days = (A, A + timedelta(days=6), C, C + timedelta(days=6))
    found = explain("sales", *days, by=("shop",), person=people["south"])
    assert (found.now, found.then) == (5.0, 20.0) and [one.name for one in found.splits[0].parts] == ["south"]
    client = of(people["south"])
    page = client.get("/explore/rows/?m=sales&from=2026-03-01&to=2026-03-31").content.decode()
    assert "2 rows" in page and "north" not in page and "west" not in page
    for path in ("/metrics/sales/", "/explore/?m=sales", "/explore/explain/?metric=sales"):
        assert "You see only rows of: 南店" in client.get(path).content.decode(), path


def test_a_table_that_does_not_say_whose_its_rows_are_shows_none(people: dict[str, Person], cast: Cast) -> None:
    with pytest.raises(CannotAnswer, match="客户"):
        ask(Question(("heads",)), people["north"])
    with pytest.raises(CannotAnswer, match="客户"):
        ask(Question(("sales",), by=("age",)), people["north"])
    assert value(people["north"], by=("department",)) == 25.0, "the goods are everyone's"
    together = ask_many([Question(("sales",)), Question(("heads",))], people["north"])
    assert together[0].results[0].value == 25.0
    hidden = together[1].results[0]
    assert hidden.rows == () and hidden.absence == "hidden" and "whose" in str(hidden.waiting)
    assert value(cast.wu, "heads") == 3.0
    with pytest.raises(OutOfSight):
        resolve(["people"], person=people["north"])


def test_who_stands_nowhere_sees_no_row(people: dict[str, Person], cast: Cast) -> None:
    assert value(people["office"]) is None, "no row is of that department"
    assert sees(cast.zhao, "metrics") is None and value(cast.zhao) is None


def test_the_companys_target_is_no_measure_of_one_shop(people: dict[str, Person], cast: Cast) -> None:
    question = Question(("sales",), grain="week", compare="target")
    assert ask(question, cast.wu).rows[-1].then == 100.0
    row = ask(question, people["north"]).rows[-1]
    assert row.then is None and "whole company" in str(row.why)
    split = Question(("sales",), grain="week", by=("shop",), compare="target")
    assert {one.then for one in ask(split, cast.wu).rows} == {None}


def test_rows_of_a_person_are_seen_by_that_person(cast: Cast) -> None:
    types = {"id": "bigint", "by_id": "bigint", "seller": "varchar", "day": "date"}
    seller = person("Seller", position("seller", sees={"metrics": "own"}), cast.ops, number="S1")
    publish("calls", [(1, cast.lin.pk, "S1", A), (2, seller.pk, "S2", A), (3, seller.pk, "S3", A)], types)
    columns = "columns: {id: {type: integer}, by_id: {type: integer}, seller: {type: text}, day: {type: date}}\n"
    head = "title: 电话\nowner: data-analyst\narrives: {drop: 'calls-*'}\nkey: [id]\ntime: day\n" + columns
    metrics(cast.lin, calls="from: calls\nvalue: {count: rows}")
    for column, count in (("by_id", 2.0), ("seller", 1.0)):
        define("source", cast.lin, calls=f"{head}whose: {{person: {column}}}\n")
        assert value(seller, "calls") == count
    assert sight_of(cast.lin) is None


def test_a_version_from_before_the_column_came_shows_nothing(people: dict[str, Person], cast: Cast) -> None:
    publish("old", [(5, A)], {"amount": "bigint", "day": "date"})
    define(
        "source", cast.lin,
        old="title: Old\nowner: data-analyst\narrives: {drop: 'old-*'}\nkey: [day]\ntime: day\n"
        "columns: {amount: {type: integer}, shop: {type: text}, day: {type: date}}\nwhose: {department: shop}\n",
    )  # fmt: skip
    metrics(cast.lin, old="from: old\nvalue: {sum: amount}")
    with pytest.raises(CannotAnswer, match="Old"):
        ask(Question(("old",)), people["north"])
    assert value(cast.wu, "old") == 5.0
