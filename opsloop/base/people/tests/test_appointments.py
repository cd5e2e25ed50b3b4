from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, NotFound, Refused, Warned, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import (
    appoint,
    confirm_appointment,
    decline_appointment,
    register_robot,
    relieve,
)
from opsloop.base.people.models import Absence, Account, Appointment, Holding, HoldingKind, Person
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import can
from opsloop.base.testing import LONG_AGO, Cast, department, hold, make, person, position


@pytest.fixture
def second(cast: Cast) -> Person:
    """Another manager who can sign in, so that there is somebody to confirm."""
    qian = person("Qian", cast.manager, cast.ops)
    make(Account, login="qian", person=qian)
    return qian


def again(one: Person) -> Person:
    return Person.objects.get(pk=one.pk)


@pytest.mark.both
def test_an_appointment_gives_the_rights_of_the_position(cast: Cast) -> None:
    clerk = position("clerk", may=["risks.accept"], sees={"*": "department"})
    got = appoint(cast.wu, by=cast.lin, position=clerk, department=cast.ops)
    assert isinstance(got, Holding) and got.kind == HoldingKind.PERMANENT
    assert can(again(cast.wu), "risks.accept")
    assert Entry.objects.get().act == "people.appoint"


def test_a_later_beginning_gives_nothing_yet(cast: Cast) -> None:
    clerk = position("clerk", may=["risks.accept"], sees={"*": "department"})
    tomorrow = timezone.now() + timedelta(days=1)
    appoint(cast.wu, by=cast.lin, position=clerk, department=cast.ops, starts_at=tomorrow)
    assert not can(again(cast.wu), "risks.accept")
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        assert can(again(cast.wu), "risks.accept")


def test_nobody_appoints_themselves(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        appoint(cast.lin, by=cast.lin, position=cast.analyst, department=cast.ops)


def test_a_substitute_does_not_appoint_whom_they_stand_in_for(cast: Cast) -> None:
    make(Absence, person=cast.lin, substitute=cast.chen, starts_at=LONG_AGO)
    with pytest.raises(Forbidden):
        appoint(cast.lin, by=cast.chen, position=cast.analyst, department=cast.ops)
    with pytest.raises(Forbidden):
        appoint(cast.chen, by=cast.chen, position=cast.analyst, department=cast.ops)
    appoint(cast.wu, by=cast.chen, position=cast.specialist, department=cast.ops)
    assert Entry.objects.get().behalf_id == cast.lin.pk


def test_appointing_without_the_right_is_forbidden(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        appoint(cast.wu, by=cast.chen, position=cast.specialist, department=cast.ops)


def test_a_head_of_department_appoints_only_within_the_department(cast: Cast) -> None:
    head_post = position("head", may=["people.appoint"], sees={"*": "subtree"})
    shop = department("shop", parent=cast.ops)
    head = person("Head", head_post, cast.ops)
    clerk = position("clerk")
    assert isinstance(appoint(cast.chen, by=head, position=clerk, department=shop), Holding)
    with pytest.raises(Forbidden):
        appoint(cast.chen, by=head, position=clerk, department=cast.data)
    with pytest.raises(NotFound):  # Wu works elsewhere: not visible
        perform("people.appoint", {"position": clerk.pk, "department": shop.pk}, Call(by=head), on=cast.wu.pk)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": HoldingKind.ACTING}, "until when"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "before it begins"),
    ],
)
def test_what_does_not_fit_is_refused(cast: Cast, values: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        appoint(cast.wu, by=cast.lin, position=position("clerk"), department=cast.ops, **values)


def test_holding_the_same_position_twice_at_a_time_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        appoint(cast.chen, by=cast.lin, position=cast.specialist, department=cast.ops)
    assert isinstance(appoint(cast.chen, by=cast.lin, position=cast.specialist, department=cast.data), Holding)


def test_outsiders_leavers_and_withdrawn_positions_are_refused(cast: Cast) -> None:
    clerk = position("clerk")
    with pytest.raises(Refused):
        appoint(cast.zhao, by=cast.lin, position=clerk, department=cast.ops)
    gone = person("Gone", left_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused):
        appoint(gone, by=cast.lin, position=clerk, department=cast.ops)
    old = make(type(clerk), code="old", title="old", withdrawn_at=timezone.now())
    with pytest.raises(Refused):
        appoint(cast.wu, by=cast.lin, position=old, department=cast.ops)
    shut = make(type(cast.ops), code="shut", title="shut", parent=cast.ops, path="/x/", closed_at=timezone.now())
    with pytest.raises(Refused):
        appoint(cast.wu, by=cast.lin, position=clerk, department=shut)


def test_a_beginning_in_the_past_needs_a_reason(cast: Cast) -> None:
    clerk = position("clerk")
    raw = {"position": clerk.pk, "department": cast.ops.pk, "starts_at": timezone.now() - timedelta(days=3)}
    with pytest.raises(Warned) as no:
        perform("people.appoint", raw, Call(by=cast.lin), on=cast.wu.pk)
    assert list(no.value.warnings) == ["backdated"]
    perform("people.appoint", raw, Call(by=cast.lin, overrides={"backdated": "contract"}), on=cast.wu.pk)
    assert Holding.objects.filter(person=cast.wu, position=clerk).exists()


@pytest.mark.both
def test_a_position_with_power_waits_for_a_second_person(cast: Cast, second: Person) -> None:
    asked = appoint(cast.wu, by=cast.lin, position=cast.manager, department=cast.ops)
    assert isinstance(asked, Appointment)
    assert not can(again(cast.wu), "people.register")
    with pytest.raises(Forbidden):
        confirm_appointment(asked, by=cast.lin)
    held = confirm_appointment(asked, by=second)
    assert can(again(cast.wu), "people.register")
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.holding) == ("confirmed", second, held)
    with pytest.raises(Refused):
        confirm_appointment(asked, by=second)


