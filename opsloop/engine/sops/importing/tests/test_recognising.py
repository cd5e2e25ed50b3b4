"""From a file to proposed steps: several layouts, and nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from opsloop.base.files.models import Stored
from opsloop.base.things.errors import Refused
from opsloop.engine.sops.importing.composing import match, named, position_of, values_of
from opsloop.engine.sops.importing.documents import Document, read
from opsloop.engine.sops.importing.documents import Table as Grid
from opsloop.engine.sops.importing.documents import Text as Line
from opsloop.engine.sops.importing.recognising import Proposal, recognise
from opsloop.engine.sops.importing.tests import files
from opsloop.engine.sops.importing.understanding import limit_in, meaning

PAPERS = ["退货申请单", "照片"]
POSITIONS = {"operations-specialist": "运营专员", "operations-manager": "运营经理", "store-manager": "门店店长"}


class Kept(Stored):
    """A file outside of the store, for reading."""

    class Meta:
        proxy = True
        app_label = "files"

    where: Path

    @property
    def path(self) -> Path:
        return self.where


def document(tmp_path: Path, name: str, data: bytes) -> Document:
    kept = Kept(name=name, size=len(data))
    kept.where = tmp_path / name
    kept.where.write_bytes(data)
    return read(kept)


def proposal(tmp_path: Path, name: str, data: bytes) -> Proposal:
    return recognise(document(tmp_path, name, data), Path(name).stem)


def everything(found: Proposal) -> str:
    values = values_of(found.title, "operations-manager", found.steps, found.rest, POSITIONS)
    return str(values)


def test_numbered_paragraphs_with_lines_below_are_steps(tmp_path: Path) -> None:
    found = proposal(tmp_path, "退货.docx", files.word(files.numbered))
    match(found.steps, POSITIONS)
    assert found.title == "退货管理制度"
    assert [one.title for one in found.steps] == ["受理申请", "主管审批", "通知仓库"]
    first, second, third = found.steps
    assert (first.position, first.within, first.evidence) == (
        "operations-specialist",
        "1 working day",
        ["退货申请单", "照片"],
    )
    assert (second.position, second.within, second.mistakes) == ("operations-manager", "4 hours", ["超过500元要上报"])
    assert second.approval and not first.approval
    assert third.text == ["电话通知，并在系统登记。"]
    for text in ("总则", "为规范退货", "本制度由运营部解释"):
        assert text in found.rest


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_table_is_steps_by_the_names_of_its_columns_with_merged_cells(tmp_path: Path, kind: str) -> None:
    data = files.word(files.table) if kind == "docx" else files.titled()
    found = proposal(tmp_path, f"退货.{kind}", data)
    unknown = match(found.steps, POSITIONS)
    assert [one.title for one in found.steps][:3] == ["提交退货申请", "主管审批", "通知仓库收货"]
    assert unknown == ["仓库管理员"]
    first, second, third = found.steps[:3]
    assert first.evidence == ["退货申请单", "照片"] and first.mistakes == ["不收口头申请"]
    assert first.text == ["系统：OMS"], "a column that nobody knows is text"
    assert second.approval and second.within == "4 working hours"
    assert second.evidence == ["审批记录"] and second.mistakes == ["金额超限要上报"], "the merged row belongs to it"
    assert third.within == "2 days" and "完成时限：收到后2天内" in third.text
    told = everything(found)
    for text in ("仓库管理员", "每年修订", "OMS", "适用于全部门店" if kind == "docx" else "编制：运营部"):
        assert text in told, text


def test_headings_and_word_s_own_numbers_are_steps(tmp_path: Path) -> None:
    found = proposal(tmp_path, "新品.docx", files.word(files.headings))
    assert [one.title for one in found.steps] == ["提报新品", "审核资质", "上架"]
    assert found.steps[0].who == "运营专员" and found.steps[1].within == "3 working days"
    found = proposal(tmp_path, "交接.docx", files.word(files.listed))
    assert [one.title for one in found.steps] == ["清点现金", "核对库存", "签字交接"]


def test_every_word_of_a_file_is_found_again(tmp_path: Path) -> None:
    for name, data in (
        ("a.docx", files.word(files.numbered)), ("b.docx", files.word(files.table)),
        ("c.docx", files.word(files.headings)),
        ("d.docx", files.word(files.listed)), ("e.xlsx", files.titled()),
    ):  # fmt: skip
        read_, found = document(tmp_path, name, data), proposal(tmp_path, name, data)
        match(found.steps, POSITIONS)
        told = everything(found) + str(POSITIONS)
        for part in read_.parts:
            cells = (
                [part.text] if isinstance(part, Line) else [c for row in part.rows for c in row if c not in files.HEAD]
            )
            for cell in (one for one in cells if one not in files.HEAD):
                words = [one for one in re.split(r"[\s；;：:，。、.\d]+", cell) if one and one not in WELL_KNOWN]
                lost = [w for w in words if w not in told]
                assert not lost, (name, lost)


WELL_KNOWN = {"责任岗位", "责任人", "输出", "时限", "注意", "个工作日", "个工作时", "小时"}
"""Names of what has a field of its own, and limits, which stand in the file's own words."""


