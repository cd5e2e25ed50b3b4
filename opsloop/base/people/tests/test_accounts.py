from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import (
    close_account,
    open_account,
    register_robot,
    reset_password,
    reset_second_factor,
)
from opsloop.base.people.models import Account
from opsloop.base.people.passwords import account_of, link_token
from opsloop.base.testing import LONG_AGO, Cast, make, person, position


@pytest.mark.both
def test_an_account_is_opened_without_a_password(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="Chen.Li@example.com")
    account.refresh_from_db()
    assert account.login == "chen.li@example.com" and account.is_active and not account.has_usable_password()
    assert "chen" not in Entry.objects.get().body
    assert account.password not in Entry.objects.get().body


def test_the_link_works_once_and_not_forever(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="chen")
    token = link_token(account)
    assert account_of(token) == account
    assert account_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert account_of("nonsense") is None and account_of("") is None
    # a day more than the limit: the moved clock also moves to UTC, and Django counts in local time
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT, days=1)):
        assert account_of(token) is None
    account.set_password("a long enough one")
    account.save()
    assert account_of(token) is None
    with pytest.raises(ValueError, match="without a password"):
        link_token(account)


def test_a_link_ends_with_the_account_and_with_the_next_reset(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="chen")
    token = link_token(account)
    reset_password(cast.chen, by=cast.lin, reason="link went to the wrong person")
    assert account_of(token) is None
    account.refresh_from_db()
    token = link_token(account)
    close_account(cast.chen, by=cast.lin, reason="never came")
    assert account_of(token) is None


@pytest.mark.parametrize("login", ["a b", "王芳", "-x", "x" * 121])
def test_a_login_is_plain(cast: Cast, login: str) -> None:
    with pytest.raises(Invalid):
        perform("people.open_account", {"login": login}, Call(by=cast.lin), on=cast.chen.pk)


def test_a_login_belongs_to_one_account_and_a_person_has_one(cast: Cast) -> None:
    open_account(cast.chen, by=cast.lin, login="chen")
    with pytest.raises(Refused):
        open_account(cast.wu, by=cast.lin, login="CHEN")
    with pytest.raises(Refused):
        open_account(cast.chen, by=cast.lin, login="chen2")


def test_robots_and_outsiders_do_not_sign_in(cast: Cast) -> None:
    robot = register_robot(by=cast.lin, name="R")
    for one in (robot, cast.zhao):
        with pytest.raises(Refused):
            open_account(one, by=cast.lin, login="someone")


def test_opening_an_account_needs_the_right(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        open_account(cast.chen, by=cast.chen, login="chen")


def test_nobody_opens_a_way_into_an_account_with_more_power(cast: Cast) -> None:
    desk = position("desk", may=["people.open_account", "people.reset_password", "people.reset_second_factor"])
    clerk = person("Clerk", position("all", may=list(desk.mandates.get().may), sees={"*": "all"}), cast.ops)
    with pytest.raises(Forbidden):
        open_account(cast.lin, by=clerk, login="lin")
    open_account(cast.lin, by=cast.robot, login="lin")
    for act in (reset_password, reset_second_factor):
        with pytest.raises(Forbidden):
            act(cast.lin, by=clerk, reason="let me in")


def test_closing_signs_out_and_keeps_the_positions(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="chen")
    Account.objects.update(sessions_valid_from=LONG_AGO)
    close_account(cast.chen, by=cast.lin, reason="on leave")
    account.refresh_from_db()
    assert not account.is_active and account.sessions_valid_from > LONG_AGO
    assert cast.chen.holdings.at().exists()
    with pytest.raises(Refused):
        close_account(cast.chen, by=cast.lin, reason="again")
    with pytest.raises(Forbidden):
        close_account(cast.lin, by=cast.chen, reason="no right")
    reopened = open_account(cast.chen, by=cast.lin, login="chen")
    assert reopened.pk == account.pk and reopened.is_active and not reopened.has_usable_password()


def test_a_second_factor_is_reset_by_somebody_else(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="chen")
    make(Authenticator, user=account, type="totp", data={"secret": "x"})
    make(Account, login="lin", person=cast.lin)
    reset_second_factor(cast.chen, by=cast.lin, reason="lost phone")
    assert not Authenticator.objects.exists()
    with pytest.raises(Forbidden):
        reset_second_factor(cast.lin, by=cast.lin, reason="lost phone")
    with pytest.raises(Refused):
        reset_password(cast.lin, by=cast.lin, reason="forgot it")
