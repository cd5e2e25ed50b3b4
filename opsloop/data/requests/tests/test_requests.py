"""A request goes from question to answer; each step works, is refused, forbidden and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.files.keep import store
from opsloop.base.files.queries import may_read_stored, visible_attachments
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.tests.telling import pigeon
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.queue import enqueue
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, given
from opsloop.base.testing import person as someone
from opsloop.data.requests import actions
from opsloop.data.requests.cards import to_do
from opsloop.data.requests.models import Request, State
from opsloop.ui.testing import signed_in

TODAY = timezone.localdate
ASKER = ["requests.ask", "requests.close", "requests.reopen", "requests.withdraw", "files.keep"]


@pytest.fixture
def there(cast: Cast) -> Cast:
    """Chen of operations asks, Wu the analyst answers, Lin may agree."""
    with given():
        for post, may, sees in (
            (cast.specialist, ASKER, {"*": "department"}),
            (cast.analyst, ["requests.accept", "requests.refuse", "requests.deliver", "files.keep"], {"*": "all"}),
        ):
            mandate = Mandate.objects.get(position=post)
            mandate.may, mandate.sees = may, sees
            mandate.save()
    return cast


def ask(cast: Cast, **more: Any) -> Request:
    values = {
        "title": "Silent members",
        "purpose": "A campaign in May",
        "content": "Members without a visit in 21 days",
    }
    return actions.ask_for(by=cast.chen, **{**values, "wanted_on": TODAY() + timedelta(days=2), **more})


def again(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def answered(cast: Cast, **more: Any) -> Request:
    request = actions.accept(ask(cast, **more), by=cast.wu, promised_on=TODAY())
    return actions.deliver(again(request), by=cast.wu, meaning="Visits by business day", link="/sql/saved/3/")


@pytest.mark.both
def test_a_question_reaches_the_analysts_and_an_answer_the_asker(there: Cast) -> None:
    request = ask(there)
    assert (request.state, request.department, request.asked_by) == (State.OPEN, there.ops, there.chen)
    assert Notice.objects.get(person=there.wu).link == request.get_absolute_url()
    actions.accept(again(request), by=there.wu, promised_on=TODAY() + timedelta(days=1))
    assert again(request).due_on == TODAY() + timedelta(days=1)
    file = store(SimpleUploadedFile("list.csv", b"a,b\n1,2\n"), there.wu)
    actions.deliver(again(request), by=there.wu, meaning="Visits by business day", file=file)
    assert Notice.objects.filter(person=there.chen).count() == 2
    assert [one.stored for one in visible_attachments(there.chen, again(request))] == [file]
    actions.close(again(request), by=there.chen)
    assert again(request).state == State.CLOSED
    acts = list(Entry.objects.filter(act__startswith="requests.").values_list("act", flat=True))
    assert acts == ["requests.ask", "requests.accept", "requests.deliver", "requests.close"]


def test_groups_that_take_requests_are_told_with_the_way_to_it(there: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bird = pigeon(monkeypatch)
    request = ask(there)
    (said,) = bird.got
    assert request.title in said.title and f"{request.wanted_on}" in said.body
    assert (said.kind, said.link, said.owner) == ("requests.asked", request.get_absolute_url(), "data-analyst")


@pytest.mark.both
def test_personal_data_needs_a_second_person_before_it_is_taken_on(there: Cast) -> None:
    request = ask(there, personal=True)
    with pytest.raises(Refused, match="agree first"):
        actions.accept(request, by=there.wu, promised_on=TODAY())
    with pytest.raises(Forbidden):
        actions.agree(again(request), by=there.chen, reason="I may")
    actions.agree(again(request), by=there.lin, reason="for the recall only")
    with pytest.raises(Refused, match="agreed already"):
        actions.agree(again(request), by=there.lin, reason="once more")
    actions.accept(again(request), by=there.wu, promised_on=TODAY())
    own = actions.ask_for(
        by=there.lin, title="Mine", purpose="A campaign", content="Phones of members", wanted_on=TODAY(), personal=True
    )
    with pytest.raises(Forbidden, match="Somebody else"):
        actions.agree(own, by=there.lin, reason="I may myself")
    with pytest.raises(Refused, match="Nothing has to be agreed"):
        actions.agree(ask(there), by=there.lin, reason="not needed")


@pytest.mark.both
def test_who_may_receive_it_sees_it_and_colleagues_do_not_see_personal_data(there: Cast) -> None:
    beside = someone("Beside", there.specialist, there.ops)
    far = someone("Far", there.specialist, there.data)
    request, personal = ask(there), ask(there, personal=True, receivers=[far, far, there.chen])
    assert set(visible(beside, Request)) == {request}
    assert set(visible(far, Request)) == {personal}
    assert set(visible(there.chen, Request)) == {request, personal}
    assert personal.receivers.count() == 1
    actions.agree(again(personal), by=there.lin, reason="for the recall only")
    actions.accept(again(personal), by=there.wu, promised_on=TODAY())
    file = store(SimpleUploadedFile("list.csv", b"a,b\n1,2\n"), there.wu)
    actions.deliver(again(personal), by=there.wu, meaning="As asked for", file=file)
    assert Notice.objects.filter(person=far).count() == 1
    assert may_read_stored(far, file) and not may_read_stored(beside, file)


@pytest.mark.both
def test_what_does_not_answer_comes_back_and_what_is_not_needed_is_withdrawn(there: Cast) -> None:
    request = answered(there)
    actions.reopen(again(request), by=there.chen, reason="The span is wrong")
    assert (again(request).state, again(request).owner) == (State.ACCEPTED, there.wu)
    actions.withdraw(again(request), by=there.chen, reason="no longer needed")
    assert again(request).state == State.WITHDRAWN
    assert Notice.objects.filter(person=there.wu).count() == 3
    refused = actions.refuse(ask(there), by=there.wu, reason="It is on the dashboard")
    actions.reopen(again(refused), by=there.chen, reason="It is not")
    assert again(refused).state == State.OPEN


@pytest.mark.both
def test_days_that_are_over_and_empty_answers_are_refused(there: Cast) -> None:
    yesterday = TODAY() - timedelta(days=1)
    with pytest.raises(Refused):
        ask(there, wanted_on=yesterday)
    with pytest.raises(Refused):
        actions.accept(ask(there), by=there.wu, promised_on=yesterday)
    request = actions.accept(ask(there), by=there.wu, promised_on=TODAY())
    for link in ("", "https://elsewhere.example/", "//elsewhere.example/"):
        with pytest.raises(Refused):
            actions.deliver(again(request), by=there.wu, meaning="As asked for", link=link)


STEPS: list[tuple[str, Callable[[Request, Person], object]]] = [
    ("accept", lambda r, by: actions.accept(r, by=by, promised_on=TODAY())),
    ("refuse", lambda r, by: actions.refuse(r, by=by, reason="no such data")),
    ("deliver", lambda r, by: actions.deliver(r, by=by, meaning="As asked for", link="/x/")),
    ("close", lambda r, by: actions.close(r, by=by)),
    ("reopen", lambda r, by: actions.reopen(r, by=by, reason="not yet")),
    ("withdraw", lambda r, by: actions.withdraw(r, by=by, reason="not needed")),
]


@pytest.mark.both
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_a_step_out_of_turn_is_refused_and_one_of_others_forbidden(
    there: Cast, name: str, step: Callable[[Request, Person], object]
) -> None:
    mine = there.wu if name in ("accept", "refuse", "deliver") else there.chen
    with given():
        request = ask_closed(there)
        request.state = State.CLOSED if name != "reopen" else State.OPEN
        request.save()
    with pytest.raises(Refused):
        step(again(request), mine)
    with pytest.raises(Forbidden):
        step(again(request), there.zhao)
    if mine == there.chen:  # the manager may do every act, but did not ask
        with given():
            row = again(request)
            row.state = {"close": State.DELIVERED, "reopen": State.DELIVERED, "withdraw": State.OPEN}[name]
            row.save()
        with pytest.raises(Forbidden, match="Only who asked"):
            step(again(request), there.lin)


def ask_closed(cast: Cast) -> Request:
    request = Request(
        title="x",
        purpose="x",
        content="x",
        wanted_on=TODAY(),
        asked_by=cast.chen,
        asked_at=timezone.now(),
        department=cast.ops,
    )
    request.save()
    return request


def test_the_pages_show_queue_own_and_one_and_need_the_right(there: Cast) -> None:
    request = answered(there)
    wu, chen, zhao = signed_in(there.wu), signed_in(there.chen), signed_in(there.zhao)
    for at in ("", "mine/", f"{request.pk}/"):
        assert Client().get(f"/requests/{at}").status_code == 302
        assert chen.get(f"/requests/{at}").status_code == 200
        assert zhao.get(f"/requests/{at}").status_code == 403
    assert "Silent members" in wu.get("/requests/").content.decode()
    assert "Silent members" not in wu.get("/requests/mine/").content.decode()
    text = chen.get(f"/requests/{request.pk}/").content.decode()
    assert "Visits by business day" in text and "/sql/saved/3/" in text and "requests.close" in text
    assert chen.get("/requests/99/").status_code == 404


def test_a_file_on_the_shelf_is_delivered_to_the_chosen_request(there: Cast) -> None:
    request = actions.accept(ask(there), by=there.wu, promised_on=TODAY())
    file = store(SimpleUploadedFile("list.csv", b"a,b\n1,2\n"), there.wu)
    wu = signed_in(there.wu)
    where = f"/requests/{request.pk}/deliver/{file.pk}/"
    assert where in wu.get(f"/requests/?file={file.pk}").content.decode()
    assert "list.csv" in wu.get(where).content.decode()
    assert wu.post(where, {"meaning": "x"}).status_code == 422
    assert wu.post(where, {"meaning": "Visits by business day"})["Location"] == request.get_absolute_url()
    assert [one.stored for one in visible_attachments(there.chen, again(request))] == [file]
    other = signed_in(there.lin)
    assert other.get(where).status_code == 404, "the file is somebody else's"
    assert "list.csv" not in other.get(f"/requests/?file={file.pk}").content.decode()


def test_the_start_page_tells_each_what_waits_for_them(there: Cast) -> None:
    def titles(person: Person) -> list[tuple[str, str]]:
        return [(one.title, str(one.kind)) for one in to_do(person)]

    ask(there, title="Open one")
    personal = ask(there, title="Personal one", personal=True)
    answered(there, title="Answered one")
    assert titles(there.chen) == [("Answered one", "Figures have come")]
    assert titles(there.wu) == [("Open one", "Data request")]
    assert ("Personal one", "Agree to personal data") in titles(there.lin)
    actions.agree(again(personal), by=there.lin, reason="for the recall only")
    assert len(titles(there.wu)) == 2


def delivered(cast: Cast, **more: Any) -> tuple[Request, Any]:
    """A request with personal data that was agreed to, and the file that answers it."""
    request = ask(cast, personal=True)
    actions.agree(again(request), by=cast.lin, reason="for the recall only")
    actions.accept(again(request), by=cast.wu, promised_on=TODAY())
    file = store(SimpleUploadedFile("phones.csv", f"phone\n138{request.pk:08}\n".encode()), cast.wu)
    return actions.deliver(again(request), by=cast.wu, meaning="As asked for", file=file, **more), file


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_delivered_personal_data_is_destroyed_on_the_day_that_was_promised(there: Cast) -> None:
    request, file = delivered(there)
    promised = TODAY() + timedelta(days=30)
    assert request.delete_on == promised
    with pytest.raises(Refused, match="not to be deleted now"):
        actions.delete_files(again(request), by=there.lin)
    with time_machine.travel(datetime.combine(promised, time(20), UTC), tick=False):
        job = enqueue("requests.tidy", {}, behalf=None)
        taken = claim()
        assert taken is not None and taken.pk == job.pk
        run(taken)
        assert Job.objects.get(pk=job.pk).result == "1", Job.objects.get(pk=job.pk).error
        with pytest.raises(Refused, match="not to be deleted now"):
            actions.delete_files(again(request), by=there.lin)
    assert again(request).deleted_at is not None and not file.path.exists()
    assert not may_read_stored(there.chen, again_file(file)) and not may_read_stored(there.wu, again_file(file))
    assert list(visible_attachments(there.chen, again(request))) == []
    assert Entry.objects.filter(act="requests.delete_files").count() == 1


def again_file(file: Any) -> Any:
    return type(file).objects.get(pk=file.pk)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_another_request_still_needs_stays_there(there: Cast) -> None:
    request, file = delivered(there, delete_on=TODAY() + timedelta(days=1))
    other = actions.accept(ask(there), by=there.wu, promised_on=TODAY())
    actions.deliver(again(other), by=there.wu, meaning="The same list", file=file)
    assert again(other).delete_on is None
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3), tick=False):
        actions.delete_files(again(request), by=there.lin)
    assert list(visible_attachments(there.wu, again(request))) == []
    assert [one.stored for one in visible_attachments(there.chen, again(other))] == [file] and file.path.exists()


def test_the_day_of_deletion_is_in_sight(there: Cast) -> None:
    for days in (0, 181):
        with pytest.raises(Refused, match="from tomorrow"):
            delivered(there, delete_on=TODAY() + timedelta(days=days))
    request, _file = delivered(there, delete_on=TODAY() + timedelta(days=7))
    assert "deleted on" in signed_in(there.chen).get(request.get_absolute_url()).content.decode()
    with pytest.raises(Forbidden):
        actions.delete_files(again(request), by=there.chen)


def test_what_comes_again_after_it_was_sent_back_gets_a_new_day(there: Cast) -> None:
    request, file = delivered(there, delete_on=TODAY() + timedelta(days=7))
    actions.reopen(again(request), by=there.chen, reason="Two columns are missing")
    actions.deliver(again(request), by=there.wu, meaning="With the columns", file=file)
    assert again(request).delete_on == TODAY() + timedelta(days=30) and again(request).deleted_at is None
