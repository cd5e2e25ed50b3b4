from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from opsloop.modules.reports.document import (
    Chart,
    Column,
    Definition,
    Document,
    Figure,
    Listing,
    Paragraph,
    Part,
    Series,
    Table,
    Tile,
    Tiles,
    from_plain,
    map_figures,
    to_plain,
    words,
)

SALES = Figure(
    "sales.week", 86923.4, "86,923", "money", "sales", date(2026, 11, 9), date(2026, 11, 15), href="/metrics/sales/",
    title="销售额", currency="CNY",
)  # fmt: skip
CHANGE = Figure("sales.week.change", -0.065, "−6.5%", "percent", "sales", decimals=1, doubted=True, tone="bad")
LATE = Figure("cases.late", None, "—", "count", simulated=True)
WEEK = Document(
    "运营周报", "第 46 周", "", (("数据版本", "#1482"),), "到数 6 天,应到 7 天",
    (
        Part("overview", "概述", (
            Tiles((Tile("销售额", SALES, words("环比 ", CHANGE)),)),
            Paragraph(words("销售额 ", SALES, ",环比 ", CHANGE, "。"), "lead"),
        )),
        Part("result", "结果", (
            Listing((words("逾期 ", LATE),), ordered=True),
            Table("部门", (Column("部门", wide=2), Column("销售额", number=True)), ((words("肉品"), (SALES,)),)),
            Chart("销售额", {"series": [{"is": "own", "data": [1, None]}]}, "line", ("周一", "周二"),
                  (Series("本周", (1.5, None)), Series("上周", (1.0, 2.0), muted=True)), "元"),
        )),
    ),
    definitions=(Definition("sales", "销售额", "实收", "sum(sales_value)"),), draft=True,
)  # fmt: skip


def test_a_frozen_report_reads_back_the_same_from_json() -> None:
    assert from_plain(json.loads(json.dumps(to_plain(WEEK), ensure_ascii=False))) == WEEK


def test_what_stands_at_its_default_is_not_stored_and_a_new_field_may_be_missing() -> None:
    plain = to_plain(WEEK)
    tile = plain["parts"][0]["blocks"][0]["figures"][0]["figure"]
    assert "simulated" not in tile and tile["since"] == "2026-11-09"
    assert "language" not in plain


def test_figures_come_in_the_order_of_reading_from_every_kind_of_block() -> None:
    assert [one.key for one in WEEK.figures()] == [
        "sales.week", "sales.week.change", "sales.week", "sales.week.change", "cases.late", "sales.week",
    ]  # fmt: skip
    assert WEEK.simulated and WEEK.doubted
    assert len(WEEK.charts) == len(WEEK.tables) == 1 and WEEK.part("advice") is None


def test_every_figure_can_be_replaced_at_once() -> None:
    bare = map_figures(WEEK, lambda one: replace(one, href=""))
    assert {one.href for one in bare.figures()} == {""}
    assert [one.key for one in bare.figures()] == [one.key for one in WEEK.figures()]
    assert bare.charts == WEEK.charts


def test_empty_words_are_left_out() -> None:
    assert words("", "a", SALES, "") == ("a", SALES)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="value None"):
        Figure("x", value, "?")


def test_wrong_units_styles_and_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="unit must be one of"):
        Figure("x", 1, "1", "yuan")
    with pytest.raises(ValueError, match="style must be one of"):
        Paragraph(("x",), "loud")
    with pytest.raises(ValueError, match="2 cells under 1 heads"):
        Table("t", (Column("a"),), (((), ()),))
    with pytest.raises(ValueError, match="1 values for 2 categories"):
        Chart("c", {}, "bar", ("a", "b"), (Series("s", (1,)),))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"is": "letter"}, "a report has no 'letter'"),
        ({"is": "part", "key": "x", "title": "y"}, "this is not a report"),
        ({"is": "document", "title": "x"}, "document: .*missing"),
        ({"is": "part", "key": "x", "title": "y", "colour": "red"}, "part has no colour"),
    ],
)
def test_what_is_no_report_is_refused(broken: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_plain(broken)
