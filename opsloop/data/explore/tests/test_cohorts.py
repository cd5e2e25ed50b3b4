"""Who came once and came again: a matrix worked by hand, its scope, its page and its export."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from opsloop.base.testing import Cast, department, person, position
from opsloop.data.explore.cohorts import matrix
from opsloop.data.explore.tests.test_pages import of, text_of
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.tests.shop import SALES, define, metrics, shop

pytestmark = pytest.mark.django_db


def sale(order: str, who: str | None, day: date, where: str = "north") -> tuple[Any, ...]:
    return (order, who, "p1", where, "1", "0", 1, day)


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    """January: ann, bob. February: ann again, cid new. March: bob and cid again, dan new. April runs."""
    shop(
        cast.lin,
        [
            sale("a", "ann", date(2026, 1, 5)), sale("b", "bob", date(2026, 1, 31)), sale("c", "ann", date(2026, 2, 1)),
            sale("d", "cid", date(2026, 2, 28), "south"), sale("e", "bob", date(2026, 3, 9)),
            sale("f", "cid", date(2026, 3, 31)), sale("g", "dan", date(2026, 3, 2)), sale("h", "dan", date(2026, 4, 1)),
            sale("i", None, date(2026, 3, 5)),
        ],
    )  # fmt: skip
    define("source", cast.lin, sales=SALES + "whose: {department: shop}\n")
    metrics(cast.lin, back="retention: {of: customer}\nwindow: 28 days", sales="value: {sum: amount}")


def told(who: Any, grain: str = "month") -> list[tuple[str, int, list[int | None]]]:
    found = matrix("back", Metric.objects.get(ident="back").obj, grain, who)
    return [(f"{one.period:%m-%d}", one.size, [cell.count for cell in one.cells]) for one in found.cohorts]


def test_each_is_counted_in_the_period_first_seen_and_in_each_that_is_over(cast: Cast) -> None:
    assert told(cast.wu) == [("03-01", 1, []), ("02-01", 1, [1]), ("01-01", 2, [1, 1])]
    found = matrix("back", Metric.objects.get(ident="back").obj, "month", cast.wu)
    assert [one.old for one in found.cohorts] == [False, True, True], "the data begins on the fifth of January"
    assert found.together == (), "without those who may have been there before"
    (ann,) = (one for one in told(cast.wu, "week") if one[0] == "01-05")
    assert ann[1] == 1 and ann[2][:5] == [0, 0, 1, 0, 0], "the fifth of January, then the first of February"


def test_they_are_of_the_rows_one_sees(cast: Cast) -> None:
    south = department("south", parent=cast.company)
    keeper = person("Keeper", position("keeper", sees={"metrics": "department"}), south)
    assert told(cast.wu)[0] == ("03-01", 1, [])
    assert told(keeper) == [("02-01", 1, [0])]


def test_the_page_shows_shares_and_takes_counts_along(cast: Cast) -> None:
    page = of(cast.wu).get("/explore/cohorts/?m=back").content.decode()
    text = text_of(page)
    assert "2026 and before 2 50% 50%" in text and "heat-4" in page and "All together" in text
    assert "/explore/cohorts/?m=back" in of(cast.wu).get("/metrics/back/").content.decode()
    answer = of(cast.lin).post("/explore/cohorts/?m=back", {"export": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][2:] == ["period 1", "period 2"] and lines[-1] == ["2026-01-01", "2", "1", "1"]
    assert of(cast.wu).post("/explore/cohorts/?m=back", {"export": "csv"}).status_code == 403
    assert of(cast.wu).get("/explore/cohorts/?m=sales").status_code == 404
    assert of(cast.wu).get("/explore/cohorts/?m=back&grain=aeon").status_code == 200
