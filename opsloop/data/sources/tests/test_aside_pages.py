"""异常数据 in the page: corrected cell by cell, in bulk or in a sheet, or dismissed; each with its trace."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.test import Client

from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, hold, position
from opsloop.data.lake import store
from opsloop.data.sources import aside_sheets, asiding, orders
from opsloop.data.sources.asiding import Which
from opsloop.data.sources.loading import load
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.tests import samples
from opsloop.ui.people.sheets import workbook
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
TEXT = samples.ORDERS.replace("order_id: {", "order_id: {personal: identity, ")
FILE = """订单编号,付款时间,实付金额,status
ORDERNO-1,2026-03-02 12:00:00,10.50,已付
ORDERNO-2,2026-02-30 12:00:00,11.00,已付
ORDERNO-3,2026-03-02 13:00:00,-5,已付
ORDERNO-4,2026-02-30 14:00:00,-6,已退
ORDERNO-5,2026-03-02 15:00:00,7,不明
"""
MAY = ["sources.repair", "sources.dismiss", "sources.release", "files.keep"]


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source(TEXT)


@pytest.fixture
def loaded(cast: Cast, source: Source, tmp_path: Path) -> Load:
    """One row kept, four aside: a day that cannot be, an amount below nothing, both, a value not allowed."""
    path = tmp_path / "orders-1.csv"
    path.write_text(FILE, encoding="utf-8")
    [result] = load(source, [path], by=cast.lin)
    assert (result.state, result.kept, result.set_aside) == (LoadState.LOADED, 1, 4), result.message
    return Load.objects.get(pk=result.load)


@pytest.fixture
def analyst(cast: Cast) -> Person:
    hold(cast.wu, position("keeper", may=MAY, sees={"*": "all"}), cast.data)
    with given():
        cast.wu.remember()
        cast.wu.language = "en"  # of what its jobs say
        cast.wu.save()
    return cast.wu


@pytest.fixture
def wu(analyst: Person) -> Client:
    return signed_in(analyst)


AT = "/sources/orders/aside/"
AMOUNT, PAID, STATUS = 2, 1, 3


def key(loaded: Load, line: int) -> str:
    return f"{loaded.pk}-{line}"


def left(source: Source) -> list[int]:
    return sorted(row.line for row in asiding.rows(source, Which()))


def kept() -> list[str]:
    return [row[0] for row in store.fetch("select order_id from orders order by 1", ["orders"])]


def test_rows_are_shown_by_reason_in_words(loaded: Load, wu: Client) -> None:
    text = wu.get(AT).content.decode()
    for part in (
        "付款时间 is no moment <small>2",
        "实付金额 is less than 0 <small>2",
        "status is none of the allowed",
        "-5",
    ):
        assert part in text, part
    assert text.count("data-tick ") == 4


def test_the_page_narrows_to_a_reason_and_a_load(loaded: Load, wu: Client) -> None:
    text = wu.get(AT, {"reason": "amount:at_least", "load": loaded.pk}).content.decode()
    assert text.count("data-tick ") == 2 and 'value="-5"' in text and 'value="不明"' not in text
    for odd in ({"reason": "nonsense"}, {"load": "999"}, {"load": "x"}, {"page": "77"}):
        assert wu.get(AT, odd).status_code == 200


def test_identities_are_masked_and_cannot_be_typed_over(loaded: Load, wu: Client, source: Source) -> None:
    text = wu.get(AT).content.decode()
    assert "ORD**NO-3" in text and "ORDERNO-3" not in text
    wu.post(f"{AT}repair/", {f"c.{key(loaded, 4)}.0": "Z9", f"c.{key(loaded, 4)}.{AMOUNT}": "5", "why": "typed wrong"})
    assert kept() == ["ORDERNO-1", "ORDERNO-3"]


def test_a_cell_is_checked_as_it_is_typed(loaded: Load, wu: Client) -> None:
    row = key(loaded, 4)
    good = wu.post(f"{AT}check/", {f"c.{row}.{AMOUNT}": "5.00"}).content.decode()
    assert "would be loaded" in good and 'value="5.00"' in good
    bad = wu.post(f"{AT}check/", {f"c.{row}.{AMOUNT}": "five"}).content.decode()
    assert "实付金额 is no amount" in bad and "cell-wrong" in bad
    assert Repair.objects.count() == 0


def test_repaired_rows_are_in_the_numbers_with_a_trace(
    loaded: Load, wu: Client, source: Source, analyst: Person
) -> None:
    row, other = key(loaded, 4), key(loaded, 5)
    said = wu.post(
        f"{AT}repair/",
        {
            f"c.{row}.{AMOUNT}": "5", f"c.{row}.{PAID}": "2026-03-02 13:00:00", f"c.{other}.{AMOUNT}": "6",
            "why": "a refund typed as a sale",
        },
        follow=True,
    )  # fmt: skip
    text = said.content.decode()
    assert "1 row repaired · 1 row is still wrong" in text
    assert kept() == ["ORDERNO-1", "ORDERNO-3"]
    traces = {one.line: (one.before["amount"], one.after["amount"], one.by) for one in Repair.objects.all()}
    assert traces == {4: ("-5", "5", analyst), 5: ("-6", "6", analyst)}
    assert "a refund typed as a sale" in text and "<del>-5</del> → <ins>5</ins>" in text
    assert len(left(source)) == 3


def test_what_does_not_change_is_not_repaired(loaded: Load, wu: Client) -> None:
    assert wu.post(f"{AT}repair/", {f"c.{key(loaded, 4)}.{AMOUNT}": "-5", "why": "nothing"}).status_code == 409
    assert wu.post(f"{AT}repair/", {"why": "nothing"}).status_code == 409
    assert wu.post(f"{AT}repair/", {f"c.{key(loaded, 4)}.{AMOUNT}": "5", "why": ""}).status_code == 409
    assert wu.post(f"{AT}check/", {f"c.{loaded.pk}-999.{AMOUNT}": "5"}).status_code == 409
    assert Repair.objects.count() == 0


def test_rows_are_dismissed_with_a_reason(loaded: Load, wu: Client, source: Source) -> None:
    assert wu.post(f"{AT}dismiss/", {"why": "tests of the shop"}).status_code == 409
    wu.post(f"{AT}dismiss/", {"_on": [key(loaded, 6), key(loaded, 4)], "why": "tests of the shop"})
    assert left(source) == [3, 5]
    assert kept() == ["ORDERNO-1"]
    assert [one.after for one in Repair.objects.all()] == [None, None]
    assert "Dismissed" in wu.get(AT).content.decode()


def test_one_column_of_many_rows_is_looked_at_before_it_is_changed(loaded: Load, wu: Client, source: Source) -> None:
    said = {"column": "paid_at", "find": "02-30", "value": "03-02", "all": "1", "reason": "paid_at:not_datetime"}
    text = wu.post(f"{AT}bulk/", said).content.decode()
    assert "<dd>2</dd>" in text and "实付金额 is less than 0" in text and "Repair 2 rows" in text
    assert left(source) == [3, 4, 5, 6]
    wu.post(f"{AT}bulk/", {**said, "step": "do", "why": "the till's calendar was wrong"})
    assert kept() == ["ORDERNO-1", "ORDERNO-2"]
    assert len(left(source)) == 3


def test_bulk_needs_ticks_or_all_and_a_column_that_one_may_read(loaded: Load, wu: Client) -> None:
    assert wu.post(f"{AT}bulk/", {"column": "amount", "value": "1"}).status_code == 409
    assert wu.post(f"{AT}bulk/", {"column": "order_id", "value": "1", "all": "1"}).status_code == 409
    assert wu.post(f"{AT}bulk/", {"column": "nonsense", "value": "1", "all": "1"}).status_code == 409
    ticked = wu.post(f"{AT}bulk/", {"column": "amount", "value": "1", "_on": [key(loaded, 4)]}).content.decode()
    assert "Repair 1 row" in ticked


def test_the_sheet_is_downloaded_corrected_and_brought_back(loaded: Load, wu: Client, source: Source) -> None:
    sheet = wu.get(f"{AT}sheet/", {"reason": "amount:at_least"})
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")
    read = aside_sheets.read(sheet.content, "aside.xlsx", asiding.columns(source), frozenset({"order_id"}))
    assert set(read.rows) == {(loaded.pk, 4), (loaded.pk, 5)}
    rows = [[f"{load_pk}-{line}", "8.80", str(cells["paid_at"])] for (load_pk, line), cells in read.rows.items()]
    file = io.BytesIO(workbook(["_row", "amount", "paid_at"], [*rows, ["", "1", "2"], ["9-9", "1", "2"]]))
    file.name = "aside.xlsx"
    text = wu.post(f"{AT}upload/", {"file": file}).content.decode()
    assert "Repair 2 rows" in text and "1 row of the sheet is not aside any more" in text
    assert "1 line of the sheet names no row" in text
    stored = text.split('name="stored" value="')[1].split('"')[0]
    wu.post(f"{AT}upload/", {"stored": stored, "step": "do", "why": "corrected by the shop"})
    assert kept() == ["ORDERNO-1", "ORDERNO-3"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"_row,nothing\n1-1,2\n"])
def test_a_sheet_that_is_none_of_ours_is_refused(loaded: Load, wu: Client, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "aside.csv"
    assert wu.post(f"{AT}upload/", {"file": file}).status_code == 409
    assert wu.post(f"{AT}upload/", {}).status_code == 409


def test_who_may_not_repair_sees_no_fields(cast: Cast, loaded: Load) -> None:
    chen = signed_in(cast.chen)
    text = chen.get(AT).content.decode()
    assert "-5" in text and 'name="c.' not in text
    for what in ("repair", "check", "dismiss", "bulk", "upload"):
        assert chen.post(f"{AT}{what}/", {"why": "because"}).status_code == 403
    assert chen.get("/sources/nothing/aside/").status_code == 404
    assert Client().get(AT).status_code == 302


def test_when_nothing_is_aside_the_page_says_so(cast: Cast, source: Source, wu: Client) -> None:
    assert "No rows aside." in wu.get(AT).content.decode()


@pytest.mark.django_db(transaction=True)
def test_many_rows_are_mended_by_a_job_as_the_person_who_ordered_it(
    loaded: Load, wu: Client, analyst: Person, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "SMALL_ROWS", 1)
    said = {
        "column": "paid_at",
        "find": "02-30",
        "value": "02-28",
        "all": "1",
        "step": "do",
        "why": "Wrong till",
    }
    answer = wu.post(f"{AT}bulk/", said)
    assert answer.status_code == 302 and left(source) == [3, 4, 5, 6]
    assert answer["Location"] in wu.get(AT).content.decode()
    assert wu.post(f"{AT}bulk/", said).status_code == 409
    taken = claim()
    assert taken is not None and "02-28" not in taken.args
    run(taken)
    job = Job.objects.get(pk=taken.pk)
    assert (job.state, job.progress, job.total) == ("done", 2, 2), job.error
    assert "1 row repaired · 1 row is still wrong" in wu.get(answer["Location"]).content.decode()
    assert left(source) == [4, 5, 6]
    assert {one.by for one in Repair.objects.all()} == {analyst}


@pytest.mark.django_db(transaction=True)
def test_who_repaired_a_key_source_by_a_job_cannot_release_it_by_one_either(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "SMALL_ROWS", 0)
    source = samples.source(TEXT + "key_source: true\n")
    path = tmp_path / "orders-1.csv"
    path.write_text(FILE, encoding="utf-8")
    [result] = load(source, [path], by=cast.lin)
    order = orders.Order(orders.Do.REPAIR, source, "Typed wrong", rows={result.load: {3: {"paid_at": "2026-02-28"}}})
    for do in ("repair", "release"):
        if do == "release":
            held = Load.objects.get(state=LoadState.HELD)
            assert held.by == cast.lin
            order = orders.Order(orders.Do.RELEASE, source, "Mine is right", held)
        orders.put(order, cast.lin)
        taken = claim()
        assert taken is not None
        run(taken)
    assert "refused" in orders.answer_of(Job.objects.get(pk=taken.pk))
    assert Load.objects.get(pk=held.pk).state == LoadState.HELD
