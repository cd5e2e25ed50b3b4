"""On whom most of a metric rests, against counts made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast as cast_to

import pytest

from opsloop.base.kinds.registry import Book, kinds
from opsloop.base.testing import Cast
from opsloop.data.metrics.definition import Measure
from opsloop.engine.monitors.tests.conftest import DAYS, LAST, orders_on
from opsloop.modules.reports.composing import document_of, plain_text, texts_of
from opsloop.modules.reports.definition import check_report
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.tests.conftest import FILE, WEEK, drafted, sell, weekly
from opsloop.playbook.reader.files import read_text

GROUP = """groups:
  - title: 客户
    metrics: [orders]
    first: {{metric: {metric}, of: order_id, counted: 单}}
"""


@pytest.mark.django_db
def test_the_report_tells_it_of_its_group(shop: Cast) -> None:
    sell()
    edition = drafted(shop, weekly(shop.lin, FILE.strip() + "\n" + GROUP.format(metric="sales")))
    until = WEEK + timedelta(days=6)
    days = [LAST - timedelta(days=DAYS - 1 - n) for n in range(DAYS)]
    amounts = {
        str(day): orders_on(n) * (30.0 + (n * 5) % 7 / 10) for n, day in enumerate(days) if day <= until
    }  # fmt: skip
    best = sorted(amounts, key=lambda one: (-round(amounts[one], 2), one))[:41]  # a fifth of 203 days
    silent = [one for one in best if one <= str(until - timedelta(days=21))]
    found = {key: slot.figure for key, slot in slots_of(edition).by_key.items()}
    assert found["sales.order_id.first"].text == "41 单" and 0 < len(silent) < 41
    share = sum(amounts[one] for one in best) / sum(amounts.values())
    assert found["sales.order_id.first.share"].value == pytest.approx(share, abs=1e-5)
    assert found["sales.order_id.first.silent"].value == len(silent)
    part = document_of(edition, "zh-hans").part("result")
    assert part is not None
    text = "\n".join(plain_text(one) for block in part.blocks for one in texts_of(block))
    assert f"前 20% 的 41 单（{days[0]} 起）占" in text and f"其中 {len(silent)} 单沉默 21 天以上" in text


def test_a_share_of_an_average_is_refused_in_the_file() -> None:
    kept = {"sales": Measure(sum="amount"), "buyers": Measure(count="customer", distinct=True), "average-order": None}

    class Shelf:
        def get(self, _kind: str, ident: str) -> object:
            return SimpleNamespace(value=kept[ident], window="", balance=None)

    for metric, wrong in (("sales", []), ("buyers", ["groups.0.first.metric"]),
                          ("average-order", ["groups.0.first.metric"])):  # fmt: skip
        text = FILE.strip() + "\n" + GROUP.format(metric=metric)
        obj = read_text(kinds["report"], "weekly", "reports/weekly.yaml", text).obj
        shelf = cast_to(Book, Shelf())
        assert [one.field for one in check_report("weekly", replace(obj, charts=(), explains=()), shelf)] == wrong
