"""Rosters from XLSX and CSV: judged row by row, done through the acts, the same file twice does nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.utils import timezone

from opsloop.base.acts import Refused, Warned
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry
from opsloop.base.people import imports, roster, sheets
from opsloop.base.people.imports import commit, plan
from opsloop.base.people.models import Account, Appointment, Department, Holding, Person, Position
from opsloop.base.testing import Cast, department, given, make, person, position

HEADER = "姓名,工号,部门,岗位,邮箱,手机,入职日期,上级\n"
WANG = "王芳,A001,运营部,运营专员,wang@example.com,13800138000,2024-03-01,\n"
ZHANG = "张睿,A002,数据部,data-analyst,zhang@example.com,13900139000,2023/7/1,王芳\n"


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast's departments and positions under the names that a Chinese roster uses."""
    with given():
        for model, code, title in (
            (Department, "operations", "运营部"),
            (Department, "data", "数据部"),
            (Position, "operations-specialist", "运营专员"),
            (Position, "operations-manager", "运营经理"),
        ):
            row = model.objects.get(code=code)
            row.title = title
            row.save()
    return cast


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return (HEADER + "".join(lines)).encode(encoding)


def xlsx(rows: list[list[object]], second: list[list[object]] | None = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, table in (("名册", rows), ("备注", second)):
        sheet = book.add_worksheet(name)
        for y, row in enumerate(table or []):
            for x, value in enumerate(row):
                sheet.write(y, x, value, day if isinstance(value, date) else None)
    book.close()
    return out.getvalue()


def said(made: imports.ImportPlan) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in made.faults]


# reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_usual_encoding_is_read(house: Cast, encoding: str) -> None:
    made = plan(csv(WANG, ZHANG, encoding=encoding), "名册.csv", house.lin)
    assert made.faults == [] and [row.line.values["name"] for row in made.rows] == ["王芳", "张睿"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_separator_is_read(house: Cast, delimiter: str) -> None:
    made = plan(csv(WANG).replace(b",", delimiter.encode()), "a.csv", house.lin)
    assert made.faults == [] and made.counts == {"register": 1, "appoint": 1}


def test_an_excel_file_is_read_with_its_numbers_and_days(house: Cast) -> None:
    rows = [
        ["姓名*", "员工编号", "部门", "岗位", "手机号码", "入职日期（必填）"],
        ["王芳", 1001, "运营部", "运营专员", 13800138000, date(2024, 3, 1)],
        [],
        ["李四", 1002, "", "", "", 45352],
    ]
    made = plan(xlsx(rows), "名册.xlsx", house.lin)
    assert made.faults == []
    first, second = made.rows
    assert first.line.values["number"] == "1001" and first.line.values["phone"] == "13800138000"
    assert (first.line.row, second.line.row) == (2, 4)  # as Excel numbers them
    assert first.line.joined_on == date(2024, 3, 1) and second.line.joined_on == date(2024, 3, 1)


def test_english_headers_are_read(house: Cast) -> None:
    data = b"Full Name,Employee ID,Department,Job title,E-mail\nAnn Lee,7,operations,operations-specialist,a@b.cn\n"
    made = plan(data, "people.csv", house.lin)
    assert made.faults == [] and made.counts == {"register": 1, "appoint": 1}


def test_what_is_not_read_is_said(house: Cast) -> None:
    data = xlsx([["姓名", "工号", "星座"], ["王芳", "1", "双鱼"]], [["别忘了"]])
    made = plan(data, "a.xlsx", house.lin)
    assert any("星座" in note for note in made.notes) and any("备注" in note for note in made.notes)


def test_a_cell_beyond_the_header_is_an_error_not_dropped(house: Cast) -> None:
    data = "姓名,工号\n王芳,1,多余\n".encode()
    assert said(plan(data, "a.csv", house.lin)) == [(2, "")]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"   \n", "a.csv", "empty"),
        (HEADER.encode(), "a.csv", "no row below"),
        ("姓名,部门\n王芳,运营部\n".encode(), "a.csv", "missing"),
        ("姓名,工号,名字\n王芳,1,王\n".encode(), "a.csv", "twice"),
        (b"\x00\x01\x02\xff\xfe\xfd", "a.csv", "neither"),
        (b'name,number\n"never closed,1\n', "a.csv", "cannot be read"),
        (b"PK\x03\x04broken", "a.xlsx", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old or protected"),
        (b"name,number\nA,1\n", "a.xlsx", "no Excel file"),
    ],
)
def test_a_file_that_cannot_be_a_roster_is_refused(house: Cast, data: bytes, name: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        plan(data, name, house.lin)


def test_an_archive_that_is_no_workbook_is_refused(house: Cast) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(Refused, match="broken"):
        plan(out.getvalue(), "a.xlsx", house.lin)


@pytest.mark.parametrize(
    "spoiled", [(b"\x14\x00\x00\x00\x08\x00", b"\x80\x00\x00\x00\x08\x00"), (b"xl/work", b"xl/\x80ork")]
)
def test_a_zip_of_a_later_version_or_with_names_that_are_no_text_is_refused(spoiled: tuple[bytes, bytes]) -> None:
    whole = xlsx([["姓名"], ["王芳"]])
    at = whole.index(b"PK\x01\x02")
    found = whole[at:].replace(*spoiled)
    if spoiled[0].startswith(b"xl"):
        found = found.replace(
            b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x08\x08\x00"
        )  # the names are said to be UTF-8
    assert found != whole[at:]
    with pytest.raises(Refused, match="broken"):
        sheets.read(whole[:at] + found, "people.xlsx")


def test_sizes_are_limited_before_anything_is_unpacked(house: Cast, monkeypatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MAX_UNPACKED + 1))
    assert len(bomb.getvalue()) < sheets.MAX_BYTES
    with pytest.raises(Refused, match="unpacks"):
        plan(bomb.getvalue(), "a.xlsx", house.lin)
    with pytest.raises(Refused, match="larger"):
        plan(b"x" * (sheets.MAX_BYTES + 1), "a.csv", house.lin)
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    plan(csv(WANG, ZHANG), "a.csv", house.lin)
    for data in (csv(WANG, ZHANG, "丙,A003\n"), xlsx([["姓名", "工号"], ["甲", 1], ["乙", 2], ["丙", 3]])):
        with pytest.raises(Refused, match="rows at once"):
            plan(data, "a", house.lin)
    monkeypatch.setattr(sheets, "MAX_COLUMNS", 7)
    with pytest.raises(Refused, match="columns"):
        plan(csv(WANG), "a.csv", house.lin)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026/1/31", date(2026, 1, 31)),
        ("2026.1.31", date(2026, 1, 31)),
        ("2026年1月31日", date(2026, 1, 31)),
        ("20260131", date(2026, 1, 31)),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        ("46053", date(2026, 1, 31)),
        ("31.01.2026", None),
        ("2026-02-30", None),
        ("soon", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, wanted: date | None) -> None:
    assert roster.day(text) == wanted


# judging


def test_every_error_says_row_column_and_remedy(house: Cast) -> None:
    made = plan(
        csv(
            ",A001,运营部,运营专员,,,,\n",
            "甲,,运营部,运营专员,,,,\n",
            "乙,A003,市场部,运营专员,,,,\n",
            "丙,A004,运营部,宇航员,,,,\n",
            "丁,A005,运营部,,,,,\n",
            "戊,A006,,,nonsense,,,\n",
            "己,A007,,,,,31.01.2026,\n",
            "庚,A008,,,,,,谁\n",
            "辛,A009,,,,,,辛\n",
            "壬,A008,,,,,,\n",
            "癸,opsloop,,,,,,\n",
        ),
        "a.csv",
        house.lin,
    )
    assert said(made) == [
        (2, "Full name"),
        (3, "Staff number"),
        (4, "Department"),
        (5, "Position"),
        (6, "Position"),
        (7, "E-mail"),
        (8, "Joined on"),
        (9, "Superior"),
        (10, "Superior"),
        (11, "Staff number"),
        (12, "Staff number"),
    ]
    assert all(fault.text for fault in made.faults)
    assert [fault.remedy for fault in made.faults if fault.row in (4, 5, 6, 8, 9, 11)].count("") == 0
    with pytest.raises(Refused, match="11 rows"):
        commit(made, house.lin, "k")
    assert not Person.objects.filter(number__startswith="A0").exists()


