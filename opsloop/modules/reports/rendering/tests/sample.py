"""A weekly report as users.md 9 has it, with every kind of block, marks, hostile texts, and a name for each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

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
    words,
)
from opsloop.ui import charts

SINCE, UNTIL = date(2026, 11, 9), date(2026, 11, 15)


def figure(key: str, value: float | None, text: str, unit: str = "money", **more: Any) -> Figure:
    given = {"metric": key.split(".")[0], "since": SINCE, "until": UNTIL, "title": key, "decimals": 2} | more
    return Figure(key, value, text, unit, **given)


SALES = figure("sales", 86923.4, "86,923", title="销售额", href="/metrics/sales/", currency="CNY")
CHANGE = figure("sales.change", -0.0647, "−6.5%", "percent", decimals=1, tone="bad")
ORDERS = figure("orders", 4312, "4,312", "count", decimals=0, doubted=True)
TICKET = figure("average.change", -6590.2, "−6,590", tone="bad")
GAINED = figure("orders.effect", 574.1, "+574", tone="good")
ONTIME = figure("complaints", 0.889, "88.9%", "percent", decimals=1, simulated=True)
POINTS = figure("share.change", 0.012, "+1.2 个百分点", "points", decimals=1)
TOTAL = figure("sales.year", 4596039.58, "459.6万")
NONE = figure("sales.last-year", None, "—")
MEAT = figure("sales.meat", -1070.4, "−1,070")
BAKED = figure("sales.bakery", 151.25, "151.25")
EVERY = (SALES, CHANGE, ORDERS, TICKET, GAINED, ONTIME, POINTS, TOTAL, NONE, MEAT, BAKED)
HOSTILE = '=HYPERLINK("http://x") <b>|粗|</b> {{ 7*7 }}'


def chart(title: str = "销售额,最近 8 周", n: int = 8, *, lying: bool = False) -> Chart:
    names = tuple(f"{1 + i} 月 {7 * i % 28 + 1} 日" for i in range(n))
    now: tuple[float | None, ...] = tuple(80000.0 + 3000 * (i % 3) if i != 2 else None for i in range(n))
    usual = tuple(84000.0 for _i in range(n))
    kind = "bar" if lying else "line"
    drawn = charts.Chart(
        "c", names, (charts.Series("销售额", now, kind), charts.Series("12 周均值", usual, kind, muted=True)), title,
        unit="元", lying=lying,
    )  # fmt: skip
    series = (Series("销售额", now), Series("12 周均值", usual, muted=True))
    return Chart(title, drawn.option, "bar" if lying else "line", names, series, "元", lying=lying, summary=title)


def report(pictures: int = 1) -> Document:
    """One page and its pictures."""
    tiles = Tiles((
        Tile("销售额", SALES, words("环比 ", CHANGE)), Tile("订单数", ORDERS), Tile("投诉按时办结率", ONTIME),
        Tile("本年累计", TOTAL, words("去年同期 ", NONE)),
    ))  # fmt: skip
    split = Table(
        "部门对销售额变化的贡献", (Column("部门", wide=2), Column("贡献", number=True), Column("说明", wide=3)),
        ((words("包装肉品"), (MEAT,), words("降")), (words("烘焙"), (BAKED,), words(HOSTILE))), words("合计 ", TICKET),
        chart="bar",
    )  # fmt: skip
    advice = Table(
        "", (Column("建议", wide=4), Column("责任岗位"), Column("完成"), Column("验证", wide=2)),
        ((words("核查冷冻、肉类缺货与陈列"), words("门店店长"), words("周三"), words("现场核查 + 两周后客单价")),),
    )  # fmt: skip
    drawn = tuple(chart(f"销售额 {n}", lying=n % 2 == 1) for n in range(1, pictures))
    return Document(
        "运营周报", "第 46 周(11 月 9 日至 15 日)", "YYZB-2026-46",
        (("数据版本", "#1482"), ("截至", "11 月 15 日"), ("撰写", "张睿"), ("签发", "李航"), ("抄送", "陈岚")),
        "本期数据:到数 6 天,应到 7 天。",
        (
            Part("overview", "概述", (
                tiles, Paragraph(words("销售额 ", SALES, ",环比 ", CHANGE, ",客流未降。"), "lead"),
            )),
            Part("result", "结果", (
                Listing((words("订单贡献 ", GAINED, ",客单价贡献 ", TICKET), words("占比 ", POINTS)), ordered=True),
                split, chart(), *drawn,
            )),
            Part("conclusion", "结论", (Listing((words("下降来自客单价,原因待核实。"),), ordered=True),)),
            Part("advice", "建议", (advice,)),
            Part("decisions", "需领导决策", (
                Paragraph(words("批示:"), "blank"), Paragraph(words("附流程体检"), "note"),
            )),
        ),
        definitions=(Definition("sales", "销售额", "实收金额,含税", "sum(sales_value)", "money", "财务", "3"),),
        company="惠邻超市", draft=True,
    )  # fmt: skip
