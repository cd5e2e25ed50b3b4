from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from opsloop.base.acts import Call, perform
from opsloop.base.acts.about import ref
from opsloop.base.files import shelf
from opsloop.base.files.actions import attach_file, erase_file, keep_file, remove_file, sweep_files
from opsloop.base.files.classes import attachments_need
from opsloop.base.files.keep import store
from opsloop.base.files.models import Attachment, Stored, Upload
from opsloop.base.files.queries import may_read, may_read_stored, visible_attachments
from opsloop.base.files.sweep import sweep
from opsloop.base.files.tests.samples import PDF, PNG, upload
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Department, Holding, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, person, position
from opsloop.base.things.errors import Forbidden, Invalid, NotFound, Refused

pytestmark = pytest.mark.both


@pytest.fixture
def clerk(cast: Cast) -> Person:
    """Chen's colleague: may work with files and sees the department."""
    return person("Qian", position("clerk", may=["files.*"], sees={"*": "department"}), cast.ops)


def files() -> list[Path]:
    return [p for p in settings.WORKSPACE.files.rglob("*") if p.is_file() and p.name != ".lock"]


def test_an_upload_is_kept_once_by_its_hash(cast: Cast, clerk: Person) -> None:
    one = store(upload("合同.pdf", PDF), cast.lin)
    two = store(upload("copy.pdf", PDF), clerk)
    assert one == two and one.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (one.size, one.mime, one.name) == (len(PDF), "application/pdf", "合同.pdf")
    assert files() == [one.path] and one.path.read_bytes() == PDF
    assert Upload.objects.count() == 2


def test_an_upload_is_recorded_without_its_name_in_the_chain(cast: Cast) -> None:
    stored = store(upload("王芳身份证.png", PNG), cast.lin)
    entry = Entry.objects.get()
    assert (entry.act, entry.object_type, entry.object_id) == ("files.keep", "files.stored", stored.pk)
    assert "王芳" not in entry.body and chain.verify() == []


