"""Readings are given, confirmed, answered, urged: each act works, is refused, forbidden and recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, NotFound, Refused, perform
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.base.kinds.readers import Reader, readers
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Holding, Person, Position
from opsloop.base.testing import Cast, given, hold, person
from opsloop.engine.readings import actions, api, jobs, queries
from opsloop.engine.readings.models import WAITING, Duty, QuizTry, State
from opsloop.engine.readings.tests.setup import FILES, MANAGER, QUIZ, bring, changed, duty_of, settle
from opsloop.engine.readings.tests.test_planning import answers

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def told(person: Person, kind: str) -> list[str]:
    return list(Notice.objects.filter(person=person, kind=kind).order_by("id").values_list("title", flat=True))


def rows(duty: Duty, right: int) -> list[Any]:
    return [{"question": q, "option": o} for q, o in answers(duty.pk, right).items()]


def hand_in(duty: Duty, by: Person, right: int) -> Any:
    return perform("readings.answer", {"answers": rows(duty, right)}, Call(by=by), on=duty.pk)


@pytest.fixture
def asked(standing: Cast, monkeypatch: pytest.MonkeyPatch) -> Duty:
    """Chen's reading, with questions."""
    monkeypatch.setitem(readers, "position", Reader(readers["position"].concerns, lambda _obj: QUIZ))
    return duty_of(standing.chen)


def test_publishing_asks_for_the_job_and_gives_a_reading_to_whom_it_concerns(cast: Cast) -> None:
    published = bring(cast.robot, FILES)
    job = Job.objects.get(task="readings.settle")
    assert (job.behalf, job.key) == (None, f"readings:{published.pk}") and not Duty.objects.exists()
    settle(cast)
    one = duty_of(cast.chen)
    assert (one.state, one.number, one.position.code, one.department) == (
        State.OPEN, 1, "operations-specialist", cast.ops,
    )  # fmt: skip
    assert {d.person for d in Duty.objects.all()} == {cast.lin, cast.chen}
    assert told(cast.chen, "readings.given")[0].endswith("运营专员 v1")
    assert Entry.objects.filter(act="readings.settle", object_id=cast.chen.pk).exists()
    settle(cast)
    assert Duty.objects.count() == 2 and Entry.objects.filter(act="readings.settle").count() == 2
    with pytest.raises(Forbidden):
        actions.settle(cast.chen, by=cast.chen)


def test_it_is_due_in_five_working_days_or_as_the_title_page_says(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, tzinfo=timezone.get_current_timezone()), tick=False):  # a Friday
        bring(cast.robot, FILES)
        settle(cast)
        assert timezone.localdate(duty_of(cast.chen).due_at).isoformat() == "2026-11-27"
        bring(cast.lin, {("playbook", "playbook"): "title: 试用标准\nread_within: 2\n", **changed()})
        settle(cast)
        assert timezone.localdate(duty_of(cast.chen).due_at).isoformat() == "2026-11-24"


def test_only_the_reader_confirms_and_then_has_read_it(standing: Cast) -> None:
    one = duty_of(standing.chen)
    assert not api.has_read(standing.chen, "position", "operations-specialist")
    with pytest.raises(Forbidden):
        actions.confirm(one, by=standing.lin)
    actions.confirm(one, by=standing.chen)
    assert Duty.objects.get(pk=one.pk).state == State.DONE and Entry.objects.filter(act="readings.confirm").count() == 1
    assert api.has_read(standing.chen, "position", "operations-specialist")
    assert api.has_read(standing.chen, "position", "operations-specialist", 1)
    assert not api.has_read(standing.lin, "position", "operations-specialist")
    assert not api.has_read(standing.chen, "position", "no-such-thing")
    with pytest.raises(Refused):
        actions.confirm(one, by=standing.chen)


def test_a_newer_version_replaces_what_is_open_and_comes_again_to_who_had_read(standing: Cast) -> None:
    first = duty_of(standing.chen)
    bring(standing.lin, changed())
    settle(standing)
    second = duty_of(standing.chen)
    assert Duty.objects.get(pk=first.pk).state == State.REPLACED
    assert (second.number, second.state, second.places) == (2, State.OPEN, 0)
    actions.confirm(second, by=standing.chen)
    bring(standing.lin, changed("又改了。"))
    settle(standing)
    assert (duty_of(standing.chen).number, duty_of(standing.chen).places) == (3, 1)
    assert not api.has_read(standing.chen, "position", "operations-specialist")
    assert api.has_read(standing.chen, "position", "operations-specialist", 2)
    assert Duty.objects.filter(person=standing.lin).count() == 1, "it concerns nobody else"


