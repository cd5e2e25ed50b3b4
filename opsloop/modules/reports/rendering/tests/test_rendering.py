"""Each shape is made once for all that is asked of it here: drawing and PDF are what cost."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from html import unescape
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from django.test import override_settings

from opsloop.modules.reports.document import Document, Figure, Paragraph, Part, words
from opsloop.modules.reports.rendering import FORMATS, file_name, render
from opsloop.modules.reports.rendering.saying import marked, number_format
from opsloop.modules.reports.rendering.tests.sample import BAKED, EVERY, HOSTILE, ONTIME, SALES, TOTAL, report

NUMBER = re.compile(r"[+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:%|万| 个百分点)?")


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    document = report()
    return {shape: render(document, shape) for shape in FORMATS}


def pdf_text(file: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: tools/system.sh installs poppler-utils")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file, capture_output=True, check=True)
    return done.stdout.decode()


def xml_text(file: bytes, of: str) -> str:
    """All texts of an Office file's parts, a line for each paragraph."""
    with zipfile.ZipFile(BytesIO(file)) as book:
        parts = [book.read(name).decode() for name in sorted(book.namelist()) if re.fullmatch(of, name)]
    paragraphs = [p for part in parts for p in re.split(r"</[wa]:p>", part)]
    return "\n".join(unescape("".join(re.findall(r"<[wa]:t(?: [^>]*)?>([^<]*)<", one))) for one in paragraphs)


def sheets(file: bytes) -> dict[str, list[list[Any]]]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def texts(made: dict[str, bytes]) -> dict[str, str]:
    html = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", made["html"].decode(), flags=re.S)
    return {
        "html": unescape(re.sub(r"<[^>]+>", "", html)),
        "docx": xml_text(made["docx"], r"word/document\.xml"),
        "pptx": xml_text(made["pptx"], r"ppt/slides/slide\d+\.xml"),
        "md": made["md"].decode().replace("\\", ""),
    }


def test_every_figure_reads_the_same_in_page_word_powerpoint_and_markdown(made: dict[str, bytes]) -> None:
    for shape, text in texts(made).items():
        told = set(NUMBER.findall(text))
        for one in EVERY:
            assert one.value is None or one.text in told, (shape, one.key)


def test_the_page_names_each_figure_and_its_text(made: dict[str, bytes]) -> None:
    told = set(re.findall(r'data-figure="([^"]+)">([^<]+)<', made["html"].decode()))
    assert told == {(one.key, one.text) for one in EVERY}


def test_excel_has_the_values_themselves_and_the_same_texts(made: dict[str, bytes]) -> None:
    rows = next(iter(sheets(made["xlsx"]).values()))[5:]
    told = {row[0]: (row[1], row[2]) for row in rows if len(row) > 2 and row[2]}
    assert told == {one.title: (one.text if one.value is None else one.value, one.text) for one in EVERY}


def test_excel_explains_metrics_has_a_sheet_for_each_table_and_no_formula(made: dict[str, bytes]) -> None:
    found = sheets(made["xlsx"])
    assert "实收金额,含税" in found["数字"][5] and "部门对销售额变化的贡献" in found
    assert any(HOSTILE in row for row in found["部门对销售额变化的贡献"])
    with zipfile.ZipFile(BytesIO(made["xlsx"])) as book:
        parts = book.namelist()
        assert not any(b"<f>" in book.read(name) for name in parts if name.startswith("xl/worksheets/sheet"))
    assert len([one for one in parts if one.startswith("xl/charts/chart")]) == 2


def test_the_pdf_has_the_same_figures_its_chinese_and_is_a_page_long(made: dict[str, bytes]) -> None:
    text = pdf_text(made["pdf"])
    told = set(NUMBER.findall(text))
    assert [one.key for one in EVERY if one.value is not None and one.text not in told] == []
    for said in ("惠邻超市", "需领导决策", "模拟", "存疑", "草稿", "1/1", "本期数据:到数 6 天"):
        assert said in text.replace("1 / 1", "1/1"), said


def test_marks_of_made_up_and_doubted_figures_stand_in_every_shape(made: dict[str, bytes]) -> None:
    for shape, text in texts(made).items():
        assert "模拟" in text and "存疑" in text, shape
    assert marked(ONTIME) == "88.9% [simulated]"
    with zipfile.ZipFile(BytesIO(made["xlsx"])) as book:
        assert "模拟" in book.read("xl/styles.xml").decode()


