"""The pages: what changed first, the questions without their answers, who has not read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from opsloop.base.kinds.readers import Reader, readers
from opsloop.base.people.models import Holding
from opsloop.base.testing import Cast, given, make
from opsloop.engine.readings import actions
from opsloop.engine.readings.models import Duty, State
from opsloop.engine.readings.quiz import token
from opsloop.engine.readings.tests.setup import QUIZ, bring, changed, duty_of, settle
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of


@pytest.fixture
def chen(standing: Cast) -> Client:
    return signed_in(standing.chen)


@pytest.fixture
def quiz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(readers, "position", Reader(readers["position"].concerns, lambda _obj: QUIZ))


def text(client: Client, duty: Duty) -> str:
    return client.get(duty.get_absolute_url()).content.decode()


def test_the_first_reading_shows_the_whole_and_the_button(chen: Client, standing: Cast) -> None:
    page = text(chen, duty_of(standing.chen))
    assert "To be read for the first time" in page and "岗位说明写在这里。" in page and "I have read it" in page


def test_what_changed_since_the_version_read_last_stands_first(chen: Client, standing: Cast) -> None:
    actions.confirm(duty_of(standing.chen), by=standing.chen)
    bring(standing.lin, changed("第二版的说明。"))
    bring(standing.lin, changed("第三版的说明。"))
    settle(standing)
    page = text(chen, duty_of(standing.chen))
    assert "What changed since version 1" in page and "第二版的说明。" not in page
    assert page.index("岗位说明写在这里。") < page.index('class="paper"'), "the words that were read last"
    assert page.rindex("第三版的说明。") > page.index('class="paper"')
    assert page.count("Because of the trial.") >= 2, "each version since then with its reason"


def test_another_reader_may_look_and_not_confirm(standing: Cast) -> None:
    lin, one = signed_in(standing.lin), duty_of(standing.chen)
    page = text(lin, one)
    assert "Only Chen can confirm it." in page and "Urge" in page and "/act/readings.confirm/" not in page
    assert "/act/readings.confirm/" in text(signed_in(standing.chen), one)
    assert signed_in(standing.wu).get(one.get_absolute_url()).status_code in (200, 404)
    assert lin.get("/readings/999/").status_code == 404


@pytest.mark.usefixtures("quiz")
def test_right_answers_are_not_in_the_page_before_passing(chen: Client, standing: Cast) -> None:
    one = duty_of(standing.chen)
    page = text(chen, one)
    names = re.findall(r'name="q-([0-9a-f]{16})"', page)
    values = re.findall(r'name="q-[0-9a-f]{16}" value="([0-9a-f]{16})"', page)
    assert len(set(names)) == 5 and len(set(values)) == 15
    assert "因为" not in page and "Right:" not in page
    assert "60% right answers are enough." in page and "2 tries left." in page
    chen.post(one.get_absolute_url(), {f"q-{token(one.pk, n)}": token(one.pk, n, 1) for n in range(5)})
    again = text(chen, one)
    assert "Last time 0 of 5 were right." in again and "因为" not in again and "1 try left." in again
    right = {f"q-{token(one.pk, n)}": token(one.pk, n, 0 if n < 3 else 2) for n in range(5)}
    answer = chen.post(one.get_absolute_url(), right, follow=True).content.decode()
    assert "Passed, 3 of 5 right" in answer and "因为1" in answer and Duty.objects.get(pk=one.pk).state == State.DONE


@pytest.mark.usefixtures("quiz")
def test_a_question_left_out_is_asked_again_and_counts_no_try(chen: Client, standing: Cast) -> None:
    one = duty_of(standing.chen)
    answer = chen.post(one.get_absolute_url(), {f"q-{token(one.pk, 0)}": token(one.pk, 0, 0), "key": "k"})
    assert answer.status_code == 422 and "Answer every question." in answer.content.decode()
    assert answer.content.decode().count(" checked") == 1 and Duty.objects.get(pk=one.pk).tries == 0
    assert signed_in(standing.lin).post(one.get_absolute_url(), {"q-x": "y"}).status_code == 403


@pytest.mark.usefixtures("quiz")
def test_a_double_click_is_one_try(chen: Client, standing: Cast) -> None:
    one = duty_of(standing.chen)
    wrong = {f"q-{token(one.pk, n)}": token(one.pk, n, 1) for n in range(5)} | {"key": "twice"}
    for _n in range(2):
        chen.post(one.get_absolute_url(), wrong)
    assert Duty.objects.get(pk=one.pk).tries == 1


def test_the_start_page_has_what_is_open_in_red_when_it_is_late(standing: Cast) -> None:
    one = duty_of(standing.chen)
    assert [line.title for line in lanes_of(standing.chen)[Lane.DO]] == [str(one)]
    with time_machine.travel(one.due_at + timedelta(hours=1), tick=False):
        assert [line.tone for line in lanes_of(standing.chen)[Lane.DO]] == ["red"]
    actions.confirm(one, by=standing.chen)
    assert not lanes_of(standing.chen)[Lane.DO]


def test_who_leads_sees_who_has_not_by_document_and_by_position(standing: Cast) -> None:
    lin = signed_in(standing.lin)
    actions.confirm(duty_of(standing.lin, "operations-manager"), by=standing.lin)
    lists = lin.get("/readings/all/?waiting=1").content.decode()
    assert "运营专员 v1" in lists and "运营经理 v1" not in lists
    for name in ("documents/", "positions/"):
        page = lin.get(f"/readings/{name}").content.decode()
        assert "0/1" in page and "1/1" in page
        assert page.index("0/1") < page.index("1/1"), "what is read least stands first"
    mine = signed_in(standing.chen).get("/readings/").content.decode()
    assert "运营专员 v1" in mine and "运营经理 v1" not in mine
    assert "运营经理 v1" not in signed_in(standing.chen).get("/readings/all/").content.decode()


@pytest.mark.both
def test_what_is_open_stands_before_what_is_planned_and_both_before_what_was_read(standing: Cast) -> None:
    one = duty_of(standing.chen)
    for ident, state, weeks in (("b", State.PLANNED, 1), ("a", State.PLANNED, 2), ("c", State.DONE, -1)):
        make(
            Duty, person=standing.chen, kind="position", ident=ident, title=ident, number=1, state=state,
            publication=one.publication, given_at=one.given_at, week=one.week + timedelta(weeks=weeks),
            done_at=one.given_at if state == State.DONE else None,
        )  # fmt: skip
    page = signed_in(standing.chen).get("/readings/?waiting=").content.decode()
    found = [page.index(f"{title} v1") for title in ("运营专员", ">b", ">a", ">c")]
    assert found == sorted(found)


def test_who_has_left_the_position_counts_no_more(standing: Cast) -> None:
    actions.confirm(duty_of(standing.chen), by=standing.chen)
    with given():
        Holding.objects.filter(person=standing.chen).update(ends_at=timezone.now())
    page = signed_in(standing.lin).get("/readings/documents/").content.decode()
    assert "运营专员" not in page