def test_a_small_change_is_given_to_nobody_and_has_its_reason(standing: Cast) -> None:
    actions.confirm(duty_of(standing.chen), by=standing.chen)
    bring(standing.lin, changed("错字改正。"), small_lines={"operations-specialist": "A typing error."})
    settle(standing)
    assert not Duty.objects.filter(person=standing.chen, state__in=WAITING).exists()
    assert api.has_read(standing.chen, "position", "operations-specialist")
    bring(standing.lin, changed("再改一个错字。"), small=True)
    settle(standing)
    assert not Duty.objects.filter(person=standing.chen, state__in=WAITING).exists()
    bring(standing.lin, changed("新的职责。"))
    settle(standing)
    assert duty_of(standing.chen).number == 4 and queries.read_before(duty_of(standing.chen)) == 1


def test_what_is_new_or_changes_rights_is_no_small_change(standing: Cast) -> None:
    key = ("position", "operations-manager")
    for files in ({("position", "buyer"): MANAGER}, {key: MANAGER.replace("readings.*", "readings.*, ledger.*")}):
        with pytest.raises(Refused, match="no small change"):
            bring(standing.lin, files, small_lines={"buyer": "Only a word", "operations-manager": "Only a word"})


def test_who_takes_a_position_up_later_reads_it_and_who_leaves_it_need_not(standing: Cast) -> None:
    post = Position.objects.get(code="operations-specialist")
    new = person("New")
    held = hold(new, post, standing.ops)
    settle(standing)
    assert duty_of(new).state == State.OPEN
    with given():
        Holding.objects.filter(pk=held.pk).update(ends_at=timezone.now())
    settle(standing)
    assert [one.state for one in Duty.objects.filter(person=new)] == [State.ENDED]
    assert jobs.due_people() == []


def test_at_most_three_a_week_and_the_next_open_on_monday(cast: Cast) -> None:
    now = datetime(2026, 11, 25, 10, tzinfo=timezone.get_current_timezone())  # a Wednesday
    with time_machine.travel(now, tick=False) as clock:
        posts = {("position", f"post-{n}"): MANAGER.replace("运营经理", f"岗位{n}") for n in range(5)}
        bring(cast.robot, {**FILES, **posts})
        for n in range(5):
            hold(cast.chen, Position.objects.get(code=f"post-{n}"), cast.ops, starts_at=now - timedelta(days=1))
        settle(cast)
        mine = Duty.objects.filter(person=cast.chen)
        assert [mine.filter(state=state).count() for state in (State.OPEN, State.PLANNED)] == [3, 3]
        assert {one.week.isoformat() for one in mine.filter(state=State.PLANNED)} == {"2026-11-30"}
        assert told(cast.chen, "readings.given") == ["3 documents are to be read"]
        for one in mine.filter(state=State.OPEN):
            actions.confirm(one, by=cast.chen)
        assert cast.chen.pk not in jobs.due_people(), "who is quick is given no more in the week"
        bring(cast.lin, {("position", "post-4"): MANAGER.replace("运营经理", "急")}, urgent=True)
        settle(cast)
        assert [(one.ident, one.urgent) for one in mine.filter(state=State.OPEN)] == [("post-4", True)]
        assert timezone.localdate(mine.get(state=State.OPEN).due_at).isoformat() == "2026-11-26"
        clock.move_to(now + timedelta(days=5))
        settle(cast)
        assert mine.filter(state=State.PLANNED).count() == 0


def test_a_reader_may_read_before_the_week_and_what_nobody_asked(standing: Cast) -> None:
    one = actions.take(by=standing.chen, kind="position", ident="operations-manager")
    assert (one.state, one.position) == (State.OPEN, None)
    settle(standing)
    assert Duty.objects.get(pk=one.pk).state == State.OPEN, "it stays, though no position of theirs asks for it"
    actions.confirm(one, by=standing.chen)
    assert api.has_read(standing.chen, "position", "operations-manager")
    with pytest.raises(Refused, match="already"):
        actions.take(by=standing.chen, kind="position", ident="operations-manager")
    with pytest.raises(Refused):
        actions.take(by=standing.chen, kind="position", ident="nothing")
    with pytest.raises(Forbidden):
        actions.take(by=standing.zhao, kind="position", ident="operations-manager")


def test_questions_are_answered_to_confirm_and_at_the_mark_it_is_read(asked: Duty, standing: Cast) -> None:
    with pytest.raises(Refused, match="questions"):
        actions.confirm(asked, by=standing.chen)
    with pytest.raises(Forbidden):
        hand_in(asked, standing.lin, 5)
    with pytest.raises(Refused, match="every question"):
        perform("readings.answer", {"answers": rows(asked, 5)[:4]}, Call(by=standing.chen), on=asked.pk)
    assert Duty.objects.get(pk=asked.pk).tries == 0
    hand_in(asked, standing.chen, 2)
    assert (Duty.objects.get(pk=asked.pk).state, Duty.objects.get(pk=asked.pk).tries) == (State.OPEN, 1)
    hand_in(asked, standing.chen, 3)
    assert (Duty.objects.get(pk=asked.pk).state, Duty.objects.get(pk=asked.pk).tries) == (State.DONE, 2)
    assert [(one.right, one.passed) for one in QuizTry.objects.order_by("number")] == [(2, False), (3, True)]
    assert Entry.objects.filter(act="readings.answer").count() == 2