@pytest.mark.parametrize(
    "pattern", ["people.*", "people.appoint", "playbook.publish", "playbook.approve", "jobs.retry"]
)
def test_each_kind_of_power_needs_a_second_person(cast: Cast, second: Person, pattern: str) -> None:
    strong = position("strong", may=[pattern])
    assert isinstance(appoint(cast.wu, by=cast.lin, position=strong, department=cast.ops), Appointment)


def test_power_that_comes_with_a_later_mandate_counts(cast: Cast, second: Person) -> None:
    clerk = position("clerk", may=["people.absent"])
    assert isinstance(appoint(cast.chen, by=cast.lin, position=clerk, department=cast.ops), Holding)
    make(Mandate, position=clerk, from_day=timezone.localdate() + timedelta(days=7), version="2", may=["people.*"])
    assert isinstance(appoint(cast.wu, by=cast.lin, position=clerk, department=cast.ops), Appointment)


def test_who_is_appointed_or_stands_in_for_the_asker_does_not_confirm(cast: Cast, second: Person) -> None:
    asked = appoint(cast.chen, by=cast.lin, position=cast.manager, department=cast.data)
    make(Absence, person=cast.lin, substitute=cast.wu, starts_at=LONG_AGO)
    with pytest.raises(Forbidden):
        confirm_appointment(asked, by=cast.wu)
    hold(cast.chen, cast.manager, cast.ops)
    with pytest.raises(Forbidden):
        confirm_appointment(asked, by=again(cast.chen))


def test_a_robot_is_no_second_person(cast: Cast, second: Person) -> None:
    asked = appoint(cast.wu, by=cast.lin, position=cast.manager, department=cast.ops)
    with pytest.raises(Forbidden):
        confirm_appointment(asked, by=cast.robot)


