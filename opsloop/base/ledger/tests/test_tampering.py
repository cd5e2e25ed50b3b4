"""Whatever is done to the ledger in the database is found, with its place."""

import hashlib
import hmac
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from opsloop.base.acts import Call, perform
from opsloop.base.ledger import chain, heads
from opsloop.base.ledger.canonical import text
from opsloop.base.ledger.heads import HeadMark
from opsloop.base.ledger.models import Entry, EntryObject, Head, Private
from opsloop.base.testing import Cast, ledger_open

pytestmark = pytest.mark.both


@pytest.fixture
def six(sample: SimpleNamespace, may: Cast) -> Iterator[Cast]:
    """Six entries: renamed, renamed and closed (three), a person hired, a bulk act; the ledger open to anybody."""
    perform("test.rename", {"title": "A", "reason": "because"}, Call(by=may.lin, key="k", behalf=may.wu), on=may.ops.pk)
    sample.both(may.data, by=may.lin, title="B")
    perform("test.hire", {"name": "Qian", "phone": "13800001111"}, Call(by=may.lin))
    sample.calendar([may.ops, may.data], by=may.lin, calendar="shop")
    assert Entry.objects.count() == 6 and chain.verify() == []
    with ledger_open():
        yield may


def places() -> list[int]:
    return [fault.entry_id for fault in chain.verify()]


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("parent", 5), ("at", 1), ("happened", 1), ("by_id", 99), ("behalf_id", 98), ("via", "x"), ("act", "x"),
        ("object_type", "x"), ("object_id", 97), ("key", "other"), ("body", "{}"), ("hash", b"1" * 32),
    ],
)  # fmt: skip
def test_a_change_of_any_column_is_found_at_its_entry(six: Cast, number: int, column: str, value: object) -> None:
    old = Entry.objects.values_list(column, flat=True).get(pk=number)
    Entry.objects.filter(pk=number).update(**{column: value})
    assert number in places()
    Entry.objects.filter(pk=number).update(**{column: bytes(old) if column == "hash" else old})
    assert places() == []


def test_a_change_of_white_space_in_a_body_is_found(six: Cast) -> None:
    entry = Entry.objects.get(pk=2)
    Entry.objects.filter(pk=2).update(body=entry.body.replace('":', '": ', 1))
    assert places() == [2]


@pytest.mark.parametrize("number", [1, 3])
def test_an_entry_removed_in_the_middle_is_missing_at_its_place(six: Cast, number: int) -> None:
    Entry.objects.filter(pk=number).delete()
    faults = chain.verify()
    assert faults[0] == chain.Fault(number, "missing") and faults[1].entry_id == number + 1


def test_several_removed_are_named_with_their_end(six: Cast) -> None:
    Entry.objects.filter(pk__in=[2, 3, 4]).delete()
    assert chain.verify()[0] == chain.Fault(2, "missing, up to 4")


@pytest.mark.parametrize("number", [-3, 0, 7])
def test_an_inserted_entry_is_found(six: Cast, number: int) -> None:
    entry = Entry.objects.get(pk=6)
    entry.pk, entry.key = number, None
    entry.save(force_insert=True)
    assert number in places()


def test_the_tail_cut_off_with_the_head_row_put_back_is_found_by_the_head_file(six: Cast) -> None:
    keep_head_file()
    Entry.objects.filter(pk__gte=5).delete()
    EntryObject.objects.filter(entry_id__gte=5).delete()
    Private.objects.all().delete()
    assert [f.what for f in chain.verify() if "head row" in f.what]
    Head.objects.update(entry_id=4, hash=bytes(Entry.objects.get(pk=4).hash))
    assert chain.verify() == [chain.Fault(5, "cut off: a head kept outside names entry 6")]


def test_everything_cut_off_is_found(six: Cast) -> None:
    keep_head_file()
    for model in (Entry, EntryObject, Private, Head):
        model.objects.all().delete()
    assert places() == [1]


