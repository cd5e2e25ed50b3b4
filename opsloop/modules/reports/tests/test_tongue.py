"""What counts as a typed figure, as a cause, as a place of a change."""

from __future__ import annotations

import pytest

from opsloop.modules.reports.tongue import attributes, blames, typed_figures, unverified


@pytest.mark.parametrize(
    "text",
    [
        "销售额下降 6.5%", "减少 6,016", "下降百分之六", "少了三成", "订单少了两百单", "销售额翻番", "降幅过半",
        "跌了６％",         "Sales fell 6.5%", "sales halved", "two percent less", "约 5 万", "第 3 周少了 12 单",
         "−806", "½ 的门店", "9折",
    ],
)  # fmt: skip
def test_a_typed_figure_is_found_however_it_is_written(text: str) -> None:
    assert typed_figures(text), text


@pytest.mark.parametrize(
    "text",
    [
        "下降来自客单价（{sales.factor.2}）", "11月15日前核实", "2026-11-15 复查", "2026年11月", "第46周无变化",
        "一点也没有",         "第一，客流未降", "二者不能区分", "08:30 前", "成功、完成、成本", "week 46",
        "on 15 November 2026", "Q3", "一定程度上",
        "{sales} 与 {orders}", "三个方面", "见 #12",
    ],
)  # fmt: skip
def test_dates_ordinals_periods_and_slots_are_none(text: str) -> None:
    assert typed_figures(text) == [], text


def test_words_of_cause_are_told_from_arithmetic() -> None:
    assert blames("由于缺货，销售额下降") == "由于" and blames("It fell because of rain") == "because"
    assert blames("受促销影响下降") and not blames("下降集中在牛肉")
    assert attributes("下降来自客单价") == "来自" and not attributes("客单价低于上周")
    assert unverified("原因待核实") and unverified("the cause is to be verified") and not unverified("已经核实")


@pytest.mark.parametrize(
    "text",
    [
        "查明与对照数不符的原因，核清存疑的日子", "查清预警“销售额异动”的原因，写明结果后关闭", "需核实原因",
        "核查导致退款增加的原因", "Find the cause of the alert “sales” and close it",
        "Look into what caused the refunds",
    ],
)  # fmt: skip
def test_a_cause_that_is_to_be_found_is_not_stated(text: str) -> None:
    assert not blames(text), text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("查明原因是缺货", "原因"), ("查明原因：缺货", "原因"), ("已查明缺货的原因", "原因"),
        ("核查库存，原因在缺货", "原因"), ("Check the stock: rain caused it", "caused"),
        ("由于缺货下降，查明缺货的原因", "由于"), ("We find the cause was rain", "cause"),
    ],
)  # fmt: skip
def test_a_cause_that_was_found_is(text: str, word: str) -> None:
    assert blames(text) == word, text


def test_a_decision_may_name_a_limit_but_not_a_share() -> None:
    assert typed_figures("取消 5 万元以下财务会签？", decision=True) == []
    assert typed_figures("下降 6.5% 如何处理？", decision=True) == ["6.5%"]
