"""A company's own Word template: what it may ask for, what it is told when it is wrong, whose styles the body has."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from opsloop.base.things.errors import Refused
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.rendering import WordTemplate, render
from opsloop.modules.reports.rendering.saying import marked
from opsloop.modules.reports.rendering.tests.sample import EVERY, HOSTILE, report

EXAMPLE = Path(__file__).parents[5] / "examples" / "report-template.docx"
REPORT = replace(report(), author="张睿", issuer="李航")
BARE = replace(REPORT, parts=tuple(replace(one, blocks=one.blocks[:1]) for one in REPORT.parts[2:]), warning="")


def made(*lines: str, head: str = "", change: Callable[[Any], None] | None = None) -> bytes:
    """A template of these lines. A line with \\x1f in it is written in several runs, as Word does."""
    from docx import Document as Word

    word = Word()
    for line in lines:
        paragraph = word.add_paragraph()
        for some in line.split("\x1f"):
            paragraph.add_run(some)
    if head:
        word.sections[0].header.paragraphs[0].text = head
    if change is not None:
        change(word)
    held = BytesIO()
    word.save(held)
    return held.getvalue()


def filled(template: bytes, document: Document = BARE, name: str = "周报.docx") -> Any:
    from docx import Document as Word

    return Word(BytesIO(render(document, "docx", WordTemplate(name, template))))


def fault(template: bytes, document: Document = BARE) -> str:
    with pytest.raises(Refused) as caught:
        filled(template, document)
    return str(caught.value)


def lines(word: Any) -> list[str]:
    return [one.text for one in word.paragraphs]


def test_words_and_body_stand_where_the_template_has_them() -> None:
    given = ("关于{{ 期\x1f间 }}的{{ title }}", "撰写:{{ 撰写 }} 签发:{{ issuer }}", "{{p 正文 }}", "联系电话 400-000")
    word = filled(made(*given, head="{{ company }} {{ 编号 }}"))
    text = lines(word)
    assert text[0] == "关于第 46 周(11 月 9 日至 15 日)的运营周报"
    assert text[1] == "撰写:张睿 签发:李航" and text[-1] == "联系电话 400-000"
    assert text.index("结论") < text.index("需领导决策")
    assert word.sections[0].header.paragraphs[0].text == "惠邻超市 YYZB-2026-46"
    assert word.core_properties.title.startswith("运营周报")


def test_body_alone_on_its_line_needs_no_p() -> None:
    assert lines(filled(made("{{ bo\x1fdy }}"))) == lines(filled(made("{{p body }}")))


def test_the_whole_report_with_pictures_and_marks_is_a_file_that_opens_again() -> None:
    template = made("{{ title }}", "{{p body }}", "{% for one in marks %}{{ one }} {% endfor %}")
    word = filled(template, REPORT)
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*lines(word), *cells])
    assert [one.key for one in EVERY if one.value is not None and one.text not in text] == []
    assert HOSTILE in text and "模拟" in text
    assert len(word.inline_shapes) == 1
    pictures = word.element.body.xpath(".//wp:docPr/@id")
    assert len(pictures) == len(set(pictures)) == 1
    assert text.startswith("本期数据:到数 6 天")  # the template does not ask for it


def test_the_styles_of_the_template_are_those_of_the_body() -> None:
    def look(word: Any) -> None:
        from docx.shared import Cm, Pt

        word.styles["Heading 1"].font.size = Pt(31)
        word.styles["Heading 1"].font.name = "SimHei"
        word.sections[0].left_margin = word.sections[0].right_margin = Cm(5)

    word = filled(made("{{p body }}", change=look), REPORT)
    heads = [one for one in word.paragraphs if one.text == "结果"]
    assert [(one.style.name, one.style.font.name) for one in heads] == [("Heading 1", "SimHei")]
    assert heads[0].runs[0].font.size is None
    assert {table.style.name for table in word.tables} == {"Table Grid"}
    room = word.sections[0].page_width - 2 * word.sections[0].left_margin
    assert all(sum(cell.width or 0 for cell in table.rows[0].cells) <= room + 5 for table in word.tables)
    assert word.inline_shapes[0].width <= room


def test_a_template_without_those_styles_gets_bold_headings_and_lines() -> None:
    def bare(word: Any) -> None:
        for name in ("Heading 1", "Table Grid"):
            word.styles[name].delete()

    word = filled(made("{{p body }}", change=bare), REPORT)
    assert [one.runs[0].bold for one in word.paragraphs if one.text == "结果"] == [True]
    assert all(table._tbl.tblPr.xpath("w:tblBorders") for table in word.tables)


def test_parts_and_figures_stand_alone_or_in_turn() -> None:
    head = 'SALES {{ figure("sales") }}'
    word = filled(made(head, "{{p part.conclusion.body }}", "{{p part.advice }}"), REPORT)
    text = lines(word)
    assert f"SALES {marked(EVERY[0])}" in text and "结论" not in text and "建议" in text and "结果" not in text
    turned = filled(made("{%p for one in parts %}", "◆ {{ one.title }}", "{{p one.body }}", "{%p endfor %}"))
    assert [one for one in lines(turned) if one.startswith("◆")] == ["◆ 结论", "◆ 建议", "◆ 需领导决策"]


def test_every_page_of_a_draft_says_so_and_that_of_an_issued_report_does_not() -> None:
    def first_page(word: Any) -> None:
        word.sections[0].different_first_page_header_footer = True

    template = made("{{p body }}", head="本公司", change=first_page)
    for draft in (True, False):
        section = filled(template, replace(BARE, draft=draft)).sections[0]
        for header in (section.header, section.first_page_header):
            assert ("草稿" in "".join(one.text for one in header.paragraphs)) is draft
    once = filled(made("{{p body }}", head="{{ 状态 }}")).sections[0].header
    assert "".join(one.text for one in once.paragraphs).count("草稿") == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("{{ titel }}", "{{p body }}"), ("main text", "“{{ titel }}”", "no placeholder titel", "title")),
        (("{{ title }",), ("main text", "“{{ title }”", "two braces")),
        (("{{ title | shout }}", "{{p body }}"), ("“{{ title | shout }}”", "shout")),
        (("{{ title }}",), ("no place for the text", "{{p body }}")),
        (("Text: {{ body }}",), ("a line of its own", "{{p body }}")),
        (('{{ figure("sale") }}', "{{p body }}"), ("no figure sale", "sales")),
        (("{{p part.summary }}",), ("no part.summary", "part.conclusion")),
        (("a", "{{ title.first.last }}", "{{p body }}"), ("“{{ title.first.last }}”", "first")),
        (("{{ title.__class__.mro() }}", "{{p body }}"), ("unsafe",)),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(given: tuple[str, ...], told: tuple[str, ...]) -> None:
    with override("en"):
        said = fault(made(*given), replace(REPORT, language="en"))
    assert said.startswith("周报.docx") and all(one in said for one in told), said


def test_a_fault_in_the_header_is_said_to_stand_there_in_chinese() -> None:
    said = fault(made("{{p body }}", head="{{ 公 司 }}"))
    assert "页眉" in said and "{{ 公 司 }}" in said


def test_what_is_no_word_file_is_refused() -> None:
    empty = BytesIO()
    with zipfile.ZipFile(empty, "w") as held:
        held.writestr("[Content_Types].xml", "<Types/>")
    for content in (b"PK nothing", b"%PDF-1.7", empty.getvalue()):
        assert "Word" in fault(content)


def test_the_example_is_filled_with_nothing_left_to_fill() -> None:
    content = render(REPORT, "docx", WordTemplate(EXAMPLE.name, EXAMPLE.read_bytes()))
    with zipfile.ZipFile(BytesIO(content)) as word:
        every = b"".join(word.read(one) for one in word.namelist() if one.endswith(".xml")).decode()
    assert not re.search(r"\{\{(?! 7)|\{%", re.sub(r"<[^>]+>", "", every).replace("{{ 7*7", ""))
    for said in ("惠邻超市", "张睿", "李航", "YYZB-2026-46", "需领导决策"):
        assert said in every


def test_other_shapes_do_not_ask_for_the_template() -> None:
    assert render(BARE, "md", WordTemplate("x.docx", b"")) == render(BARE, "md")