def test_the_tail_cut_off_without_a_head_file_is_found_by_a_head_that_was_sent_out(six: Cast) -> None:
    sent = heads.head_now()
    assert sent is not None and sent.entry_id == 6
    Entry.objects.filter(pk=6).delete()
    EntryObject.objects.filter(entry_id=6).delete()
    Head.objects.update(entry_id=5, hash=bytes(Entry.objects.get(pk=5).hash))
    assert chain.verify() == []  # only as safe as what left the machine
    assert chain.verify([sent]) == [chain.Fault(6, "cut off: a head kept outside names entry 6")]


def test_a_chain_recomputed_with_another_key_is_found_at_every_entry_from_there(six: Cast) -> None:
    Entry.objects.filter(pk=3).update(via="forged")
    recompute(3, b"not the key")
    assert places() == [3, 4, 5, 6]


def test_a_chain_recomputed_with_the_stolen_key_is_found_by_the_heads_outside(six: Cast) -> None:
    keep_head_file()
    sent = HeadMark(4, bytes(Entry.objects.get(pk=4).hash))
    Entry.objects.filter(pk=3).update(via="forged")
    recompute(3, chain.key())
    assert [f.what[:10] for f in chain.verify()] == ["recomputed"]
    assert places() == [6]
    assert [f.entry_id for f in chain.verify([sent])] == [4, 6]
    write_file(HeadMark(6, bytes(Entry.objects.get(pk=6).hash)))  # whoever has key and file too
    assert [f.entry_id for f in chain.verify([sent])] == [4]


@pytest.mark.parametrize("values", [{"entry_id": 4}, {"entry_id": 9}, {"hash": b"2" * 32}])
def test_a_changed_head_row_is_found(six: Cast, values: dict[str, object]) -> None:
    Head.objects.update(**values)
    assert places() == [6]
    Head.objects.all().delete()
    assert places() == [6]


def test_the_index_of_objects_must_be_what_the_entries_say(six: Cast) -> None:
    assert EntryObject.objects.filter(entry_id=6).count() == 2
    kept = EntryObject.objects.filter(entry_id=6).first()
    assert kept is not None
    kept.delete()
    assert places() == [6]
    kept.save()
    assert places() == []
    extra = EntryObject.objects.create(entry_id=3, object_type="people.department", object_id=77)
    assert places() == [3]
    extra.delete()
    EntryObject.objects.filter(pk=kept.pk).update(object_id=10**9)
    assert places() == [6]


def test_a_wrong_key_lists_no_endless_faults(six: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "MOST", 3)
    monkeypatch.setattr(chain, "key", lambda: b"another")
    assert len(chain.verify()) == 4


def test_the_triggers_refuse_update_and_delete(sample: SimpleNamespace, may: Cast) -> None:
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    for statement in ("update ledger_entry set via = 'x'", "delete from ledger_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_missing_key_file_says_what_to_do(
    settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("OPSLOOP_LEDGER_KEY_FILE", f"{tmp_path}/none.key")
    with pytest.raises(FileNotFoundError, match="OPSLOOP_LEDGER_KEY_FILE"):
        chain.key()


def keep_head_file() -> None:
    """What the commit of a real act does; tests roll back."""
    head = heads.head_now()
    assert head is not None
    write_file(head)


def write_file(mark: HeadMark) -> None:
    settings.WORKSPACE.ledger_head.write_text(mark.line + "\n")


def recompute(start: int, key: bytes) -> None:
    """Chain everything from `start` on anew under `key`, as somebody with the database can."""
    previous = bytes(Entry.objects.get(pk=start - 1).hash)
    for row in Entry.objects.filter(pk__gte=start).order_by("id").values_list(*chain.COLUMNS):
        previous = hmac.new(key, previous + text(row).encode(), hashlib.sha256).digest()
        Entry.objects.filter(pk=row[0]).update(hash=previous)
    Head.objects.update(hash=previous)
