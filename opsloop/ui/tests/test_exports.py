"""Long lists are written by a job, for the one who asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.ui import exports
from opsloop.ui.listkit import export
from opsloop.ui.models import Export
from opsloop.ui.tests.test_lists import people


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists count as long from four rows on."""
    monkeypatch.setattr("opsloop.ui.actions.AT_ONCE", 3)


def asked(lin: Client, said: str = "?q=P0") -> Export:
    people(5)
    answer = lin.post(f"/crowd/{said}", {"export": "csv"})
    made = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/exports/{made.pk}/")
    return made


def do(made: Export) -> None:
    """Run its job as the worker does."""
    from opsloop.base.jobs.lease import claim

    job = claim()
    assert job is not None and job.key == f"lists.write:{made.pk}"
    run(job)


@pytest.mark.usefixtures("long")
@pytest.mark.django_db(transaction=True)
def test_the_file_is_written_as_the_asker_sees_the_list_and_told(lin: Client, crowd: Cast) -> None:
    made = asked(lin)
    assert "being written" in lin.get(f"/exports/{made.pk}/").content.decode()
    assert lin.get(f"/exports/{made.pk}/file/").status_code == 404
    do(made)
    made.refresh_from_db()
    assert made.written == 5
    text = b"".join(lin.get(f"/exports/{made.pk}/file/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[0].startswith("Full name")
    assert len(text.splitlines()) == 6
    notice = Notice.objects.get(person=crowd.lin)
    assert notice.link == f"/exports/{made.pk}/"
    assert "is ready" in lin.get(f"/exports/{made.pk}/").content.decode()


@pytest.mark.usefixtures("long")
def test_nobody_else_gets_it(lin: Client, chen: Client) -> None:
    made = asked(lin)
    assert chen.get(f"/exports/{made.pk}/").status_code == 404
    assert chen.get(f"/exports/{made.pk}/file/").status_code == 404


@pytest.mark.usefixtures("long")
def test_a_job_that_was_given_up_says_so(lin: Client) -> None:
    made = asked(lin)
    exports.note_failed(Job.objects.get(key=f"lists.write:{made.pk}"))
    assert "could not be written" in lin.get(f"/exports/{made.pk}/").content.decode()


@pytest.mark.usefixtures("long")
def test_old_files_and_those_of_an_erased_person_go(
    lin: Client, crowd: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    from opsloop.ui.listeners import forget_exports
    from opsloop.ui.writing import sweep_exports

    made = asked(lin)
    made.path.parent.mkdir(exist_ok=True)
    made.path.write_text("x")
    with django_capture_on_commit_callbacks(execute=True):
        sweep_exports(None)
    assert made.path.exists()
    Export.objects.update(asked_at=timezone.now() - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_exports(None)
    assert not made.path.exists() and not Export.objects.exists()
    Export.objects.create(person=crowd.lin, listing="crowd", kind="csv")
    forget_exports(Person.objects.get(pk=crowd.lin.pk))
    assert not Export.objects.exists()


def test_two_thousand_rows_are_the_limit() -> None:
    assert export.AT_ONCE == 2000
