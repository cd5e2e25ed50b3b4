"""Files as people have them, made in the test."""

from __future__ import annotations

import io
from typing import Any

import docx
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

HEAD = ["序号", "流程步骤", "责任岗位", "完成时限", "输出凭证", "注意事项", "系统"]
ROWS = [
    ["1", "提交退货申请", "运营专员", "1个工作日", "退货申请单；照片", "不收口头申请", "OMS"],
    ["2", "主管审批", "运营经理", "4个工作时", "", "", ""],
    ["", "", "", "", "审批记录", "金额超限要上报", ""],
    ["3", "通知仓库收货", "仓库管理员", "收到后2天内", "收货单", "", ""],
]


def word(build: Any) -> bytes:
    made = docx.Document()
    build(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def numbered(made: Any) -> None:
    made.add_heading("退货管理制度", 0)
    made.add_heading("第一章 总则", 1)
    made.add_paragraph("为规范退货，制定本制度。")
    made.add_heading("第二章 办理流程", 1)
    made.add_paragraph("1. 受理申请，由运营专员登记，1个工作日内完成。")
    made.add_paragraph("责任岗位：运营专员")
    made.add_paragraph("输出：退货申请单；照片")
    made.add_paragraph("2. 主管审批")
    made.add_paragraph("责任人：运营经理")
    made.add_paragraph("时限：4小时")
    made.add_paragraph("注意：超过500元要上报")
    made.add_paragraph("3. 通知仓库")
    made.add_paragraph("电话通知，并在系统登记。")
    made.add_heading("第三章 附则", 1)
    made.add_paragraph("本制度由运营部解释。")


def table(made: Any) -> None:
    made.add_paragraph("退货流程")
    made.add_paragraph("适用于全部门店。")
    grid = made.add_table(rows=1 + len(ROWS), cols=len(HEAD))
    for i, row in enumerate([HEAD, *ROWS]):
        for j, cell in enumerate(row):
            grid.cell(i, j).text = cell
    for column in range(4):  # the second step spans two rows
        grid.cell(2, column).merge(grid.cell(3, column))
    made.add_paragraph("附：本表每年修订。")


def headings(made: Any) -> None:
    made.add_heading("新品上架办法", 1)
    for title, text in (
        ("提报新品", "由运营专员提交资料。"),
        ("审核资质", "3个工作日内答复。"),
        ("上架", "写好标题。"),
    ):
        made.add_heading(title, 2)
        made.add_paragraph(text)


def listed(made: Any) -> None:
    made.add_paragraph("交接班流程")
    for text in ("清点现金", "核对库存", "签字交接"):
        made.add_paragraph(text, style="List Number")


def excel(rows: list[list[Any]], *, merged: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("流程")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    if merged:
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, "退货流程（2026版）")
    book.close()
    return out.getvalue()


def titled() -> bytes:
    return excel([["退货流程（2026版）"], ["编制：运营部"], HEAD, *ROWS, ["备注：每年修订"]], merged=True)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
