"""Every act of findings: what it does, whom it refuses, and that the table of states holds on every path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform, registry
from opsloop.base.acts.about import ref
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, given, make
from opsloop.data.metrics.models import Metric
from opsloop.engine.assignments.actions import done
from opsloop.engine.assignments.api import Assignment
from opsloop.engine.assignments.api import give as give_assignment
from opsloop.engine.findings import actions, api
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import evidence_of, sources_of
from opsloop.engine.findings.telling import GIVEN, MOVED
from opsloop.engine.findings.tests.conftest import a_finding, again, day, limit_of
from opsloop.engine.findings.transitions import TABLE, after
from opsloop.engine.findings.words import Origin, Plan, Side, State
from opsloop.playbook.models import Publication

pytestmark = pytest.mark.django_db

SAID: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "triage": lambda crew: {"owner": crew.specialist, "due_on": day(3)},
    "dismiss": lambda crew: {"ground": "once", "reason": "It was the storm."},
    "merge": lambda crew: {"into": a_finding(crew, title="Another of the cause")},
    "split": lambda crew: {"reason": "Another cause after all."},
    "decide": lambda crew: {"measure": "Check the shelves", "way": Plan.SPOT, "verify_on": day(9)},
    "finish": lambda crew: {"word": "Checked"},
    "reopen": lambda crew: {"reason": "It is there again.", "due_on": day(4)},
    "hand_over": lambda crew: {"owner": crew.analyst, "due_on": day(4), "reason": "They have the figures."},
    "waive": lambda crew: {"reason": "A sign was put up."},
    "allow_more": lambda crew: {"reason": "The season is short."},
}


@pytest.mark.both
@pytest.mark.parametrize("verb", list(SAID))
def test_only_the_transitions_of_the_table_are_possible(crew: Cast, verb: str) -> None:
    for state in State:
        finding = a_finding(crew, state, title=f"Seen when {state}")
        said = SAID[verb](crew)
        sources, target = TABLE[verb]
        if state in sources:
            getattr(actions, verb)(finding, by=crew.lin, **said)
            expected = {"waive": State.VERIFIED if state == State.DONE else state}.get(verb, target or state)
            if verb == "reopen" and state == State.CLOSED:
                expected = State.NEW
            assert again(finding).state == expected
            entry = Entry.objects.filter(object_id=finding.pk).order_by("id").last()
            assert entry is not None and entry.act == f"findings.{verb}"
            continue
        with pytest.raises(Refused):
            getattr(actions, verb)(finding, by=crew.lin, **said)
        raw = {name: value.pk if hasattr(value, "pk") else value for name, value in said.items()}
        raw = {name: value.isoformat() if isinstance(value, date) else value for name, value in raw.items()}
        with pytest.raises(Refused):
            perform(f"findings.{verb}", raw, Call(by=crew.lin, via="api"), on=finding.pk)
        assert again(finding).state == state
        assert registry[f"findings.{verb}"].why_not(finding) is not None


def test_who_has_no_position_for_it_may_not(crew: Cast) -> None:
    for verb in ("triage", "dismiss", "allow_more", "decide", "waive", "reopen", "hand_over"):
        state = TABLE[verb][0][0]
        finding = a_finding(crew, state)
        with pytest.raises(Forbidden):
            getattr(actions, verb)(finding, by=crew.chen, **SAID[verb](crew))


@pytest.mark.both
def test_the_whole_circle_is_gone_through_by_four_hands(crew: Cast) -> None:
    finding = actions.suggest(by=crew.chen, title="Frozen food is missing on Mondays", seen="Ten shops, since May.")
    assert (finding.number, finding.code, finding.state) == (1, "GJ-001", State.NEW)
    actions.triage(finding, by=crew.lin, owner=crew.specialist, due_on=day(5))
    assert again(finding).whose == "operations-specialist"
    actions.take(finding, by=crew.chen)
    sales = Metric.objects.get()
    actions.decide(
        finding, by=crew.lin, measure="Order on Fridays", way=Plan.METRIC, metric=sales, side=Side.UP, verify_on=day(30)
    )
    actions.finish(finding, by=crew.chen, word="Ordered on two Fridays")
    with pytest.raises(Refused, match="measured on"):
        actions.verify(finding, by=crew.wu, outcome="effective", found="Sales rose")  # type: ignore[arg-type]
    actions.measure(finding, by=crew.lin, verdict="up", changed_on=day(0), effect=0.06, low=0.02, high=0.1)  # type: ignore[arg-type]
    for own in (crew.lin, crew.chen):
        with pytest.raises(Forbidden):
            actions.verify(finding, by=own, outcome="effective", found="Sales rose")  # type: ignore[arg-type]
    actions.verify(finding, by=crew.wu, outcome="effective", found="Sales rose by 6 %")  # type: ignore[arg-type]
    done = again(finding)
    assert (done.state, done.outcome, done.verified_by, done.person) == ("verified", "effective", crew.wu, crew.chen)
    assert {GIVEN, MOVED} <= set(Notice.objects.filter(person=crew.chen).values_list("kind", flat=True))


@pytest.mark.both
def test_one_cause_in_one_period_is_one_finding_with_all_its_origins(crew: Cast) -> None:
    row = api.EvidenceRow(metric="sales", value=86.9, expected=93.0, snapshot=12, since=day(-7), until=day(-1))
    said: dict[str, Any] = {"origin": "alert", "cause": "sales:down", "period": "2026-W47", "evidence": [row]}
    with pytest.raises(Invalid):
        api.give(by=crew.wu, title="Sales fell", about="nothing:1", **said)
    first = api.give(by=crew.wu, title="Sales fell", about=crew.chen, **said)
    second = api.give(by=crew.wu, title="Sales fell again", about=f"{ref(crew.lin)}#advice-2", **said)
    assert first.pk == second.pk and Finding.objects.count() == 1
    assert [one.title for one in sources_of(first)] == ["Sales fell", "Sales fell again"]
    assert [round(one.rate or 0, 3) for one in evidence_of(first)] == [-0.066, -0.066]
    other = api.give(by=crew.wu, title="Sales fell", **{**said, "period": "2026-W48"})
    assert other.number == first.number + 1
    assert api.of_origin(crew.chen) == [first] and api.of_origin(f"{ref(crew.lin)}#advice-1") == []
    states = api.states_of([crew.chen, f"{ref(crew.lin)}#advice-2"])
    assert [one[0].code for one in states.values()] == [first.code, first.code]


def test_the_same_part_of_the_same_thing_raises_nothing_twice(crew: Cast) -> None:
    made = [
        api.give(by=crew.wu, title="Call six members", origin="advice", about=crew.chen, part="1", owner="data-analyst")
        for _n in range(2)
    ]
    assert made[0].pk == made[1].pk and sources_of(made[0]).count() == 1
    assert made[0].owner == crew.analyst
    with pytest.raises(Refused, match="no position"):
        api.give(by=crew.wu, title="Call six members", origin="advice", owner="nobody")


def test_what_was_merged_by_hand_shows_its_origins_and_can_be_taken_out(crew: Cast) -> None:
    one, other = a_finding(crew), a_finding(crew, title="Frozen food, once more")
    actions.merge(other, by=crew.lin, into=one)
    assert [source.title for source in sources_of(one)] == ["Frozen food is missing", "Frozen food, once more"]
    with pytest.raises(Refused, match="other way round"):
        actions.merge(one, by=crew.lin, into=a_finding(crew))
    with pytest.raises(Refused):
        actions.merge(a_finding(crew), by=crew.lin, into=again(other))
    actions.split(other, by=crew.lin, reason="Another cause after all.")
    assert sources_of(one).count() == 1 and again(other).state == State.NEW


@pytest.mark.both
def test_a_post_with_its_hands_full_takes_no_more_without_an_exception(crew: Cast) -> None:
    limit_of(crew.specialist, 2)
    for _n in range(2):
        a_finding(crew, State.ACCEPTED)
    third = a_finding(crew)
    with pytest.raises(Refused, match="has 2 findings in hand, its limit is 2"):
        actions.triage(third, by=crew.lin, owner=crew.specialist, due_on=day(3))
    elsewhere = a_finding(crew)
    actions.triage(elsewhere, by=crew.lin, owner=crew.analyst, due_on=day(3))
    with pytest.raises(Refused, match="limit is 2"):
        actions.hand_over(elsewhere, by=crew.lin, owner=crew.specialist, due_on=day(3), reason="They know it.")
    actions.allow_more(third, by=crew.lin, reason="The season is short.")
    actions.triage(third, by=crew.lin, owner=crew.specialist, due_on=day(3))
    assert (again(third).state, again(third).excepted_by) == (State.ACCEPTED, crew.lin)


def test_it_is_not_done_while_its_assignments_run(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    due_at = timezone.now() + timedelta(days=1)
    give_assignment(by=crew.lin, title="Count the shelves", due_at=due_at, doer=crew.chen, about=ref(finding))
    for finish in (actions.finish, actions.finish_itself):
        with pytest.raises(Refused, match="1 assignments"):
            finish(finding, by=crew.lin, word="Counted")
    done(Assignment.objects.get(), by=crew.chen, word="Counted")
    actions.finish_itself(finding, by=crew.robot, word="Counted")
    assert (again(finding).state, again(finding).done_by) == (State.DONE, crew.robot)


def test_only_who_has_it_finishes_and_only_its_post_takes_it(crew: Cast) -> None:
    other = make(Person, name="Other")
    finding = a_finding(crew, State.DOING)
    with pytest.raises(Forbidden):
        actions.finish(finding, by=other, word="Done")
    with pytest.raises(Forbidden):
        actions.take(finding, by=crew.lin)


def test_a_day_of_verification_comes_no_sooner_than_two_weeks_after_what_was_done(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    with given():
        row = again(finding)
        row.verify_on = day(1)
        row.save()
    actions.finish(finding, by=crew.chen, word="Done late")
    assert again(finding).verify_on == day(14)


def test_a_waived_one_is_over_when_it_is_done_and_a_decision_takes_the_waiver_back(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    actions.waive(finding, by=crew.lin, reason="A sign was put up.")
    actions.finish(finding, by=crew.chen, word="The sign hangs")
    done = again(finding)
    assert (done.state, done.outcome, done.verified_by, done.found) == (
        "verified", "waived", crew.lin, "A sign was put up."
    )  # fmt: skip
    actions.reopen(finding, by=crew.lin, reason="It fell down.", due_on=day(4))
    actions.decide(finding, by=crew.lin, measure="Screw it on", way=Plan.SPOT, verify_on=day(9))
    assert (again(finding).waiver, again(finding).reopened, again(finding).outcome) == ("", 1, "")


def test_a_metric_needs_a_name_and_a_side_and_the_past_is_refused(crew: Cast) -> None:
    finding = a_finding(crew, State.ACCEPTED)
    said: dict[str, Any] = {"measure": "Check the shelves", "way": Plan.METRIC}
    with pytest.raises(Refused, match="Which metric"):
        actions.decide(finding, by=crew.lin, verify_on=day(20), **said)
    with pytest.raises(Refused, match="over"):
        actions.decide(finding, by=crew.lin, verify_on=day(-1), **{**said, "way": Plan.SPOT})
    with pytest.raises(Refused, match="over"):
        actions.triage(a_finding(crew), by=crew.lin, owner=crew.specialist, due_on=day(-1))


def test_a_figure_names_something_and_leads_to_a_page_of_ours(crew: Cast) -> None:
    for row in ({}, {"metric": "sales", "href": "https://elsewhere.example"}, {"said": "x", "href": "//elsewhere"}):
        with pytest.raises(Refused):
            api.give(by=crew.wu, title="Sales fell", origin=Origin.ALERT, evidence=[api.EvidenceRow(**row)])


def test_what_came_of_it_is_a_published_version(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    proposal = make(Publication, number=1, reason="GJ-001", effective_from=day(0), proposed_by=crew.lin)
    with pytest.raises(Refused, match="not published"):
        actions.name_version(finding, by=crew.lin, publication=proposal)
    with given():
        row = Publication.objects.get()
        row.state = "published"
        row.save()
    proposal.refresh_from_db()
    actions.name_version(finding, by=crew.lin, publication=proposal)


def test_it_is_reminded_of_once_for_each_limit(crew: Cast) -> None:
    finding = a_finding(crew, State.ACCEPTED)
    with pytest.raises(Refused):
        actions.remind(finding, by=crew.robot)
    with given():
        row = again(finding)
        row.due_on = day(-1)
        row.save()
    actions.remind(finding, by=crew.robot)
    assert Notice.objects.filter(person=crew.chen, kind="findings.late").count() == 1
    with pytest.raises(Refused):
        actions.remind(finding, by=crew.robot)


@pytest.mark.both
def test_each_sees_what_they_raised_or_have_and_nobody_else_does(crew: Cast) -> None:
    outside = make(Person, name="Outside")
    from_chen = actions.suggest(by=crew.chen, title="Longer opening hours", seen="People stand at the door at eight.")
    assert visible(crew.chen, Finding).get() == from_chen and not visible(outside, Finding).exists()
    from_wu = a_finding(crew)
    assert from_wu not in visible(crew.chen, Finding)
    actions.triage(from_wu, by=crew.lin, owner=crew.specialist, due_on=day(3))
    assert from_wu in visible(crew.chen, Finding)


def test_a_transition_that_is_not_in_the_table_raises() -> None:
    with pytest.raises(Refused):
        after(State.CLOSED, "finish")
