"""What is proposed for a new source out of a file's headings and cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import department, make
from opsloop.data.imports import whose, words
from opsloop.data.imports.guessing import Known, column_names, guess, ident_of, pattern_of, title_of
from opsloop.data.imports.looking import Look, look_at

HERE = Known(zone="Asia/Shanghai")


def look(tmp_path: Path, text: str, name: str = "a.csv") -> Look:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return Look.read(json.loads(json.dumps(look_at(path, name).plain())))


def one_type(tmp_path: Path, heading: str, *cells: str, zone: str = "Asia/Shanghai") -> dict[str, Any]:
    text = f"{heading}\tother\n" + "".join(f"{cell}\tx\n" for cell in cells)
    _ident, values = guess(look(tmp_path, text, "a.tsv"), "a.tsv", "data-analyst", Known(zone=zone))
    return dict(next(iter(values["columns"].values())))


@pytest.mark.parametrize(
    ("heading", "cells", "wanted"),
    [
        ("数量", ["1", "20", "3"], "integer"), ("数量", ["1", "2.5"], "number"), ("金额", ["1", "20"], "money"),
        ("x", ["￥1.50", "¥2"], "money"), ("毛利率", ["12%", "5.5%"], "number"), ("数", ["1.50", "1,200.00"], "number"),
        ("订单编号", ["1001", "1002"], "text"), ("门店", ["001", "002"], "text"), ("备注", ["好", "12"], "text"),
        ("x", ["1234567890123456", "2234567890123456"], "text"), ("是否会员", ["是", "否"], "boolean"),
        ("日期", ["2026-01-31", "2026/2/1"], "date"), ("日期", ["2026年1月31日"], "date"),
        ("x", ["2026-01-31 8:00"], "datetime"), ("日期", ["20260131", "20260201"], "date"),
        ("数", ["20260131", "20260201"], "integer"), ("空", ["", ""], "text"), ("数量", ["-", "5", "--"], "integer"),
        ("日期", ["`2026-01-31"], "date"), ("x", ["13:00", "14:00"], "text"),
    ],
)  # fmt: skip
def test_types_by_what_nearly_all_cells_are(tmp_path: Path, heading: str, cells: list[str], wanted: str) -> None:
    assert one_type(tmp_path, heading, *cells)["type"] == wanted


def test_one_wrong_cell_in_a_hundred_does_not_change_the_type(tmp_path: Path) -> None:
    assert one_type(tmp_path, "数量", *["5"] * 99, "五")["type"] == "integer"
    assert one_type(tmp_path, "数量", *["5"] * 9, "五")["type"] == "text"


@pytest.mark.parametrize(
    ("cells", "zone", "form"),
    [
        (["03/25/2026", "04/01/2026"], "Asia/Shanghai", "%m/%d/%Y"), (["25/03/2026"], "Asia/Shanghai", "%d/%m/%Y"),
        (["03/04/2026"], "Asia/Shanghai", "%d/%m/%Y"), (["03/04/2026"], "America/New_York", "%m/%d/%Y"),
        (["25.03.2026"], "Asia/Shanghai", "%d.%m.%Y"), (["25/03/2026 08:00"], "Asia/Shanghai", "%d/%m/%Y %H:%M"),
    ],
)  # fmt: skip
def test_days_that_begin_with_day_or_month(tmp_path: Path, cells: list[str], zone: str, form: str) -> None:
    assert one_type(tmp_path, "x", *cells, zone=zone)["format"] == form


@pytest.mark.parametrize(
    ("heading", "cells", "wanted"),
    [("手机", ["1"], "contact"), ("x", ["13800000000"], "contact"), ("收货人", ["x"], "identity"),
     ("x", ["11010519491231002X"], "identity"), ("基本工资", ["1"], "pay"), ("门店", ["x"], None)],
)  # fmt: skip
def test_personal_data_by_heading_and_cells(tmp_path: Path, heading: str, cells: list[str], wanted: str | None) -> None:
    assert one_type(tmp_path, heading, *cells).get("personal") == wanted


def test_ids_are_what_the_house_calls_it_or_words_or_places() -> None:
    known = Known({"单据号": "ticket_id"}, {"流程单": "case"}, (), "")
    headings = ["单据号", "Unit Price (USD)", "下单时间", "门店名称", "门店名称2", "流程单编号", "怪词", "day", "day"]
    assert column_names(headings, known) == [
        "ticket_id", "unit_price_usd", "ordered_time", "store_name", "store_name_2", "case_id", "column_7", "day_of",
        "day_of_2",
    ]  # fmt: skip


def test_key_and_day_are_proposed(tmp_path: Path) -> None:
    rows = "".join(f"D{n},2026-11-{n % 28 + 1:02d},店{n % 3},{n}.5\n" for n in range(60))
    ident, values = guess(look(tmp_path, f"单据编号,营业日期,门店,金额\n{rows}"), "门店台账2026-11.csv", "buyer", HERE)
    assert (ident, values["title"], values["owner"]) == ("store-register", "门店台账", "buyer")
    assert values["key"] == ["document_id"] and values["time"] == "business_day" and "brings" not in values
    assert values["arrives"] == {"drop": "门店台账*"} and values["currency"] == "CNY" and values["every"] == "never"
    assert values["columns"]["amount"] == {"type": "money", "title": "金额", "required": True}


def test_two_columns_together_may_be_the_key(tmp_path: Path) -> None:
    rows = "".join(f"{n % 10},{n // 10},5\n" for n in range(60))
    _ident, values = guess(look(tmp_path, f"订单编号,商品编码,件数\n{rows}"), "a.csv", "buyer", HERE)
    assert values["key"] == ["order_id", "product_code"]


def test_a_row_of_totals_and_dashes_take_neither_key_nor_type_away(tmp_path: Path) -> None:
    rows = "".join(f"{a},{b},{n}.50,-\n" for n, (a, b) in enumerate(((a, b) for a in "甲乙丙" for b in "子丑寅"), 1))
    found = look(tmp_path, f"门店,品类,销售额,退款\n{rows}合计,,45.00,3.00\n")
    _ident, values = guess(found, "a.csv", "data-analyst", HERE)
    assert found.rows == 9 and len(values["key"]) == 2
    assert [one["type"] for one in values["columns"].values()] == ["text", "text", "money", "text"]


def test_without_a_key_a_file_brings_its_days_or_everything(tmp_path: Path) -> None:
    day = "日期,数量\n" + "2026-01-01,5\n" * 4
    assert guess(look(tmp_path, day), "a.csv", "buyer", HERE)[1]["brings"] == "days"
    assert guess(look(tmp_path, "区域,数量\n" + "东,5\n" * 4), "a.csv", "buyer", HERE)[1]["brings"] == "whole"


@pytest.mark.parametrize(
    ("name", "title", "ident", "pattern"),
    [
        ("sales_2026-11-20.csv.gz", "sales", "sales", "sales*"), ("20261101-20261130.xlsx", "20261101-20261130",
         "sheet", "sheet*"), ("巡店记录（1）.xlsx", "巡店记录", "store-visits-records", "巡店记录*"),
        ("怪名.xlsx", "怪名", "sheet", "怪名*"),
    ],
)  # fmt: skip
def test_names_of_files(name: str, title: str, ident: str, pattern: str) -> None:
    assert (title_of(name), ident_of(name, HERE), pattern_of(name, ident)) == (title, ident, pattern)


def test_a_taken_id_gets_a_number(tmp_path: Path) -> None:
    known = Known(idents=("sales", "sales-2"))
    assert guess(look(tmp_path, "a,b\n1,2\n"), "sales.csv", "buyer", known)[0] == "sales-3"


def test_every_word_is_an_id() -> None:
    for word, said in words.WORDS.items():
        assert words.slug_of(said) == said, word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("head", "cells", "wanted"),
    [
        ("门店编号,员工工号", "north,G7", {"department": "store_id"}), ("门店编号,员工工号", "x1,G7", {"person": 1}),
        ("门店编号,金额", "x1,5", {"department": "store_id"}), ("归属,金额", "north,5", {"department": 0}),
        ("门店,金额", "北店,5", {}), ("单号,备注", "1,好", {}),
    ],
)  # fmt: skip
def test_whose_rows_are_proposed_by_codes_and_staff_numbers(
    tmp_path: Path, head: str, cells: str, wanted: dict[str, Any]
) -> None:
    department("north")
    make(Person, number="G7", name="Guo")
    seen = look(tmp_path, f"{head}\n{cells}\n")
    _ident, values = guess(seen, "a.csv", "data-analyst", Known(zone="Asia/Shanghai"))
    names = list(values["columns"])
    assert whose.proposed(seen, values["columns"]) == {
        way: names[said] if isinstance(said, int) else said for way, said in wanted.items()
    }


@pytest.mark.parametrize(
    "said", [{}, {"everyone": True}, {"department": "a"}, {"person": "b"}, {"department": "a", "person": "b"}]
)
def test_whose_rows_they_are_comes_back_from_the_form(said: dict[str, Any]) -> None:
    choice = whose.told(said)
    assert whose.read(choice) == said
    assert choice in [one.value for one in whose.choices([("a", "A", "text"), ("b", "B", "integer")], choice)]
    assert "department=c" not in [one.value for one in whose.choices([("c", "C", "money")], "")]