def test_a_plan_leaves_no_trace(house: Cast) -> None:
    before = (Person.objects.count(), Holding.objects.count(), Entry.objects.count())
    made = plan(csv(WANG, ZHANG), "a.csv", house.lin)
    assert made.counts == {"register": 2, "appoint": 2}
    assert (Person.objects.count(), Holding.objects.count(), Entry.objects.count()) == before


def test_departments_of_one_name_are_told_apart_by_path_or_code(house: Cast) -> None:
    for above in (house.ops, house.data):
        department(f"{above.code}-one", "一组", above)
    lines = [
        f"{name},{name},{where},运营专员,,,,\n"
        for name, where in (("a", "一组"), ("b", "运营部/一组"), ("c", "data-one"))
    ]
    made = plan(csv(*lines), "a.csv", house.lin)
    assert said(made) == [(2, "Department")]
    assert [row.line.department.code for row in made.rows[1:]] == ["operations-one", "data-one"]


def test_closed_departments_and_withdrawn_positions_are_not_found(house: Cast) -> None:
    make(Department, code="old", title="旧部", parent=house.ops, path="/x/", closed_at=timezone.now())
    make(Position, code="gone", title="旧岗", withdrawn_at=timezone.now())
    made = plan(csv("a,1,旧部,旧岗,,,,\n"), "a.csv", house.lin)
    assert said(made) == [(2, "Department"), (2, "Position")]


def test_one_who_may_not_register_is_told_in_every_row(house: Cast) -> None:
    made = plan(csv(WANG, ZHANG), "a.csv", house.chen)
    assert [row for row, _column in said(made)] == [2, 3]


def test_one_who_has_left_or_is_not_seen_is_an_error(house: Cast) -> None:
    make(Person, name="Gone", number="G1", left_on=timezone.localdate() - timedelta(days=1))
    made = plan(csv("Gone,G1,运营部,运营专员,,,,\n"), "a.csv", house.lin)
    assert said(made) == [(2, "")]
    hr = person("HR", position("hr", may=["people.*"], sees={"*": "department"}), house.ops)
    make(Person, name="Far", number="F1")
    assert said(plan(csv("Far,F1,,,,,,\n"), "a.csv", hr)) == [(2, "Staff number")]


# doing


@pytest.mark.both
def test_a_committed_plan_does_what_it_said(house: Cast) -> None:
    made = plan(csv(WANG, ZHANG), "名册.csv", house.lin)
    done = commit(made, house.lin, "key")
    assert (done.counts, done.waiting, done.faults) == ({"register": 2, "appoint": 2}, 0, [])
    wang = Person.objects.get(number="A001")
    assert (wang.email, wang.joined_on) == ("wang@example.com", date(2024, 3, 1))
    held = Holding.objects.get(person=wang)
    assert (held.position, held.department) == (house.specialist, house.ops)
    assert timezone.now() - held.starts_at < timedelta(minutes=1)  # rights begin now, whenever they joined
    assert set(Entry.objects.values_list("act", "via")) == {("people.register", "import"), ("people.appoint", "import")}
    assert Entry.objects.count() == 4 and chain.verify() == []


@pytest.mark.both
def test_the_same_plan_and_key_again_does_nothing(house: Cast) -> None:
    made = plan(csv(WANG, ZHANG), "a.csv", house.lin)
    first = commit(made, house.lin, "key")
    assert commit(made, house.lin, "key") == first
    assert Entry.objects.count() == 4 and Person.objects.filter(number__startswith="A").count() == 2


