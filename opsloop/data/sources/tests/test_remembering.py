"""Headings that a person mapped: remembered for the source, used by every way in, forgotten when told to."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, given
from opsloop.data.lake import store
from opsloop.data.sources.actions import forget_headings, map_headings
from opsloop.data.sources.loading import load
from opsloop.data.sources.models import Headings, Source
from opsloop.data.sources.remembering import Called, found
from opsloop.data.sources.tests import samples
from opsloop.ui.testing import signed_in

THEIRS = ["票号", "实付金额", "结账于", "状态"]
SAID = [Called("order_id", "票号"), Called("paid_at", "结账于"), Called("amount", "实付金额"), Called("status", "状态")]


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source()


def said(cast: Cast, source: Source, columns: list[Called] = SAID) -> Headings:
    return map_headings(source, by=cast.lin, file="十一月.csv", headings=THEIRS, columns=columns)


@pytest.mark.django_db
def test_what_was_said_is_kept_once_and_recorded(cast: Cast, source: Source) -> None:
    row = said(cast, source)
    assert found(source, ["状态", " 票号", "结账于", "实付金额"]) == row and found(source, THEIRS[:3]) is None
    entry = Entry.objects.order_by("-pk")[0]
    assert (entry.act, entry.by_id) == ("sources.map", cast.lin.pk)
    changed = [SAID[0], SAID[1], Called("amount", "状态"), Called("status", "实付金额")]
    assert said(cast, source, changed).pk == row.pk, "said again, the new word holds"
    assert Headings.objects.get().columns["amount"] == "状态"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ([*SAID, Called("nothing", "票号")], "no column nothing"),
        ([Called("order_id", "票据"), *SAID[1:]], "no heading 票据"),
        ([Called("order_id", "状态"), *SAID[1:]], "belongs to one column"),
        (SAID[1:], "order_id"),
        ([Called("order_id"), *SAID[1:]], "order_id"),
    ],
)
def test_what_cannot_be_read_so_is_refused(cast: Cast, source: Source, columns: list[Called], why: str) -> None:
    with pytest.raises(Refused, match=why):
        said(cast, source, columns)
    assert not Headings.objects.exists()


@pytest.mark.django_db
def test_a_withdrawn_source_is_refused_and_others_are_forbidden(cast: Cast, source: Source) -> None:
    with pytest.raises(Forbidden):
        map_headings(source, by=cast.chen, file="x", headings=THEIRS, columns=SAID)
    row = said(cast, source)
    with pytest.raises(Forbidden):
        forget_headings(row, by=cast.chen)
    with given():
        source.remember()
        source.withdrawn = True
        source.save()
    with pytest.raises(Refused):
        said(cast, source)


@pytest.mark.django_db
def test_what_is_forgotten_is_not_found(cast: Cast, source: Source) -> None:
    row = said(cast, source)
    forget_headings(row, by=cast.lin)
    assert found(source, THEIRS) is None and Entry.objects.order_by("-pk")[0].act == "sources.unmap"
    with pytest.raises(Refused):
        forget_headings(row, by=cast.lin)


@pytest.mark.django_db(transaction=True)
def test_a_file_with_these_headings_is_loaded_by_them(cast: Cast, source: Source, tmp_path: Path) -> None:
    file = tmp_path / "orders-11.csv"
    file.write_text("结账于,票号,实付金额,状态\n2026-03-02 12:00:00,T1,10.50,已付\n", encoding="utf-8")
    [failed] = load(source, [file], by=cast.lin)
    assert failed.state == "failed"
    said(cast, source)
    [result] = load(source, [file], by=cast.lin)
    assert (result.state, result.kept) == ("loaded", 1)
    assert store.fetch("select order_id, amount::varchar from orders", ["orders"]) == [("T1", "10.50")]


@pytest.mark.django_db(transaction=True)
def test_the_sheet_and_line_that_were_chosen_are_used_for_the_next_file_until_they_are_forgotten(
    cast: Cast, source: Source, tmp_path: Path
) -> None:
    head = ["票号", "实付金额", "结账于", "状态"]
    for name, order in (("orders-11.xlsx", "T1"), ("orders-12.xlsx", "T2")):
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            wrong = [["order_id", "paid_at", "amount", "status"], ["wrong", "2026-03-02 12:00:00", 1, "已付"]]
            right = [["导出", "说明"], head, [order, 10.5, "2026-03-02 12:00:00", "已付"]]
            for sheet, rows in ((book.add_worksheet("旧"), wrong), (book.add_worksheet("本月"), right)):
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
    kept = map_headings(source, by=cast.lin, file="x", headings=head, columns=SAID, skip=1, sheet="本月")
    assert (kept.line, kept.sheet) == (2, "本月")
    [result] = load(source, [tmp_path / "orders-11.xlsx"], by=cast.lin)
    assert (result.state, result.kept) == ("loaded", 1)
    forget_headings(kept, by=cast.lin)
    load(source, [tmp_path / "orders-12.xlsx"], by=cast.lin)
    assert store.fetch("select order_id from orders order by 1", ["orders"]) == [("T1",), ("wrong",)]


@pytest.mark.django_db
def test_what_is_remembered_stands_on_the_sources_page_and_is_forgotten_there(cast: Cast, source: Source) -> None:
    row = said(cast, source)
    client = signed_in(cast.lin)
    text = client.get("/sources/orders/").content.decode()
    assert "十一月.csv" in text and "票号 → order_id" in text and "sources.unmap" in text
    assert "sources.unmap" not in signed_in(cast.wu).get("/sources/orders/").content.decode(), "who may not, does not"
    forget_headings(row, by=cast.lin)
    assert "十一月.csv" not in client.get("/sources/orders/").content.decode().split("headings-title")[-1][:500]
