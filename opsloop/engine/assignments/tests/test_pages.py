"""The pages: lines in one go, the lists, one assignment, the start page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from opsloop.base.acts import Call, perform
from opsloop.base.testing import Cast
from opsloop.engine.assignments.models import Assignment, State
from opsloop.engine.assignments.tests.test_acts import crew, soon, to_chen
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of

__all__ = ["crew"]


@pytest.fixture
def lin(crew: Cast) -> Client:
    return signed_in(crew.lin)


def test_five_lines_are_five_assignments(lin: Client, crew: Cast) -> None:
    text = (
        "1. Chen tomorrow 17:00 check before launch\n2. @Wu tomorrow figures\n\n- tomorrow call the supplier\n"
        "4. Chen tomorrow count the freezers\n5. @Wu tomorrow 10:00 price tags"
    )
    shown = lin.post("/assignments/lines/?look", {"lines": text, "who": crew.lin.pk})
    assert "check before launch" in shown.content.decode() and not Assignment.objects.exists()
    done = lin.post("/assignments/lines/", {"lines": text, "who": crew.lin.pk, "key": "k1"})
    assert done["Location"] == "/assignments/given/"
    assert [(one.title, one.doer) for one in Assignment.objects.order_by("id")] == [
        ("check before launch", crew.chen), ("figures", crew.wu), ("call the supplier", crew.lin),
        ("count the freezers", crew.chen), ("price tags", crew.wu),
    ]  # fmt: skip
    lin.post("/assignments/lines/", {"lines": text, "who": crew.lin.pk, "key": "k1"})
    assert Assignment.objects.count() == 5  # a double click gives nothing twice


def test_a_line_that_is_silent_is_not_given(lin: Client) -> None:
    answer = lin.post("/assignments/lines/", {"lines": "check the shelves", "who": "", "key": "k"})
    text = answer.content.decode()
    assert answer.status_code == 422 and not Assignment.objects.exists()
    assert "nobody is named" in text and "no day is named" in text


def test_too_many_lines_at_once_are_refused(lin: Client, crew: Cast) -> None:
    answer = lin.post("/assignments/lines/", {"lines": "Chen tomorrow a thing\n" * 51, "key": "k"})
    assert answer.status_code == 422 and "At most 50" in answer.content.decode()


def test_the_start_page_sorts_it_into_lanes(crew: Cast) -> None:
    to_chen(crew, copies=[crew.wu], due_at=soon(hours=3))
    first = to_chen(crew, title="First", due_at=soon(hours=1))
    lanes = {person: lanes_of(person) for person in (crew.lin, crew.chen, crew.wu)}
    assert next(one.title for one in lanes[crew.chen][Lane.DO]) == first.title
    assert len(lanes[crew.lin][Lane.STARTED]) == 2 and not lanes[crew.lin][Lane.DO]
    assert len(lanes[crew.wu][Lane.COPIED]) == 1
    text = signed_in(crew.chen).get("/").content.decode()
    assert text.index("First") < text.index("Report why frozen food")


def test_who_asked_sees_what_is_late_on_the_start_page_and_in_the_list(lin: Client, crew: Cast) -> None:
    late, other = to_chen(crew, title="Late one", due_at=soon(hours=1)), to_chen(crew, title="In time")
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        lines = {one.title: one for one in lanes_of(crew.lin)[Lane.STARTED]}
        assert (lines[late.title].kind, lines[late.title].tone) == ("Overdue", "red")
        assert lines[other.title].kind != "Overdue"
        only = lin.get("/assignments/given/?late=1").content.decode()
        assert late.title in only and other.title not in only
        assert "Overdue" in lin.get(late.get_absolute_url()).content.decode()


def test_what_was_recorded_afterwards_shows_both_times(crew: Cast) -> None:
    one, before = to_chen(crew), timezone.localtime() - timedelta(hours=30)
    call = Call(by=crew.chen, happened=before, overrides={"late-entry": "no signal"})
    perform("assignments.done", {"word": "done"}, call, on=one.pk)
    page = signed_in(crew.lin).get(one.get_absolute_url()).content.decode()
    assert f">{before:%-d %b %H:%M}<" in page, "when it was done"
    assert f"happened {before:%-d %b %Y %H:%M}" in page, "and in its history, beside when it was recorded"
    assert f"{timezone.localtime():%-d %b}" in page and "recorded" in page


def test_lists_and_pages_are_there_for_whom_it_concerns(lin: Client, crew: Cast) -> None:
    one = to_chen(crew)
    for name in ("", "given/", "copied/", "all/", "series/", "lines/"):
        assert lin.get(f"/assignments/{name}").status_code == 200
    assert one.title in lin.get("/assignments/given/").content.decode()
    assert one.title in signed_in(crew.chen).get("/assignments/").content.decode()
    page = signed_in(crew.chen).get(one.get_absolute_url()).content.decode()
    assert "Accept" in page and "Withdraw" in page
    assert signed_in(crew.wu).get(one.get_absolute_url()).status_code == 404
    assert lin.get("/assignments/999/").status_code == 404
    assert one.state == State.OPEN
