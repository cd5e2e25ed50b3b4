"""Giving, taking on, promising, finishing: each works, is refused, forbidden and recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, Warned, perform
from opsloop.base.acts.about import ref
from opsloop.base.acts.naming import moment
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.links.models import Link
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, given, make
from opsloop.engine.assignments import actions, jobs
from opsloop.engine.assignments.models import Assignment, Rhythm, Series, State, Weekday


@pytest.fixture
def crew(cast: Cast) -> Cast:
    """Lin gives, Chen does, Wu looks on."""
    with given():
        for post in (cast.specialist, cast.analyst):
            mandate = Mandate.objects.get(position=post)
            mandate.may, mandate.sees = ["assignments.*"], {"*": "own", "people": "all"}
            mandate.save()
    return cast


def soon(**more: float) -> datetime:
    return timezone.now() + timedelta(**(more or {"days": 2}))


def to_chen(crew: Cast, **more: Any) -> Assignment:
    return actions.give(
        by=crew.lin, **{"title": "Report why frozen food was missing", "due_at": soon(), "doer": crew.chen, **more}
    )


def again(one: Assignment) -> Assignment:
    return Assignment.objects.get(pk=one.pk)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("title", flat=True))


@pytest.mark.both
def test_it_is_given_taken_on_and_finished_with_a_word(crew: Cast) -> None:
    one = to_chen(crew, copies=[crew.wu, crew.chen, crew.lin])
    assert (one.state, one.department) == (State.OPEN, crew.ops)
    assert [copy.person for copy in one.copies.all()] == [crew.wu]
    actions.accept(one, by=crew.chen)
    actions.done(one, by=crew.chen, word="Supplier two days late")
    assert (again(one).state, again(one).word) == (State.DONE, "Supplier two days late")
    assert [len(told(person)) for person in (crew.chen, crew.lin, crew.wu)] == [1, 2, 3]
    acts = list(Entry.objects.filter(act__startswith="assignments.").values_list("act", flat=True))
    assert acts == ["assignments.give", "assignments.accept", "assignments.done"]


@pytest.mark.both
def test_each_sees_what_concerns_them_and_nobody_else_does(crew: Cast) -> None:
    one = to_chen(crew)
    assert visible(crew.chen, Assignment).get() == one
    assert not visible(crew.wu, Assignment).exists()
    with_copy = to_chen(crew, copies=[crew.wu])
    assert visible(crew.wu, Assignment).get() == with_copy
    to_post = to_chen(crew, doer=None, position=crew.analyst)
    assert to_post in visible(crew.wu, Assignment) and to_post not in visible(crew.chen, Assignment)


@pytest.mark.both
def test_whoever_holds_the_post_takes_it_on(crew: Cast) -> None:
    one = to_chen(crew, doer=None, position=crew.analyst)
    assert len(told(crew.wu)) == 1 and one.whose == "data-analyst"
    with pytest.raises(Forbidden):
        actions.accept(one, by=crew.lin)
    actions.accept(one, by=crew.wu)
    assert (again(one).doer, again(one).department, again(one).state) == (crew.wu, crew.data, State.ACCEPTED)


def test_nobody_both_and_the_past_are_refused(crew: Cast) -> None:
    for more, field in (
        ({"doer": None}, "doer"), ({"position": crew.analyst}, "doer"), ({"due_at": soon(hours=-1)}, "due_at"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            to_chen(crew, **more)
        assert no.value.field == field
    assert not Assignment.objects.exists()


def test_a_robot_an_outsider_and_who_holds_nothing_cannot_be_picked(crew: Cast) -> None:
    for nobody in (crew.robot, crew.zhao):
        with pytest.raises(Invalid):
            values = {"title": "Anything", "due_at": soon(), "doer": nobody.pk}
            perform("assignments.give", values, Call(by=crew.lin))


def test_what_one_gives_oneself_needs_no_acceptance(crew: Cast) -> None:
    one = to_chen(crew, doer=crew.lin)
    assert (one.state, told(crew.lin)) == (State.ACCEPTED, [])


def test_it_is_linked_with_what_it_follows_from(crew: Cast) -> None:
    first = to_chen(crew)
    second = to_chen(crew, about=ref(first))
    link = Link.objects.get()
    assert (link.kind, link.a_id, link.b_id) == ("follows-from", second.pk, first.pk)


@pytest.mark.both
def test_a_promise_later_than_asked_needs_a_reason_and_is_told(crew: Cast) -> None:
    one = to_chen(crew)
    later = soon(days=5)
    with pytest.raises(Warned):
        perform("assignments.accept", {"promised_at": later}, Call(by=crew.chen), on=one.pk)
    assert again(one).state == State.OPEN
    said = Call(by=crew.chen, overrides={"later-than-asked": "The supplier answers on Friday"})
    perform("assignments.accept", {"promised_at": later}, said, on=one.pk)
    actions.promise(one, by=crew.chen, promised_at=soon(days=1), reason="It came earlier")
    one = again(one)
    assert (one.moved, one.limit_at < one.due_at) == (1, True)
    assert len(told(crew.lin)) == 2


def test_only_who_asked_changes_withdraws_urges_and_sends_back(crew: Cast) -> None:
    one = to_chen(crew)
    for forbidden in (
        lambda: actions.change(one, by=crew.chen, reason="Easier so", title="Less", due_at=soon()),
        lambda: actions.withdraw(one, by=crew.chen, reason="No longer"),
        lambda: actions.urge(one, by=crew.chen),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    for forbidden in (
        lambda: actions.done(one, by=crew.lin),
        lambda: actions.decline(one, by=crew.lin, reason="No no"),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    actions.done(one, by=crew.chen)
    with pytest.raises(Forbidden):
        actions.reopen(one, by=crew.chen, reason="Once more", due_at=soon())
    actions.reopen(one, by=crew.lin, reason="The figures are missing", due_at=soon(days=3))
    assert (again(one).state, again(one).done_at) == (State.ACCEPTED, None)


STATES = {
    "accept": {State.OPEN}, "promise": {State.ACCEPTED}, "done": {State.OPEN, State.ACCEPTED}, "decline": {State.OPEN},
    "hand_over": {State.OPEN, State.ACCEPTED}, "change": {State.OPEN, State.ACCEPTED},
    "urge": {State.OPEN, State.ACCEPTED},
    "withdraw": {State.OPEN, State.ACCEPTED}, "reopen": {State.DONE, State.DECLINED},
}  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_every_step_that_is_not_in_the_table_is_refused(crew: Cast, state: State) -> None:
    said = {
        "accept": {}, "done": {}, "urge": {}, "promise": {"promised_at": soon(), "reason": "Because"},
        "decline": {"reason": "Because"}, "withdraw": {"reason": "Because"},
        "change": {"title": "Other words", "due_at": soon(), "reason": "Because"},
        "hand_over": {"to": crew.wu.pk, "reason": "Because"}, "reopen": {"reason": "Because", "due_at": soon()},
    }  # fmt: skip
    for verb, states in STATES.items():
        one = make(
            Assignment, title="A thing", doer=crew.chen, asked_by=crew.chen, asked_at=timezone.now(), due_at=soon(),
            state=state,
        )  # fmt: skip
        call = Call(by=crew.chen)
        if state in states:
            perform(f"assignments.{verb}", said[verb], call, on=one.pk)
        else:
            with pytest.raises(Refused):
                perform(f"assignments.{verb}", said[verb], call, on=one.pk)
            assert again(one).state == state


def test_urging_has_its_measure(crew: Cast) -> None:
    one = to_chen(crew)
    actions.urge(one, by=crew.lin, note="The director asks")
    with pytest.raises(Refused, match="four hours"):
        actions.urge(one, by=crew.lin)
    with given():
        Assignment.objects.filter(pk=one.pk).update(urged=5, urged_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Refused, match="five times"):
        actions.urge(again(one), by=crew.lin)


def test_it_is_handed_over_and_given_back_by_declining(crew: Cast) -> None:
    one = to_chen(crew)
    actions.accept(one, by=crew.chen)
    with pytest.raises(Forbidden):
        actions.hand_over(one, by=crew.chen, to=crew.lin, reason="Yours")
    actions.hand_over(one, by=crew.chen, to=crew.wu, reason="The figures are with data")
    assert (again(one).doer, again(one).state, again(one).department) == (crew.wu, State.OPEN, crew.data)
    with pytest.raises(Forbidden):
        actions.done(again(one), by=crew.chen)
    actions.hand_over(one, by=crew.lin, to=crew.chen, reason="Wu is away")
    actions.decline(again(one), by=crew.chen, reason="Not our shelf")
    assert again(one).state == State.DECLINED
    assert told(crew.lin)[-1].startswith("Chen declined")


@pytest.mark.both
def test_what_is_overdue_is_told_once_to_both(crew: Cast) -> None:
    one = to_chen(crew, copies=[crew.wu])
    with pytest.raises(Refused):
        actions.tell_late(one, by=crew.robot)
    with given():
        Assignment.objects.filter(pk=one.pk).update(due_at=soon(hours=-1))
    assert [late.pk for late in jobs.tell_overdue(crew.robot)] == [one.pk]
    assert jobs.tell_overdue(crew.robot) == []
    assert told(crew.chen)[-1].startswith("Overdue") and told(crew.lin)[-1].startswith("Overdue at Chen")


@pytest.mark.both
def test_what_is_recorded_afterwards_keeps_both_times(crew: Cast) -> None:
    one = to_chen(crew)
    before = timezone.now() - timedelta(hours=5)
    with pytest.raises(Warned):
        perform("assignments.done", {"word": "done"}, Call(by=crew.chen, happened=before), on=one.pk)
    reason = {"late-entry": "no signal in the cold store"}
    perform("assignments.done", {"word": "done"}, Call(by=crew.chen, happened=before, overrides=reason), on=one.pk)
    entry = Entry.objects.get(act="assignments.done")
    assert again(one).done_at == before == moment(entry.happened)
    assert moment(entry.at) > before + timedelta(hours=4)
    with pytest.raises(Refused):
        ahead = Call(by=crew.chen, happened=timezone.now() + timedelta(days=1))
        perform("assignments.done", {"word": "done"}, ahead, on=to_chen(crew).pk)


def every(crew: Cast, rhythm: Rhythm, **more: Any) -> Series:
    return actions.repeat(by=crew.lin, title="Price check", rhythm=rhythm, doer=crew.chen, **more)


@pytest.mark.both
def test_a_series_gives_each_day_once_and_leaves_out_what_is_over(crew: Cast) -> None:
    today = timezone.localdate()
    days = [Weekday(str(today.isoweekday()))]
    series = every(crew, Rhythm.WEEKLY, weekdays=days, due_time="23:59", starts_on=today - timedelta(days=14))
    assert series.next_on == today - timedelta(days=14)
    made = jobs.give_due(crew.robot)
    assert [one.series_day for one in made] == [today]
    assert (made[0].asked_by, made[0].doer, made[0].state) == (crew.lin, crew.chen, State.ACCEPTED)
    assert jobs.give_due(crew.robot) == []
    assert Series.objects.get().next_on == today + timedelta(days=7)
    with pytest.raises(Refused):
        actions.open_next(Series.objects.get(), by=crew.robot)


def test_a_series_is_stopped_by_who_set_it_up(crew: Cast) -> None:
    series = every(crew, Rhythm.WORKDAYS)
    with pytest.raises(Forbidden):
        actions.stop(series, by=crew.chen, reason="Enough of it")
    actions.stop(series, by=crew.lin, reason="No longer needed")
    assert jobs.give_due(crew.robot) == []
    with pytest.raises(Refused):
        actions.stop(Series.objects.get(), by=crew.lin, reason="Once more")


@pytest.mark.parametrize(
    ("rhythm", "more", "field"),
    [
        (Rhythm.WEEKLY, {}, "weekdays"),
        (Rhythm.MONTHLY, {}, "month_day"),
        (Rhythm.WORKDAYS, {"due_time": "25:00"}, "due_time"),
        (Rhythm.WORKDAYS, {"starts_on": date(2030, 1, 1), "ends_on": date(2029, 1, 1)}, "ends_on"),
    ],
)
def test_a_series_without_its_days_is_refused(crew: Cast, rhythm: Rhythm, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as no:
        every(crew, rhythm, **more)
    assert no.value.field == field
