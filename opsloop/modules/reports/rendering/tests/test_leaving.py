"""A weekly report is one page that is read in a minute; what is detail follows as an annex (users.md 9)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from opsloop.modules.reports.document import Column, Document, Listing, Paragraph, Part, Table, Tile, Tiles, words
from opsloop.modules.reports.rendering.docx import make as make_word
from opsloop.modules.reports.rendering.leaving import with_annex
from opsloop.modules.reports.rendering.pdf import body_pages, laid_out
from opsloop.modules.reports.rendering.tests.sample import BAKED, CHANGE, EVERY, MEAT, ONTIME, SALES, chart, report

LEAST_PT, PX_A_PT = 8.5, 96 / 72
LINE = (
    "按品类：牛肉、冷冻速食、冷冻披萨、冷冻肉；烘焙原料、包装糖果，都按标准库的口径由系统计算，可以逐条打开看到明细行 "
)


def full(advice: int = 5, *, language: str = "zh-hans") -> Document:
    """As much as the demo's report says: six tiles, nine lines of results, three conclusions, so much advice."""
    tiles = Tiles(tuple(Tile(f"指标{n}", SALES, words("较上周 ", CHANGE)) for n in range(6)))
    lead = Paragraph(words(LINE, SALES, LINE, CHANGE, LINE, ONTIME), "lead")
    method = tuple(Paragraph(words(LINE * 2), style) for style in ("", "", "note"))
    heads = (Column("指标", wide=2), *(Column(one, number=True) for one in ("值", "上周", "均值", "目标")))
    table = Table(
        "各项数值", heads, tuple((words(f"指标{n}"), (SALES,), (CHANGE,), (MEAT,), (ONTIME,)) for n in range(12))
    )
    result = (
        Listing(tuple(words(LINE, BAKED) for _n in range(9)), ordered=True),
        table,
        chart(),
        chart("二", lying=True),
    )
    conclusions = Listing(tuple(words(LINE, MEAT) for _n in range(3)), ordered=True)
    told = (Column("建议", wide=4), Column("岗位"), Column("完成"), Column("验证", wide=2))
    row = (words("核查冷冻、肉类缺货与陈列，写明查到的情况"), words("运营经理"), words("2026-11-26"), words("现场核查"))
    asked = Table("", told, (row,) * advice)
    parts = (
        Part("overview", "概述", (tiles, lead)), Part("method", "方法", method), Part("result", "结果", result),
        Part("conclusion", "结论", (conclusions,)), Part("advice", "建议", (asked,)),
        Part("last-advice", "上期建议落实", (asked,)),
        Part("decisions", "需领导决策", (Paragraph(words("批示:"), "blank"),)),
    )  # fmt: skip
    return replace(report(), parts=parts, language=language)


def sizes(box: Any) -> Iterator[float]:
    """The size of each text set on a page, in points, but for the hidden words that only name the running head."""
    if getattr(box, "text", "").strip() and box.style["font_size"] > 1:
        yield box.style["font_size"] / PX_A_PT
    for child in getattr(box, "children", ()):
        yield from sizes(child)


@pytest.fixture(scope="module")
def made() -> Any:
    with translation.override("zh-hans"):
        return laid_out(full())


def test_a_full_weekly_report_is_one_page_and_its_details_follow(made: Any) -> None:
    assert body_pages(made) == 1 and len(made.pages) == 2
    assert "report-decisions" in made.pages[0].anchors and "report-annex" in made.pages[1].anchors


def test_nothing_on_paper_is_smaller_than_can_be_read(made: Any) -> None:
    found = [one for page in made.pages for one in sizes(page._page_box)]
    assert found and min(found) >= LEAST_PT - 0.01


def test_a_report_of_little_has_no_annex() -> None:
    with translation.override("zh-hans"):
        made = laid_out(report())
    assert len(made.pages) == 1 and "report-annex" not in made.pages[0].anchors


def test_what_says_more_than_a_page_goes_on_and_loses_nothing() -> None:
    long = full(advice=40)
    with translation.override("zh-hans"):
        made = laid_out(long)
    assert body_pages(made) > 1 and "report-decisions" in made.pages[body_pages(made) - 1].anchors


def test_moving_details_keeps_every_figure_and_leaves_advice_where_it_is() -> None:
    before = full()
    after = with_annex(before)
    assert sorted(one.key for one in after.figures()) == sorted(one.key for one in before.figures())
    assert [one.title for one in after.tables] == ["", "", "各项数值"] and len(after.charts) == 2
    annex = after.part("annex")
    assert annex is not None and annex is after.parts[-1] and len(annex.blocks) == 3
    half = with_annex(before, charts=False).part("annex")
    assert half is not None and len(half.blocks) == 1


def test_where_nothing_is_detail_nothing_is_moved() -> None:
    plain = replace(report(), parts=(Part("conclusion", "结论", (Paragraph(words("一句", EVERY[0])),)),))
    assert with_annex(plain) is plain


def test_word_has_the_same_order_and_the_annex_on_its_own_page() -> None:
    with translation.override("zh-hans"), zipfile.ZipFile(BytesIO(make_word(full()))) as word:
        body = word.read("word/document.xml").decode()
    head, _mark, rest = body.partition("<w:pageBreakBefore/>")
    assert "需领导决策" in head and "模拟”的数字" in head and "各项数值" not in head and "<pic:pic" not in head
    assert rest.index("附表") < rest.index("各项数值") < rest.index("<pic:pic")
