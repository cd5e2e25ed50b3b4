"""My profile, tokens, and what waits for a second person."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from opsloop.base.people.bearers import bearer
from opsloop.base.people.models import Absence, Appointment, Decision, Erasure, SignIn, Token
from opsloop.base.testing import Cast, make, person
from opsloop.ui.people.tests.test_people import shown
from opsloop.ui.testing import signed_in

SOON = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")


def test_everyone_has_a_profile_and_it_needs_sign_in(cast: Cast, chen: Client) -> None:
    text = shown(chen, "/people/me/")
    assert "What is known about me" in text and "operations-specialist" in text and "This browser" in text
    assert "No rights." in shown(signed_in(cast.zhao), "/people/me/")
    assert Client().get("/people/me/").status_code == 302


def test_own_contact_is_whole_and_rights_are_in_words(cast: Cast) -> None:
    ann = person("Ann", cast.specialist, cast.ops, phone="13812345678")
    text = shown(signed_in(ann), "/people/me/")
    assert "13812345678" in text and "nothing; reads only" in text and "their department" in text


def test_other_sessions_are_listed_and_can_be_ended(cast: Cast, chen: Client) -> None:
    now = timezone.now()
    account = cast.chen.account
    other = SignIn.objects.create(account=account, began_at=now, seen_at=now, agent="Other browser")
    assert "Other browser" in shown(chen, "/people/me/")
    chen.post("/sign-in/sessions/others/")
    other.refresh_from_db()
    assert other.ended_at is not None and "Other browser" not in shown(chen, "/people/me/")


def test_a_token_shows_its_secret_once_and_works(cast: Cast, lin: Client) -> None:
    address = f"/people/{cast.lin.pk}/token/"
    form = shown(lin, address)
    assert 'name="digest"' not in form and "people.correct" in form
    answer = lin.post(address, {"title": "Weekly file", "ends_at": SOON, "acts": "people.absent\npeople.return"})
    secret = answer.content.decode().split('readonly value="')[1].split('"')[0]
    token = Token.objects.get()
    assert bearer(secret) == token and token.acts == ["people.absent", "people.return"]
    assert secret not in shown(lin, f"/people/{cast.lin.pk}/") and "Weekly file" in shown(lin, "/people/me/")
    assert "no-store" in answer["Cache-Control"]


def test_the_same_form_sent_twice_issues_one_token_and_never_a_wrong_secret(cast: Cast, lin: Client) -> None:
    sent = {"title": "Twice", "ends_at": SOON, "_key": "k1"}
    assert lin.post(f"/people/{cast.lin.pk}/token/", sent).status_code == 200
    again = lin.post(f"/people/{cast.lin.pk}/token/", sent)
    assert Token.objects.count() == 1 and "opsloop_" not in again.content.decode()


def test_tokens_are_for_oneself_and_robots_and_for_those_who_may(cast: Cast, lin: Client, chen: Client) -> None:
    assert lin.get(f"/people/{cast.robot.pk}/token/").status_code == 200
    assert lin.get(f"/people/{cast.wu.pk}/token/").status_code == 403
    assert chen.get(f"/people/{cast.chen.pk}/token/").status_code == 403
    assert Client().get(f"/people/{cast.lin.pk}/token/").status_code == 302


def test_a_bad_token_form_is_shown_again(cast: Cast, lin: Client) -> None:
    answer = lin.post(f"/people/{cast.lin.pk}/token/", {"title": "x", "ends_at": SOON, "acts": "no.such"})
    assert answer.status_code == 422 and Token.objects.count() == 0
    assert "At least 2 characters." in answer.content.decode()
    late = (timezone.now() + timedelta(days=999)).strftime("%Y-%m-%dT%H:%M")
    answer = lin.post(f"/people/{cast.lin.pk}/token/", {"title": "Later", "ends_at": late})
    assert "within a year" in answer.content.decode()


def test_what_waits_is_listed_with_its_power_and_who_asked(cast: Cast, lin: Client) -> None:
    asked = make(Appointment, person=cast.chen, position=cast.manager, department=cast.ops, asked_by=cast.wu,
                 starts_at=timezone.now(), reason="Grows")  # fmt: skip
    erase = make(Erasure, person=cast.zhao, asked_by=cast.wu, reason="Asked by letter")
    text = shown(lin, "/people/waiting/")
    assert f"/act/people.confirm_appointment/{asked.pk}/" in text and f"/act/people.confirm_erasure/{erase.pk}/" in text
    page = shown(lin, f"/people/appointments/{asked.pk}/")
    assert "The power it gives" in page and "Grows" in page
    assert "It cannot be undone" in shown(lin, f"/people/erasures/{erase.pk}/")
    assert "/act/people.confirm" not in shown(signed_in(cast.wu), "/people/waiting/")


def test_decided_ones_are_kept_in_sight(cast: Cast, lin: Client) -> None:
    make(Erasure, person=cast.zhao, asked_by=cast.wu, decided_by=cast.lin, decided_at=timezone.now(),
         state=Decision.DECLINED)  # fmt: skip
    text = shown(lin, "/people/waiting/")
    assert "Decided lately" in text and "Declined" in text and "None waits." in text


def test_who_does_not_see_a_request_does_not_find_it(cast: Cast, chen: Client) -> None:
    asked = make(Appointment, person=cast.wu, position=cast.manager, department=cast.data, asked_by=cast.lin,
                 starts_at=timezone.now())  # fmt: skip
    assert chen.get(f"/people/appointments/{asked.pk}/").status_code == 404


def test_the_work_to_confirm_leads_to_the_request(cast: Cast, lin: Client) -> None:
    asked = make(Appointment, person=cast.chen, position=cast.manager, department=cast.ops, asked_by=cast.wu,
                 starts_at=timezone.now())  # fmt: skip
    assert f'href="{asked.get_absolute_url()}"' in shown(lin, "/")


def test_the_start_page_says_who_is_away_and_who_stands_in(cast: Cast, lin: Client, chen: Client) -> None:
    assert "Away today" not in shown(lin, "/")
    make(Absence, person=cast.wu, substitute=cast.chen, starts_at=timezone.now() - timedelta(hours=1))
    make(Absence, person=cast.robot, starts_at=timezone.now() + timedelta(hours=1))
    card = shown(lin, "/").split("Away today</h2>")[1].split("</section>")[0]
    assert "Wu" in card and "substitute Chen" in card and "Robot" not in card
    assert "Away today" in shown(chen, "/")  # she is the substitute
    assert "Away today" not in shown(signed_in(cast.zhao), "/")
