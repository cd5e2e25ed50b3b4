"""Taking a report along: asked for on its page, made by a job, kept at the edition, gone with the draft."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.files.models import Attachment
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs import lease
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.modules.reports import commands
from opsloop.modules.reports.actions import export, issue, keep_file, submit, write
from opsloop.modules.reports.filing import TASK, made, wanted
from opsloop.modules.reports.models import Edition, EditionFile
from opsloop.modules.reports.rendering.tests.test_template import made as template_of
from opsloop.modules.reports.tests.conftest import FILE, an_edition, weekly
from opsloop.modules.reports.tests.test_pages import of
from opsloop.modules.reports.words import FileShape

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SAID: dict[str, Any] = {
    "conclusions": [{"text": "Sales {sales.previous}.", "evidence": ""}], "advice": [], "no_advice": "Nothing new.",
    "decisions": [], "nothing_to_decide": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def edition(cast: Cast, director: Person, writer: Person) -> Edition:
    return an_edition(weekly(cast.lin), body=SAID)


def work() -> list[Job]:
    """Do the files that wait."""
    done = []
    while (job := lease.claim()) is not None:
        if job.task == TASK:
            run(job)
            done.append(Job.objects.get(pk=job.pk))
    return done


def ask(client: Client, edition: Edition, shape: str) -> str:
    answer = client.post(f"/reports/{edition.pk}/files/", {"shape": shape})
    assert answer.status_code == 302
    return str(answer["Location"])


def card(client: Client, edition: Edition) -> str:
    return client.get(f"/reports/{edition.pk}/files/").content.decode()


def body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def issued(edition: Edition, writer: Person, by: Person) -> Edition:
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    return issue(Edition.objects.get(pk=edition.pk), by=by)


def test_a_file_is_made_by_a_job_then_offered_and_the_asker_is_told(edition: Edition, writer: Person) -> None:
    client = of(writer)
    assert 'value="md"' in client.get(edition.get_absolute_url()).content.decode()
    assert ask(client, edition, "md") == f"/reports/{edition.pk}/#take-along"
    assert not Attachment.objects.exists()
    page = card(client, edition)
    assert "Markdown is being made" in page and "every 2s" in page
    assert [job.state for job in work()] == [JobState.DONE]
    file = Attachment.objects.get()
    page = card(client, edition)
    assert f'href="/files/{file.pk}/"' in page and "every 2s" not in page
    text = body(client, f"/files/{file.pk}/").decode()
    assert "Draft, not issued" in text and "Draft" in file.name
    assert Notice.objects.get(person=writer, kind="reports.file").link.endswith("#take-along")
    assert Entry.objects.filter(act="reports.export").count() == 1


def test_an_issued_report_is_made_once_in_each_kind_and_language(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    issued(edition, writer, cast.lin)
    ask(of(writer), edition, "md")
    ask(of(writer), edition, "md")
    assert len(work()) == 1
    assert ask(of(director), edition, "md") == f"/files/{Attachment.objects.get().pk}/"
    assert "Draft" not in body(of(director), f"/files/{Attachment.objects.get().pk}/").decode()
    assert not work()
    chinese = of(director)
    chinese.cookies["django_language"] = "zh-hans"
    assert ask(chinese, edition, "md").endswith("#take-along")
    work()
    assert sorted(EditionFile.objects.values_list("language", flat=True)) == ["en", "zh-hans"]
    assert Entry.objects.filter(act="reports.export").count() == 4


def test_every_kind_is_a_file_that_the_shelf_accepts(edition: Edition, writer: Person) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)  # Pango is not everywhere
    for shape in FileShape:
        export(Edition.objects.get(pk=edition.pk), by=writer, shape=shape)
    assert [job.state for job in work()] == [JobState.DONE] * len(FileShape)
    assert {one.name.rpartition(".")[2] for one in Attachment.objects.all()} == set(FileShape.values)


def test_a_drafts_file_goes_when_another_is_made_and_when_it_is_issued(
    cast: Cast, edition: Edition, writer: Person
) -> None:
    export(edition, by=writer, shape=FileShape.MARKDOWN)
    work()
    row = Edition.objects.get(pk=edition.pk)
    write(row, by=writer, conclusions=[], advice=[], decisions=[], no_advice="None at all.")
    assert not made(row, wanted(row, "en")[FileShape.MARKDOWN])
    export(Edition.objects.get(pk=edition.pk), by=writer, shape=FileShape.MARKDOWN)
    work()
    assert sorted(one.removed_at is None for one in Attachment.objects.all()) == [False, True]


def test_what_was_a_draft_is_not_among_the_files_of_the_issued(cast: Cast, edition: Edition, writer: Person) -> None:
    export(edition, by=writer, shape=FileShape.MARKDOWN)
    work()
    file = Attachment.objects.get()
    issued(edition, writer, cast.lin)
    file.refresh_from_db()
    assert file.removed_at is not None
    assert of(writer).get(f"/files/{file.pk}/").status_code == 404
    with pytest.raises(Refused, match="issued while"):
        keep_file(
            Edition.objects.get(pk=edition.pk), by=cast.robot, stored=file.stored, shape=FileShape.MARKDOWN,
            language="en", content="0" * 64, name="x.md", draft=True,
        )  # fmt: skip


def test_nobody_takes_along_what_they_do_not_see_or_without_the_right(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    assert of(cast.chen).get(f"/reports/{edition.pk}/files/").status_code == 404
    assert of(cast.chen).post(f"/reports/{edition.pk}/files/", {"shape": "md"}).status_code == 404
    with pytest.raises(Forbidden):
        export(edition, by=cast.wu, shape=FileShape.MARKDOWN)
    assert "take-along" not in of(cast.wu).get(edition.get_absolute_url()).content.decode()
    assert of(writer).post(f"/reports/{edition.pk}/files/", {"shape": "exe"}).status_code == 422
    assert not Job.objects.filter(task=TASK).exists()


def test_a_job_that_fails_says_why_and_can_be_asked_for_again(
    edition: Edition, writer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> bytes:
        raise Refused("the template has no title")

    client = of(writer)
    with monkeypatch.context() as patched:
        patched.setattr("opsloop.modules.reports.jobs.render", broken)
        ask(client, edition, "md")
        assert [job.state for job in work()] == [JobState.DEAD]
    assert "Markdown could not be made: the template has no title" in card(client, edition)
    ask(client, edition, "md")
    assert [job.state for job in work()] == [JobState.DONE]
    assert "could not be made" not in card(client, edition)


@pytest.fixture
def shelf(settings: Any) -> Iterator[Path]:
    """The workspace's folder of templates; `company.docx` is the company's own."""
    settings.WORKSPACE = replace(settings.WORKSPACE, report_template="company.docx")
    folder: Path = settings.WORKSPACE.templates
    folder.mkdir()
    (folder / "company.docx").write_bytes(template_of("House style of {{ title }}", "{{p body }}"))
    yield folder
    shutil.rmtree(folder)


def first_line(client: Client) -> str:
    from docx import Document

    file = Attachment.objects.filter(removed_at=None).latest("pk")
    return str(Document(BytesIO(body(client, f"/files/{file.pk}/"))).paragraphs[0].text)


def test_word_is_made_in_the_companys_template_and_again_when_that_changes(
    cast: Cast, edition: Edition, writer: Person, shelf: Path
) -> None:
    issued(edition, writer, cast.lin)
    client = of(writer)
    ask(client, edition, "docx")
    assert [job.state for job in work()] == [JobState.DONE]
    assert first_line(client) == "House style of 运营周报"
    assert ask(client, edition, "docx").startswith("/files/")
    (shelf / "company.docx").write_bytes(template_of("The new style", "{{p body }}"))
    assert ask(client, edition, "docx").endswith("#take-along")
    assert [job.state for job in work()] == [JobState.DONE]
    assert first_line(client) == "The new style"


def test_a_bad_template_is_told_on_the_page_and_other_kinds_do_not_mind(
    edition: Edition, writer: Person, shelf: Path
) -> None:
    (shelf / "company.docx").write_bytes(template_of("{{ titel }}", "{{p body }}"))
    client = of(writer)
    ask(client, edition, "docx")
    ask(client, edition, "md")
    assert [job.state for job in work()] == [JobState.DEAD, JobState.DONE]
    page = card(client, edition)
    assert "Word could not be made: company.docx, main text" in page and "titel" in page


def test_a_report_may_name_a_template_of_its_own(cast: Cast, director: Person, writer: Person, shelf: Path) -> None:
    report = weekly(cast.lin, FILE + "template: own.docx\n")
    an_edition(report)
    with pytest.raises(Refused, match=r"own\.docx is not in the workspace's folder templates"):
        commands.report_file("weekly", date(2026, 11, 16), "docx", "en", cast.robot)
    (shelf / "own.docx").write_bytes(b"%PDF-1.7 not Word at all")
    with pytest.raises(Refused, match=r"not a \.docx file"):
        commands.report_file("weekly", date(2026, 11, 16), "docx", "en", cast.robot)
    (shelf / "own.docx").write_bytes(template_of("Of {{ period }}", "{{p body }}"))
    made = commands.report_file("weekly", date(2026, 11, 16), "docx", "en", cast.robot)
    assert b"word/document.xml" in made.content
    assert "own.docx" in of(writer).get("/reports/kinds/weekly/").content.decode()
