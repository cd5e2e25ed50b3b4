"""Anything at all given to the importers: what they must answer, and files to begin from.

An importer answers rows that account for each other, or refuses with a text of its own. Everything else is a crash.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from opsloop.base.people import roster, sheets
from opsloop.base.things.errors import Refused
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.sources import faults
from opsloop.data.sources.loading import preparing

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".json", ".xlsx", ".parquet", ".csv.gz")
MEMORY = "200MB"
CONTRACT = Contract(
    "orders",
    (
        Rule("order_id", required=True, headings=("order_id", "订单编号")),
        Rule("paid_at", "datetime", required=True, headings=("paid_at", "付款时间"), zone="Asia/Shanghai"),
        Rule("amount", "money", required=True, at_least="0", headings=("amount", "实付金额")),
        Rule("status", allowed=("已付", "已退"), headings=("status",)),
    ),
    key=("order_id",), time="paid_at", zone="Asia/Shanghai",
)  # fmt: skip
ROWS = [
    ["order_id", "付款时间", "amount", "status"],
    ["A-1", "2026-03-01 10:00:00", "12.50", "已付"],
    ["A-2", "2026/3/2 9:05", "1,234.00", "已退"],
    ["A-3", "不是日期", "-1", "别的"],
    ["A-1", "2026-03-03", "7", ""],
]


def loaded(data: bytes, ending: str) -> str:
    """Clean a file as a load does. Answers what became of it; raises whatever a load would call a fault of its own."""
    with tempfile.TemporaryDirectory(prefix="opsloop-fuzz-") as name:
        folder = Path(name)
        path = folder / f"file{ending}"
        path.write_bytes(data)
        try:
            with connected(folder, MEMORY) as con:
                cleaned, _reading = preparing.clean(con, CONTRACT, Manner(), path, path.name, 1, folder)
        except Unreadable as no:
            assert faults.fault(no, path.name), "no words for it"
            return f"refused {no.code}"
    assert 0 <= cleaned.set_aside <= cleaned.rows_in and cleaned.good == cleaned.rows_in - cleaned.set_aside
    return "rows"


def people(data: bytes, ending: str) -> str:
    """Read a roster of people as the import does."""
    try:
        table = sheets.read(data, f"file{ending}")
        columns, _notes = roster.columns_of(table)
    except Refused as no:
        assert str(no.text), "no words for it"
        return "refused"
    return f"rows {len(table.rows)} {len(columns)}"


def try_both(data: bytes, ending: str) -> tuple[str, str]:
    return loaded(data, ending), people(data, ending)


def corpus() -> dict[str, bytes]:
    """name -> a sound file of each kind."""
    text = "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in ROWS) + "\n"
    objects = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    return {
        "utf8.csv": text.encode(),
        "bom.csv": text.encode("utf-8-sig"),
        "gb.csv": text.encode("gb18030"),
        "utf16.csv": text.encode("utf-16"),
        "cr.csv": text.replace("\n", "\r\n").encode(),
        "tabs.tsv": "\n".join("\t".join(row) for row in ROWS).encode(),
        "lines.jsonl": "\n".join(json.dumps(one, ensure_ascii=False) for one in objects).encode(),
        "list.json": json.dumps(objects).encode(),
        "packed.csv.gz": gzip.compress(text.encode()),
        "book.xlsx": _excel(),
        "table.parquet": _parquet(objects),
        "people.csv": "姓名,工号,部门,岗位\n王芳,A001,operations,buyer\n".encode(),
    }


def _excel() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("订单")
    for n, row in enumerate(ROWS):
        sheet.write_row(n, 0, row)
    sheet.merge_range(6, 0, 6, 2, "合计")
    sheet.write_formula(7, 2, "=SUM(C2:C3)")
    book.close()
    return out.getvalue()


def _parquet(objects: list[dict[str, str]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(objects), out)
    return out.getvalue()


def ending_of(name: str) -> str:
    return next(one for one in sorted(ENDINGS, key=len, reverse=True) if name.endswith(one))


BITS = (b'"', b",", b"\n", b"\r", b"\0", b"\t", b"\xff", b"\xe4", b"{", b"[", b"\x1f\x8b", b"PK\x03\x04", b"PAR1",
        b"9" * 400, b"a" * 5000, "，".encode(), b"1e308", b"0000-00-00", b"\xef\xbb\xbf")  # fmt: skip


def _flip(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _n in range(dice.randint(1, 8)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def _insert(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(BITS) * dice.choice((1, 1, 2, 50)) + data[at:]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _drop(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randint(1, 40) :]


def _twice(data: bytes, dice: random.Random) -> bytes:
    return data + data[dice.randrange(len(data)) :] * dice.choice((1, 20))


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _insert, _cut, _drop, _twice)


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """A file with one to three things gone wrong on its way."""
    for _n in range(dice.randint(1, 3)):
        data = dice.choice(WAYS)(data, dice) or b"x"
    return data


def peak_mb() -> int:
    """The most memory this program ever held. Not `ru_maxrss`: that begins with the peak of whoever started it."""
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) // 1024
