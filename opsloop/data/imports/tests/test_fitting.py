"""Which heading is which column: said before, by name, or looking alike."""

from __future__ import annotations

import pytest

from opsloop.base.testing import Cast
from opsloop.data.imports.fitting import differs, fit, fits
from opsloop.data.sources.actions import map_headings
from opsloop.data.sources.models import Source
from opsloop.data.sources.remembering import Called
from opsloop.data.sources.tests import samples

pytestmark = pytest.mark.django_db
GOODS = "title: 商品\nowner: data-analyst\narrives: {drop: 'g*'}\nkey: [sku]\ncolumns:\n  sku: {title: 货号}\n"


@pytest.fixture
def source(cast: Cast) -> Source:
    samples.source(GOODS, "goods")
    samples.source(GOODS.replace("{drop: 'g*'}", "{database: erp, query: select 1}"), "fetched")
    return samples.source()


def hows(source: Source, *headings: str) -> dict[str, tuple[str, str]]:
    return {pair.column: (pair.heading, pair.how) for pair in fit(source, headings).pairs}


def test_names_are_sure_and_what_was_renamed_is_proposed(source: Source) -> None:
    assert hows(source, "订单编号", "付款时间", "实付金额（元）", "status") == {
        "order_id": ("订单编号", "name"), "paid_at": ("付款时间", "name"), "amount": ("实付金额（元）", "alike"),
        "status": ("status", "name"),
    }  # fmt: skip
    assert hows(source, "x")["amount"] == ("", "none")


def test_a_lookalike_takes_no_heading_that_is_surely_anothers(source: Source) -> None:
    said = hows(source, "订单编号", "付款时间", "实付金额", "状态")
    assert said["status"] == ("", "none") and said["amount"] == ("实付金额", "name")
    one = fit(source, ["订单编号", "付款时间", "实付金额", "状态"])
    assert one.left == ["状态"] and [pair.column for pair in one.missing] == ["status"] and not one.whole


def test_sources_that_take_files_and_know_a_heading_stand_best_first(cast: Cast, source: Source) -> None:
    found = fits(cast.wu, ["订单号", "付款时间", "货号", "实付金额", "status"])
    assert [one.source.ident for one in found] == ["orders", "goods"] or found[0].whole
    assert {one.source.ident for one in found} == {"orders", "goods"}, "fetched ones take no files"
    assert fits(cast.chen, ["订单号"]) == [] or all(
        one.source.ident != "fetched" for one in fits(cast.chen, ["订单号"])
    )


def test_what_was_said_before_comes_first(cast: Cast, source: Source) -> None:
    theirs = ["票号", "结账于", "实付金额", "状态"]
    chosen = dict(zip(["order_id", "paid_at", "amount", "status"], theirs, strict=True))
    assert differs(source, theirs, chosen)
    columns = [Called(*pair) for pair in chosen.items()]
    map_headings(source, by=cast.lin, file="x.csv", headings=theirs, columns=columns)
    one = fit(source, theirs)
    assert one.said is not None and one.whole and {pair.how for pair in one.pairs} == {"remembered"}
    assert not differs(source, theirs, chosen), "it is what a load would do by itself"
