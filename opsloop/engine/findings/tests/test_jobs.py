"""What happens by itself: done by its assignments, reminded, tied to its publication, measured on its day; own rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts.about import ref
from opsloop.base.links.queries import linked
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, make, own_rows
from opsloop.data.metrics.models import Metric
from opsloop.engine.assignments.actions import done
from opsloop.engine.assignments.api import Assignment
from opsloop.engine.assignments.api import give as give_assignment
from opsloop.engine.findings import actions
from opsloop.engine.findings.jobs import finish_done, measure_all, remind_late, tie_publications
from opsloop.engine.findings.measuring import spans
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.numbering import named
from opsloop.engine.findings.tests.conftest import a_finding, again, day
from opsloop.engine.findings.words import Plan, Side, State
from opsloop.engine.monitors.tests.conftest import LAST, sell, shop
from opsloop.playbook.models import Publication

pytestmark = pytest.mark.django_db
__all__ = ["shop"]


def test_it_is_done_when_the_last_of_its_assignments_is(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    due_at = timezone.now() + timedelta(days=1)
    tasks = [
        give_assignment(by=crew.lin, title=title, due_at=due_at, doer=crew.chen, about=ref(finding))
        for title in ("Count the shelves", "Ask the supplier")
    ]
    done(tasks[0], by=crew.chen, word="Two of ten are empty")
    assert finish_done(crew.robot) == []
    done(Assignment.objects.get(pk=tasks[1].pk), by=crew.chen)
    assert [one.pk for one in finish_done(crew.robot)] == [finding.pk]
    assert again(finding).word == "Count the shelves: Two of ten are empty\nAsk the supplier"
    assert finish_done(crew.robot) == []


def test_what_is_overdue_is_told_once(crew: Cast) -> None:
    finding = a_finding(crew, State.ACCEPTED)
    assert remind_late(crew.robot, day(1)) == []
    with given():
        row = again(finding)
        row.due_on = day(-1)
        row.save()
    assert [one.pk for one in remind_late(crew.robot, day(0))] == [finding.pk]
    assert remind_late(crew.robot, day(0)) == []


def test_verifying_is_minded_once_it_is_possible(crew: Cast) -> None:
    late = [a_finding(crew, State.DONE), a_finding(crew, State.DONE, Plan.SPOT)]
    with given():
        for one in map(again, late):
            one.verify_on = day(-1)
            one.save()
    assert [one.pk for one in remind_late(crew.robot, day(0))] == [late[1].pk]
    actions.measure(again(late[0]), by=crew.robot, verdict="same", changed_on=day(0))  # type: ignore[arg-type]
    assert [one.pk for one in remind_late(crew.robot, day(0))] == [late[0].pk]


def test_a_publication_that_names_a_finding_is_linked_to_it_both_ways(crew: Cast) -> None:
    finding = a_finding(crew, State.DOING)
    assert named("because of GJ-001, gj-12 and GJ-0012; not GJ-x") == [1, 12]
    publication = make(
        Publication, number=1, reason=f"Orders go out on Fridays ({finding.code})", effective_from=day(0),
        proposed_by=crew.lin, state="published", published_at=timezone.now(),
    )  # fmt: skip
    assert [one.pk for one in tie_publications(crew.robot)] == [finding.pk]
    assert [one.other for one in linked(publication, crew.lin)] == [finding]
    assert tie_publications(crew.robot) == []


def decided(crew: Cast, where: str = "") -> Finding:
    """Decided four weeks before the data ends, done on the same day, to be verified when it ends."""
    finding = actions.raise_finding(by=crew.lin, title="Orders are falling", origin="advice")  # type: ignore[arg-type]
    actions.triage(finding, by=crew.lin, owner=crew.manager, due_on=day(5))
    orders = Metric.objects.get(ident="orders")
    actions.decide(finding, by=crew.lin, measure="A sign", way=Plan.METRIC, metric=orders, side=Side.UP, where=where,
                   verify_on=day(20))  # fmt: skip
    actions.finish(finding, by=crew.lin, word="It hangs")
    with given():
        row = again(finding)
        row.decided_at = row.done_at = timezone.now() - (timezone.localdate() - LAST) - timedelta(days=28)
        row.verify_on = LAST + timedelta(days=1)
        row.save()
    return row


def test_before_and_after_are_measured_on_the_day(shop: Cast) -> None:
    changed = LAST - timedelta(days=28)
    sell(lambda day, orders, average: (round(orders * 1.15), average) if day > changed else (orders, average))
    finding = decided(shop)
    span = spans(finding)
    assert (span.before[1], span.after) == (changed - timedelta(days=1), (changed + timedelta(days=1), LAST))
    assert measure_all(shop.robot, LAST) == []
    (made,) = measure_all(shop.robot, LAST + timedelta(days=1))
    assert (made.verdict, made.before_n, made.after_n) == ("up", 56, 28)
    assert made.effect == pytest.approx(0.15, abs=0.02) and made.low is not None and made.low > 0
    assert measure_all(shop.robot, LAST + timedelta(days=1)) == []


def test_late_data_is_waited_for_and_what_cannot_be_computed_says_why(shop: Cast) -> None:
    sell()
    finding = decided(shop)
    with given():
        row = again(finding)
        row.verify_on = LAST + timedelta(days=5)
        row.save()
    assert measure_all(shop.robot, LAST + timedelta(days=5)) == []
    (made,) = measure_all(shop.robot, LAST + timedelta(days=8))
    assert made.verdict == "same" and made.after_n == 28
    strange = decided(shop, where="nothing=1")
    (made,) = measure_all(shop.robot, LAST + timedelta(days=1))
    assert (made.finding, made.verdict) == (strange, "few") and made.said


@pytest.mark.both
def test_own_rows_bear_the_days_and_what_became_of_it(crew: Cast) -> None:
    a_finding(crew, State.VERIFIED)
    a_finding(crew)
    rows = own_rows("findings")
    assert [(row["state"], row["outcome"], row["owner"]) for row in rows] == [
        ("verified", "effective", "operations-specialist"), ("new", None, None)
    ]  # fmt: skip
    assert rows[0]["verified_on"] == timezone.localdate() and Person.objects.exists()