def test_after_the_last_try_the_superior_is_told_and_allows_another(asked: Duty, standing: Cast) -> None:
    with pytest.raises(Refused, match="tries left"):
        actions.allow_try(asked, by=standing.lin, reason="Talked it over")
    hand_in(asked, standing.chen, 0)
    assert told(standing.lin, "readings.stuck") == []
    hand_in(asked, standing.chen, 2)
    assert told(standing.lin, "readings.stuck") == ["Chen has used up all tries: 运营专员 v1"]
    with pytest.raises(Refused, match="used up"):
        hand_in(asked, standing.chen, 5)
    with pytest.raises(Forbidden):
        actions.allow_try(asked, by=standing.chen, reason="Myself")
    actions.allow_try(Duty.objects.get(pk=asked.pk), by=standing.lin, reason="Talked it over")
    hand_in(asked, standing.chen, 5)
    assert Duty.objects.get(pk=asked.pk).state == State.DONE
    assert Entry.objects.filter(act="readings.allow_try").count() == 1


def test_nobody_allows_themselves_another_try(asked: Duty, standing: Cast) -> None:
    mine = duty_of(standing.lin, "operations-manager")
    for _n in range(2):
        hand_in(mine, standing.lin, 0)
    with pytest.raises(Forbidden, match="themselves"):
        actions.allow_try(Duty.objects.get(pk=mine.pk), by=standing.lin, reason="Myself")


def test_the_limit_is_called_to_mind_and_told_once(standing: Cast) -> None:
    one = duty_of(standing.chen)
    with pytest.raises(Refused, match="not overdue"):
        actions.tell_late(one, by=standing.robot)
    with time_machine.travel(one.due_at - timedelta(hours=3), tick=False):
        jobs.mind(standing.robot)
        jobs.mind(standing.robot)
        assert len(told(standing.chen, "readings.due")) == 1
        with pytest.raises(Refused, match="already"):
            actions.remind(Duty.objects.get(pk=one.pk), by=standing.robot)
    with time_machine.travel(one.due_at + timedelta(hours=1), tick=False):
        jobs.mind(standing.robot)
        jobs.mind(standing.robot)
        assert told(standing.chen, "readings.late") == ["Overdue, not read: 运营专员 v1"]
        assert "Chen has not read in time: 运营专员 v1" in told(standing.lin, "readings.late")
    assert {"readings.remind", "readings.tell_late"} <= set(Entry.objects.values_list("act", flat=True))


def test_urging_has_its_measure(standing: Cast) -> None:
    one, mine = duty_of(standing.chen), duty_of(standing.lin, "operations-manager")
    with pytest.raises(Forbidden):
        actions.urge(one, by=standing.chen)
    with pytest.raises(Refused, match="yours"):
        actions.urge(mine, by=standing.lin)
    actions.urge(one, by=standing.lin, note="Before Friday")
    assert told(standing.chen, "readings.urged") == ["Lin asks you to read: 运营专员 v1"]
    with pytest.raises(Refused, match="last day"):
        actions.urge(one, by=standing.lin)
    with pytest.raises(Refused, match="None of them"):
        actions.urge_all([one, mine], by=standing.lin)
    later = timezone.now()
    for _n in range(2):
        later += timedelta(days=2)
        with time_machine.travel(later, tick=False):
            assert actions.urge_all([one, mine], by=standing.lin) == [one]
    with time_machine.travel(later + timedelta(days=2), tick=False), pytest.raises(Refused, match="three times"):
        actions.urge(Duty.objects.get(pk=one.pk), by=standing.lin)
    with pytest.raises((Forbidden, NotFound)):
        actions.urge_all([one], by=standing.chen)


def test_withdrawing_a_document_ends_its_readings(standing: Cast) -> None:
    key = ("position", "buyer")
    bring(standing.lin, {key: "---\ntitle: 采购\ndepartment: operations\n---\n说明。\n"})
    own = actions.take(by=standing.chen, kind="position", ident="buyer")
    bring(standing.lin, {key: ""})
    settle(standing)
    assert Duty.objects.get(pk=own.pk).state == State.ENDED
    assert Duty.objects.filter(state=State.OPEN, person=standing.chen).count() == 1, "others stay"
