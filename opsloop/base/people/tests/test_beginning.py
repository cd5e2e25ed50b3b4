import stat
from dataclasses import replace

import pytest
from django.conf import settings

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.people import beginning as begin_module
from opsloop.base.people.actions import appoint, begin, found_department, open_account, register, set_up
from opsloop.base.people.actions.rules import powers_of
from opsloop.base.people.beginning import (
    end_first_start,
    faces,
    first_start_token,
    is_first_start_token,
    put_faces,
    setup_robot,
)
from opsloop.base.people.models import Account, Holding, Person, PersonKind, Position
from opsloop.base.policy import beginning
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.base.testing import Cast, make, person, position


@pytest.fixture(autouse=True)
def _no_token():
    end_first_start()
    yield
    end_first_start()


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, demo=True))


@pytest.mark.both
def test_an_empty_workspace_is_set_up_by_the_robot(db: None) -> None:
    robot = setup_robot()
    assert Entry.objects.get().act == "people.begin" and Entry.objects.get().by_id == robot.pk
    account = set_up(by=robot, company="惠邻超市", name="周慎", login="zhou", number="1")
    admin = Person.objects.get(number="1")
    assert account.person == admin and can(admin, "people.appoint") and can(admin, "playbook.publish")
    assert setup_robot() == robot and Person.objects.filter(kind=PersonKind.ROBOT).count() == 1


def test_the_robot_can_do_nothing_once_there_is_an_account(db: None) -> None:
    robot = setup_robot()
    company = found_department(by=robot, code="company", title="x")
    clerk = position("clerk")
    who = register(by=robot, name="A")
    assert can(robot, "people.appoint")
    open_account(who, by=robot, login="anna")
    # the same instance, which knew its rights, and a fresh one
    for one in (robot, Person.objects.get(pk=robot.pk)):
        assert standings(one) == () and not visible(one, Person).exists()
        for refused in (
            lambda one=one: register(by=one, name="B"),
            lambda one=one: appoint(who, by=one, position=clerk, department=company),
            lambda one=one: found_department(by=one, code="b", title="b", parent=company),
            lambda one=one: set_up(by=one, company="x", name="y", login="zz"),
            lambda one=one: begin(by=one),
        ):
            with pytest.raises(Forbidden):
                refused()
    Account.objects.update(is_active=False)
    assert standings(robot) == ()  # a closed account is an account


def test_nobody_else_sets_up_and_no_one_takes_the_robots_place(cast: Cast) -> None:
    for one in (cast.lin, cast.robot):
        with pytest.raises(Forbidden):
            set_up(by=one, company="x", name="y", login="zz")
        with pytest.raises(Forbidden):
            begin(by=one)
    impostor = Person(name="Staff", number=beginning.NUMBER)
    assert standings(impostor) == ()


def test_setting_up_twice_is_refused_in_a_demo_too(db: None, demo: None) -> None:
    robot = setup_robot()
    set_up(by=robot, company="x", name="y", login="zz")
    with beginning.seeding(), pytest.raises(Refused):
        set_up(by=robot, company="x", name="y", login="zzz")


def test_seeding_opens_the_robot_in_a_demo_only_and_only_inside(db: None, demo: None, monkeypatch) -> None:
    robot = setup_robot()
    set_up(by=robot, company="x", name="y", login="zz")
    assert standings(robot) == ()
    with beginning.seeding():
        register(by=robot, name="B")
    with pytest.raises(Forbidden):
        register(by=robot, name="C")
    monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, demo=False))
    with pytest.raises(RuntimeError), beginning.seeding():
        pass


def test_the_robot_appoints_to_power_without_a_second_person(db: None) -> None:
    robot = setup_robot()
    company = found_department(by=robot, code="company", title="x")
    boss = position("boss", may=["people.*"])
    assert powers_of(boss)
    got = appoint(register(by=robot, name="A"), by=robot, position=boss, department=company)
    assert isinstance(got, Holding)


def test_an_existing_administrators_position_is_taken(db: None) -> None:
    post = position("system-admin", may=["people.*"], sees={"*": "all"})
    set_up(by=setup_robot(), company="x", name="y", login="zz")
    assert Holding.objects.get().position == post and Position.objects.count() == 1


def test_the_first_start_token_is_made_once_kept_private_and_ends(db: None) -> None:
    token = first_start_token()
    assert token and len(token) >= 32 and first_start_token() == token
    assert stat.S_IMODE(begin_module._file().stat().st_mode) == 0o600
    assert is_first_start_token(f" {token}\n") and not is_first_start_token(token[:-1]) and not is_first_start_token("")
    account = set_up(by=setup_robot(), company="x", name="y", login="zz")
    assert is_first_start_token(token)  # cut off before the password was set: it can be finished
    account.set_password("long enough to be one")
    account.save()
    assert first_start_token() is None and not is_first_start_token(token)


def test_a_workspace_with_accounts_makes_no_token(cast: Cast) -> None:
    make(Account, login="lin", person=cast.lin)
    assert first_start_token() is None and not begin_module._file().exists()


def test_faces_exist_in_a_demo_only(cast: Cast, demo: None, monkeypatch) -> None:
    for one in (cast.chen, cast.lin):
        make(Account, login=one.name.lower(), person=one)
    put_faces([cast.lin, cast.chen])
    assert [account.person for account in faces()] == [cast.lin, cast.chen]
    put_faces([cast.chen])
    assert [account.person for account in faces()] == [cast.chen]
    monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, demo=False))
    assert faces() == []
    with pytest.raises(RuntimeError):
        put_faces([cast.lin])


def test_a_face_may_not_be_a_stranger(cast: Cast, demo: None) -> None:
    put_faces([person("Nobody")])
    assert faces() == []
