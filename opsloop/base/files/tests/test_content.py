from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from opsloop.base.files.content import judge
from opsloop.base.files.keep import clean_name
from opsloop.base.files.tests.samples import PDF, PNG, xlsx, zipped
from opsloop.base.things.errors import Refused


def judged(tmp_path: Path, name: str, content: bytes) -> str:
    path = tmp_path / "content"
    path.write_bytes(content)
    return judge(path, name)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("图.PNG", PNG, "image/png"),
        ("合同.pdf", PDF, "application/pdf"),
        ("photo.jpeg", b"\xff\xd8\xff\xe1rest", "image/jpeg"),
        ("表.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/vnd.ms-excel"),
        ("投诉.csv", "日期,投诉\n2026-01-01,3\n".encode(), "text/csv"),
        ("投诉.csv", "日期,投诉\r\n2026-01-01,3\r\n".encode("gb18030"), "text/csv"),
        ("导出.txt", "日期\t投诉".encode("utf-16"), "text/plain"),
        ("页.html", b"<script>alert(1)</script>", "text/html"),
        ("发票.ofd", zipped({"OFD.xml": b"<ofd/>"}), "application/ofd"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(tmp_path: Path, name: str, content: bytes, mime: str) -> None:
    assert judged(tmp_path, name, content) == mime


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("合同.pdf", PNG),
        ("图.png", PDF),
        ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("表.xlsx", zipped({"word/document.xml": b"x", "[Content_Types].xml": b"x"})),
        ("表.xlsx", b"PK\x03\x04 broken"),
        ("数据.csv", b"MZ\x90\0\x03\0\0\0\x04"),
        ("数据.csv", b"\x7fELF\x02\x01\x01\0\0\0"),
        ("坏.txt", b"\xff\xff\xff\xff"),
        ("工具.exe", b"MZ\x90\0"),
        ("脚本.sh", b"#!/bin/sh\n"),
        ("无后缀", b"text"),
        ("双.pdf.exe", PDF),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(Refused) as no:
        judged(tmp_path, name, content)
    assert no.value.field == "file" and str(no.value.text)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="unpack"):
        judged(tmp_path, "a.zip", zipped({"zeros": b"\0" * (40 * 1024 * 1024)}))


def test_an_office_file_that_unpacks_a_lot_but_honestly_is_taken(tmp_path: Path) -> None:
    rows = os.urandom(200_000).hex().encode() * 20
    assert judged(tmp_path, "big.xlsx", xlsx(rows)).endswith("sheet")


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"zeros": b"\0" * (30 * 1024 * 1024)}))
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<I", 1000)
    with pytest.raises(Refused, match="damaged"):
        judged(tmp_path, "a.zip", bytes(content))


def test_an_archive_whose_entries_overlap_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": os.urandom(50_000), "b": os.urandom(50_000)}))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    for central in (first, second):  # both entries claim to be the whole file
        content[central + 20 : central + 24] = struct.pack("<I", 90_000)
    with pytest.raises(Refused):
        judged(tmp_path, "a.zip", bytes(content))


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="10001 entries"):
        judged(tmp_path, "a.zip", zipped({str(i): b"" for i in range(10_001)}))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("line\nbreak\x00.txt", "linebreak.txt"),
        ("...", "file"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
    ],
)
def test_names_are_made_harmless(said: str, kept: str) -> None:
    assert clean_name(said) == kept
