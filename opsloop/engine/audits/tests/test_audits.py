"""A sample can be drawn again, shows what was valid then, masks what is personal, and leaves its traces."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Refused, acting, operation, perform
from opsloop.base.files.actions import attach_file
from opsloop.base.files.keep import store
from opsloop.base.files.queries import may_read_stored
from opsloop.base.jobs.robot import for_itself
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given, make, person, position
from opsloop.base.things.errors import Warned
from opsloop.engine.audits import actions, drawing
from opsloop.engine.audits.jobs import build
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.cases import actions as cases
from opsloop.engine.cases.actions.shared import Filled, Proof
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.tests.conftest import crew  # noqa: F401  # a fixture
from opsloop.engine.cases.tests.crewed import REFUND, again, item, start
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.models import Sop
from opsloop.ui.testing import signed_in

THEN = REFUND.replace("{id: check, title: Check, do: operations-specialist, within: 4 hours, form: [cause]}",
                      "{id: check, title: Check, do: operations-specialist, within: 4 hours, form: [cause], "
                      "evidence: [Slip]}").replace("{id: customer, title: Customer}",
                                                   "{id: customer, title: Customer, personal: true}")  # fmt: skip
WEEK = timedelta(days=7)
pytestmark = pytest.mark.both


@pytest.fixture
def house(crew: Any, tmp_path: Path) -> Iterator[Any]:  # noqa: F811
    """As the crew of cases, with an auditor who sees all, and one who sees all but reads no personal data."""
    crew.folder = tmp_path
    may = ["audits.draw", "audits.take"]
    crew.zhou = person("Zhou", position("auditor", may=may, sees={"*": "all"}, reads=["contact"]), crew.company)
    crew.qian = person("Qian", position("reviewer", may=may, sees={"*": "all"}), crew.company)
    publish(THEN)
    yield crew


def decided(house: Any, customer: str = "A", **more: str) -> Case:
    """A refund that was checked with a slip, returned nowhere, approved by Lu, and is paid."""
    with given():
        mandate = Mandate.objects.get(position__code="operations-specialist")
        mandate.may = ["cases.*", "files.*"]
        mandate.save()
    case = start(house.wang, customer=customer, **more)
    slip = house.folder / f"slip-{case.pk}.txt"
    slip.write_text(f"slip of {customer}", encoding="utf-8")
    chen = Person.objects.get(pk=house.chen.pk)
    stored = store(slip, chen, name="slip.txt")
    kept = attach_file(by=chen, stored=stored, about=f"cases.case:{case.pk}", name="slip.txt")
    cases.complete(again(case), by=chen, item=item(case, "check").no, values=[Filled("cause", "late")],
                   evidence=[Proof("Slip", kept.pk)])  # fmt: skip
    cases.approve(again(case), by=house.lu, item=item(case, "decide").no, word="Fine.")
    cases.complete(again(case), by=house.su, item=item(case, "pay").no)
    return again(case)


def drawn(by: Person, **how: Any) -> AuditPack:
    return actions.draw(
        by=by,
        **{"since": timezone.localdate() - WEEK, "until": timezone.localdate(), "reason": "Quarterly audit.", **how},
    )


def made(pack: AuditPack) -> zipfile.ZipFile:
    """The archive, as the job makes it."""
    robot = for_itself(["files.keep", "audits.keep"])
    publish_it = build(SimpleNamespace(by=robot, progress=lambda *_: None), pack=pack.pk)
    assert publish_it is not None
    with operation(Call(by=robot, via="job:1")):
        kept = publish_it()
    return zipfile.ZipFile(kept.file.path)


def test_the_same_seed_draws_the_same_cases() -> None:
    keys = list(range(100, 200))
    assert drawing.draw(keys, 10, 42) == drawing.draw(keys[::-1], 10, 42)
    assert drawing.draw(keys, 10, 42) != drawing.draw(keys, 10, 43)
    assert len(set(drawing.draw(keys, 10, 42))) == 10
    assert sorted(drawing.draw(keys, 500, 1)) == keys


def test_a_case_can_be_followed_again_though_everything_changed_since(house: Any) -> None:
    """Its version, its limits and the authority are those of then; files, voices and the hashes are there."""
    case = decided(house)
    publish(REFUND.replace("within: 4 hours", "within: 1 hour"), number=2)
    with given():
        lead = Mandate.objects.get(position__code="clerk-lead")
        make(Mandate, position=lead.position, from_day=timezone.localdate() + timedelta(days=1), version="later",
             limits={"compensation": {"each": 9999}})  # fmt: skip
    zipped = made(drawn(house.zhou, seed=5))
    names = set(zipped.namelist())
    folder = f"cases/LC-{case.pk:04d}"
    told = json.loads(zipped.read(f"{folder}/case.json"))
    assert (told["version"]["number"], told["version"]["sha256"]) == (1, case.edition.sha256)
    check = {"step": "check", "title": "Check", "within": {"*": "4 hours"}, "said": "4小时"}
    assert check in told["limits"]
    given_then = {one["position"]: one["limit"] for one in told["authority"]}
    assert given_then == {"clerk-lead": {"each": 200}, "operations-manager": {"each": 1000, "per_day": 1200}}
    (voice,) = told["approvals"]
    assert (voice["by"], voice["yes"], voice["authority"], voice["amount"]) == ("Lu", True, "compensation", "100.00")
    (proof,) = told["evidence"]
    assert proof["evidence"] == "Slip"
    assert zipped.read(f"{folder}/{proof['path']}") == b"slip of A"
    assert hashlib.sha256(b"slip of A").hexdigest() == proof["sha256"]
    assert {line["verb"] for line in told["log"]} >= {"started", "completed", "agreed", "ended"}
    assert Entry.objects.filter(pk__in=[line["entry"] for line in told["log"]]).count() == 4
    assert {"index.html", "cases.csv", "sample.json", "HASHES.txt", f"{folder}/index.html"} <= names
    for line in zipped.read("HASHES.txt").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(zipped.read(name)).hexdigest() == digest


def test_where_no_authority_was_on_record_on_the_day_the_archive_says_so(house: Any) -> None:
    with given():
        Mandate.objects.filter(position__code="clerk-lead").update(from_day=timezone.localdate() + timedelta(days=3))
    case = start(house.wang)
    zipped = made(drawn(house.zhou))
    told = json.loads(zipped.read(f"cases/LC-{case.pk:04d}/case.json"))["authority"]
    assert {one["position"]: one["in_force"] for one in told} == {"clerk-lead": False, "operations-manager": True}
    assert "当日未生效" in zipped.read(f"cases/LC-{case.pk:04d}/index.html").decode()


def test_the_archive_goes_out_by_its_own_page_only(house: Any) -> None:
    """There each download is on record; the address of contents knows none."""
    decided(house)
    pack = drawn(house.zhou)
    made(pack)
    pack = AuditPack.objects.get(pk=pack.pk)
    auditor = signed_in(house.zhou)
    assert pack.file is not None and not may_read_stored(house.zhou, pack.file)
    assert auditor.get(f"/files/stored/{pack.file_id}/").status_code == 404
    assert not Entry.objects.filter(act="audits.take").exists()
    assert auditor.post(f"/audits/{pack.pk}/file/").status_code == 200
    assert Entry.objects.get(act="audits.take").by_id == house.zhou.pk


def test_what_is_personal_is_masked_unless_asked_for_with_the_right(house: Any) -> None:
    case = decided(house, customer="Zhang San")
    masked = made(drawn(house.zhou)).read(f"cases/LC-{case.pk:04d}/case.json").decode()
    whole = made(drawn(house.zhou, personal=True)).read(f"cases/LC-{case.pk:04d}/case.json").decode()
    assert '"text": "Zhang San"' in whole
    assert '"text": "Zhang San"' not in masked
    with pytest.raises(Refused, match="personal data"):
        drawn(house.qian, personal=True)


def late(house: Any, *cases: Case) -> list[list[dict[str, Any]]]:
    """The late entries of each case, as the archive tells them."""
    zipped = made(drawn(house.zhou))
    return [json.loads(zipped.read(f"cases/LC-{case.pk:04d}/case.json"))["late"] for case in cases]


def ago(**span: int) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()


def test_late_entries_stand_out_with_their_reason(house: Any) -> None:
    with acting(Call(by=house.wang, overrides={"late-entry": "The system was down."})):
        case = start(house.wang, since=ago(hours=5))
    soon = start(house.wang, customer="B", since=ago(hours=1, minutes=55))
    (told,), none = late(house, case, soon)
    assert (told["minutes"], told["allowed"]) == (300, "2 hours")
    assert told["reason"] == "The system was down."
    field = json.loads(made(drawn(house.zhou)).read(f"cases/LC-{case.pk:04d}/case.json"))["fields"][2]
    assert (field["field"], field["text"][:11]) == ("since", f"{timezone.localdate(case.happened)} "), "with its year"
    assert none == [], "within what its SOP allows"


@pytest.mark.parametrize(("said", "minutes", "is_late"), [
    ("late_after: 30 minutes", 25, False), ("late_after: 30 minutes", 40, True),
    ("late_after: 1 day", 20 * 60, False), ("late_after: 1 day", 49 * 60, True),
    ("", 115, False), ("", 125, True),
])  # fmt: skip
def test_what_is_late_says_the_sop_and_two_hours_where_it_says_nothing(
    house: Any, said: str, minutes: int, is_late: bool
) -> None:
    publish(THEN.replace("happened: since,\n  late_after: 2 hours", f"happened: since, {said}"), number=2)
    values = {"customer": "C", "amount": "1", "since": ago(minutes=minutes)}
    told = [{"field": name, "value": value} for name, value in values.items()]
    if is_late:
        with pytest.raises(Warned, match="longer ago"):
            perform("cases.start", {"sop": "refund", "values": told}, Call(by=house.wang))
    overrides = {"late-entry": "By phone."} if is_late else {}
    perform("cases.start", {"sop": "refund", "values": told}, Call(by=house.wang, overrides=overrides))
    (found,) = late(house, Case.objects.get())
    assert [one["reason"] for one in found] == ["By phone."] * is_late


def test_an_act_in_a_case_recorded_afterwards_is_late_by_the_same_rule(house: Any) -> None:
    case = start(house.wang)
    now = timezone.now()
    for span, why in ((timedelta(hours=1), {}), (timedelta(hours=3), {"late-entry": "Said on the phone."})):
        told = Call(by=house.chen, happened=now - span, overrides=why)
        perform("cases.comment", {"text": "Called back."}, told, on=case.pk)
    ((one,),) = late(house, case)
    assert (one["minutes"], one["reason"]) == (180, "Said on the phone.")


def test_drawing_and_taking_are_on_record_at_each_case(house: Any) -> None:
    case = decided(house)
    pack = drawn(house.zhou)
    made(pack)
    perform("audits.take", {}, Call(by=house.zhou), on=pack.pk)
    entries = Entry.objects.filter(act__in=["audits.draw", "audits.take"], by_id=house.zhou.pk)
    assert entries.count() == 2
    about = EntryObject.objects.filter(object_type="cases.case", object_id=case.pk, entry_id__in=entries.values("id"))
    assert about.count() == 2


def test_the_sample_is_of_what_one_sees_and_asked_for(house: Any) -> None:
    first, second = decided(house), decided(house, customer="B")
    assert sorted(drawn(house.zhou).cases) == [first.pk, second.pk]
    assert len(drawn(house.zhou, size=1).cases) == 1
    with pytest.raises(Refused, match="No case"):
        drawn(house.zhou, since=date(2020, 1, 1), until=date(2020, 2, 1))
    refund = Sop.objects.get(ident="refund")
    assert drawn(house.zhou, sop=refund).sop == "refund"
    with pytest.raises(Refused, match="No case"):
        drawn(house.zhou, sop=make(Sop, ident="other", number=1, sha256="0" * 64, title="Other", definition={}))
    with pytest.raises(Refused, match="ends before"):
        drawn(house.zhou, until=timezone.localdate() - 2 * WEEK)
    with pytest.raises(Forbidden):
        drawn(house.wang)


def test_before_the_archive_is_made_nobody_takes_it(house: Any) -> None:
    decided(house)
    pack = drawn(house.zhou)
    with pytest.raises(Refused, match="still being made"):
        perform("audits.take", {}, Call(by=house.zhou), on=pack.pk)


def test_the_pages(house: Any) -> None:
    decided(house)
    pack = drawn(house.zhou)
    made(pack)
    client = signed_in(house.zhou)
    assert client.get("/act/audits.draw/").status_code == 200
    assert "Quarterly audit." in client.get("/audits/").content.decode()
    page = client.get(f"/audits/{pack.pk}/").content.decode()
    assert "Refund A" in page
    assert f"/audits/{pack.pk}/file/" in page
    answer = client.post(f"/audits/{pack.pk}/file/")
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert client.get("/audits/999999/").status_code == 404
    assert client.get(f"/audits/{pack.pk}/file/").status_code == 405
    assert signed_in(house.wang).post(f"/audits/{pack.pk}/file/").status_code == 403


@pytest.mark.parametrize(("today", "since", "until"), [
    ("2026-01-01", "2025-10-01", "2025-12-31"), ("2026-03-31", "2025-10-01", "2025-12-31"),
    ("2026-04-01", "2026-01-01", "2026-03-31"), ("2026-11-22", "2026-07-01", "2026-09-30"),
])  # fmt: skip
def test_a_draw_begins_with_the_days_of_last_quarter(house: Any, today: str, since: str, until: str) -> None:
    with time_machine.travel(f"{today} 12:00+08:00", tick=False):
        client = signed_in(house.zhou)
        page = client.get("/audits/").content.decode()
        address = re.search(r'href="(/act/audits\.draw/[^"]*)"', page)
        assert address is not None
        form = client.get(address[1].replace("&amp;", "&")).content.decode()
    assert f'value="{since}"' in form and f'value="{until}"' in form
