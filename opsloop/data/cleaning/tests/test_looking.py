"""Files of which nothing is known: where the headings are, whatever stands above and below them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from opsloop.data.cleaning.contract import Contract, Remembered, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.readers.headings import fingerprint, known, mapped
from opsloop.data.cleaning.readers.looking import Looked, likeliest, look
from opsloop.data.cleaning.reading import Unreadable

ROWS = "单号,日期,金额\n" + "".join(f"D{n},2026-11-0{n},{n}.50\n" for n in range(1, 6))


def cells(found: Looked, folder: Path) -> list[tuple[str, ...]]:
    with connected(folder, "200MB") as con:
        query = f"select {', '.join(found.cells)} from {found.reading.relation}"
        return con.execute(query).fetchall()


def looked(tmp_path: Path, name: str, content: bytes, **manner: int) -> tuple[Looked, list[tuple[str, ...]]]:
    file, folder = tmp_path / "file", tmp_path / "made"
    file.write_bytes(content)
    folder.mkdir()
    found = look(file, name, folder, Manner(**manner))  # type: ignore[arg-type]
    return found, cells(found, folder)


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", ROWS.encode(), 1),
        ("a.csv", ROWS.encode("gb18030"), 1),
        ("a.csv", ("\ufeff门店日报\n导出时间：2026-11-20 08:00\n\n" + ROWS).encode(), 4),
        ("a.txt", ROWS.replace(",", ";").encode(), 1),
        ("a.tsv", ROWS.replace(",", "\t").encode(), 1),
        ("a.csv.gz", gzip.compress(ROWS.encode(), mtime=0), 1),
    ],
)
def test_headings_are_found(tmp_path: Path, name: str, content: bytes, line: int) -> None:
    found, rows = looked(tmp_path, name, content)
    assert (found.headings, found.line) == (("单号", "日期", "金额"), line)
    assert len(rows) == 5 and rows[0] == ("D1", "2026-11-01", "1.50")


def test_a_note_below_the_table_is_no_heading(tmp_path: Path) -> None:
    found, rows = looked(tmp_path, "a.csv", (ROWS + "以上数据仅供内部参考,请勿外传,谢谢\n").encode())
    assert found.line == 1 and len(rows) == 6


def test_a_person_may_say_where_they_are(tmp_path: Path) -> None:
    text = "甲,乙,丙\n" + ROWS
    assert looked(tmp_path, "a.csv", text.encode(), skip=1)[0].headings == ("单号", "日期", "金额")


def test_sheets_are_named_and_chosen(tmp_path: Path) -> None:
    path, folder = tmp_path / "b.xlsx", tmp_path / "made"
    folder.mkdir()
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "说明文字")
        sheet = book.add_worksheet("数据")
        sheet.merge_range(0, 0, 0, 2, "十一月")
        for row, line in enumerate(ROWS.splitlines(), 1):
            sheet.write_row(row, 0, line.split(","))
    first = look(path, "b.xlsx", folder)
    assert (first.sheet, set(first.sheets)) == ("说明", {"说明", "数据"})
    found = look(path, "b.xlsx", folder, Manner(sheet="数据"))
    assert (found.headings, found.line) == (("单号", "日期", "金额"), 2)
    assert cells(found, folder)[4] == ("D5", "2026-11-05", "5.50")


def test_parquet_whose_names_are_no_text_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"amount": [1, 2]}), tmp_path / "p.parquet")
    spoiled = (tmp_path / "p.parquet").read_bytes().replace(b"amount", b"am\x90unt")
    with pytest.raises(Unreadable) as refused:
        looked(tmp_path, "p.parquet", spoiled)
    assert refused.value.code == "broken_parquet"


def test_parquet_and_json_have_their_names(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1, 2], "v": [1.5, None]}), tmp_path / "p.parquet")
    found, rows = looked(tmp_path, "p.parquet", (tmp_path / "p.parquet").read_bytes())
    assert found.headings == ("id", "v") and rows == [("1", "1.5"), ("2", None)]
    (tmp_path / "made").rmdir()
    found, rows = looked(tmp_path, "j.jsonl", b'{"id": 1, "who": {"name": "x"}}\n{"id": 2}\n')
    assert found.headings == ("id", "who", "who.name") and rows[1] == ("2", None, None)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"), ("a.csv", b"\n\n ", "empty"), ("a.csv", b"a\0b", "binary"),
        ("a.csv", gzip.compress(b"a,b\n1,2\n", mtime=0), "packed"),
        ("a.gz", gzip.compress(b"a,b\n" * 99, mtime=0)[:-9], "cut_off"),
        ("a.xlsx", b"PK\x03\x04rest", "cut_off_excel"), ("a.xls", b"\xd0\xcf\x11\xe0rest", "old_excel"),
        ("a.parquet", b"PAR1rest", "broken_parquet"), ("a.jsonl", b"[1, 2", "broken_json"),
        ("a.jsonl", b"1\n", "no_objects"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as raised:
        looked(tmp_path, name, content)
    assert raised.value.code == code


def test_of_rows_alike_the_first_is_the_headings() -> None:
    assert likeliest([["姓名", "城市"], ["张三", "上海"], ["李四", "北京"]])[0] == 0
    assert likeliest([["x"]]) == (0, 0.5)


def test_what_was_said_of_a_set_of_headings_goes_before_names() -> None:
    contract = Contract("t", (Rule("a", headings=("甲",)), Rule("b", headings=("乙",), default="0")))
    said = Contract("t", contract.columns, remembered=(Remembered(fingerprint(["丙", " 甲 "]), {"a": "丙", "b": ""}),))
    assert mapped(said, ["甲", "丙"]).columns == {"a": 1}
    assert mapped(said, ["甲", "丙"]).ignored == ("甲",)
    assert known(said, ["丙", "甲"]) == 2 and known(contract, ["丙", "甲"]) == 1
    assert mapped(said, ["甲", "乙"]).columns == {"a": 0, "b": 1}, "another set is read by names"