def test_a_table_without_known_columns_is_text_until_somebody_says_what_they_mean() -> None:
    grid = Grid((("甲", "乙"), ("收货", "店长"), ("上架", "店长")))
    found = recognise(Document((Line("说明"), grid)))
    assert found.steps == [] and "收货" in found.rest
    found = recognise(Document((Line("说明"), grid)), "", {(0, 0): "title", (0, 1): "who"})
    assert [(one.title, one.who) for one in found.steps] == [("收货", "店长"), ("上架", "店长")]


def test_a_table_whose_columns_nobody_knows_is_offered_with_the_names_of_its_columns() -> None:
    grid = Grid((("2026年活动安排", ""), ("甲", "工期"), ("定主题", "3天")))
    (columns,) = recognise(Document((grid,))).columns
    assert (columns.head, columns.names, columns.means) == (1, ("甲", "工期"), ("", "within"))
    found = recognise(Document((grid,)), "", {(0, 0): "title", (0, 1): "within"})
    assert [(one.title, one.within) for one in found.steps] == [("定主题", "3 days")]
    assert "2026年活动安排" in recognise(Document((grid,))).rest


def test_one_column_alone_that_could_be_a_step_s_title_makes_no_steps() -> None:
    grid = Grid((("流程", "版本"), ("退货", "V1"), ("换货", "V2")))
    found = recognise(Document((grid,)))
    assert found.steps == [] and found.columns[0].means == ("", "")


def test_a_plan_of_tasks_with_who_answers_and_who_approves_is_steps() -> None:
    head = ("阶段", "任务名称", "主责(R)", "批准(A)", "咨询(C)", "工期", "交付物")
    grid = Grid((head, ("策划", "确定主题", "运营专员", "运营经理", "内容编辑", "3天", "策划案")))
    (one,) = recognise(Document((grid,))).steps
    assert (one.title, one.who, one.accountable, one.within) == ("确定主题", "运营专员", "运营经理", "3 days")
    assert one.evidence == ["策划案"] and one.text == ["阶段：策划", "咨询(C)：内容编辑"]


@pytest.mark.parametrize(
    ("column", "cell", "within", "text"),
    [
        ("时限（工作日）", "2", "2 working days", []),
        ("完成时限(小时)", "0.5", "0.5 hours", []),
        ("时限/天", "3", "3 days", []),
        ("时限（工作日）", "4小时", "4 hours", []),
        ("时限", "2", "", ["时限：2"]),
        ("时限（工作日）", "当日", "", ["时限（工作日）：当日"]),
    ],
)
def test_a_bare_number_is_a_limit_in_the_unit_of_its_column(
    column: str, cell: str, within: str, text: list[str]
) -> None:
    grid = Grid((("步骤", "责任人", column), ("付款", "财务负责人", cell)))
    (one,) = recognise(Document((grid,))).steps
    assert (one.within, one.text) == (within, text)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("惠邻超市有限公司", "门店退换货管理制度", "文件编号：HL-012"), "门店退换货管理制度"),
        (("惠邻超市", "采购付款流程（2026版）"), "采购付款流程（2026版）"),
        (("盘点说明", "一、盘点流程", "按月盘点。"), "盘点说明"),
        (("新品上架", "为规范上架，特制定本制度。"), "新品上架"),
    ],
)
def test_the_title_is_the_line_that_names_a_rule_not_the_company_above_it(lines: tuple[str, ...], title: str) -> None:
    assert recognise(Document(tuple(Line(one) for one in lines))).title == title


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("责任岗位", "who"),
        ("完成时限（工作日）", "within"),
        ("主要工作步骤", "title"),
        ("风险点提示", "mistakes"),
        ("备注", ""),
    ],
)
def test_columns_are_known_by_their_names(name: str, means: str) -> None:
    assert meaning(name) == means


@pytest.mark.parametrize(
    ("text", "limit"),
    [("2个工作日内", "2 working days"), ("24小时", "24 hours"), ("接单后30分钟内答复", "30 minutes"), ("每月5日前", ""),
     ("尽快", ""), ("三天内", "3 days")],
)  # fmt: skip
def test_limits_are_read_out_of_sentences(text: str, limit: str) -> None:
    with override("zh-hans"):
        assert limit_in(text) == limit


def test_positions_are_found_by_the_same_a_part_or_a_like_name() -> None:
    assert position_of("运营专员", POSITIONS) == "operations-specialist"
    assert position_of("店长", POSITIONS) == "store-manager"
    assert position_of("运营部经理", POSITIONS) == "operations-manager"
    assert position_of("仓库管理员", POSITIONS | {"admin": "系统管理员"}) == "", "a shared word is not a name"
    assert position_of("财务", POSITIONS) == "" and position_of("", POSITIONS) == ""
    assert named("运营专员、门店店长和财务") == ["运营专员", "门店店长", "财务"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.docx", b"PK\x03\x04broken"), ("a.xlsx", b"PK\x03\x04broken"), ("a.doc", b"x"), ("a.pdf", b"%PDF-"),
     ("a.docx", files.word(lambda made: None)), ("a.xlsx", files.excel([]))],
)  # fmt: skip
def test_bad_files_are_refused_with_the_remedy(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(Refused):
        document(tmp_path, name, data)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        document(tmp_path, "a.xlsx", files.excel([["x"]] * 2100))
