"""The pages: board, list, one finding, triage; and what stands on the start page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts.about import ref
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given
from opsloop.engine.assignments.api import give as give_assignment
from opsloop.engine.findings import actions, api
from opsloop.engine.findings.actions.verifying import DayRow
from opsloop.engine.findings.board import Asked, columns, figures
from opsloop.engine.findings.cards import mine, raised, to_triage, to_verify
from opsloop.engine.findings.hands import loads
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.tests.conftest import a_finding, again, day, limit_of
from opsloop.engine.findings.triaging import alike, likeness
from opsloop.engine.findings.words import Plan, State
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db


def text(person: Person, url: str) -> str:
    client = signed_in(person)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def press(person: Person, finding: Finding, **data: Any) -> str:
    client = signed_in(person)
    return client.post(f"/findings/triage/{finding.pk}/", data, follow=True).content.decode()


def test_the_board_shows_every_place_and_is_narrowed_by_its_address(crew: Cast) -> None:
    made = {state: a_finding(crew, state, title=f"Seen when {state}") for state in State}
    shown = text(crew.lin, "/findings/")
    for state in (State.NEW, State.ACCEPTED, State.DOING, State.DONE, State.VERIFIED):
        assert made[state].title in shown
    assert made[State.CLOSED].title not in shown and "Not pursued in the last year: 1." in shown
    assert made[State.NEW].title not in text(crew.lin, f"/findings/?owner={crew.specialist.pk}")
    assert made[State.NEW].title not in text(crew.lin, "/findings/?origin=alert")
    assert made[State.NEW].title in text(crew.lin, "/findings/?origin=nonsense&owner=x&within=1")
    assert made[State.CLOSED].title in text(crew.lin, "/findings/list/?state=closed")
    counts = {column.state: column.count for column in columns(crew.lin, Asked())}
    # the merged one went into a second new one
    assert counts == {"new": 2, "accepted": 1, "doing": 1, "done": 1, "verified": 1}


def test_the_figures_count_what_helped_of_what_was_judged(crew: Cast) -> None:
    a_finding(crew, State.VERIFIED)
    worse = a_finding(crew, State.DONE, Plan.SPOT)
    actions.verify(worse, by=crew.wu, outcome="no-difference", found="Shelves empty again")  # type: ignore[arg-type]
    waived = a_finding(crew, State.DOING)
    actions.waive(waived, by=crew.lin, reason="A sign was put up.")
    actions.finish(waived, by=crew.chen, word="It hangs")
    found = figures(crew.lin, Asked())
    assert (found.share, found.verified, found.alive) == (0.5, 3, 0)
    assert found.days is not None and found.days < 1
    assert figures(crew.chen, Asked(origin="alert")).share is None


@pytest.mark.parametrize("state", list(State))
def test_each_state_has_its_page_with_what_comes_next(crew: Cast, state: State) -> None:
    rows = [api.EvidenceRow(metric="sales", value=86.9, expected=93.0, since=day(-7), until=day(-1), snapshot=3)]
    finding = a_finding(crew, state, evidence=rows)
    shown = text(crew.lin, finding.get_absolute_url())
    assert (
        "Frozen food is missing" in shown
        and "/explore/explain/?metric=sales" in shown
        and "-6.6%" in shown.replace("−", "-")
    )
    following = {
        State.NEW: "findings.triage", State.ACCEPTED: "findings.decide", State.DOING: "assignments.give",
        State.DONE: "findings.reopen", State.VERIFIED: "findings.reopen", State.CLOSED: "findings.reopen",
        State.MERGED: "findings.split",
    }[state]  # fmt: skip
    assert f"/act/{following}/" in shown


def test_a_measured_one_says_it_in_words_with_the_figures_behind(crew: Cast) -> None:
    finding = a_finding(crew, State.DONE)
    days = [DayRow(day(n), 100.0 + n) for n in range(-3, 4) if n]
    actions.measure(
        finding, by=crew.lin, verdict="up", changed_on=day(1), effect=0.06, low=0.02, high=0.1, days=days,  # type: ignore[arg-type]
        before_n=56, after_n=27, before_mean=98.0, after_mean=102.0,
    )  # fmt: skip
    shown = text(crew.wu, finding.get_absolute_url())
    assert "Clearly higher, as expected" in shown and "+6.0%" in shown and "before-after" in shown
    assert "/act/findings.verify/" in shown


def test_who_does_not_see_it_finds_nothing(crew: Cast) -> None:
    finding = a_finding(crew)
    client = signed_in(crew.chen)
    assert client.get(finding.get_absolute_url()).status_code == 404
    assert client.get("/findings/triage/").status_code == 403
    assert client.get("/findings/999999/").status_code == 404


def test_triage_is_a_press_of_a_button_for_each(crew: Cast) -> None:
    one, other, third = (a_finding(crew, title=f"Frozen food is missing, {n}") for n in range(3))
    shown = text(crew.lin, "/findings/triage/")
    assert one.title in shown and "3 to go through." in shown and other.title in shown
    assert "Press one of the buttons." in press(crew.lin, one, do="nonsense")
    press(crew.lin, one, do="triage", owner=crew.specialist.pk, due_on=day(7).isoformat())
    assert (again(one).state, again(one).owner, again(one).due_on) == (State.ACCEPTED, crew.specialist, day(7))
    press(crew.lin, other, do="merge", into=one.pk)
    assert again(other).merged_into == one
    shown = press(crew.lin, third, do="once")
    assert (again(third).state, again(third).ground) == (State.CLOSED, "once")
    assert again(third).reason and "Everything is triaged." in shown


def test_what_triage_is_refused_is_said_and_stays(crew: Cast) -> None:
    one = a_finding(crew)
    press(crew.lin, one, do="triage", due_on=day(7).isoformat())
    shown = press(crew.lin, one, do="triage", owner=crew.specialist.pk, due_on=day(-7).isoformat())
    assert again(one).state == State.NEW and "over" in shown
    assert press(crew.lin, a_finding(crew, State.CLOSED), do="once")


def test_what_may_be_of_one_cause_is_proposed(crew: Cast) -> None:
    one = a_finding(crew, title="冷冻速食缺货")
    near, far = a_finding(crew, title="冷冻速食又缺货"), a_finding(crew, title="收银排队太久")
    assert alike(one, crew.lin) == [near] and far not in alike(one, crew.lin)
    assert likeness("冷冻速食", "冷冻速食") == 1.0 and likeness("a", "b") == 0.0


def test_the_start_page_has_what_waits_for_each(crew: Cast) -> None:
    a_finding(crew)
    doing, done = a_finding(crew, State.DOING), a_finding(crew, State.DONE, Plan.SPOT)
    assert [one.url for one in to_triage(crew.lin)] == ["/findings/triage/"] and not list(to_triage(crew.chen))
    assert [one.title for one in mine(crew.chen)] == [str(doing)]
    assert [one.title for one in to_verify(crew.wu)] == [str(done)] and not list(to_verify(crew.lin))
    assert len(list(raised(crew.wu))) == 3
    with given():
        row = again(done)
        row.way = "metric"
        row.save()
    assert not list(to_verify(crew.wu))


def test_assignments_given_from_it_are_shown_to_those_who_see_them(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    due_at = timezone.now() + timedelta(days=1)
    give_assignment(by=crew.lin, title="Count the shelves", due_at=due_at, doer=crew.chen, about=ref(finding))
    assert "Count the shelves" in text(crew.lin, finding.get_absolute_url())


def test_the_loads_of_all_posts_are_two_statements(crew: Cast, django_assert_num_queries: Any) -> None:
    limit_of(crew.specialist, 3)
    a_finding(crew, State.DOING)
    a_finding(crew, State.ACCEPTED)
    with django_assert_num_queries(2):
        found = loads([crew.specialist, crew.analyst])
    assert found == [(crew.specialist, 2, 3), (crew.analyst, 0, 8)]


def test_what_can_be_verified_is_one_statement_and_nothing_hides_behind_what_cannot(
    crew: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("opsloop.engine.findings.cards.MOST", 2)
    for _n in range(2):
        a_finding(crew, State.DONE)  # its metric was not measured yet
    there = [a_finding(crew, State.DONE, Plan.SPOT) for _n in range(2)]
    list(to_verify(crew.wu))
    with django_assert_num_queries(1):
        assert sorted(one.title for one in to_verify(crew.wu)) == sorted(map(str, there))
