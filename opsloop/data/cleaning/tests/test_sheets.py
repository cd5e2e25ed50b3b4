"""Excel files with several sheets, some of which nobody sees, and the long numbers that cells cannot hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import excel
from opsloop.data.cleaning.readers.looking import look
from opsloop.data.cleaning.reading import Unreadable

CONTRACT = Contract("t", (Rule("no", headings=("订单编号",)), Rule("sales", "money", headings=("金额",))), key=("no",))
HEAD = ["订单编号", "金额"]
Rows = Sequence[Sequence[object]]


def book(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return path


def numbers(path: Path, sheet: str = "") -> list[str]:
    with connected(path.parent, "200MB") as con:
        reading = excel.read(path, CONTRACT, path.parent, sheet=sheet)
        found = con.execute(f"select {reading.columns['no']} from {reading.relation}").fetchall()
    return [one for (one,) in found]


def test_what_is_hidden_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    sheets = {"去年": [HEAD, ["OLD", 1]], "订单": [HEAD, ["A1", 2]]}
    path = book(tmp_path / "t.xlsx", sheets, hidden=["去年"])
    assert numbers(path) == ["A1"] and numbers(path, "去年") == ["OLD"]
    found = look(path, "t.xlsx", tmp_path)
    assert (found.sheet, found.sheets) == ("订单", ("订单",))


def test_a_sheet_of_notes_before_the_rows_is_passed_over(tmp_path: Path) -> None:
    sheets = {"说明": [["本表由系统导出"]], "空": [], "订单": [HEAD, ["A1", 2]], "退货": [["退货单", "数"], ["T1", 5]]}
    path = book(tmp_path / "t.xlsx", sheets)
    assert numbers(path) == ["A1"]
    with pytest.raises(Unreadable, match="no_headings"):
        numbers(path, "说明")
    with pytest.raises(Unreadable, match="there=本表由系统导出"):
        numbers(book(tmp_path / "u.xlsx", {"说明": [["本表由系统导出"]], "退货": sheets["退货"]}))


def test_a_sheet_whose_columns_are_renamed_does_not_give_way_to_another(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", {"订单": [["订单编号", "实付"], ["A1", 2]], "退货": [HEAD, ["T1", 5]]})
    with pytest.raises(Unreadable, match="column_missing"):
        numbers(path)


def test_long_numbers_show_that_they_lost_their_last_digits(tmp_path: Path) -> None:
    long = [261103000123, 2611030001234567, 2611030001234560, 260000000012345678]
    path = book(tmp_path / "t.xlsx", {"订单": [HEAD, *([one, 1] for one in long)]})
    short = ["2.61103000123456E+15", "2.60000000012346E+17"]
    assert numbers(path)[0] == "261103000123" and numbers(path)[2:] == short


def test_rows_on_several_sheets_are_not_left_unread(tmp_path: Path) -> None:
    months: dict[str, Rows] = {"1月": [HEAD, ["A1", 2]], "2月": [HEAD, ["A2", 3]]}
    path = book(
        tmp_path / "t.xlsx",
        {"说明": [["本表由系统导出"]], **months, "模板": [HEAD], "退货": [["退货单", "数"], ["T1", 5]]},
    )
    with pytest.raises(Unreadable, match="names=1月, 2月"):
        numbers(path)
    assert numbers(path, "2月") == ["A2"]
    assert numbers(book(tmp_path / "u.xlsx", {"模板": [HEAD], "1月": months["1月"]})) == ["A1"]
    assert numbers(book(tmp_path / "v.xlsx", {"模板": [HEAD]})) == []
