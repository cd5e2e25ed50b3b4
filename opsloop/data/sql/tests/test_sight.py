"""A query of somebody who sees less than the company reads only the rows of their own departments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsloop.base.people.models import Person
from opsloop.data.metrics.tests.test_sight import people
from opsloop.data.sql import running

__all__ = ["people"]
pytestmark = pytest.mark.django_db


def rows(sql: str, who: Person, tmp_path: Path) -> list[list[Any]]:
    return list(running.run(sql, who, tmp_path / "out.jsonl").read())


def test_rows_of_other_shops_are_in_no_table_dataset_or_join(people: dict[str, Person], tmp_path: Path) -> None:
    north = people["north"]
    for sql, found in (
        ("select shop, sum(amount)::int from sales group by shop", [["north", 25]]),
        ("select count(*) from sales where shop <> 'north' or shop is null", [[0]]),
        ("select count(*) from (from sales union all from sales)", [[4]]),
        ("select count(*) from baskets", [[2]]),
        ("select count(*) from sales a join sales b on a.shop <> b.shop", [[0]]),
    ):
        assert rows(sql, north, tmp_path) == found, sql
    assert rows("select shop, count(*) from sales group by shop", people["south"], tmp_path) == [["south", 2]]
