"""The ledger's pages: the search, one entry, the export, the chain."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, hold, ledger_open, person, position
from opsloop.ui.models import Export
from opsloop.ui.people.tests.test_people import shown
from opsloop.ui.testing import signed_in

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def done(cast: Cast) -> Cast:
    """1 a department founded by Lin, 2 renamed later than it happened, 3 Qian registered, 4 corrected by the robot."""
    with time_machine.travel(NOW, tick=False) as clock:
        call = Call(by=cast.lin, via="page")
        shop = perform("departments.found", {"code": "shop", "title": "Shop", "parent": cast.company.pk}, call)
        late = Call(by=cast.lin, via="import", happened=NOW - timedelta(hours=1))
        perform("departments.rename", {"title": "New shop", "reason": "Moved “there”"}, late, on=shop.pk)
        clock.shift(timedelta(days=1))
        qian = perform("people.register", {"name": "Qian", "phone": "13800001111"}, call)
        robot = Call(by=cast.robot, behalf=cast.lin, via="job:7")
        perform("people.correct", {"phone": "13900002222", "reason": "New number"}, robot, on=qian.pk)
    return cast


@pytest.fixture
def auditor(cast: Cast) -> Client:
    """Reads all, contacts too, and may take entries out."""
    post = position("auditor", may=["ledger.export"], sees={"*": "all"}, reads=["contact"])
    return signed_in(person("Zhou", post, cast.company))


def ids(client: Client, said: str = "") -> list[int]:
    text = shown(client, f"/ledger/?cols=id&{said}")
    return [int(part.split('"', 1)[0]) for part in text.split('id="row-')[1:]]


def test_entries_read_as_sentences_in_both_languages(done: Cast, auditor: Client) -> None:
    text = shown(auditor, "/ledger/")
    assert "Lin founded the department Shop" in text and "Lin renamed the department to New shop" in text
    assert "Robot (for Lin) corrected Qian: New number" in text and "job 7" in text
    assert 'href="/ledger/1/" hx-get="/ledger/1/"' in text
    auditor.cookies["django_language"] = "zh-hans"
    assert 'lang="zh-hans"' in shown(auditor, "/ledger/")


def test_every_filter_narrows_and_nonsense_does_not(done: Cast, auditor: Client) -> None:
    shop = Department.objects.get(code="shop")
    found = {
        "": [4, 3, 2, 1],
        f"who={done.robot.pk}": [4],
        f"behalf={done.lin.pk}": [4],
        "who=999999": [],
        "act=people.correct": [4],
        "act=departments.*": [2, 1],
        "act=nonsense": [4, 3, 2, 1],
        f"kind=people.department&number={shop.pk}": [2, 1],
        f"kind=people.department&number=%23{shop.pk}": [2, 1],
        "kind=people.person": [4, 3],
        "kind=nonsense&number=1": [4, 3, 2, 1],
        "day_from=2026-11-21": [4, 3],
        "day_to=2026-11-20": [2, 1],
        "day_from=today&day_to=9999-12-31": [4, 3, 2, 1],
        "via=import": [2],
        "via=job:": [4],
        "late=1": [2],
        "q=New+shop": [2],
        "q=%E2%80%9Cthere%E2%80%9D": [2],
        "number=x": [4, 3, 2, 1],
        "sort=id": [1, 2, 3, 4],
    }
    assert {said: ids(auditor, said) for said in found} == found


def test_one_reads_no_further_than_ones_level(done: Cast) -> None:
    own = signed_in(person("Own", position("own", sees={"ledger": "own"}), done.company))
    assert ids(own) == [] and "What you did" in shown(own, "/ledger/")
    sub = signed_in(person("Sub", position("sub", sees={"ledger": "subtree"}), done.ops))
    assert ids(sub) == [3, 2, 1]  # Lin is of operations, the robot is not
    assert own.get("/ledger/1/").status_code == 404
    assert own.get("/ledger/chain/").status_code == 403


def test_pages_need_sign_in_and_a_right(done: Cast, auditor: Client) -> None:
    nobody = signed_in(done.zhao)
    for address in ("/ledger/", "/ledger/1/", "/ledger/chain/", "/ledger/export/"):
        assert Client().get(address).status_code == 302
        assert nobody.get(address).status_code == 403
        assert auditor.get(address).status_code == 200
    assert signed_in(done.wu).get("/ledger/export/").status_code == 403
    for missing in ("/ledger/999/", "/ledger/99999999999999999999999/"):
        assert auditor.get(missing).status_code == 404


def test_the_number_of_queries_does_not_grow(done: Cast, auditor: Client) -> None:
    shown(auditor, "/ledger/")
    with CaptureQueriesContext(connection) as few:
        shown(auditor, "/ledger/")
    for n in range(15):
        made = perform("people.register", {"name": f"P{n}", "phone": "13800001111"}, Call(by=done.lin))
        perform("people.absent", {"starts_at": "2027-01-01T08:00", "reason": "x"}, Call(by=done.lin), on=made.pk)
    with CaptureQueriesContext(connection) as many:
        shown(auditor, "/ledger/")
    assert len(many) <= len(few) + 1  # absences are one more kind of object to name


def test_an_entry_tells_values_changes_and_place(done: Cast, auditor: Client) -> None:
    text = shown(auditor, "/ledger/2/")
    assert "recorded later" in text and "Moved “there”" in text and "New shop" in text
    changed = text.split("What changed")[1]
    assert changed.index(">Shop<") < changed.index(">New shop<")
    assert 'href="/ledger/1/"' in text and 'href="/ledger/3/"' in text and "This entry checks out" in text
    assert bytes(Entry.objects.get(pk=2).hash).hex()[:16] in text
    assert f'href="/departments/{Department.objects.get(code="shop").pk}/"' in text
    first = shown(auditor, "/ledger/1/")
    assert "0000000000000000…" in first and 'href="/ledger/0/"' not in first


def test_personal_values_are_masked_by_what_one_reads(done: Cast, auditor: Client) -> None:
    assert "13900002222" in shown(auditor, "/ledger/4/")
    masked = shown(signed_in(done.wu), "/ledger/4/")
    assert "13900002222" not in masked and "139****2222" in masked and "138****1111" in masked


def test_what_was_done_on_the_way_is_linked_both_ways(done: Cast, auditor: Client) -> None:
    qian = Person.objects.get(name="Qian")
    outer = Entry.objects.latest("pk").pk + 1
    perform("people.leave", {"last_day": "2026-12-31", "reason": "Moves"}, Call(by=done.lin), on=qian.pk)
    with ledger_open():
        Entry.objects.filter(pk=1).update(parent=outer)  # no act in base nests another on its way
    assert 'href="/ledger/1/"' in shown(auditor, f"/ledger/{outer}/").split("Done together")[1]


def test_an_entry_that_was_changed_says_so(done: Cast, auditor: Client) -> None:
    with ledger_open():
        Entry.objects.filter(pk=2).update(body=Entry.objects.get(pk=2).body.replace("New shop", "Old shop"))
        Entry.objects.filter(pk=4).update(body="{")
    assert "It was changed" in shown(auditor, "/ledger/2/")
    assert "It was changed" in shown(auditor, "/ledger/4/")
    assert "This entry checks out" in shown(auditor, "/ledger/3/")
    with ledger_open():
        Entry.objects.filter(pk=2).delete()
    assert "The entry before it is missing." in shown(auditor, "/ledger/3/")


def test_an_export_needs_a_reason_and_is_recorded_with_its_filters(done: Cast, auditor: Client) -> None:
    form = shown(auditor, "/ledger/export/?act=departments.*")
    assert "2 entries leave the house" in form and "Departments: all" in form
    refused = auditor.post("/ledger/export/?act=departments.*", {"kind": "csv", "reason": ""})
    assert refused.status_code == 422 and Entry.objects.count() == 4
    answer = auditor.post("/ledger/export/?act=departments.*", {"kind": "csv", "reason": "Sample of the quarter"})
    text = answer.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 3 and "Lin founded the department Shop" in text
    entry = Entry.objects.latest("pk")
    assert entry.act == "ledger.export" and '"doing":"departments.*"' in entry.body and '"answer":2' in entry.body


def test_an_export_as_excel_holds_the_chosen_columns(done: Cast, auditor: Client) -> None:
    said = {"kind": "xlsx", "reason": "Sample of the quarter"}
    answer = auditor.post(f"/ledger/export/?cols=told,hash&behalf={done.lin.pk}", said)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["What was done", "Hash"] and len(rows) == 2 and len(str(rows[1][1])) == 64
    assert auditor.post("/ledger/export/", {"kind": "pdf", "reason": "Sample of the quarter"}).status_code == 422


def test_an_export_of_nothing_is_refused_beside_the_form(done: Cast, auditor: Client) -> None:
    answer = auditor.post("/ledger/export/?q=nowhere", {"kind": "csv", "reason": "Sample of the quarter"})
    assert answer.status_code == 422 and "No entry fits these filters." in answer.content.decode()


def test_a_long_export_is_written_by_a_job(done: Cast, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsloop.ui.ledger.views.export.AT_ONCE", 2)
    answer = auditor.post("/ledger/export/?sort=id", {"kind": "csv", "reason": "Sample of the quarter"})
    made = Export.objects.get()
    assert answer["Location"] == f"/exports/{made.pk}/" and made.listing == "ledger" and made.address == "sort=id"
    assert Job.objects.get(key=f"lists.write:{made.pk}").behalf == made.person


def work(said: Client) -> None:
    """Run the waiting verification as the worker does."""
    from opsloop.base.jobs.lease import claim

    job = claim()
    assert job is not None and job.task == "ledger.verify"
    assert run(job)


@pytest.mark.django_db(transaction=True)
def test_the_chain_is_verified_by_a_job_and_a_second_press_asks_for_no_second(done: Cast, auditor: Client) -> None:
    assert "not verified in the last 30 days" in shown(auditor, "/ledger/chain/")
    for _press in range(2):
        assert auditor.post("/ledger/chain/").status_code == 302
    assert Job.objects.filter(task="ledger.verify").count() == 1
    running = shown(auditor, "/ledger/chain/")
    assert "being verified" in running and "every 2s" in running
    work(auditor)
    text = shown(auditor, "/ledger/chain/")
    assert "entries check out" in text and "Zhou" in text and "every 2s" not in text
    part = auditor.get("/ledger/chain/", headers={"HX-Request": "true", "HX-Target": "div#chain-state"})
    assert part.content.decode().lstrip().startswith('<div id="chain-state">')


@pytest.mark.django_db(transaction=True)
def test_faults_are_shown_with_their_place_and_told_to_those_who_read_all(done: Cast, auditor: Client) -> None:
    hold(done.chen, position("subtree", sees={"ledger": "subtree"}), done.ops)
    Entry.objects.filter(pk=2).update(via="elsewhere")
    auditor.post("/ledger/chain/")
    work(auditor)
    text = shown(auditor, "/ledger/chain/")
    assert "1 fault found" in text and 'href="/ledger/2/"' in text
    told = set(Notice.objects.filter(kind="ledger.faults").values_list("person__name", flat=True))
    assert {"Zhou", "Lin", "Wu"} <= told and "Chen" not in told
