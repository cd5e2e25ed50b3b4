"""Files that are wrong in one way or another: one clear message with line and remedy, and the old version stays."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.testing import Cast
from opsloop.data.lake import manifest
from opsloop.data.sources.models import LoadState, Source
from opsloop.data.sources.tests import samples
from opsloop.data.sources.tests.conftest import Put
from opsloop.data.sources.tests.test_loading import HEAD, aside, one, rows

ROW = '{"order_id": "A1", "付款时间": "2026-03-01", "amount": 1, "status": "已付"}\n'.encode()


def _zip_bomb(path: Path) -> Path:
    import zipfile

    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out,
    ):
        for _n in range(1100):
            out.write(b" " * 1024 * 1024)
    return path


def _formula(path: Path) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["订单编号", "付款时间", "实付金额", "status"])
    sheet.write_row("A2", ["A1", "2026-03-01"])
    sheet.write_formula("C2", "=1+1", None, "")
    book.close()
    return path


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.csv", "", "a.csv: The file is empty."),
        ("a.csv", "1,2\n3,4\n", "None of the columns is found"),
        ("a.csv", "order_id,paid_at,金额\nA,2026-03-01,1\n", "amount"),
        (
            "a.csv",
            HEAD.replace("实付金额", "实付金额元") + "A,2026-03-01,1,\n",
            "Was 实付金额 (amount) renamed to 实付金额元? If so, add 实付金额元 to `from` of the column amount",
        ),
        ("a.csv", HEAD + "A,2026-03-01,1,\n" + 'B,"2026-03-01,1,\n' * 1 + "C,2026-03-01,1,\n" * 5, "quotation mark"),
        ("a.csv.gz", gzip.compress((HEAD + "A,2026-03-01,1,\n" * 999).encode(), mtime=0)[:60], "cut off"),
        ("a.csv.gz", b"no gzip at all", "damaged"),
        ("a.csv", gzip.compress(HEAD.encode(), mtime=0), "does not end with .gz"),
        ("a.parquet", b"PAR1 and no more", "Parquet file is damaged"),
        (
            "a.json",
            samples.damaged_parquet(HEAD.strip().split(",")),
            "Parquet file is damaged or cut off. Have it sent",
        ),
        ("a.xlsx", b"PK\x03\x04 and no more", "Excel file is damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "old or protected Excel file"),
        ("a.xlsx", b"text", "no Excel file"),
        ("a.json", b'[{"order_id": 1', "JSON is damaged"),
        ("a.csv", b"\x00\x01\x02\x03" * 50, "no text file"),
        ("a.csv", HEAD + "".join(f"A{i},2026-03-01\n" for i in range(200)), "as many columns as the headings"),
        ("a.csv", HEAD + "A1,2026-03-01,1,已付\nA2,2026-0", "a.csv, line 3: The file is cut off. Have it sent again"),
        ("a.csv", (HEAD + "A1,2026-03-01,1,已付\nA2,2026-03-01,1,已付").encode()[:-1], "line 3: The file is cut off"),
        (
            "a.csv",
            (HEAD + "A1,2026-03-01,1,已付\nA2,2026-03-01,1,已付").encode("gb18030")[:-1],
            "line 3: The file is cut",
        ),
        ("a.jsonl", ROW.decode() + '{"order_id": "A2", "付', "a.jsonl, line 2: The file is cut off"),
        (
            "a.csv",
            "注文番号,金額\n1,2\n".encode("shift_jis"),
            "looked for were 订单编号 (order_id), 付款时间 (paid_at)",
        ),
        ("a.csv", "订单编号,付款时间,status\nA,2026-03-01,\n", "Columns are missing: 实付金额 (amount). Have them"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_in_one_line(
    name: str, body: str | bytes, said: str, source: Source, put: Put, cast: Cast
) -> None:
    before = one(source, put(HEAD + "Z1,2026-03-01,1,\nZ2,2026-03-01,x,\n", "before.csv"), cast)
    result = one(source, put(body, name), cast)
    assert (result.state, result.snapshot) == (LoadState.FAILED, None)
    assert said in result.message and result.message.startswith(name) and "\n" not in result.message
    last = manifest.newest("orders")
    assert last is not None and last.pk == before.snapshot, "the old version stays"
    assert (rows(), aside()) == ([("Z1", Decimal(1))], [(3, ["amount:not_money"])])


def test_bombs_and_formulas_that_were_never_worked_out(source: Source, tmp_path: Path, cast: Cast) -> None:
    assert "unpack to too much (1100 MB)" in one(source, _zip_bomb(tmp_path / "a.xlsx"), cast).message
    packed = tmp_path / "a.csv.gz"
    with gzip.open(packed, "wb", 9) as out:
        for _n in range(150):
            out.write(b"0" * 1024 * 1024)
    assert "unpack to too much" in one(source, packed, cast).message
    said = one(source, _formula(tmp_path / "f.xlsx"), cast).message
    assert "f.xlsx, line 2: The formula in C2 was never worked out." in said


def test_a_huge_field_sets_its_row_aside_only(source: Source, put: Put, cast: Cast) -> None:
    body = HEAD + "A1,2026-03-01,1,\nA2,2026-03-01,1," + "x" * 3_000_000 + "\nA3,2026-03-01,1,\n"
    result = one(source, put(body), cast)
    assert (result.kept, result.set_aside) == (2, 1)
    assert aside() == [(3, ["row:too_long"])]


def test_a_file_that_grows_while_it_is_read_is_not_taken(
    source: Source, put: Put, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsloop.data.sources.loading import preparing

    path, before = put(HEAD + "A1,2026-03-01,1,\n"), preparing.stage

    def grow(*args: Any, **more: Any) -> Any:
        found = before(*args, **more)
        with path.open("a") as out:
            out.write("A2,2026-03-01,1,\n")
        return found

    monkeypatch.setattr(preparing, "stage", grow)
    assert "still being written" in one(source, path, cast).message
    monkeypatch.setattr(preparing, "stage", before)
    assert one(source, path, cast).kept == 2


def test_a_full_disk_leaves_everything_as_it_was(
    source: Source, put: Put, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsloop.data.cleaning import writing

    one(source, put(HEAD + "A1,2026-03-01,1,\n"), cast)

    def full(*args: Any, **more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write", full)
    result = one(source, put(HEAD + "A2,2026-03-01,1,\n", "b.csv"), cast)
    assert "The disk is full; nothing was loaded." in result.message
    assert [row[0] for row in rows()] == ["A1"]


def test_a_line_below_the_table_is_no_file_that_was_cut_off(source: Source, put: Put, cast: Cast) -> None:
    result = one(source, put(HEAD + "A1,2026-03-01,1,\n合计：,,1"), cast)
    assert (result.kept, aside()) == (1, [(3, ["row:too_few"])])
