"""Slots by names that people read, and back to the keys that are kept."""

from __future__ import annotations

import pytest

from opsloop.modules.reports.document import Figure
from opsloop.modules.reports.naming import Names
from opsloop.modules.reports.slots import Slots


def _names(*rows: tuple[str, str, str]) -> Names:
    slots = Slots()
    for key, label, text in rows:
        slots.put(Figure(key, 1.0, text), label)
    return Names.of(slots)


SALES = ("sales", "销售额", "86,923"), ("sales.previous", "销售额 · 环比", "−6.5%"), ("orders", "订单数", "2,933 笔")


def test_a_figure_is_shown_by_name_and_value_and_kept_by_its_key() -> None:
    names = _names(*SALES)
    kept = "订单 {orders}，{sales.previous}。"
    shown = "订单 {订单数 2,933 笔}，{销售额 · 环比 −6.5%}。"
    assert names.shown(kept) == shown and names.kept(shown) == kept
    assert names.kept(kept) == kept


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("销售额 · 环比", "sales.previous"),
        ("销售额  ·  环比 −6.5%", "sales.previous"),
        ("销售额 · 环比 −7.1%", "sales.previous"),
        ("销售额 90,000", "sales"),
        ("订单数 3,001 笔", "orders"),
        ("销售额 · 同比 −6.5%", "销售额 · 同比 −6.5%"),
        ("销售额 大跌", "销售额 大跌"),
        ("no.such", "no.such"),
    ],
)
def test_a_name_leads_to_its_figure_even_after_the_number_changed_and_a_strange_one_to_none(
    typed: str, key: str
) -> None:
    assert _names(*SALES).kept("{" + typed + "}") == "{" + key + "}"


def test_figures_of_one_name_go_by_their_keys_and_never_for_each_other() -> None:
    names = _names(("a", "核销率", "18%"), ("b", "核销率", "18%"), ("c", "核销率", "20%"))
    assert [names.shown("{" + key + "}") for key in "abc"] == ["{核销率 18%}", "{b}", "{核销率 20%}"]
    assert [names.kept("{" + said + "}") for said in ("核销率 18%", "b", "核销率 20%")] == ["{a}", "{b}", "{c}"]
    assert names.kept("{核销率}") == "{核销率}" and names.kept("{核销率 19%}") == "{核销率 19%}"


def test_braces_and_great_length_do_not_break_a_name() -> None:
    names = _names(("x", "品类{新}", "5"), ("y", "长" * 200, "6"))
    assert names.shown("{x} {y}") == "{品类(新) 5} {y}" and names.kept("{品类(新) 5}") == "{x}"