def test_without_anybody_who_could_confirm_the_asker_says_why(cast: Cast) -> None:
    raw = {"position": cast.manager.pk, "department": cast.ops.pk}
    with pytest.raises(Warned) as no:
        perform("people.appoint", raw, Call(by=cast.lin), on=cast.wu.pk)
    assert list(no.value.warnings) == ["alone"]
    call = Call(by=cast.lin, overrides={"alone": "first week"})
    assert isinstance(perform("people.appoint", raw, call, on=cast.wu.pk), Holding)


def test_relieving_the_second_person_does_not_make_one_alone_for_a_week(cast: Cast, second: Person) -> None:
    relieve(Holding.objects.get(person=second), by=cast.lin, reason="to be alone")
    assert isinstance(appoint(cast.wu, by=cast.lin, position=cast.manager, department=cast.ops), Appointment)
    with time_machine.travel(timezone.now() + timedelta(days=8)), pytest.raises(Warned):
        appoint(cast.chen, by=again(cast.lin), position=cast.manager, department=cast.ops)


def test_declining_gives_nothing(cast: Cast, second: Person) -> None:
    asked = appoint(cast.wu, by=cast.lin, position=cast.manager, department=cast.ops)
    with pytest.raises(Forbidden):
        decline_appointment(asked, by=cast.chen, reason="no right")
    decline_appointment(asked, by=second, reason="not yet")
    asked.refresh_from_db()
    assert asked.state == "declined" and not can(again(cast.wu), "people.register")
    with pytest.raises(Refused):
        confirm_appointment(asked, by=second)


def test_a_waiting_appointment_is_judged_again_when_confirmed(cast: Cast, second: Person) -> None:
    asked = appoint(cast.wu, by=cast.lin, position=cast.manager, department=cast.ops)
    hold(cast.wu, cast.manager, cast.ops)
    with pytest.raises(Refused):
        confirm_appointment(asked, by=second)


@pytest.mark.both
def test_relieving_ends_the_rights_and_the_sessions_at_once(cast: Cast) -> None:
    account = make(Account, login="chen", person=cast.chen, sessions_valid_from=LONG_AGO)
    relieve(Holding.objects.get(person=cast.chen), by=cast.lin, reason="moves on")
    account.refresh_from_db()
    assert timezone.now() - account.sessions_valid_from < timedelta(minutes=1)
    assert not Holding.objects.at().filter(person=cast.chen).exists()


def test_relieving_never_makes_a_holding_longer(cast: Cast) -> None:
    soon = timezone.now() + timedelta(days=1)
    held = hold(cast.wu, position("clerk"), cast.ops, ends_at=soon)
    with pytest.raises(Refused):
        relieve(held, by=cast.lin, reason="longer", ends_at=soon + timedelta(days=9))
    relieve(held, by=cast.lin, reason="shorter", ends_at=soon - timedelta(hours=1))
    assert held.ends_at == soon - timedelta(hours=1)


def test_a_holding_that_is_over_cannot_be_ended_again(cast: Cast) -> None:
    held = hold(cast.wu, position("clerk"), cast.ops, ends_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Refused):
        relieve(held, by=cast.lin, reason="again")
    with pytest.raises(Forbidden):
        relieve(Holding.objects.get(person=cast.wu, position=cast.analyst), by=cast.chen, reason="no right")


def test_a_holding_called_off_before_it_began_never_was(cast: Cast) -> None:
    start = timezone.now() + timedelta(days=5)
    held = hold(cast.wu, position("clerk"), cast.ops, starts_at=start)
    relieve(held, by=cast.lin, reason="changed plans")
    assert held.ends_at == start and not Holding.objects.at(start).filter(pk=held.pk).exists()


def test_a_robot_holds_a_position_like_anybody(cast: Cast) -> None:
    robot = register_robot(by=cast.lin, name="Loader")
    appoint(robot, by=cast.lin, position=position("loader", may=["sources.load"]), department=cast.data)
    assert can(again(robot), "sources.load")
