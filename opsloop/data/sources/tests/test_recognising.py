"""Exports are recognised by their headings; each template is a source that the standard's own check accepts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from opsloop.base.kinds.registry import Level
from opsloop.data.sources.kinds.checks import headings, said_of
from opsloop.data.sources.kinds.words import ColumnType
from opsloop.data.sources.recognising import OURS, THEIRS, recognise, templates

ALL = sorted(file.stem for file in OURS.glob("*.yaml"))


def listed(text: str) -> list[str]:
    return text.split(",")


PINDUODUO = listed(
    "订单成交时间,商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),"
    "商家实收金额(元),商品数量(件),发货时间,确认收货时间,商品id,商品规格,样式ID,商家编码-规格维度,商家编码-商品维度,商家备注,售后状态,快递单号,"
    "快递公司"
)
TAOBAO = listed(
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,"
    "订单状态,买家留言,收货人姓名,收货地址 ,"
    "运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,"
    "订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费"
)
SYCM = listed(
    "统计日期,商品ID,商品名称,货号,商品访客数,商品浏览量,商品收藏人数,商品加购件数,支付买家数,支付件数,支付金额,商品支付转化率,成功退款金额,"
    "搜索引导访客数"
)
JD = listed(
    "时间,SKU,SKU名称,一级类目,二级类目,三级类目,成交金额,成交商品件数,成交单量,成交客户数,商品访客数,商品浏览量,搜索曝光次数,搜索点击次数,"
    "商品曝光次数,商品曝光人数,加购客户数,下单金额,下单单量,下单客户数,取消及售后退款金额"
)
DOUDIAN = listed(
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,商品金额,订单应付金额,运费,优惠总金额,平台优惠,商家优惠,达人优惠,"
    "支付方式,订单提交时间,支付完成时间,订单完成时间,订单状态,售后状态,取消原因,达人ID,达人昵称,流量来源"
)


@pytest.mark.parametrize(
    ("found", "ident"),
    [
        (PINDUODUO, "pinduoduo-orders"), (TAOBAO, "taobao-orders"), (SYCM, "shengyicanmou-products"),
        (JD, "jd-products"), (DOUDIAN, "doudian-orders"),
        (listed("小票号,条码,品名,数量,单价,实收金额,流水号,商品条码,商品名称,销售时间"), "till-lines"),
        (["日期", "访客数", "浏览量", "成交客户数", "成交商品件数", "成交金额", "客单价"], "jd-shop-days"),
    ],
)  # fmt: skip
def test_the_best_fit_stands_first(found: list[str], ident: str) -> None:
    best = recognise(found)[0]
    assert best.template.ident == ident
    assert 0.6 < best.score <= 1
    assert set(best.definition.key) <= set(best.definition.columns), "what the file lacks is left out, never the key"


def test_width_case_and_blanks_make_no_difference() -> None:
    odd = [one.replace("(", "（").replace(")", "）").replace("商品id", " 商品ID ") for one in PINDUODUO]
    assert recognise(odd)[0].template.ident == "pinduoduo-orders"


def test_what_the_file_lacks_and_what_nobody_knows_is_told() -> None:
    found = [one for one in PINDUODUO if one != "样式ID"] + ["我们的备注"]
    best = recognise(found)[0]
    assert "样式ID" in best.missing and "style_id" not in best.definition.columns
    assert "我们的备注" in best.unknown and "快递公司" in best.unknown


@pytest.mark.parametrize("found", [[], ["", "  "], ["a", "b", "c"], ["订单号", "金额"], ["household_id", "basket_id"]])
def test_other_files_are_recognised_as_nothing(found: list[str]) -> None:
    assert recognise(found) == []


def test_without_its_key_or_time_a_file_is_not_taken_for_the_export() -> None:
    assert not [one for one in recognise([h for h in PINDUODUO if h != "订单号"]) if one.template.platform == "拼多多"]


@pytest.mark.parametrize("ident", ALL)
def test_each_template_is_a_source_without_errors(ident: str) -> None:
    template = {one.ident: one for one in templates()}[ident]
    wrong = [one for one in said_of(ident, template.definition, _NoBook()) if one.level is Level.ERROR]
    assert wrong == []
    assert template.platform and template.report and template.known_from
    assert len(template.recognise) >= 5
    known = {heading for name, column in template.definition.columns.items() for heading in headings(name, column)}
    assert set(template.recognise) <= known, "what tells it is among its columns"
    assert recognise(template.recognise + tuple(known))[0].template.ident == ident, (
        "nothing else fits its own headings better"
    )


class _NoBook:
    def has(self, kind: str, ident: str) -> bool:
        return False

    def get(self, kind: str, ident: str) -> None:
        return None

    def all(self, kind: str) -> Iterator[tuple[str, object]]:
        yield from ()


@pytest.mark.parametrize("ident", ALL)
def test_none_says_that_it_was_checked(ident: str) -> None:
    template = {one.ident: one for one in templates()}[ident]
    assert template.checked == "" and "real export" in template.warning
    text = (OURS / f"{ident}.yaml").read_text(encoding="utf-8")
    assert "# 未经真实导出文件核对" in text


@pytest.mark.parametrize("ident", ALL)
def test_columns_about_people_name_their_class(ident: str) -> None:
    template = {one.ident: one for one in templates()}[ident]
    for name, column in template.definition.columns.items():
        if name in ("phone", "address"):
            assert column.personal is not None and column.personal.value == "contact", name
        if name in ("buyer", "receiver", "customer", "account", "member", "cashier"):
            assert column.personal is not None and column.personal.value == "identity", name
        assert column.type in ColumnType


@pytest.fixture
def folder() -> Iterator[Path]:
    own = Path(settings.WORKSPACE.root) / THEIRS
    own.mkdir()
    yield own
    shutil.rmtree(own)


def test_a_companys_own_template_stands_in_the_place_of_ours(folder: Path) -> None:
    ours = (OURS / "pinduoduo-orders.yaml").read_text(encoding="utf-8")
    (folder / "pinduoduo-orders.yaml").write_text(
        ours.replace("checked:   ", "checked: orders_export2026-11.csv"), encoding="utf-8"
    )
    (folder / "our-shop.yaml").write_text(
        "platform: 自建商城\nreport: 订单\nrecognise: [单据编号, 店号]\ntitle: 商城订单\nowner: data-analyst\n"
        "arrives: {drop: 'x-*'}\nkey: [id]\ncolumns:\n  id: {title: 单据编号}\n  shop: {title: 店号}\n",
        encoding="utf-8",
    )
    best = recognise(PINDUODUO)[0]
    assert best.template.checked.startswith("orders_export2026-11.csv") and best.template.warning == ""
    assert recognise(["单据编号", "店号"])[0].template.platform == "自建商城"
    assert len(templates()) == len(ALL) + 1


@pytest.mark.parametrize("text", ["[1, 2", "platform: x", "recognise: x\ntitle: x", "- a"])
def test_a_broken_template_is_named(folder: Path, text: str) -> None:
    (folder / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.yaml"):
        recognise(["a"])
