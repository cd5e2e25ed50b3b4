"""Definitions in words, each read against its file."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from opsloop.base.kinds.loading import typed
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.wording import formula_words

TITLES = {"sales": "Sales", "orders": "Orders", "average-order": "Average order"}


def words(**said: Any) -> str:
    head = {"title": "x", "meaning": "x", "class": "key", "owner": "data-analyst"}
    with override("en"):
        return formula_words(typed(Metric, {**head, **said}), TITLES)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"value": {"sum": "sales_value"}}, "sum of sales_value"),
        ({"value": {"count": "rows", "where": "quantity > 0"}}, "number of rows (where quantity > 0)"),
        ({"value": {"quantile": "minutes", "at": 0.9}}, "0.9 quantile of minutes"),
        (
            {"ratio": {"over": {"sum": "sales_value"}, "under": {"count": "basket_id", "distinct": True}}},
            "sum of sales_value ÷ number of different basket_id",
        ),
        (
            {
                "window": "28 days",
                "ratio": {
                    "over": {
                        "count": "household_id",
                        "having": {"count": "basket_id", "distinct": True, "at_least": 2},
                    },
                    "under": {"count": "household_id", "distinct": True},
                },
            },
            "number of household_id (that have number of different basket_id at least 2) ÷ "
            "number of different household_id; over the 28 days up to the period's end",
        ),
        ({"formula": "sales / orders * 100 - average-order"}, "Sales ÷ Orders × 100 − Average order"),
        ({"change": {"of": "sales", "against": "year"}}, "growth of Sales over The same period a year before"),
        (
            {"cohort": {"of": "household_id", "within": "30 days"}},
            "share of the household_id first seen in the period that came again within 30 days",
        ),
        (
            {"value": {"sum": "stock"}, "balance": "last", "to_date": "month"},
            "sum of stock; running total: Since the month began; for a period: The last day",
        ),
    ],
)
def test_a_definition_is_said_as_it_is(said: dict[str, Any], expected: str) -> None:
    assert words(**said) == expected


def test_columns_are_said_by_their_titles_and_values_stay() -> None:
    said = {
        "title": "x", "meaning": "x", "class": "key", "owner": "data-analyst",
        "ratio": {"over": {"sum": "sales_value - coupon_disc", "where": "products.department = 'sales_value'"},
                  "under": {"count": "basket_id", "distinct": True, "having": {"sum": "quantity", "at_least": 2}}},
    }  # fmt: skip
    titles = {"sales_value": "销售额", "basket_id": "小票号", "department": "部门", "quantity": "数量"}
    with override("en"):
        assert formula_words(typed(Metric, said), TITLES, titles) == (
            "sum of 销售额 - coupon_disc (where 部门 = 'sales_value') ÷ "
            "number of different 小票号 (that have sum of 数量 at least 2)"
        )