def test_the_same_file_again_has_nothing_to_do(house: Cast) -> None:
    commit(plan(csv(WANG, ZHANG), "a.csv", house.lin), house.lin, "key")
    again = plan(csv(WANG, ZHANG), "a.csv", house.lin)
    assert again.counts == {"nothing": 2} and again.faults == []
    assert commit(again, house.lin, "key").counts == {}


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(house: Cast, monkeypatch) -> None:
    monkeypatch.setattr(imports, "CHUNK", 1)
    made = plan(csv(WANG, ZHANG), "a.csv", house.lin)
    real, calls = imports.each, []

    def cut(name, rows, call, chunk):
        for out in real(name, rows, call, chunk=chunk):
            yield out
            calls.append(out)
            if len(calls) == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(imports, "each", cut)
    with pytest.raises(KeyboardInterrupt):
        commit(made, house.lin, "key")
    assert Person.objects.filter(number__startswith="A").count() == 1
    monkeypatch.setattr(imports, "each", real)
    assert commit(made, house.lin, "key").counts == {"register": 2, "appoint": 2}
    assert Entry.objects.count() == 4
    assert plan(csv(WANG, ZHANG), "a.csv", house.lin).counts == {"nothing": 2}


def test_a_known_person_is_corrected_and_empty_cells_change_nothing(house: Cast) -> None:
    commit(plan(csv(WANG), "a.csv", house.lin), house.lin, "k")
    changed = plan(csv("王小芳,A001,数据部,运营专员,,13700137000,,\n"), "b.csv", house.lin)
    assert changed.counts == {"correct": 1, "appoint": 1} and "运营部" in changed.rows[0].notes[0]
    commit(changed, house.lin, "k")
    wang = Person.objects.get(number="A001")
    assert (wang.name, wang.phone, wang.email) == ("王小芳", "13700137000", "wang@example.com")
    assert Holding.objects.at().filter(person=wang).count() == 2


def test_a_position_with_power_waits_for_a_second_person(house: Cast) -> None:
    qian = person("Qian", house.manager, house.ops)
    make(Account, login="qian", person=qian)
    made = plan(csv("李航,A003,运营部,运营经理,,,,\n"), "a.csv", house.lin)
    assert made.faults == [] and made.rows[0].notes
    done = commit(made, house.lin, "k")
    assert done.waiting == 1 and Appointment.objects.get().person.number == "A003"


def test_a_warning_needs_a_reason_for_the_whole_file(house: Cast) -> None:
    made = plan(csv("李航,A003,运营部,运营经理,,,,\n"), "a.csv", house.lin)
    assert list(made.warnings) == ["alone"] and made.faults == []
    with pytest.raises(Warned):
        commit(made, house.lin, "k")
    assert not Person.objects.filter(number="A003").exists()
    assert commit(made, house.lin, "k", {"alone": "first week"}).counts == {"register": 1, "appoint": 1}


def test_what_went_wrong_meanwhile_is_reported_by_row(house: Cast) -> None:
    made = plan(csv(WANG, ZHANG), "a.csv", house.lin)
    make(Person, name="Someone", number="A001")
    done = commit(made, house.lin, "k")
    assert [(fault.row, fault.column) for fault in done.faults] == [(2, "Staff number")]
    assert done.counts == {"register": 1, "appoint": 1}


def test_a_plan_belongs_to_who_made_it(house: Cast) -> None:
    with pytest.raises(Refused):
        commit(plan(csv(WANG), "a.csv", house.lin), house.chen, "k")


def test_many_rows_are_judged_in_several_transactions(house: Cast) -> None:
    lines = [f"n{i},N{i},运营部,运营专员,,,,\n" for i in range(120)]
    made = plan(csv(*lines), "a.csv", house.lin)
    assert made.counts == {"register": 120, "appoint": 120}
    assert commit(made, house.lin, "k").counts == {"register": 120, "appoint": 120}
    assert Person.objects.filter(number__startswith="N").count() == 120
