"""On whom most of a metric rests, against counts made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast as cast_to

import pytest

from opsloop.base.kinds.registry import Book, kinds
from opsloop.base.testing import Cast
from opsloop.data.metrics.api import Result, Row
from opsloop.data.metrics.definition import Measure
from opsloop.engine.monitors.tests.conftest import DAYS, LAST, orders_on
from opsloop.modules.reports.composing import document_of, plain_text, texts_of
from opsloop.modules.reports.definition import check_report
from opsloop.modules.reports.firsts import Firsts, firsts
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.tests.conftest import FILE, WEEK, drafted, sell, weekly
from opsloop.playbook.reader.files import read_text

GROUP = """groups:
  - title: 客户
    metrics: [orders]
    first: {{metric: {metric}, of: order_id, counted: 单}}
"""

BEGAN, SINCE = date(2026, 1, 5), date(2025, 11, 17)


def _of(**amounts: float | None) -> Result:
    rows = tuple(Row(SINCE, (None if who == "nobody" else who,), value) for who, value in amounts.items())
    return Result("sales", "Sales", "money", rows=rows, since=SINCE, first_day=BEGAN)


def test_the_last_of_the_first_is_rounded_up_and_the_silent_are_those_not_there_lately() -> None:
    every = _of(a=50.0, b=20.0, c=10.0, d=5.0, e=5.0, f=0.0, g=None, nobody=10.0)
    assert firsts(every, _of(a=1.0, b=0.0, c=2.0), 20) == Firsts(1, 0.5, 0, BEGAN)
    assert firsts(every, _of(a=1.0, b=0.0, c=2.0), 21) == Firsts(2, 0.7, 1, BEGAN)


def test_where_nobody_is_there_nothing_is_said() -> None:
    assert firsts(_of(nobody=3.0), _of(), 20) is None
    assert firsts(Result("sales", "Sales", "money", waiting="no data"), _of(), 20) is None
    assert firsts(None, None, 20) is None


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
