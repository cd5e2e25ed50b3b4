from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Refused, Warned, perform
from opsloop.base.ledger import private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import come_back, enter_absence
from opsloop.base.people.models import Absence, Person
from opsloop.base.policy.rules import can
from opsloop.base.testing import Cast, hold, make, person, position

DAY = timedelta(days=1)


@pytest.fixture
def staff(cast: Cast) -> Cast:
    """Everyone may enter absences of those they see, or their own."""
    post = position("colleague", may=["people.absent", "people.return"], sees={"people": "own"})
    hold(cast.chen, post, cast.ops)
    hold(cast.wu, post, cast.data)
    return cast


def again(one: Person) -> Person:
    return Person.objects.get(pk=one.pk)


@pytest.mark.both
def test_a_substitute_acts_on_behalf_while_the_person_is_away(staff: Cast) -> None:
    clerk = position("clerk", may=["people.register"])
    hold(staff.chen, clerk, staff.ops)
    now = timezone.now()
    got = enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + DAY, substitute=staff.wu, reason="flu")
    assert can(again(staff.wu), "people.register")
    come_back(got, by=staff.chen)
    assert not can(again(staff.wu), "people.register")
    entry = Entry.objects.get(act="people.absent")
    assert "flu" not in entry.body and private.shown(entry.pk)["args/reason"] == "flu"


def test_nobody_stands_in_for_themselves(staff: Cast) -> None:
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=timezone.now(), substitute=staff.chen)


def test_a_substitute_who_is_away_then_is_refused(staff: Cast) -> None:
    now = timezone.now()
    make(Absence, person=staff.wu, starts_at=now + 2 * DAY, ends_at=now + 3 * DAY)
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=now, substitute=staff.wu)
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + 2.5 * DAY, substitute=staff.wu)
    before = enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + 2 * DAY, substitute=staff.wu)
    assert before.substitute == staff.wu  # the end is no part of it, so they only touch


def test_two_people_cannot_stand_in_for_each_other(staff: Cast) -> None:
    now = timezone.now()
    enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + DAY, substitute=staff.wu)
    with pytest.raises(Refused):
        enter_absence(staff.wu, by=staff.wu, starts_at=now, ends_at=now + DAY, substitute=staff.chen)


def test_going_away_while_standing_in_for_somebody_needs_a_reason(staff: Cast) -> None:
    now = timezone.now()
    enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + DAY, substitute=staff.wu)
    with pytest.raises(Warned) as no:
        enter_absence(staff.wu, by=staff.wu, starts_at=now, ends_at=now + DAY)
    assert list(no.value.warnings) == ["stands-in"]


def test_a_substitutes_rights_go_no_further_than_one_step(staff: Cast) -> None:
    """Chen stands in for Lin and Wu for Chen: Wu gets Chen's own rights, not Lin's."""
    now = timezone.now()
    make(Absence, person=staff.lin, substitute=staff.chen, starts_at=now - DAY)
    make(Absence, person=staff.chen, substitute=staff.wu, starts_at=now - DAY)
    assert can(again(staff.chen), "people.register")
    assert not can(again(staff.wu), "people.register")


def test_nobody_makes_themselves_a_substitute(staff: Cast) -> None:
    clerk = position("clerk", may=["people.absent"], sees={"*": "all"})
    hold(staff.wu, clerk, staff.data)
    with pytest.raises(Forbidden):
        enter_absence(staff.chen, by=again(staff.wu), starts_at=timezone.now(), substitute=staff.wu)


def test_only_they_name_a_substitute_for_somebody_with_power(staff: Cast) -> None:
    clerk = position("clerk", may=["people.absent"], sees={"*": "all"})
    secretary = person("Secretary", clerk, staff.ops)
    with pytest.raises(Forbidden):
        enter_absence(staff.lin, by=secretary, starts_at=timezone.now(), substitute=staff.wu)
    assert enter_absence(staff.lin, by=secretary, starts_at=timezone.now()).substitute is None


def test_one_enters_the_absence_of_those_one_sees_only(staff: Cast) -> None:
    with pytest.raises(Forbidden):
        enter_absence(staff.wu, by=staff.chen, starts_at=timezone.now())
    enter_absence(staff.wu, by=staff.lin, starts_at=timezone.now())


def test_a_substitute_may_come_from_another_department_but_not_from_outside(staff: Cast) -> None:
    raw = {"starts_at": timezone.now(), "substitute": staff.wu.pk}
    perform("people.absent", raw, Call(by=staff.chen), on=staff.chen.pk)
    with pytest.raises(Refused):
        enter_absence(staff.lin, by=staff.lin, starts_at=timezone.now(), substitute=staff.zhao)


def test_a_substitute_who_leaves_before_the_end_is_refused(staff: Cast) -> None:
    soon = person("Soon", left_on=timezone.localdate() + 2 * DAY)
    now = timezone.now()
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + 9 * DAY, substitute=soon)
    enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + DAY, substitute=soon)


def test_being_away_twice_at_once_or_backwards_is_refused(staff: Cast) -> None:
    now = timezone.now()
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now - DAY)
    enter_absence(staff.chen, by=staff.chen, starts_at=now, ends_at=now + DAY)
    with pytest.raises(Refused):
        enter_absence(staff.chen, by=staff.chen, starts_at=now + DAY / 2)


def test_a_return_ends_it_once_and_never_later(staff: Cast) -> None:
    now = timezone.now()
    away = enter_absence(staff.chen, by=staff.chen, starts_at=now - DAY, ends_at=now + DAY, substitute=staff.wu)
    with pytest.raises(Refused):
        come_back(away, by=staff.chen, ends_at=now + 5 * DAY)
    with pytest.raises(Forbidden):
        come_back(away, by=person("Stranger", staff.specialist, staff.data))
    come_back(away, by=staff.chen)
    with pytest.raises(Refused):
        come_back(away, by=staff.chen)


def test_an_absence_that_has_not_begun_is_called_off(staff: Cast) -> None:
    start = timezone.now() + DAY
    away = enter_absence(staff.chen, by=staff.chen, starts_at=start, substitute=staff.wu)
    come_back(away, by=staff.chen)
    assert not Absence.objects.at(start).exists()
