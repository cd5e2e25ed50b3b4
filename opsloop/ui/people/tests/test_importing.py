"""People from Excel or CSV: nothing before one says so, errors with row and remedy, done by a job."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Account, Appointment, Holding, Person
from opsloop.base.testing import Cast, make, person, position
from opsloop.ui.people.tests.test_people import shown
from opsloop.ui.testing import signed_in

HEADER = "姓名,工号,部门,岗位,手机\n"
GOOD = HEADER + "王芳,A001,operations,operations-specialist,13800138000\n张睿,A002,data,data-analyst,\n"
BAD = HEADER + "王芳,,operations,operations-specialist,\n张睿,A002,data,no-such-post,\n李航,A003,,,\n"


def upload(client: Client, text: str, name: str = "名册.csv") -> str:
    """The address of the preview."""
    answer = client.post("/people/import/", {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def work() -> Job:
    """Run the waiting import as the worker does."""
    from opsloop.base.jobs.lease import claim

    job = claim()
    assert job is not None and job.task == "people.import"
    run(job)
    return Job.objects.get(pk=job.pk)


def test_the_preview_says_what_each_row_would_do_and_does_nothing(cast: Cast, lin: Client) -> None:
    text = shown(lin, upload(lin, GOOD))
    assert "register 2" in text and "appoint 2" in text and "Import now" in text and "王芳" in text
    assert not Person.objects.filter(number="A001").exists() and not Job.objects.filter(task="people.import").exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_is_done_by_a_job_under_ones_name(cast: Cast, lin: Client) -> None:
    answer = lin.post(upload(lin, GOOD))
    address = answer["Location"]
    assert "under way" in shown(lin, address) and "every 2s" in shown(lin, address)
    job = work()
    assert job.state == JobState.DONE, job.error
    text = shown(lin, address)
    assert "registered 2" in text and "appointed 2" in text and "every 2s" not in text
    wang = Person.objects.get(number="A001")
    assert wang.phone == "13800138000" and Holding.objects.get(person=wang).position == cast.specialist
    entry = Entry.objects.filter(act="people.register").latest("pk")
    assert entry.behalf_id == cast.lin.pk and entry.via == "import"
    assert f'href="{address}"' in shown(lin, "/people/import/")
    part = lin.get(address, headers={"HX-Request": "true", "HX-Target": "div#import-run"}).content.decode()
    assert part.lstrip().startswith('<div id="import-run">')


@pytest.mark.django_db(transaction=True)
def test_the_same_file_again_has_nothing_to_do(cast: Cast, lin: Client) -> None:
    lin.post(upload(lin, GOOD))
    work()
    assert "Everything is as the file says." in shown(lin, upload(lin, GOOD))


def test_errors_name_row_column_and_remedy_and_nothing_is_imported(cast: Cast, lin: Client) -> None:
    address = upload(lin, BAD)
    text = shown(lin, address)
    assert "2 rows have errors" in text and "There is no position no-such-post." in text
    assert "Positions come from the standard" in text and "Import now" not in text
    assert lin.post(address).status_code == 422 and Job.objects.count() == 0


def test_the_error_sheet_holds_the_wrong_rows_and_can_be_imported_again(cast: Cast, lin: Client) -> None:
    address = upload(lin, BAD)
    answer = lin.get(f"{address}errors.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["姓名", "工号", "部门", "岗位", "手机", "Row in the file", "What is wrong"]
    assert [row[5] for row in rows[1:]] == ["2", "3"] and "no-such-post" in str(rows[2][6])
    sent = SimpleUploadedFile("again.xlsx", answer.content)
    again = lin.post("/people/import/", {"file": sent})
    assert again.status_code == 302 and "2 rows have errors" in shown(lin, again["Location"])


def test_a_file_that_is_no_roster_is_refused_beside_the_field(cast: Cast, lin: Client) -> None:
    cases = {"a,b\n1,2\n": "columns", HEADER: "no row below", "": "empty"}
    for text, said in cases.items():
        answer = lin.post("/people/import/", {"file": SimpleUploadedFile("x.csv", text.encode())})
        assert answer.status_code == 422 and said in answer.content.decode(), said
    assert lin.post("/people/import/").status_code == 422


def test_the_empty_form_can_be_read_back(cast: Cast, lin: Client) -> None:
    content = lin.get("/people/import/people.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Full name", "Staff number"] and len(rows) == 2


def test_pages_need_sign_in_and_the_right_to_register(cast: Cast, lin: Client, chen: Client) -> None:
    address = upload(lin, GOOD)
    for one in ("/people/import/", address, f"{address}errors.xlsx", "/people/import/people.xlsx"):
        assert Client().get(one).status_code == 302
        assert chen.get(one).status_code == 403
    other = signed_in(person("Boss", cast.manager, cast.company))
    assert other.get(address).status_code == 404  # somebody else's file
    assert lin.get("/people/import/999/").status_code == 404 and lin.get("/people/import/run/999/").status_code == 404
    assert "/people/import/" not in shown(chen, "/people/") and "/people/import/" in shown(lin, "/people/")


@pytest.mark.django_db(transaction=True)
def test_who_imports_an_appointment_with_power_cannot_confirm_it(cast: Cast, lin: Client) -> None:
    power = position("head", may=["people.appoint"])
    second = person("Second", cast.manager, cast.company)
    make(Account, login="second", person=second)
    lin.post(upload(lin, f"姓名,工号,部门,岗位\n钱一,A009,operations,{power.code}\n"))
    assert work().state == JobState.DONE
    asked = Appointment.objects.get()
    assert asked.asked_by == cast.lin
    assert lin.post(f"/act/people.confirm_appointment/{asked.pk}/", {}).status_code == 403
    assert signed_in(second).post(f"/act/people.confirm_appointment/{asked.pk}/", {}).status_code == 302
