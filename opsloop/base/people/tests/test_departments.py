from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts import Forbidden, Invalid, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import close_department, found_department, move_department, rename_department
from opsloop.base.people.models import Department, Person, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, department, given, hold, person, position


@pytest.mark.both
def test_a_department_is_founded_below_another(cast: Cast) -> None:
    made = found_department(by=cast.lin, code="shop-1", title="一店", parent=cast.ops)
    assert made.path == f"{cast.ops.path}{made.pk}/"
    assert Entry.objects.get().object_id == made.pk


def test_codes_are_plain_and_unique(cast: Cast) -> None:
    with pytest.raises(Refused):
        found_department(by=cast.lin, code="operations", title="again", parent=cast.company)
    for code in ("Shop 1", "店", ""):
        with pytest.raises(Invalid):
            found_department(by=cast.lin, code=code, title="x", parent=cast.company)


def test_there_is_one_company(cast: Cast) -> None:
    with pytest.raises(Refused):
        found_department(by=cast.lin, code="second", title="x")


def test_only_those_who_see_all_found_the_company(db: None) -> None:
    head = person("Head", position("head", may=["departments.*"], sees={"*": "subtree"}))
    boss = person("Boss", position("boss", may=["departments.*"], sees={"*": "all"}))
    elsewhere = department("elsewhere")
    hold(head, Position.objects.get(code="head"), elsewhere)
    hold(boss, Position.objects.get(code="boss"), elsewhere)
    with given():
        elsewhere.remember()
        elsewhere.parent = elsewhere
        elsewhere.save()
    with pytest.raises(Forbidden):
        found_department(by=head, code="company", title="x")
    assert found_department(by=boss, code="company", title="x").parent is None


def test_a_head_reaches_their_own_branch_only(cast: Cast) -> None:
    head = person("Head", position("head", may=["departments.*"], sees={"*": "subtree"}), cast.ops)
    found_department(by=head, code="shop-1", title="x", parent=cast.ops)
    with pytest.raises(Forbidden):
        found_department(by=head, code="shop-2", title="x", parent=cast.data)
    with pytest.raises(Forbidden):
        rename_department(cast.data, by=head, title="mine", reason="because")
    with pytest.raises(Forbidden):
        rename_department(cast.ops, by=cast.chen, title="mine", reason="because")
    assert set(visible(head, Department)) == set(Department.objects.all())  # the organisation is no secret


@pytest.mark.both
def test_the_whole_subtree_follows_a_move(cast: Cast) -> None:
    area = found_department(by=cast.lin, code="area", title="area", parent=cast.ops)
    shop = found_department(by=cast.lin, code="shop", title="shop", parent=area)
    desk = found_department(by=cast.lin, code="desk", title="desk", parent=shop)
    clerk = person("Clerk", position("clerk", sees={"*": "subtree"}), cast.data)
    move_department(area, by=cast.lin, parent=cast.data, reason="new areas")
    for one, above in ((area, cast.data), (shop, area), (desk, shop)):
        one.refresh_from_db()
        above.refresh_from_db()
        assert one.path == f"{above.path}{one.pk}/"
    worker = person("Worker", position("worker"), desk)
    assert worker in visible(clerk, Person)


def test_a_department_is_never_part_of_itself(cast: Cast) -> None:
    shop = found_department(by=cast.lin, code="shop", title="shop", parent=cast.ops)
    for parent in (cast.ops, shop):
        with pytest.raises(Refused):
            move_department(cast.ops, by=cast.lin, parent=parent, reason="because")
    with pytest.raises(Refused):
        move_department(cast.company, by=cast.lin, parent=cast.ops, reason="because")


def test_renaming_keeps_the_code(cast: Cast) -> None:
    rename_department(cast.ops, by=cast.lin, title="运营部", reason="new name")
    cast.ops.refresh_from_db()
    assert (cast.ops.code, cast.ops.title) == ("operations", "运营部")


def test_closing_waits_until_nobody_is_there(cast: Cast) -> None:
    with pytest.raises(Refused):
        close_department(cast.ops, by=cast.lin, reason="gone")  # people
    with pytest.raises(Refused):
        close_department(cast.company, by=cast.lin, reason="gone")  # departments below
    shop = found_department(by=cast.lin, code="shop", title="shop", parent=cast.ops)
    with pytest.raises(Forbidden):
        close_department(shop, by=cast.chen, reason="gone")
    close_department(shop, by=cast.lin, reason="gone")
    with pytest.raises(Refused):
        close_department(shop, by=cast.lin, reason="again")
    with pytest.raises(Refused):
        found_department(by=cast.lin, code="below", title="x", parent=shop)
    with pytest.raises(Refused):
        move_department(cast.data, by=cast.lin, parent=shop, reason="because")


def test_a_future_holding_keeps_a_department_open(cast: Cast) -> None:
    shop = found_department(by=cast.lin, code="shop", title="shop", parent=cast.ops)
    hold(cast.wu, cast.analyst, shop, starts_at=timezone.now() + timedelta(days=9))
    with pytest.raises(Refused):
        close_department(shop, by=cast.lin, reason="gone")