def test_who_may_not_keep_files_fills_no_disk(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        store(upload("a.pdf", PDF), cast.chen)
    assert files() == []


@pytest.mark.parametrize(("name", "content", "words"), [("a.pdf", b"", "empty"), ("a.pdf", PNG, "not a .pdf")])
def test_a_refused_upload_leaves_nothing(cast: Cast, name: str, content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        store(upload(name, content), cast.lin)
    assert files() == [] and Stored.objects.count() == 0


def test_a_file_over_the_limit_is_refused(cast: Cast, settings: object) -> None:
    settings.WORKSPACE = replace(settings.WORKSPACE, upload_mb=1)
    assert store(upload("a.txt", b"x" * 1024 * 1024), cast.lin).size == 1024 * 1024
    with pytest.raises(Refused, match="larger than 1 MB"):
        store(upload("a.txt", b"y" * (1024 * 1024 + 1)), cast.lin)
    assert len(files()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_refuses_clearly_and_keeps_nothing_half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shelf.open_copy

    def on_full_disk(folder: Path) -> object:
        out = real(folder)
        full = Path("/dev/full").open("wb")  # noqa: SIM115  # closed by the one below
        full_name = out.name
        out.close()

        class Full:
            name = full_name

            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_: object) -> None:
                full.close()

            def __getattr__(self, what: str) -> object:
                return getattr(full, what)

        return Full()

    monkeypatch.setattr(shelf, "open_copy", on_full_disk)
    with pytest.raises(Refused, match="disk is full"):
        store(upload("a.pdf", PDF * 10_000), cast.lin)
    assert files() == [] and Stored.objects.count() == 0


def test_storing_inside_an_act_is_a_mistake_of_the_programmer(cast: Cast) -> None:
    from opsloop.base.testing import given

    with given(), pytest.raises(RuntimeError, match="before the act"):
        store(upload("a.pdf", PDF), cast.lin)


def test_an_attachment_is_seen_by_those_who_see_the_thing(cast: Cast) -> None:
    in_ops = Holding.objects.get(person=cast.lin)
    in_data = Holding.objects.get(person=cast.wu)
    stored = store(upload("合同.pdf", PDF), cast.lin)
    here = attach_file(by=cast.lin, stored=stored, about=ref(in_ops))
    there = attach_file(by=cast.lin, stored=stored, about=ref(in_data), name="别名.pdf")
    assert (here.name, there.name) == ("合同.pdf", "别名.pdf")
    assert may_read(cast.chen, here) and not may_read(cast.chen, there)
    assert may_read(cast.wu, here) and may_read(cast.wu, there)
    assert not may_read(cast.zhao, here)
    assert list(visible_attachments(cast.chen, in_ops)) == [here]
    assert list(visible_attachments(cast.chen, in_data)) == []
    assert set(visible(cast.chen, Attachment)) == {here}
    assert set(visible(cast.wu, Attachment)) == {here, there}
    assert not visible(cast.zhao, Attachment).exists()


def test_a_level_of_all_on_files_opens_no_thing_that_is_not_seen(cast: Cast) -> None:
    nosy = person("Nosy", position("nosy", may=["files.*"], sees={"files": "all"}), cast.ops)
    stored = store(upload("合同.pdf", PDF), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(Holding.objects.get(person=cast.lin)))
    assert not may_read(nosy, made) and not visible(nosy, Attachment).exists()
    assert not may_read_stored(nosy, stored)


def test_files_at_a_thing_with_sensitive_columns_take_its_classes(cast: Cast) -> None:
    stored = store(upload("身份证.png", PNG), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(cast.chen))
    assert may_read(cast.lin, made), "reads the class contact"
    assert not may_read(cast.wu, made), "sees the person, does not read contact"
    assert may_read(cast.chen, made), "it is about Chen"
    assert not visible(cast.wu, Attachment).exists() and visible(cast.chen, Attachment).exists()
    attachments_need(Person)
    try:
        assert may_read(cast.wu, made)
    finally:
        attachments_need(Person, "contact")


def test_nobody_attaches_a_content_they_did_not_bring(cast: Cast, clerk: Person) -> None:
    """Else its number would open any file: attach it to something of one's own, then read it."""
    stored = store(upload("工资.pdf", PDF), cast.lin)
    mine = Holding.objects.get(person=clerk)
    with pytest.raises(Invalid):
        perform("files.attach", {"stored": stored.pk, "about": ref(mine)}, Call(by=clerk))
    assert not may_read_stored(clerk, stored)
    store(upload("工资.pdf", PDF), clerk)
    assert perform("files.attach", {"stored": stored.pk, "about": ref(mine)}, Call(by=clerk)).stored == stored


def test_attaching_to_what_one_does_not_see_finds_nothing(cast: Cast, clerk: Person) -> None:
    stored = store(upload("a.pdf", PDF), clerk)
    with pytest.raises(NotFound):
        attach_file(by=clerk, stored=stored, about=ref(Holding.objects.get(person=cast.wu)))
    for nonsense in ("people.account:1", "nothing.here:1", "people.holding", "people.holding:x", "people.holding:²"):
        with pytest.raises(Invalid):
            attach_file(by=clerk, stored=stored, about=nonsense)
    assert Attachment.objects.count() == 0


def test_attaching_is_allowed_recorded_and_done_once(cast: Cast) -> None:
    stored = store(upload("a.pdf", PDF), cast.lin)
    with pytest.raises(Forbidden):
        attach_file(by=cast.chen, stored=stored, about=ref(cast.ops))
    one = attach_file(by=cast.lin, stored=stored, about=ref(cast.ops), note="第一版")
    assert attach_file(by=cast.lin, stored=stored, about=ref(cast.ops)) == one
    entry = Entry.objects.filter(act="files.attach").earliest("id")
    assert json.loads(entry.body)["args"]["about"] == ref(cast.ops) and "第一版" not in entry.body
    at = set(EntryObject.objects.filter(entry_id=entry.pk).values_list("object_type", "object_id"))
    assert ("people.department", cast.ops.pk) in at


def test_a_removed_file_is_gone_for_readers_and_recorded(cast: Cast, clerk: Person) -> None:
    stored = store(upload("a.pdf", PDF), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(cast.ops))
    with pytest.raises(Forbidden):
        remove_file(made, by=cast.wu, reason="not mine")
    remove_file(made, by=clerk, reason="wrong file")
    assert not may_read(cast.lin, made) and not visible_attachments(cast.lin, cast.ops)
    entry = Entry.objects.get(act="files.remove")
    assert entry.object_id == made.pk and "wrong file" in entry.body
    assert EntryObject.objects.filter(entry_id=entry.pk, object_type="people.department").exists()
    with pytest.raises(Refused, match="removed already"):
        remove_file(made, by=clerk, reason="again")
    again = attach_file(by=cast.lin, stored=stored, about=ref(cast.ops))
    assert again != made and may_read(cast.lin, again)


def test_a_clerk_does_not_remove_what_he_does_not_see(cast: Cast, clerk: Person) -> None:
    stored = store(upload("a.pdf", PDF), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(Holding.objects.get(person=cast.wu)))
    with pytest.raises(Forbidden):
        remove_file(made, by=clerk, reason="not mine")
    with pytest.raises(NotFound):
        perform("files.remove", {"reason": "not mine"}, Call(by=clerk), on=made.pk)


def test_erasing_destroys_the_bytes(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    stored = store(upload("a.pdf", PDF), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(cast.ops))
    with pytest.raises(Forbidden):
        erase_file(made, by=cast.wu, reason="the law")
    with django_capture_on_commit_callbacks(execute=True):
        erase_file(made, by=cast.lin, reason="asked under the law")
    assert files() == [] and not may_read(cast.lin, made)
    stored.refresh_from_db()
    assert not may_read_stored(cast.lin, stored)
    assert Entry.objects.filter(act="files.erase").count() == 1
    with pytest.raises(Refused):
        erase_file(made, by=cast.lin, reason="again")
    with pytest.raises(Refused):
        attach_file(by=cast.lin, stored=stored, about=ref(cast.company))
    assert store(upload("a.pdf", PDF), cast.lin).erased_at is None and len(files()) == 1


def test_the_sweep_takes_only_what_nothing_uses(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=3)):
        used = store(upload("used.pdf", PDF), cast.lin)
        unused = store(upload("unused.png", PNG), cast.lin)
        attach_file(by=cast.lin, stored=used, about=ref(cast.ops))
    fresh = store(upload("fresh.txt", "刚来"), cast.lin)
    crashed = settings.WORKSPACE.files / ".new-crashed"
    crashed.write_bytes(b"half")
    old = datetime.now(UTC).timestamp() - 3 * 86400
    for path in (used.path, unused.path, crashed):
        import os

        os.utime(path, (old, old))
    with django_capture_on_commit_callbacks(execute=True):
        sweep(cast.robot)
    assert set(Stored.objects.all()) == {used, fresh}
    assert set(files()) == {used.path, fresh.path}
    assert Entry.objects.filter(act="files.sweep", by_id=cast.robot.pk).exists()
    with pytest.raises(Forbidden):
        sweep_files(by=cast.chen, before=datetime.now(UTC))


def test_keeping_has_no_door() -> None:
    assert keep_file.act.doors == frozenset()


def test_a_column_that_holds_a_content_gives_its_readers_the_content(cast: Cast) -> None:
    """Attachments are such a column; removed ones give nothing."""
    stored = store(upload("a.pdf", PDF), cast.lin)
    made = attach_file(by=cast.lin, stored=stored, about=ref(Holding.objects.get(person=cast.lin)))
    assert may_read_stored(cast.chen, stored) and not may_read_stored(cast.zhao, stored)
    remove_file(made, by=cast.lin, reason="not needed")
    assert not may_read_stored(cast.chen, stored)


def test_the_number_of_queries_for_a_thing_is_constant(cast: Cast, django_assert_num_queries: object) -> None:
    for n in range(5):
        stored = store(upload(f"{n}.txt", f"text {n}"), cast.lin)
        attach_file(by=cast.lin, stored=stored, about=ref(cast.ops))
    visible(cast.chen, Department).exists()
    with django_assert_num_queries(1):
        assert len([(a.name, a.stored.size, a.person.name) for a in visible_attachments(cast.chen, cast.ops)]) == 5


def test_erasing_a_person_takes_the_files_at_them_along(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    from opsloop.base.files.listeners import forget_files
    from opsloop.base.ledger.models import Private
    from opsloop.base.testing import given

    card = store(upload("王芳身份证.png", PNG), cast.lin)
    rules = store(upload("员工手册.pdf", PDF), cast.lin)
    at_person = attach_file(by=cast.lin, stored=card, about=ref(cast.chen), note="原件")
    shared = attach_file(by=cast.lin, stored=rules, about=ref(cast.chen))
    kept = attach_file(by=cast.lin, stored=rules, about=ref(cast.ops))
    with django_capture_on_commit_callbacks(execute=True), given():
        forget_files(cast.chen)
    assert files() == [rules.path]
    for one in (at_person, shared, card, kept, rules):
        one.refresh_from_db()
    assert (at_person.name, at_person.note, card.name, shared.name) == ("", "", "", "")
    assert may_read(cast.lin, kept) and kept.name == "员工手册.pdf" and rules.erased_at is None
    assert not Private.objects.filter(text__contains="王芳").exists() and chain.verify() == []
    assert not Upload.objects.filter(name__contains="王芳").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_new_content_from_many_hands_at_once_is_kept_once() -> None:
    from threading import Barrier, Thread

    from django.db import connection

    from opsloop.base.testing import department

    if connection.vendor != "postgresql":
        pytest.skip("writers of SQLite take turns")
    place, post = department("ops"), position("clerk", may=["files.*"], sees={"*": "department"})
    hands = [person(f"P{n}", post, place) for n in range(4)]
    barrier, got, errors = Barrier(4), [], []

    def bring(who: Person) -> None:
        try:
            barrier.wait()
            for n in range(8):
                got.append(store(upload("a.txt", f"content {n}"), who).pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=bring, args=(who,)) for who in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and len(got) == 32 and len(set(got)) == 8
    assert len(files()) == 8 and Upload.objects.count() == 32
