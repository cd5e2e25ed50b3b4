"""Behind the pages: PDF, search over everything, notices, and what comes into force on its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Refused
from opsloop.base.due import Due
from opsloop.base.files.models import Attachment
from opsloop.base.inbox.api import notices
from opsloop.base.jobs import lease
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.search.find import find
from opsloop.base.testing import Cast, department, given, make, person, position
from opsloop.playbook import commands
from opsloop.playbook.actions import approve, enact, print_book, propose, publish, reject
from opsloop.playbook.changes import LineRow
from opsloop.playbook.jobs import force_due
from opsloop.playbook.models import Publication, State
from opsloop.playbook.store import keep
from opsloop.playbook.tests import samples

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def standard(cast: Cast, tmp_path: Path) -> Path:
    folder = samples.write(tmp_path / "book")
    report = commands.publish(folder, by=cast.robot, reason="First edition.")
    assert report.code == 0, report.lines
    return folder


@pytest.fixture
def boss(cast: Cast) -> Person:
    return person("Boss", position("director", may=["playbook.*", "files.*"], sees={"*": "all"}), cast.company)


def work() -> list[Job]:
    """Do every job that is due."""
    done = []
    while (job := lease.claim()) is not None:
        run(job)
        done.append(Job.objects.get(pk=job.pk))
    assert all(job.state == JobState.DONE for job in done), [(job.task, job.error) for job in done]
    return done


def test_the_standard_is_found_by_the_search_over_everything(cast: Cast, standard: Path) -> None:
    work()
    found = {hit.url for hit in find(cast.wu, "执行活动")}
    assert "/playbook/position/operations-specialist/" in found
    assert "/playbook/position/operations-specialist/" in {hit.url for hit in find(cast.wu, "campaigns")}
    text = samples.GLOSSARY.replace("流程单", "办理单")
    samples.write(standard)
    (standard / "glossary/operations.yaml").write_text(text)
    (standard / "calendars/company.yaml").unlink()
    assert commands.publish(standard, by=cast.robot, reason="Other word.").code == 0
    work()
    assert {hit.url for hit in find(cast.wu, "办理单")} == {"/playbook/glossary/operations/"}
    assert not {hit.url for hit in find(cast.wu, "公司日历")}


WIDER = samples.SPECIALIST.replace("each: 200", "each: 900")


def test_who_can_decide_hears_of_a_change_of_rights_and_the_proposer_of_the_decision(
    cast: Cast, standard: Path, boss: Person
) -> None:
    with given():
        Person.objects.filter(pk=cast.lin.pk).update(language="en")
    row = LineRow("position", "operations-specialist", keep(WIDER), 1)
    made = propose(by=cast.lin, reason="More trust.", lines=[row])
    assert [one.kind for one in notices(boss)] == ["playbook.proposed"]
    assert not notices(cast.wu)
    approve(made, by=boss)
    assert [one.title for one in notices(cast.lin)] == ["Proposal #2 is approved and can be published"]
    again = propose(by=cast.lin, reason="More trust.", lines=[row])
    reject(again, by=boss, reason="Too much at once.")
    assert "Proposal #3 is rejected" in [one.title for one in notices(cast.lin)]
    small = LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "实例")), 1)
    count = len(notices(boss))
    propose(by=cast.lin, reason="Clearer.", lines=[small])
    assert len(notices(boss)) == count


def test_a_later_title_shows_on_its_day(cast: Cast, standard: Path) -> None:
    day = timezone.localdate() + timedelta(days=3)
    samples.write(standard, operations_specialist=samples.SPECIALIST.replace("运营专员", "运营助理"))
    assert commands.publish(standard, by=cast.robot, reason="New title.", effective_from=day).code == 0
    post = Position.objects.get(code="operations-specialist")
    assert post.title == "运营专员"
    enact(by=cast.robot, day=timezone.localdate())
    post.refresh_from_db()
    assert post.title == "运营专员"
    enact(by=cast.robot, day=day)
    post.refresh_from_db()
    assert post.title == "运营助理"


def test_what_begins_later_is_brought_into_force_by_what_is_due_too_and_once(cast: Cast, standard: Path) -> None:
    day, now = timezone.localdate() + timedelta(days=3), timezone.now()
    samples.write(standard, operations_specialist=samples.SPECIALIST.replace("title: 运营专员", "title: 运营助理"))
    assert commands.publish(standard, by=cast.robot, reason="New title.", effective_from=day).code == 0
    assert force_due(Due(cast.robot, now)) == []
    (done,) = force_due(Due(cast.robot, now + timedelta(days=5)))  # nothing ran on the day itself
    assert done.data["files"] == 1
    assert force_due(Due(cast.robot, now + timedelta(days=6))) == []
    assert Position.objects.get(code="operations-specialist").title == "运营助理"


def test_a_department_that_is_founded_later_is_filled_in_by_night(cast: Cast, standard: Path) -> None:
    text = samples.SPECIALIST.replace("department: operations", "department: kitchen")
    samples.write(standard, operations_specialist=text)
    assert commands.publish(standard, by=cast.robot, reason="It moves.").code == 0
    post = Position.objects.get(code="operations-specialist")
    assert post.department is None
    kitchen = department("kitchen", parent=cast.company)
    enqueue_enact()
    work()
    post.refresh_from_db()
    assert post.department == kitchen


def enqueue_enact() -> None:
    with given():
        enqueue("playbook.enact", {})


def test_a_withdrawal_that_is_to_come_is_not_undone_by_night(cast: Cast, standard: Path, boss: Person) -> None:
    day = timezone.localdate() + timedelta(days=3)
    with given():
        Holding.objects.filter(position__code="operations-specialist").update(ends_at=timezone.now())
    row = LineRow("position", "operations-specialist", "", 1)
    other = LineRow("translation", "en/positions/operations-specialist", "", 1)
    made = propose(by=cast.lin, reason="No longer.", lines=[row, other], effective_from=day)
    approve(made, by=boss)
    publish(made, by=cast.lin)
    enact(by=cast.robot, day=timezone.localdate())
    withdrawn_at = Position.objects.get(code="operations-specialist").withdrawn_at
    assert withdrawn_at is not None and timezone.localdate(withdrawn_at) == day


def test_the_pdf_is_attached_to_the_publication_and_who_asked_is_told(cast: Cast, standard: Path, boss: Person) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)  # Pango is not everywhere
    work()
    newest = Publication.objects.get(number=1)
    print_book(newest, by=boss)
    work()
    file = Attachment.objects.get()
    assert (file.object_type, file.object_id, file.stored.mime) == (
        "playbook.publication",
        newest.pk,
        "application/pdf",
    )
    assert [one.kind for one in notices(boss)] == ["playbook.printed"]


def test_what_is_not_published_is_not_printed(cast: Cast, standard: Path, boss: Person) -> None:
    row = LineRow("position", "operations-specialist", keep(WIDER), 1)
    made = propose(by=cast.lin, reason="More trust.", lines=[row])
    with pytest.raises(Refused):
        print_book(made, by=boss)
    assert made.state == State.PROPOSED


def test_the_book_is_exported_as_files_and_as_one_page(cast: Cast, standard: Path, tmp_path: Path) -> None:
    assert commands.export(tmp_path / "out").code == 0
    assert (tmp_path / "out/positions/operations-manager.md").read_text() == samples.MANAGER
    page = tmp_path / "book.html"
    assert commands.export(page, "html", "zh-hans").code == 0
    text = page.read_text()
    assert 'id="position-operations-manager"' in text and 'href="#position-operations-manager"' in text
    assert 'href="/' not in text and "src=" not in text
    assert "Chen" not in text
    assert commands.export(page, "html", "en").code == 0
    assert "Run campaigns" in page.read_text()
    assert commands.export(page, "docx").code == 1


def test_the_book_is_exported_as_pdf(cast: Cast, standard: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)  # Pango is not everywhere
    file = tmp_path / "book.pdf"
    assert commands.export(file, "pdf").code == 0
    assert file.read_bytes().startswith(b"%PDF-")
    assert make(Department, code="after", title="The connection still works").pk
