from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger import chain, private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import correct, leave, register, register_robot
from opsloop.base.people.models import Absence, Account, Holding, Language, Person, PersonKind, Token
from opsloop.base.policy.rules import can
from opsloop.base.testing import Cast, make

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.mark.both
def test_registering_a_person_leaves_no_personal_value_in_the_ledger_body(cast: Cast) -> None:
    made = register(by=cast.lin, name="王芳", number="A001", email="wang@example.com", phone="13800138000")
    entry = Entry.objects.get()
    for value in ("王芳", "A001", "wang@example.com", "13800138000"):
        assert value not in entry.body
    assert entry.object_id == made.pk
    assert private.shown(entry.pk)["args/phone"] == "13800138000"
    assert chain.verify() == []


def test_a_staff_number_belongs_to_one_person(cast: Cast) -> None:
    register(by=cast.lin, name="A", number="7")
    with pytest.raises(Refused) as no:
        register(by=cast.lin, name="B", number="7")
    assert no.value.field == "number"


def test_the_number_of_the_setting_up_robot_is_not_given_away(cast: Cast) -> None:
    with pytest.raises(Refused):
        register(by=cast.lin, name="B", number="OpsLoop")
    with pytest.raises(Refused):
        correct(cast.chen, by=cast.lin, number="opsloop", reason="wanted")


def test_an_email_that_is_none_is_said_beside_its_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as no:
        register(by=cast.lin, name="B", email="nonsense")
    assert "email" in no.value.errors


def test_who_may_not_register_is_forbidden_to(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        register(by=cast.chen, name="B")
    with pytest.raises(Forbidden):
        register_robot(by=cast.chen, name="B")


def test_a_robot_is_registered_by_its_own_act(cast: Cast) -> None:
    with pytest.raises(Refused):
        register(by=cast.lin, name="R", kind=PersonKind.ROBOT)
    assert register_robot(by=cast.lin, name="R").kind == PersonKind.ROBOT


def test_correcting_changes_only_what_is_given_and_needs_a_reason(cast: Cast) -> None:
    who = register(by=cast.lin, name="王方", number="1", email="w@example.com")
    make(Account, login="wang", person=who, email="w@example.com")
    correct(who, by=cast.lin, name="王芳", email="", language=Language.EN, reason="typed wrongly")
    who.refresh_from_db()
    assert (who.name, who.number, who.email, who.language) == ("王芳", "1", "", "en")
    assert Account.objects.get().email == ""
    with pytest.raises(Invalid):
        perform("people.correct", {"name": "X"}, Call(by=cast.lin), on=who.pk)


def test_correcting_is_forbidden_without_the_right(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        correct(cast.chen, by=cast.chen, name="X", reason="because")


@pytest.mark.both
def test_leaving_today_ends_rights_at_midnight(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        account = make(Account, login="lin2", person=cast.chen, sessions_valid_from=NOON - timedelta(days=9))
        token = make(Token, person=cast.chen, title="t", digest="0" * 64, ends_at=NOON + timedelta(days=90), acts=[])
        leave(cast.chen, by=cast.lin, last_day=timezone.localdate(), reason="moves away")
        holding = Holding.objects.get(person=cast.chen)
        token.refresh_from_db()
        account.refresh_from_db()
        assert holding.ends_at == token.ends_at == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
        assert account.is_active and account.sessions_valid_from == NOON
        chen = Person.objects.get(pk=cast.chen.pk)
        assert Holding.objects.at().filter(person=chen).exists()
        clock.move_to(NOON + timedelta(hours=12, minutes=1))
        assert not Holding.objects.at().filter(person=chen).exists()
        assert not chen.here_on(timezone.localdate())


def test_leaving_at_once_closes_the_account_and_ends_standing_in(cast: Cast) -> None:
    account = make(Account, login="c", person=cast.chen)
    absence = make(Absence, person=cast.wu, substitute=cast.chen, starts_at=timezone.now() - timedelta(days=1))
    leave(cast.chen, by=cast.lin, last_day=timezone.localdate(), at_once=True, reason="dismissed")
    account.refresh_from_db()
    absence.refresh_from_db()
    assert not account.is_active and absence.substitute_id is None
    assert not Holding.objects.at(timezone.now() + timedelta(seconds=1)).filter(person=cast.chen).exists()


def test_a_last_day_in_the_past_ends_rights_now_not_then(cast: Cast) -> None:
    leave(cast.chen, by=cast.lin, last_day=timezone.localdate() - timedelta(days=5), reason="entered late")
    holding = Holding.objects.get(person=cast.chen)
    assert abs(holding.ends_at - timezone.now()) < timedelta(minutes=1)


def test_nobody_leaves_twice_and_not_by_the_wrong_hand(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        leave(cast.wu, by=cast.chen, last_day=timezone.localdate(), reason="because")
    yesterday = timezone.localdate() - timedelta(days=1)
    leave(cast.chen, by=cast.lin, last_day=yesterday, reason="because")
    with pytest.raises(Refused):
        leave(cast.chen, by=cast.lin, last_day=yesterday, reason="again")
    assert not can(Person.objects.get(pk=cast.chen.pk), "people.register")


def test_why_somebody_left_is_personal(cast: Cast) -> None:
    leave(cast.chen, by=cast.lin, last_day=timezone.localdate(), reason="long illness")
    entry = Entry.objects.get()
    assert "long illness" not in entry.body and private.shown(entry.pk)["args/reason"] == "long illness"
