"""The head beside the database: it goes forward only, may be behind, and keeps what was cut off."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from opsloop.base.ledger import chain, heads
from opsloop.base.ledger.heads import HeadMark
from opsloop.base.ledger.models import Entry, EntryObject, Head
from opsloop.base.testing import Cast, ledger_open

A, B, C, D = (HeadMark(n, bytes([n]) * 32) for n in (1, 2, 3, 4))
START = HeadMark(0, chain.GENESIS)


@pytest.fixture
def file() -> Path:
    where: Path = settings.WORKSPACE.ledger_head
    where.unlink(missing_ok=True)
    return where


def test_the_head_goes_forward_and_never_back(file: Path) -> None:
    heads.write_head_file(A, START)
    heads.write_head_file(C, A)
    heads.write_head_file(B, A)  # an earlier commit that comes later
    assert heads.read_marks(file) == [C]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_head_that_the_chain_contradicts_stays_as_evidence(file: Path) -> None:
    heads.write_head_file(C, START)
    other = HeadMark(2, b"x" * 32)
    heads.write_head_file(other, A)  # entries 2 and 3 were cut off and 2 was written anew: not yet to be seen here
    assert heads.read_marks(file) == [C]
    heads.write_head_file(D, other)
    assert heads.read_marks(file) == [D, C]
    heads.write_head_file(HeadMark(5, b"y" * 32), HeadMark(4, b"z" * 32))
    assert heads.read_marks(file) == [HeadMark(5, b"y" * 32), C, D]


def test_a_broken_file_is_begun_anew(file: Path) -> None:
    file.write_bytes(b"\xff not a head")
    assert heads.read_head_file(file) is None
    heads.write_head_file(A, START)
    assert heads.read_head_file(file) == A


def test_no_file_is_no_mark(file: Path) -> None:
    assert heads.read_head_file(file) is None and heads.read_marks(file) == []


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_each_commit_raises_the_file_and_a_file_behind_is_no_fault(
    sample: SimpleNamespace, may: Cast, file: Path
) -> None:
    assert heads.head_now() is None and chain.verify() == []
    for n in range(3):
        sample.rename(may.ops, by=may.lin, title=f"T{n}", reason="because")
        assert heads.read_head_file(file) == heads.head_now()
    behind = HeadMark(1, bytes(Entry.objects.get(pk=1).hash))
    file.write_text(behind.line)  # the process died between commit and file
    assert chain.verify() == []


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_cut_off_and_written_anew_is_found_even_after_the_old_head_was_passed(
    sample: SimpleNamespace, may: Cast, file: Path
) -> None:
    for n in range(3):
        sample.rename(may.ops, by=may.lin, title=f"T{n}", reason="because")
    Entry.objects.filter(pk=3).delete()  # the ledger is open in transactional tests
    Head.objects.update(entry_id=2, hash=bytes(Entry.objects.get(pk=2).hash))
    for n in range(3):
        sample.rename(may.ops, by=may.lin, title=f"U{n}", reason="because")
    assert [f.entry_id for f in chain.verify()] == [3] and "recomputed" in chain.verify()[0].what


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_an_act_stays_done_when_the_file_cannot_be_written(
    sample: SimpleNamespace, may: Cast, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_marks: HeadMark) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(heads, "write_head_file", full)
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    assert Entry.objects.count() == 1 and not file.exists() and chain.verify() == []


@pytest.mark.both
def test_verify_walks_while_acts_go_on(sample: SimpleNamespace, may: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.rename(may.ops, by=may.lin, title="A", reason="because")
    real, asked = chain.head_now, []

    def later() -> HeadMark | None:
        if asked:  # asked the second time, after the walk
            sample.rename(may.ops, by=may.lin, title="B", reason="because")
        asked.append(1)
        return real()

    monkeypatch.setattr(chain, "head_now", later)
    assert chain.verify() == [] and Entry.objects.count() == 2
    with ledger_open():
        EntryObject.objects.all().delete()
