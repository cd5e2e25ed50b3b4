"""An SOP is looked at again before its span ends: asked once, escalated once, ended by a word or by a new version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Language, Person
from opsloop.base.testing import Cast, given, person, position
from opsloop.engine.assignments.actions import decline, done, hand_over
from opsloop.engine.assignments.jobs import tell_overdue
from opsloop.engine.assignments.models import Assignment, State
from opsloop.engine.sops.actions import ask_reviews, confirm, tell_reviews_late
from opsloop.engine.sops.cards import APART
from opsloop.engine.sops.jobs import mind
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.engine.sops.reviewing import Term, due_now, term_of, terms
from opsloop.engine.sops.telling import ASKED, DUE, LATE
from opsloop.engine.sops.tests.samples import sop
from opsloop.playbook import queries
from opsloop.playbook.actions import propose, publish
from opsloop.playbook.changes import LineRow
from opsloop.playbook.store import keep
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, Waiting, lanes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MANAGER = """---
title: 运营经理
department: operations
may: [playbook.draft, playbook.propose, playbook.publish, sops.confirm]
sees: {"*": all}
---
让运营每天有数。
"""
SPECIALIST = """---
title: 运营专员
reports_to: operations-manager
department: operations
may: [sops.confirm, assignments.done, assignments.decline, assignments.hand_over]
sees: {"*": all}
---
岗位说明。
"""
REFUND = sop("- {id: pay, title: 退款, do: operations-specialist}", "review_every: 12 months\n").replace(
    "operations-manager", "operations-specialist"
)
FILES = {
    ("playbook", "playbook"): "title: 试用标准\nlanguage: zh-Hans\n",
    ("position", "operations-manager"): MANAGER,
    ("position", "operations-specialist"): SPECIALIST,
    ("position", "data-analyst"): SPECIALIST.replace("运营专员", "数据分析师"),
    ("sop", "refund"): REFUND,
}
Files = dict[tuple[str, str], str]


def bring(by: Person, files: Files) -> None:
    """Publish these texts together; an empty one is a withdrawal."""
    latest = queries.latest()
    rows = [
        LineRow(*key, keep(text) if text else "", latest[key].number if key in latest else 0)
        for key, text in files.items()
    ]
    publish(propose(by=by, reason="Because of the trial.", lines=rows), by=by)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def refund(cast: Cast) -> Sop:
    """Owned by Chen's position, Lin's above it; in force from today, to be reviewed every twelve months."""
    with given():
        Person.objects.update(language=Language.EN)
    bring(cast.robot, FILES)
    return Sop.objects.get(ident="refund")


@pytest.fixture
def term(refund: Sop) -> Term:
    return terms([refund])[refund.pk]


def on(day: date) -> time_machine.travel:
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(8))), tick=False)


def told(whom: Person, kind: str) -> list[str]:
    return list(Notice.objects.filter(person=whom, kind=kind).values_list("title", flat=True))


def lines(whom: Person) -> list[Waiting]:
    """Of the start page, by somebody who was read anew."""
    found = lanes_of(Person.objects.get(pk=whom.pk))[Lane.DO]
    return [one for one in found if one.kind == "Review"]


@pytest.mark.parametrize(
    ("every", "due", "asked"),
    [
        ("12 months", date(2027, 2, 28), date(2027, 1, 29)),  # a tenth of 365 days is more than thirty
        ("6 months", date(2026, 8, 28), date(2026, 8, 10)),  # 181 days
        ("4 weeks", date(2026, 3, 28), date(2026, 3, 26)),
        ("5 days", date(2026, 3, 5), date(2026, 3, 5)),
    ],
)
def test_a_span_has_its_last_day_and_the_day_from_which_it_is_asked_for(every: str, due: date, asked: date) -> None:
    found = term_of(every, date(2026, 2, 28))
    assert found is not None and (found.due, found.asked) == (due, asked)
    assert term_of("", date(2026, 2, 28)) is None and term_of(every, None) is None


def test_the_owner_is_asked_once_thirty_days_before_the_end(cast: Cast, refund: Sop, term: Term) -> None:
    with on(term.asked - timedelta(days=1)):
        assert mind(cast.robot) == (0, 0) and due_now() == []
        with pytest.raises(Refused, match="None of these SOPs is due"):
            ask_reviews([refund], by=cast.robot)
    with on(term.asked):
        assert mind(cast.robot) == (0, 1) and mind(cast.robot) == (0, 0)
        with pytest.raises(Refused):
            ask_reviews([refund], by=cast.robot)
        review = Review.objects.get()
        assert review.assignment is not None
        assert (review.due_on, review.limit_on, review.assignment.position) == (term.due, term.due, cast.specialist)
        assert review.assignment.due_at.date() == term.due
        [line] = lines(cast.chen)
        assert (line.act, line.on, line.url) == ("sops.confirm", refund, "/sops/refund/")
        assert lines(cast.lin) == []
        assert [title for title in told(cast.chen, ASKED) if "退款" in title] == told(cast.chen, ASKED)
        assert (len(told(cast.chen, ASKED)), told(cast.lin, ASKED)) == (1, [])
    assert Entry.objects.filter(act="sops.ask_reviews").count() == 1


def test_who_leads_the_owner_hears_once_when_the_end_has_passed(cast: Cast, refund: Sop, term: Term) -> None:
    with on(term.asked):
        mind(cast.robot)
    with on(term.due):
        assert mind(cast.robot) == (0, 0)
        with pytest.raises(Refused, match="overdue"):
            tell_reviews_late([Review.objects.get()], by=cast.robot)
    with on(term.due + timedelta(days=1)):
        assert mind(cast.robot) == (1, 0) and mind(cast.robot) == (0, 0)
        assert tell_overdue(cast.robot) == [], "the assignment behind it tells nobody a second time"
        assert len(told(cast.chen, LATE)) == len(told(cast.lin, LATE)) == 1
        assert len(lines(cast.chen)) == len(lines(cast.lin)) == 1
        confirm(refund, by=Person.objects.get(pk=cast.lin.pk), reason="Looked at with Chen.")
        assert lines(cast.chen) == lines(cast.lin) == []
    assert Entry.objects.filter(act="sops.tell_reviews_late").count() == 1


def test_after_an_outage_it_is_asked_for_once_with_a_week(cast: Cast, refund: Sop, term: Term) -> None:
    after = term.due + timedelta(days=40)
    with on(after):
        assert mind(cast.robot) == (0, 1) and mind(cast.robot) == (0, 0)
        assert Review.objects.get().limit_on == after + timedelta(days=7)
    with on(after + timedelta(days=8)):
        assert mind(cast.robot) == (1, 0)


def test_confirmed_unchanged_it_begins_its_next_span(cast: Cast, refund: Sop, term: Term) -> None:
    with pytest.raises(Refused, match="can be confirmed from"):
        confirm(refund, by=cast.chen, reason="Too early.")
    with on(term.asked):
        mind(cast.robot)
        chen = Person.objects.get(pk=cast.chen.pk)
        confirm(refund, by=chen, reason="Fifty cases read, nothing to change.")
        review = Review.objects.select_related("assignment").get()
        assert review.assignment is not None
        assert (review.state, review.ended_by, review.number) == (ReviewState.CONFIRMED, chen, 1)
        assert (review.assignment.state, review.assignment.doer) == (State.DONE, chen)
        assert terms([refund])[refund.pk].since == term.asked and due_now() == []
        with pytest.raises(Refused, match="can be confirmed from"):
            confirm(refund, by=chen, reason="Once more.")
        assert "Fifty cases read" in signed_in(chen).get("/sops/refund/").content.decode()
    with on(terms([refund])[refund.pk].asked):
        assert mind(cast.robot) == (0, 1)
    entry = Entry.objects.get(act="sops.confirm")
    assert (entry.by_id, entry.object_id) == (chen.pk, refund.pk) and "Fifty cases" in entry.body


def test_it_is_confirmed_by_nobody_else(cast: Cast, refund: Sop, term: Term) -> None:
    clerk = person("Sun", position("clerk", may=["sops.ask_reviews"], sees={"*": "all"}), cast.ops)
    wu = Person.objects.get(pk=cast.wu.pk)
    with on(term.asked):
        with pytest.raises(Forbidden):
            confirm(refund, by=clerk, reason="No right at all.")
        with pytest.raises(Forbidden):
            ask_reviews([refund], by=wu)
        with pytest.raises(Forbidden, match="owns the SOP"):
            confirm(refund, by=wu, reason="The right, but not the position.")
        page = signed_in(wu).get("/sops/refund/").content.decode()
        assert "due for review" in page and "/act/sops.confirm/" not in page
        assert f"/act/sops.confirm/{refund.pk}/" in signed_in(cast.chen).get("/sops/refund/").content.decode()
    assert not Review.objects.exists()


def test_a_new_version_or_a_withdrawal_ends_the_review(cast: Cast, refund: Sop, term: Term) -> None:
    with on(term.asked):
        mind(cast.robot)
        bring(cast.robot, {("sop", "refund"): REFUND.replace("title: 退款\n", "title: 退货退款\n")})
        assert Review.objects.get().state == ReviewState.REPLACED
        assert Assignment.objects.get().state == State.DONE and mind(cast.robot) == (0, 0)
        refund.refresh_from_db()
        assert terms([refund])[refund.pk].since == term.asked and lines(cast.chen) == []
    with on(terms([refund])[refund.pk].asked):
        assert mind(cast.robot) == (0, 1)
        bring(cast.robot, {("sop", "refund"): ""})
        states = Review.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [ReviewState.REPLACED, ReviewState.DROPPED]
        assert Assignment.objects.order_by("-pk")[0].state == State.WITHDRAWN
        with pytest.raises(Refused, match="out of force"):
            confirm(Sop.objects.get(), by=cast.chen, reason="It is gone.")


def test_the_assignment_behind_it_ends_only_with_the_review(cast: Cast, refund: Sop, term: Term) -> None:
    with on(term.asked):
        mind(cast.robot)
        chen, one = Person.objects.get(pk=cast.chen.pk), Assignment.objects.get()
        with pytest.raises(Refused, match="Confirm the SOP unchanged"):
            done(one, by=chen)
        with pytest.raises(Refused, match="stays with the position"):
            decline(one, by=chen, reason="Not mine.")
        with pytest.raises(Refused, match="does not answer"):
            hand_over(one, by=chen, to=cast.wu, reason="On leave.")
        hand_over(one, by=chen, to=cast.lin, reason="On leave.")
    assert Assignment.objects.get().doer == cast.lin


def test_many_are_told_in_one_line_and_listed_by_a_filter(cast: Cast, refund: Sop, term: Term) -> None:
    more: Files = {("sop", f"refund-{n}"): REFUND.replace("title: 退款\n", f"title: 退款{n}\n") for n in range(APART)}
    never = REFUND.replace("review_every: 12 months\n", "").replace("title: 退款\n", "title: 不复审\n")
    bring(cast.robot, {**more, ("sop", "never"): never})
    with on(term.asked):
        assert mind(cast.robot) == (0, APART + 1)
        [notice] = Notice.objects.filter(person=cast.chen, kind=ASKED)
        assert (notice.title, notice.link) == (f"{APART + 1} SOPs are to be reviewed", DUE)
        [line] = lines(cast.chen)
        assert (line.url, line.act) == (DUE, "")
        lin = signed_in(cast.lin)
        page, rest = (lin.get(f"/sops/?review={n}").content.decode() for n in (1, 0))
        assert "/sops/refund/" in page and "/sops/refund-2/" in page and "/sops/never/" not in page
        assert "/sops/never/" in rest and "/sops/refund/" not in rest
