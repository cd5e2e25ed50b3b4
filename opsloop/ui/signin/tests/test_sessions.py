"""Sign-ins end: by time, by hand, and at the moment at which rights change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opsloop.base.people.actions import appoint, close_account, leave, relieve, reset_password
from opsloop.base.people.models import Account, Holding, SignIn
from opsloop.base.testing import LONG_AGO, Cast, hold, make, position
from opsloop.ui.signin import sessions

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
HOUR = timedelta(hours=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as moving:
        yield moving


@pytest.fixture
def account(clock, cast: Cast) -> Account:
    return make(Account, login="chen", person=cast.chen, sessions_valid_from=LONG_AGO)


def enter(account: Account) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(Account.objects.get(pk=account.pk), backend=BACKEND)
    return client


def is_in(client: Client) -> bool:
    return client.get("/go/").status_code == 200


@pytest.mark.both
def test_a_sign_in_ends_after_idling(account: Account, clock) -> None:
    client = enter(account)
    clock.shift(sessions.IDLE - timedelta(minutes=1))
    assert is_in(client)
    clock.shift(sessions.IDLE - timedelta(minutes=1))
    assert is_in(client)  # each use counts anew
    clock.shift(sessions.IDLE + timedelta(minutes=1))
    assert not is_in(client)
    clock.move_to(START)
    assert not is_in(client)  # over is over


def test_a_sign_in_ends_after_fourteen_days_however_busy(account: Account, clock) -> None:
    client = enter(account)
    while timezone.now() < START + sessions.ABSOLUTE - 11 * HOUR:
        clock.shift(11 * HOUR)
        assert is_in(client)
    clock.shift(11 * HOUR)
    assert not is_in(client)


def test_reading_pages_hardly_writes(account: Account, clock) -> None:
    client = enter(account)
    is_in(client)
    clock.shift(timedelta(minutes=4))
    is_in(client)
    assert SignIn.objects.get().seen_at == START
    clock.shift(timedelta(minutes=2))
    is_in(client)
    assert SignIn.objects.get().seen_at == START + timedelta(minutes=6)


@pytest.mark.both
def test_relieving_signs_out_at_once(account: Account, clock, cast: Cast) -> None:
    client = enter(account)
    clock.shift(HOUR)
    assert is_in(client)
    relieve(Holding.objects.get(person=cast.chen), by=cast.lin, reason="moves on")
    page = client.get("/go/", follow=True)
    assert (
        page.redirect_chain and "Your rights have changed" in page.content.decode()
    ) or "rights" in page.content.decode()
    assert not is_in(client)


@pytest.mark.both
def test_a_future_end_signs_out_at_that_moment(account: Account, clock, cast: Cast) -> None:
    client = enter(account)
    relieve(Holding.objects.get(person=cast.chen), by=cast.lin, reason="moves on", ends_at=START + 3 * HOUR)
    clock.move_to(START + 3 * HOUR - timedelta(seconds=1))
    assert is_in(client)
    clock.move_to(START + 3 * HOUR)
    assert not is_in(client)
    again = enter(account)
    clock.shift(HOUR)
    assert is_in(again)  # one who signed in afterwards stays


def test_of_two_holdings_the_one_that_ends_counts(account: Account, clock, cast: Cast) -> None:
    hold(cast.chen, position("second"), cast.data, starts_at=START - HOUR, ends_at=START + HOUR)
    client = enter(account)
    clock.shift(HOUR / 2)
    assert is_in(client)
    clock.shift(HOUR)
    assert not is_in(client)


def test_a_new_position_signs_out_when_it_begins(account: Account, clock, cast: Cast) -> None:
    client = enter(account)
    appoint(cast.chen, by=cast.lin, position=position("later"), department=cast.data, starts_at=START + 2 * HOUR)
    clock.shift(HOUR)
    assert is_in(client)
    clock.shift(HOUR)
    assert not is_in(client)
    client = enter(account)
    clock.shift(HOUR)
    appoint(cast.chen, by=cast.lin, position=position("now"), department=cast.data)
    assert not is_in(client)


def test_closing_resetting_and_leaving_sign_out(account: Account, clock, cast: Cast) -> None:
    for change in (reset_password, close_account):
        client = enter(account)
        clock.shift(HOUR)
        assert is_in(client)
        change(cast.chen, by=cast.lin, reason="because")
        assert not is_in(client)


def test_the_last_day_ends_at_the_workspaces_midnight(account: Account, clock, cast: Cast) -> None:
    leave(cast.chen, by=cast.lin, last_day=timezone.localdate(), reason="moves away")
    clock.shift(timedelta(seconds=1))
    client = enter(account)
    clock.move_to(datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    sessions_seen = SignIn.objects.get(ended_at__isnull=True)
    SignIn.objects.filter(pk=sessions_seen.pk).update(seen_at=timezone.now())
    assert is_in(client)
    clock.move_to(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert not is_in(client)
    account.refresh_from_db()
    assert account.is_active and not is_in(enter(account))  # nobody need close it by hand


def test_other_peoples_changes_do_not_sign_out(account: Account, clock, cast: Cast) -> None:
    client = enter(account)
    clock.shift(HOUR)
    relieve(Holding.objects.get(person=cast.wu), by=cast.lin, reason="moves on")
    assert is_in(client)


def test_one_sees_ones_own_sign_ins_and_ends_the_others(account: Account, clock, cast: Cast) -> None:
    stranger = enter(make(Account, login="wu", person=cast.wu, sessions_valid_from=LONG_AGO))
    here, there, third = enter(account), enter(account), enter(account)
    page = here.get(reverse("signin:security"))
    assert page.context["sessions"].count() == 3
    row = SignIn.objects.filter(account=account).order_by("pk")[1]
    assert stranger.post(reverse("signin:end_session", args=[row.pk])).status_code == 404
    assert is_in(there)
    here.post(reverse("signin:end_session", args=[row.pk]))
    assert not is_in(there) and is_in(third) and is_in(here)
    here.post(reverse("signin:end_others"))
    assert is_in(here) and not is_in(third) and is_in(stranger)
    assert here.get(reverse("signin:end_others")).status_code == 405
    assert here.get(reverse("signin:security")).context["sessions"].count() == 1


def test_a_session_without_its_sign_in_row_is_nobodys(account: Account, clock) -> None:
    client = enter(account)
    SignIn.objects.all().delete()
    assert not is_in(client)


def test_a_sign_in_row_of_somebody_else_does_not_count(account: Account, clock, cast: Cast) -> None:
    other = make(Account, login="wu", person=cast.wu, sessions_valid_from=LONG_AGO)
    enter(other)
    client = enter(account)
    session = client.session
    session[sessions.KEY] = SignIn.objects.get(account=other).pk
    session.save()
    assert not is_in(client)


def test_the_check_is_one_query_beside_the_session_and_the_user(account: Account, clock, django_assert_num_queries):
    client = enter(account)
    with django_assert_num_queries(3):
        client.get(reverse("language"))