def test_texts_of_people_stay_texts(made: dict[str, bytes]) -> None:
    assert "<b>|粗|</b>" not in made["html"].decode()
    assert HOSTILE in texts(made)["html"] and HOSTILE in texts(made)["docx"] and HOSTILE in texts(made)["pptx"]
    assert "\\|粗\\|" in made["md"].decode()


def test_charts_of_powerpoint_can_be_edited_and_chinese_has_its_font(made: dict[str, bytes]) -> None:
    with zipfile.ZipFile(BytesIO(made["pptx"])) as deck:
        assert any(one.startswith("ppt/charts/chart") for one in deck.namelist())
        assert any(one.startswith("ppt/embeddings/") for one in deck.namelist())
        first, drawn = (deck.read(one).decode() for one in ("ppt/slides/slide1.xml", _chart(deck)))
    assert '<a:ea typeface="Microsoft YaHei"/>' in first
    assert '<c:min val="0' in drawn


def _chart(deck: zipfile.ZipFile) -> str:
    return min(one for one in deck.namelist() if one.startswith("ppt/charts/chart"))


def test_parts_follow_one_another_on_few_slides_and_nothing_leaves_a_slide(made: dict[str, bytes]) -> None:
    from pptx import Presentation

    slides = list(Presentation(BytesIO(made["pptx"])).slides)
    titles = [one.shapes.title.text_frame.text for one in slides]
    assert titles[1:3] == ["概述 · 结果", "结果 · 部门对销售额变化的贡献"]
    assert titles[3:] == ["销售额,最近 8 周 (元)", "结论 · 建议 · 需领导决策"]
    for slide in slides:
        bottoms = sorted((one.top, one.top + one.height) for one in slide.shapes if one.left == 548_640)
        assert all(below[0] >= above[1] - 1 for above, below in pairwise(bottoms)), slide.shapes.title.text_frame.text
        assert bottoms[-1][1] <= 6_858_000


def test_word_repeats_headings_describes_pictures_and_names_its_chinese_font(made: dict[str, bytes]) -> None:
    with zipfile.ZipFile(BytesIO(made["docx"])) as word:
        body, styles = word.read("word/document.xml").decode(), word.read("word/styles.xml").decode()
    assert all(one.find("<w:tblBorders") < one.find("<w:tblLook") for one in body.split("<w:tblPr>")[1:])
    assert "<w:tblHeader" in body and 'descr="销售额,最近 8 周"' in body
    assert 'w:eastAsia="Microsoft YaHei"' in styles


def test_an_address_outside_the_house_is_no_link() -> None:
    bad = [Figure("x", 1, "1", href=one) for one in ("https://evil.example/", "//evil.example/", "javascript:alert(1)")]
    document = Document("t", "s", "", (), "", (Part("p", "P", (Paragraph(words(*bad)),)),))
    assert "<a " not in render(document, "html").decode()


def test_an_english_report_speaks_english() -> None:
    document = replace(report(), language="en")
    text = render(document, "md").decode()
    assert "simulated" in text and "Draft, not issued" in text and "草稿" not in text


def test_number_formats_show_as_many_decimals_as_the_text() -> None:
    assert number_format(SALES) == "#,##0;-#,##0;#,##0"
    assert number_format(BAKED) == "#,##0.00;-#,##0.00;#,##0.00"
    assert number_format(TOTAL) == "#,##0.00;-#,##0.00;#,##0.00"  # shortened to 万 in the text, exact in the cell
    assert number_format(ONTIME).startswith('0.0%" [simulated]"')


def test_a_file_is_called_as_the_report() -> None:
    assert file_name(replace(report(), draft=False), "pdf") == "运营周报 第 46 周(11 月 9 日至 15 日).pdf"
    assert file_name(report(), "pdf") == "运营周报 第 46 周(11 月 9 日至 15 日) 草稿.pdf"
    assert file_name(replace(report(), title='a/b:"c'), "md").startswith("a-b-c ")


@override_settings(LANGUAGE_CODE="en")
def test_an_empty_report_is_still_a_file() -> None:
    document = Document("空", "", "", (), "", (Part("p", "P"),))
    for shape in ("html", "docx", "xlsx", "pptx", "md"):
        assert len(render(document, shape)) > 10
