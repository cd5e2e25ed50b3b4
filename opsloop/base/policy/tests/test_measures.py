"""Measures of limits in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from opsloop.base.policy import measures


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [
        ("each", "单次", "each time"), ("per_day", "每日累计", "per day"), ("per_30d", "30 天累计", "in 30 days"),
        ("per_customer_30d", "同一客户 30 天累计", "per customer in 30 days"), ("per_order", "同一订单", "per order"),
        ("per_blue_box", "同一blue box", "per blue box"),
        ("split_days", "拆单合并计算的天数", "days that count as one request"),
        ("compensation", "", ""),
    ],
)  # fmt: skip
def test_a_measure_is_spoken(name: str, chinese: str, english: str) -> None:
    for language, said in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert measures.spoken(name) == said
