"""Who sees whom, and what acts reach, by the four levels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.people.models import Absence, Department, Holding, Person, Position, Token
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import allowed, can
from opsloop.base.policy.scopes import covers, scoped_models, sees, visible
from opsloop.base.policy.standing import standings
from opsloop.base.testing import LONG_AGO, Cast, department, hold, make, person, position

ACT = "people.correct"


def one(cast: Cast, level: str, where: Department, **values: object) -> Person:
    post = position(f"post-{level}-{where.code}-{Position.objects.count()}", may=[ACT], sees={"people": level})
    who = person(f"{level} of {where.code}")
    hold(who, post, where, **values)
    return who


def seen(who: Person) -> set[str]:
    return {p.name for p in visible(who, Person)} - {who.name}


@pytest.mark.both
def test_own_sees_oneself_only(cast: Cast) -> None:
    who = one(cast, "own", cast.ops)
    assert set(visible(who, Person)) == {who}
    assert can(who, ACT, who) and not can(who, ACT, cast.chen)


@pytest.mark.both
def test_department_sees_its_people_and_not_those_below(cast: Cast) -> None:
    shop = department("shop", parent=cast.ops)
    person("Below", position("p"), shop)
    who = one(cast, "department", cast.ops)
    assert seen(who) == {"Lin", "Chen"}
    assert can(who, ACT, cast.chen) and not can(who, ACT, cast.wu)


@pytest.mark.both
def test_subtree_sees_those_below_and_not_beside(cast: Cast) -> None:
    shop = department("shop", parent=cast.ops)
    below = person("Below", position("p"), shop)
    who = one(cast, "subtree", cast.ops)
    assert seen(who) == {"Lin", "Chen", "Below"}
    assert can(who, ACT, below) and not can(who, ACT, cast.wu)


def test_a_path_is_matched_by_whole_ids(cast: Cast) -> None:
    """/1/2/ must not reach /1/23/, whose text begins alike but for the slash."""
    short = department("short", parent=cast.company)
    long = make(Department, code="long", title="long", path=f"{short.path.rstrip('/')}7/")
    person("Far", position("p"), long)
    assert seen(one(cast, "subtree", short)) == set()


@pytest.mark.both
def test_all_sees_everyone_also_those_without_a_position(cast: Cast) -> None:
    who = one(cast, "all", cast.data)
    assert set(visible(who, Person)) == set(Person.objects.all())
    assert can(who, ACT, cast.zhao)


def test_without_a_position_or_a_level_nothing_is_seen(cast: Cast) -> None:
    assert not visible(cast.zhao, Person).exists() and sees(cast.zhao, "people") is None
    deaf = person("Deaf", position("deaf", may=[ACT]), cast.ops)
    typo = person("Typo", position("typo", may=[ACT], sees={"people": "everything"}), cast.ops)
    for who in (deaf, typo):
        for model in scoped_models():
            assert not visible(who, model).exists()
        assert not can(who, ACT, cast.chen)


def test_a_model_without_a_scope_is_seen_by_nobody(cast: Cast) -> None:
    from opsloop.base.ledger.models import Head
    from opsloop.base.people.models import Account, SignIn

    for model in (Account, SignIn, Head):
        assert not visible(cast.lin, model).exists() and not can(cast.lin, ACT, make_unsaved(model))


def make_unsaved(model):
    return model()


def test_a_department_whose_path_is_missing_reaches_nothing(cast: Cast) -> None:
    lost = make(Department, code="lost", title="lost")
    assert seen(one(cast, "subtree", lost)) == set()
    who = one(cast, "subtree", lost)
    assert not can(who, "people.relieve", Holding.objects.get(person=cast.chen))


@pytest.mark.both
def test_several_holdings_add_up(cast: Cast) -> None:
    who = one(cast, "department", cast.ops)
    assert "Wu" not in seen(who)
    hold(who, position("second", sees={"people": "department"}), cast.data)
    fresh = Person.objects.get(pk=who.pk)
    assert {"Wu", "Chen"} <= seen(fresh)
    assert not can(fresh, ACT, cast.wu)  # the second position sees them and may nothing


def test_rights_and_sight_must_come_from_the_same_position(cast: Cast) -> None:
    who = person("Two", position("acts", may=[ACT], sees={"people": "own"}), cast.ops)
    hold(who, position("looks", sees={"people": "all"}), cast.data)
    assert "Chen" in seen(who) and not can(who, ACT, cast.chen)


@pytest.mark.both
def test_future_and_ended_holdings_give_nothing(cast: Cast) -> None:
    now = timezone.now()
    future = one(cast, "all", cast.ops, starts_at=now + timedelta(minutes=1))
    ended = one(cast, "all", cast.ops, ends_at=now - timedelta(seconds=1))
    for who in (future, ended):
        assert standings(who) == () and seen(who) == set() and not can(who, ACT, cast.chen)
    assert len(standings(future, now + timedelta(minutes=1))) == 1
    assert len(standings(ended, now - timedelta(days=1))) == 1


def test_who_begins_later_is_seen_by_the_department_and_who_has_gone_is_not(cast: Cast) -> None:
    now, post = timezone.now(), position("p")
    hold(person("Soon"), post, cast.ops, starts_at=now + timedelta(days=9))
    hold(person("Gone"), post, cast.ops, ends_at=now - timedelta(days=1))
    assert {"Soon"} == seen(one(cast, "department", cast.ops)) - {"Lin", "Chen"}


@pytest.mark.both
def test_a_substitute_stands_where_the_absent_stands_on_their_behalf(cast: Cast) -> None:
    boss = one(cast, "department", cast.data)
    deputy = person("Deputy")
    make(Absence, person=boss, substitute=deputy, starts_at=LONG_AGO)
    assert "Wu" in seen(deputy) and can(deputy, ACT, cast.wu) and not can(deputy, ACT, cast.chen)
    standing = allowed(deputy, ACT, cast.wu)
    assert standing is not None and standing.behalf_id == boss.pk


def test_ones_own_right_goes_before_a_substitutes(cast: Cast) -> None:
    boss, who = one(cast, "all", cast.data), one(cast, "all", cast.ops)
    make(Absence, person=boss, substitute=who, starts_at=LONG_AGO)
    standing = allowed(Person.objects.get(pk=who.pk), ACT, cast.chen)
    assert standing is not None and standing.behalf_id is None


def test_standing_in_ends_with_the_absence_and_with_the_absents_position(cast: Cast) -> None:
    now = timezone.now()
    boss, deputy = one(cast, "all", cast.data), person("Deputy")
    make(Absence, person=boss, substitute=deputy, starts_at=LONG_AGO, ends_at=now)
    assert standings(deputy) == ()
    make(Absence, person=boss, substitute=deputy, starts_at=now - timedelta(hours=1))
    assert len(standings(deputy)) == 1
    later = one(cast, "all", cast.data, ends_at=now - timedelta(minutes=1))
    other = person("Other")
    make(Absence, person=later, substitute=other, starts_at=LONG_AGO)
    assert standings(other) == ()


def test_who_has_left_stands_nowhere(cast: Cast) -> None:
    who = person("Left", cast.manager, cast.ops, left_on=timezone.localdate() - timedelta(days=1))
    last = person("Last day", cast.manager, cast.ops, left_on=timezone.localdate())
    assert standings(who) == () and len(standings(last)) == 1


@pytest.mark.both
def test_holdings_and_absences_follow_the_department(cast: Cast) -> None:
    who = one(cast, "department", cast.ops)
    away = make(Absence, person=cast.chen, substitute=cast.wu, starts_at=LONG_AGO)
    far = make(Absence, person=cast.wu, starts_at=LONG_AGO)
    assert {h.person.name for h in visible(who, Holding)} == {"Lin", "Chen", who.name}
    assert set(visible(who, Absence)) == {away}
    wu = one(cast, "own", cast.data)
    make(Absence, person=cast.chen, substitute=wu, starts_at=LONG_AGO + timedelta(days=1))
    assert {a.person for a in visible(wu, Absence)} == {cast.chen}
    assert far not in visible(wu, Absence)


def test_positions_and_mandates_are_no_secret_and_tokens_are_ones_own(cast: Cast) -> None:
    mine, theirs = (
        make(Token, person=p, title="t", digest=str(i) * 64, acts=[]) for i, p in enumerate((cast.chen, cast.lin))
    )
    assert visible(cast.chen, Position).count() == Position.objects.count()
    assert visible(cast.chen, Mandate).count() == Mandate.objects.count()
    assert set(visible(cast.chen, Token)) == {mine}
    assert set(visible(cast.wu, Token)) == {mine, theirs}


def test_covering_and_seeing_agree_on_every_row_of_a_plain_scope(cast: Cast) -> None:
    for level in ("own", "department", "subtree", "all"):
        who = one(cast, level, cast.ops)
        (standing,) = standings(who)
        rows = set(visible(who, Holding))
        assert {h for h in Holding.objects.all() if covers(who, standing, h)} == rows
