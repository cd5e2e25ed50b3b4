"""People: the list, one person's page, their rights on a day, the one-time link."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsloop.base.people.models import Absence, Account, Appointment, Holding, PersonKind
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, hold, make, person, position
from opsloop.ui.testing import signed_in


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def names(client: Client, said: str = "") -> list[str]:
    text = shown(client, f"/people/?cols=name&{said}")
    return [part.split("<", 1)[0] for part in text.split('hx-target="#drawer-body">')[1:] if "</td>" in part[:60]]


def test_the_list_shows_positions_and_masks_contacts_for_those_who_do_not_read_them(cast: Cast, lin: Client) -> None:
    person("Qian", cast.specialist, cast.ops, phone="13812345678", number="E7")
    text = shown(lin, "/people/")
    assert "operations-specialist · operations" in text and "13812345678" in text
    masked = shown(signed_in(cast.wu), "/people/?q=E7")
    assert "138****5678" in masked and "13812345678" not in masked


def test_the_list_narrows_by_department_with_those_below_position_kind_and_account(cast: Cast, lin: Client) -> None:
    gone = person("Gao", number="E8", left_on=date(2026, 1, 31))
    make(Holding, person=gone, position=cast.analyst, department=cast.data,
         starts_at=datetime(2020, 1, 1, tzinfo=UTC), ends_at=datetime(2026, 2, 1, tzinfo=UTC))  # fmt: skip
    assert names(lin, f"department={cast.company.pk}") == ["Chen", "Lin", "Wu", "Robot"]
    assert names(lin, f"department={cast.data.pk}&here=all") == ["Wu"]
    assert names(lin, f"position={cast.specialist.pk}") == ["Chen"]
    assert names(lin, "kind=outsider") == ["Zhao"]
    assert names(lin, "account=1") == ["Lin"]


def test_those_who_have_left_are_shown_when_asked_for(cast: Cast, lin: Client) -> None:
    person("Gao", left_on=timezone.localdate() - timedelta(days=1))
    person("Hao", left_on=timezone.localdate())
    assert "Gao" not in names(lin) and "Hao" in names(lin)
    assert names(lin, "here=left") == ["Gao"]
    assert {"Gao", "Hao"} <= set(names(lin, "here=all"))
    assert names(lin, "here=nonsense") == names(lin)


def test_the_number_of_queries_does_not_grow_with_people(cast: Cast, lin: Client) -> None:
    shown(lin, "/people/")
    with CaptureQueriesContext(connection) as few:
        shown(lin, "/people/")
    for n in range(15):
        person(f"P{n:02}", cast.specialist, cast.ops)
    with CaptureQueriesContext(connection) as many:
        shown(lin, "/people/")
    assert len(many) == len(few)


def test_pages_need_sign_in_and_the_right_to_see(cast: Cast, chen: Client) -> None:
    for address in ("/people/", f"/people/{cast.chen.pk}/", f"/people/{cast.chen.pk}/rights/", "/people/waiting/"):
        assert Client().get(address).status_code == 302
        assert signed_in(cast.zhao).get(address).status_code == 403
        assert chen.get(address).status_code == 200
    assert chen.get(f"/people/{cast.wu.pk}/").status_code == 404
    assert chen.get("/people/999999/").status_code == 404
    assert "Wu" not in names(chen)


def test_a_person_shows_positions_past_present_and_to_come(cast: Cast, lin: Client) -> None:
    now = timezone.now()
    spans = {"Old": (now - timedelta(days=9), now - timedelta(days=2)), "New": (now + timedelta(days=3), None)}
    for code, (starts, ends) in spans.items():
        hold(cast.chen, make_post(code), cast.data, starts_at=starts, ends_at=ends)
    text = shown(lin, f"/people/{cast.chen.pk}/")
    assert text.index(">New<") < text.index(">operations-specialist<") < text.index(">Old<")
    assert "to come" in text and "past" in text
    assert f"/act/people.relieve/{Holding.objects.get(position__code='New').pk}/" in text
    assert f"/act/people.relieve/{Holding.objects.get(position__code='Old').pk}/" not in text


def make_post(code: str) -> object:
    return position(code)


def test_acts_are_offered_to_those_who_may_and_to_nobody_else(cast: Cast, lin: Client, chen: Client) -> None:
    make(Account, login="wu", person=cast.wu)
    text = shown(lin, f"/people/{cast.wu.pk}/")
    for act in ("correct", "leave", "appoint", "absent", "close_account", "reset_password"):
        assert f"/act/people.{act}/{cast.wu.pk}/" in text, act
    assert f"/act/people.open_account/{cast.wu.pk}/" not in text
    assert "/act/people." not in shown(chen, f"/people/{cast.lin.pk}/")


def test_absences_and_substitutes_are_told_on_both_pages(cast: Cast, lin: Client) -> None:
    make(Absence, person=cast.chen, substitute=cast.wu, starts_at=timezone.now() - timedelta(hours=1))
    assert "away, substitute Wu" in shown(lin, f"/people/{cast.chen.pk}/")
    assert "stands in for Chen" in shown(lin, f"/people/{cast.wu.pk}/")


def test_how_somebody_signs_in_is_for_those_whom_it_concerns(cast: Cast, lin: Client, chen: Client) -> None:
    assert "login-" in shown(lin, f"/people/{cast.lin.pk}/")
    assert f"login-{cast.lin.pk}" not in shown(chen, f"/people/{cast.lin.pk}/")
    assert f"login-{cast.chen.pk}" in shown(chen, f"/people/{cast.chen.pk}/")


def test_the_one_time_link_is_for_those_who_open_accounts_and_not_for_more_power(cast: Cast, lin: Client) -> None:
    account = Account(login="wu", person=cast.wu)
    account.set_unusable_password()
    with given():
        account.save()
    assert "One-time link for the password" in shown(lin, f"/people/{cast.wu.pk}/")
    answer = lin.post(f"/people/{cast.wu.pk}/link/")
    link = answer.content.decode().split('readonly value="http://testserver')[1].split('"')[0]
    assert Client().get(link).status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert lin.get(f"/people/{cast.wu.pk}/link/").status_code == 405
    assert signed_in(cast.chen).post(f"/people/{cast.lin.pk}/link/").status_code == 403
    assert lin.post(f"/people/{cast.lin.pk}/link/").status_code == 403  # oneself
    small = person("Small", position("opener", may=["people.open_account"], sees={"people": "all"}), cast.company)
    boss = person("Boss", cast.manager, cast.company)
    make(Account, login="boss", person=boss)
    assert signed_in(small).post(f"/people/{boss.pk}/link/").status_code == 403
    assert signed_in(person("None", position("none"), cast.ops)).post(f"/people/{boss.pk}/link/").status_code == 403


def test_an_account_with_a_password_gets_no_link(cast: Cast, lin: Client) -> None:
    account = Account(login="wu", person=cast.wu)
    account.set_password("a long enough secret")
    with given():
        account.save()
    assert lin.post(f"/people/{cast.wu.pk}/link/").status_code == 409
    assert lin.post(f"/people/{cast.zhao.pk}/link/").status_code == 409


def test_rights_are_told_in_words_and_as_of_a_day(cast: Cast, lin: Client) -> None:
    post = position(
        "agent", may=["people.absent", "departments.*", "campaigns.approve"], sees={"people": "subtree", "*": "none"},
        reads=["contact"], limits={"compensation": {"each": 200, "per_customer_30d": 500, "split_days": 7},
                                   "discount": {"percent": 30}, "findings": {"in_hand": 5}},
    )  # fmt: skip
    make(Mandate, position=post, from_day=date(2026, 2, 1), version="2", may=[], sees={"people": "own"})
    one = person("Ann", post, cast.ops)
    before = shown(lin, f"/people/{one.pk}/rights/?on=2026-01-31")
    for said in ("Enter an absence", "everything", "campaigns.approve", "their department and all below",
                 "nothing of it", "phone numbers and e-mail addresses", "each time ¥200.00",
                 "per customer in 30 days ¥500.00", "at most 30%", "one request 7", "in hand at once 5"):  # fmt: skip
        assert said in before, said
    today = shown(lin, f"/people/{one.pk}/rights/")
    assert "only what is theirs" in today and "Enter an absence" not in today
    assert "No rights." in shown(lin, f"/people/{one.pk}/rights/?on=2019-05-01")
    assert "As they stand today." in shown(lin, f"/people/{one.pk}/rights/?on=yesterday")


def test_robots_and_outsiders_have_their_pages(cast: Cast, lin: Client) -> None:
    assert "they bear tokens" in shown(lin, f"/people/{cast.robot.pk}/")
    assert "they get links" in shown(lin, f"/people/{cast.zhao.pk}/")
    assert cast.zhao.kind == PersonKind.OUTSIDER


def test_an_erased_person_is_a_number(cast: Cast, lin: Client) -> None:
    gone = person("", left_on=date(2026, 1, 1), erased_at=timezone.now())
    text = shown(lin, f"/people/{gone.pk}/")
    assert f"#{gone.pk}" in text and "data erased" in text


@pytest.mark.parametrize("address", ["/people/appointments/1/", "/people/erasures/1/"])
def test_what_is_not_there_is_not_found(lin: Client, address: str) -> None:
    assert lin.get(address).status_code == 404


def test_the_waiting_appointment_stands_on_the_persons_page(cast: Cast, lin: Client) -> None:
    asked = make(Appointment, person=cast.chen, position=cast.manager, department=cast.ops, asked_by=cast.wu,
                 starts_at=timezone.now())  # fmt: skip
    assert asked.get_absolute_url() in shown(lin, f"/people/{cast.chen.pk}/")
