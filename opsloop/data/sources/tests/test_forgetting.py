"""An erased person leaves every copy: originals of each sort, held files, repairs, uploads; nobody else does."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from python_calamine import CalamineWorkbook

from opsloop.base.acts import operation
from opsloop.base.files.keep import store as keep
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry, Private
from opsloop.base.people.erasing import list_file
from opsloop.base.testing import Cast
from opsloop.base.things.frame import Call
from opsloop.data.lake import actions, forgetting, keys, store
from opsloop.data.lake.erasing import Manner
from opsloop.data.sources import originals
from opsloop.data.sources.loading import load_dropped, release
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.repairing import repair
from opsloop.data.sources.tests import samples

TEXT = (
    samples.ORDERS.replace("  status:   {allowed: [已付, 已退]}\n", "").replace(
        "columns:\n",
        "columns:\n  member: {personal: identity, from: 会员}\n  phone: {personal: contact, title: 手机}\n",
    )
    + "unknown_columns: keep\nkey_source: true\nhold_if: {set_aside: 70%}\n"
)
HEAD = ["订单编号", "会员", "手机", "付款时间", "实付金额", "备注"]
LI, OTHER = "M20260001", "M20260002"
ROWS = [
    ["A1", LI, "13800138000", "2026-03-01", "1", "ok"],
    ["A2", OTHER, "13900139000", "2026-03-01", "2", "ok"],
    ["A3", OTHER, "13900139000", "2026-03-01", "3", f"{LI} 代付"],
    ["A4", LI, "13800138000", "2026-02-30", "4", "ok"],
]


@pytest.fixture(autouse=True)
def _empty() -> None:
    for folder in (settings.WORKSPACE.drop, settings.WORKSPACE.var / "held", settings.WORKSPACE.lake):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    list_file().unlink(missing_ok=True)


def as_text(rows: list[list[str]], mark: str = ",") -> bytes:
    return "".join(mark.join(row) + "\n" for row in [HEAD, *rows]).encode("gb18030")


def as_excel(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for at, row in enumerate([HEAD, *rows]):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def as_lines(rows: list[list[str]]) -> bytes:
    return "".join(json.dumps(dict(zip(HEAD, row, strict=True))) + "\n" for row in rows).encode()


MADE: dict[str, Callable[[list[list[str]]], bytes]] = {
    "orders-a.csv": as_text,
    "orders-b.csv.gz": lambda rows: gzip.compress(as_text(rows)),
    "orders-c.xlsx": as_excel,
    "orders-d.jsonl": as_lines,
    "orders-e.tsv": lambda rows: as_text(rows, "\t"),
}


def drop(name: str, body: bytes) -> None:
    path = settings.WORKSPACE.drop / name
    path.write_bytes(body)
    os.utime(path, (time.time() - 600,) * 2)


def everything() -> str:
    """All that lies in the workspace's folders of files, unpacked."""
    out = []
    for folder in ("drop", "var/held", "var/files", "var/sql"):
        for path in sorted((settings.WORKSPACE.root / folder).rglob("*")):
            if not path.is_file():
                continue
            body = path.read_bytes()
            if body[:2] == b"PK":
                book = CalamineWorkbook.from_filelike(io.BytesIO(body))
                out.append(str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names]))
            else:
                out.append((gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace"))
    return "\n".join(out)


def in_lake() -> list[tuple[object, ...]]:
    found = store.fetch("select order_id, member, phone from orders order by 1", ["orders"])
    aside = store.fetch("select order_id, member, phone from orders__aside", ["orders__aside"])
    return [*found, *aside]


def erase(value: str, manner: Manner, cast: Cast) -> Job:
    actions.ask_erasure(by=cast.lin, subject=keys.pseudonym(value), reason="asked by letter", manner=manner)
    job = claim()
    assert job is not None
    run(job)
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source(TEXT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("manner", list(Manner))
def test_a_person_leaves_originals_held_files_repairs_and_uploads(cast: Cast, source: Source, manner: Manner) -> None:
    for n, (name, write) in enumerate(MADE.items()):
        drop(name, write([[f"{row[0]}-{n}", *row[1:]] for row in ROWS]))
    results = load_dropped(source, by=cast.lin)
    assert [one.state for one in results] == [LoadState.LOADED] * len(MADE), results
    bad = [
        [f"B{n}", *((LI, "13800138000") if n % 2 else (OTHER, "13900139000")), "2026-02-30", "4", "ok"]
        for n in range(4)
    ]
    drop("orders-held.csv", as_text([*bad, ["B9", LI, "13800138000", "2026-03-01", "4", "ok"]]))
    [held] = load_dropped(source, by=cast.lin, hold=True)
    first = Load.objects.get(pk=results[0].load)
    mended = repair(first, {5: {"paid_at": "2026-02-28"}}, by=cast.lin, reason="Typed wrong")
    assert (held.state, mended.state) == (LoadState.HELD, LoadState.HELD)
    mine = keep(SimpleUploadedFile("list.csv", as_text(ROWS)), cast.lin)
    other = keep(SimpleUploadedFile("others.csv", as_text([ROWS[1]])), cast.lin)
    (settings.WORKSPACE.drop / "unknown.txt").write_text(f"paid for {LI}")
    os.utime(settings.WORKSPACE.drop / "unknown.txt", (time.time() - 600,) * 2)
    assert everything().count(LI) > 20
    before = {path.name: path.stat().st_mtime_ns for path in (settings.WORKSPACE.drop / "done").rglob("*.*")}

    job = erase(LI, manner, cast)
    assert job.state == "done", job.error
    text = everything()
    assert LI not in text and "13800138000" not in text
    assert text.count(OTHER) > 10, "nobody else is touched"
    assert not any(row[1] == LI for row in in_lake())
    assert not mine.path.exists() and other.path.exists()
    assert not (settings.WORKSPACE.drop / "unknown.txt").exists()
    after = {path.name: path.stat().st_mtime_ns for path in (settings.WORKSPACE.drop / "done").rglob("*.*")}
    assert after == before
    for trace in Repair.objects.all():
        assert LI not in json.dumps([trace.before, trace.after])
    assert not any(LI in text for text in Private.objects.values_list("text", flat=True))
    assert not any(LI in body for body in Entry.objects.values_list("body", flat=True))
    noted = Entry.objects.filter(act="lake.forget").values_list("body", flat=True)
    assert any("orders-c.xlsx" in body and "→" in body for body in noted)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("manner", list(Manner))
def test_who_was_erased_does_not_come_back_with_later_files(cast: Cast, source: Source, manner: Manner) -> None:
    drop("orders-a.csv", as_text(ROWS))
    load_dropped(source, by=cast.lin)
    erase(LI, manner, cast)
    later = [["B1", *ROWS[0][1:]], ["B2", *ROWS[1][1:]], ["B4", *ROWS[3][1:]], ["B5", "", *ROWS[0][2:]]]
    for name, rows in (("orders-b.csv", later), ("orders-c.csv", [*later, ["B6", *ROWS[1][1:]]])):
        drop(name, as_text(rows))
        [result] = load_dropped(source, by=cast.lin)
        aside = 1 if manner == Manner.DETACH else 2
        assert (result.state, result.set_aside) == (LoadState.LOADED, aside), result.message
    found = {row[0]: row[1:] for row in store.fetch("select order_id, member, phone from orders", ["orders"])}
    assert found["B2"] == (OTHER, "13900139000") and found["B5"][1] == "13800138000", "nobody else is touched"
    assert all(row[1] != LI for row in in_lake())
    codes = store.fetch("select order_id, _reasons, member, phone from orders__aside where order_id like 'B%'",
                        ["orders__aside"])  # fmt: skip
    assert all(row[2:] == (None, None) for row in codes)
    if manner == Manner.REMOVE:
        assert "B1" not in found and {row[0] for row in codes if row[1] == ["row:erased"]} == {"B1", "B4"}
    else:
        mark, phone = found["B1"]
        assert phone is None and len(mark) == 16 and mark not in (LI, keys.pseudonym(LI))
        assert [row[0] for row in codes] == ["B4", "B4"], "what else is wrong with a row is said as before"
    Job.objects.filter(task="sources.forget_again").update(due_at=timezone.now())
    while (taken := claim()) is not None:
        run(taken)
        assert Job.objects.get(pk=taken.pk).state == "done", Job.objects.get(pk=taken.pk).error
    assert Job.objects.filter(task="sources.forget_again").count() == 2
    assert LI not in everything() and OTHER in everything()


@pytest.mark.django_db(transaction=True)
def test_a_cleaned_original_is_read_as_before_and_a_held_one_can_be_released(cast: Cast, source: Source) -> None:
    drop("orders-held.xlsx", as_excel([[f"B{n}", LI, "13800138000", "2026-02-30", "4", "ok"] for n in range(19)]
                                      + [["B99", OTHER, "13900139000", "2026-03-01", "4", "ok"]]))  # fmt: skip
    [held] = load_dropped(source, by=cast.lin)
    load = Load.objects.get(pk=held.load)
    keep_sha = load.sha256
    erase(LI, Manner.REMOVE, cast)
    load.refresh_from_db()
    assert load.sha256 == keep_sha, "the same file is known when it comes again"
    done = release(load, by=cast.robot, reason="looked at")
    assert (done.rows_in, done.kept, done.set_aside) == (1, 1, 0)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_short_number_is_looked_for_in_columns_of_identities_only(cast: Cast, source: Source) -> None:
    rows = [["A1", "7", "13800138000", "2026-03-01", "7", "7"], ["A2", "8", "13900139000", "2026-03-01", "7", "7"]]
    drop("orders-a.csv", as_text(rows))
    load_dropped(source, by=cast.lin)
    other = keep(SimpleUploadedFile("numbers.csv", b"n,m\n7,7\n"), cast.lin)
    erase("7", Manner.REMOVE, cast)
    [left] = (settings.WORKSPACE.drop / "done").rglob("orders-a.csv")
    assert left.read_text(encoding="utf-8").splitlines()[1:] == ["8,13900139000,A2,2026-03-01,7,7"]
    assert other.path.exists()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_repeated_finds_nothing_more(cast: Cast, source: Source) -> None:
    drop("orders-a.csv", as_text(ROWS))
    load_dropped(source, by=cast.lin)
    erase(LI, Manner.DETACH, cast)
    chunk = lambda: operation(Call(by=cast.lin))  # noqa: E731
    again = forgetting.erase([keys.pseudonym(LI)], Manner.DETACH, by=cast.lin, chunk=chunk, told=lambda _n, _text: None)
    assert again == 0


def test_originals_stay_for_the_days_that_the_workspace_says(cast: Cast) -> None:
    for month in ("2024-01", "2026-01", "notes"):
        folder = settings.WORKSPACE.drop / "done" / month
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text("x")
    assert originals.sweep_originals(date(2026, 3, 1)) == 1
    assert sorted(one.parent.name for one in settings.WORKSPACE.drop.rglob("a.csv")) == ["2026-01", "notes"]
    assert not (settings.WORKSPACE.drop / "done/2024-01").exists()
    assert originals.sweep_originals(date(2027, 3, 8)) == 1


def test_a_parquet_original_keeps_its_columns(cast: Cast, source: Source, tmp_path: Path) -> None:
    import pyarrow as pa

    path = tmp_path / "orders-p.parquet"
    columns = {name: [row[at] for row in ROWS] for at, name in enumerate(HEAD)}
    pq.write_table(pa.table(columns), path)
    gone = forgetting.Gone(frozenset([keys.pseudonym(LI)]), Manner.REMOVE, frozenset([LI]))
    made = originals.Cleaner(gone).cleaned(path, source)
    assert made is not None and made.rows == 3
    made.put()
    left = pq.read_table(path).to_pylist()
    assert [row["order_id"] for row in left] == ["A2", "A3"] and LI not in str(left)
