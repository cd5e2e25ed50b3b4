"""Headings that a person mapped: remembered for the source, used by every way in, forgotten when told to."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, given
from opsloop.data.lake import store
from opsloop.data.sources.actions import forget_headings, map_headings
from opsloop.data.sources.loading import load
from opsloop.data.sources.models import Headings, Source
from opsloop.data.sources.remembering import Called, found
from opsloop.data.sources.tests import samples

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
