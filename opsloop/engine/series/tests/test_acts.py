"""Series: every act works, is refused, forbidden, recorded; downtime, trouble, two workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, operation, perform
from opsloop.base.calendar.changes import Change, changed
from opsloop.base.due import Due
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Absence, Holding, Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make, person
from opsloop.engine.assignments.models import DayOff, Weekday
from opsloop.engine.cases.models import Case, CaseEvent, CaseState, WorkItem
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.series import actions, jobs
from opsloop.engine.series.beginning import initiator
from opsloop.engine.series.models import CatchUp, Rhythm, Run, RunState, Series
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

WEEKLY = sop(
    "- {id: write, title: Write, do: operations-specialist}\n",
    """start: {by: [operations-manager, operations-specialist], form: [week], key: [week], title: "Report {week}"}
fields:
  - {id: week, title: Week no}
  - {id: more, title: More}
  - {id: phone, title: Phone, personal: true}
""",
)
pytestmark = pytest.mark.both


def at(day: str, clock: str = "10:00") -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}"))


@pytest.fixture
def house(cast: Cast) -> Iterator[Any]:
    """It is Friday, 27 November 2026, ten o'clock. Lin plans, Chen writes the report."""
    publish(WEEKLY, "weekly")
    with time_machine.travel(at("2026-11-27"), tick=False):
        yield cast


def mondays(house: Any, **more: Any) -> Series:
    values = {
        "sop": Sop.objects.get(ident="weekly"), "title": "Weekly report", "rhythm": Rhythm.WEEKLY,
        "weekdays": [Weekday.MON], "position": house.specialist, "presets": "Week no = {week}", **more,
    }  # fmt: skip
    return actions.create(by=house.lin, **values)


def begin_due(robot: Person) -> list[Run]:
    """As the job does it: in one operation."""
    with operation(Call(by=robot)):
        return jobs.begin_due(robot)


def again(one: Series) -> Series:
    return Series.objects.get(pk=one.pk)


def days(one: Series) -> list[tuple[str, str]]:
    return [(run.day.isoformat(), run.state) for run in Run.objects.filter(series=one).order_by("day")]


def told(who: Person) -> list[str]:
    return list(Notice.objects.filter(person=who, kind="series.trouble").values_list("title", flat=True))


def test_it_is_set_up_and_begins_its_case_on_the_day(house: Any) -> None:
    one = mondays(house)
    assert (one.next_at, one.department, one.owner) == (at("2026-11-30", "09:00"), house.ops, house.lin)
    assert begin_due(house.robot) == []
    with time_machine.travel(at("2026-11-30", "09:01"), tick=False):
        (run,) = begin_due(house.robot)
        assert begin_due(house.robot) == []
    case = Case.objects.get()
    assert (run.case, run.state, run.day) == (case, RunState.BEGUN, date(2026, 11, 30))
    assert (case.title, case.key, case.initiator) == ("Weekly report 2026-11-30", "2026-W49", house.chen)
    assert (case.department, case.values["week"], case.status) == (house.ops, "2026-W49", CaseState.RUNNING)
    assert (again(one).next_at, again(one).last_run) == (at("2026-12-07", "09:00"), run)
    acts = list(Entry.objects.filter(act__startswith="series.").order_by("id").values_list("act", "by_id"))
    assert acts == [("series.create", house.lin.pk), ("series.begin", house.robot.pk)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": None}, "weekdays"),
        ({"rhythm": Rhythm.MONTHLY}, "month_day"),
        ({"rhythm": Rhythm.CRON, "cron": "*/5 * * * *"}, "cron"),
        ({"rhythm": Rhythm.CRON, "cron": "every day"}, "cron"),
        ({"at": "25:00"}, "at"),
        ({"ends_on": date(2026, 11, 28)}, "ends_on"),
        ({"presets": ""}, "presets"),
        ({"presets": "Week no: 5"}, "presets"),
        ({"presets": "Nothing = 5"}, "presets"),
        ({"presets": "Week no = {moon}"}, "presets"),
        ({"presets": "Week no = 1\nPhone = 139"}, "presets"),
    ],
)
def test_what_could_not_begin_is_not_set_up(house: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as no:
        mondays(house, **wrong)
    assert no.value.field == field
    assert not Series.objects.exists()


def test_a_position_that_does_not_start_the_sop_is_refused(house: Any) -> None:
    with pytest.raises(Refused, match="started by other positions"):
        mondays(house, position=house.analyst)


def test_nobody_without_the_grant_plans_or_begins(house: Any) -> None:
    one = mondays(house)
    for act in (
        lambda: actions.pause(again(one), by=house.chen, reason="not now"),
        lambda: actions.stop(again(one), by=house.chen, reason="not now"),
        lambda: actions.run_now(again(one), by=house.chen),
        lambda: actions.begin(again(one), by=house.chen),
        lambda: actions.replan(again(one), by=house.chen),
        lambda: actions.resume(again(one), by=house.chen),
        lambda: actions.change(again(one), by=house.chen, title="Mine", rhythm=Rhythm.WORKDAYS, position=one.position),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        mondays(house.__class__(**{**house.__dict__, "lin": house.chen}))
    assert again(one).next_at == one.next_at and not Case.objects.exists()


def test_a_change_counts_from_now_on(house: Any) -> None:
    one = mondays(house)
    actions.change(
        one, by=house.lin, title="Monthly", rhythm=Rhythm.MONTHLY, month_day=31, day_off=DayOff.BEFORE, at="17:00",
        position=house.specialist, presets="week = {month}",
    )  # fmt: skip
    one = again(one)
    assert (one.next_at, one.weekdays, one.rule) == (
        at("2026-11-30", "17:00"),
        [],
        "Last working day of the month 17:00",
    )
    with given():
        Sop.objects.filter(ident="weekly").update(withdrawn=True)
    with pytest.raises(Refused, match="no SOP"):
        actions.change(one, by=house.lin, title="Mo", rhythm=Rhythm.WORKDAYS, position=house.specialist)


def test_a_pause_is_not_caught_up(house: Any) -> None:
    one = mondays(house, catch_up=CatchUp.EVERY)
    actions.pause(one, by=house.lin, reason="Renovation")
    with pytest.raises(Refused, match="paused"):
        actions.pause(again(one), by=house.lin, reason="Renovation")
    with time_machine.travel(at("2026-12-08"), tick=False):
        assert begin_due(house.robot) == []
        actions.resume(again(one), by=house.lin)
        assert again(one).next_at == at("2026-12-14", "09:00")
        with pytest.raises(Refused, match="not paused"):
            actions.resume(again(one), by=house.lin)
    assert Entry.objects.filter(act__in=["series.pause", "series.resume"]).count() == 2


def test_a_stop_is_for_good_and_wants_a_reason(house: Any) -> None:
    one = mondays(house)
    with pytest.raises(Invalid):
        perform("series.stop", {"reason": ""}, Call(by=house.lin), on=one.pk)
    actions.stop(again(one), by=house.lin, reason="Nobody reads it")
    for act in (actions.run_now, actions.resume, actions.begin):
        with pytest.raises(Refused, match="stopped"):
            act(again(one), by=house.lin)
    with time_machine.travel(at("2026-12-08"), tick=False):
        assert begin_due(house.robot) == []


def test_run_now_is_todays_and_only_once(house: Any) -> None:
    one = mondays(house, weekdays=[Weekday.FRI], at="17:00")
    assert one.next_at == at("2026-11-27", "17:00")
    run = actions.run_now(one, by=house.lin)
    assert (run.day, again(one).next_at) == (date(2026, 11, 27), at("2026-12-04", "17:00"))
    with pytest.raises(Refused, match="has its case already"):
        actions.run_now(again(one), by=house.lin)
    with pytest.raises(Refused, match="Only today"):
        actions.run_now(again(one), by=house.lin, day=date(2026, 11, 20))
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CatchUp.SKIP, ["missed", "missed", "missed"]),
        (CatchUp.LATEST, ["missed", "missed", "begun"]),
        (CatchUp.EVERY, ["begun", "begun", "begun"]),
    ],
)
def test_after_three_weeks_of_standstill(house: Any, rule: CatchUp, expected: list[str]) -> None:
    one = mondays(house, catch_up=rule)
    with time_machine.travel(at("2026-12-15"), tick=False):
        begin_due(house.robot)
        assert days(one) == list(zip(["2026-11-30", "2026-12-07", "2026-12-14"], expected, strict=True))
        assert again(one).next_at == at("2026-12-21", "09:00")
        if rule == CatchUp.SKIP:
            actions.run_now(again(one), by=house.lin, day=date(2026, 12, 7))
            assert Case.objects.get().values["week"] == "2026-W50"
    assert again(one).last_run.day == date(2026, 12, 14)  # type: ignore[union-attr]


def test_what_cannot_begin_is_told_once_and_shown_and_begun_when_mended(house: Any) -> None:
    one = mondays(house)
    with given():
        Holding.objects.filter(person=house.chen).update(ends_at=timezone.now())
    for monday in ("2026-11-30", "2026-12-07"):
        with time_machine.travel(at(monday, "09:02"), tick=False):
            (run,) = begin_due(house.robot)
            assert (run.state, run.case) == (RunState.FAILED, None)
    assert told(house.lin) == ["Weekly report could not begin on 2026-11-30"]
    assert "Nobody holds the position" in again(one).trouble
    page = signed_in(house.lin).get(f"/series/{one.pk}/").content.decode()
    assert "Nobody holds the position" in page and "Could not begin" in page
    with given():
        Sop.objects.filter(ident="weekly").update(withdrawn=True)
    with time_machine.travel(at("2026-12-14", "09:02"), tick=False):
        begin_due(house.robot)
        assert len(told(house.lin)) == 2, "another trouble is told again"
        with pytest.raises(Refused):
            actions.run_now(again(one), by=house.lin)
        with given():
            Sop.objects.filter(ident="weekly").update(withdrawn=False)
        su = person("Su", house.specialist, house.ops)
        run = actions.run_now(again(one), by=house.lin)
    assert (run.state, run.day, again(one).trouble) == (RunState.BEGUN, date(2026, 12, 14), "")
    assert run.case is not None and run.case.initiator == su
    assert Run.objects.filter(series=one).count() == 3


def test_a_start_that_asks_for_more_since_fails_without_leaving_half_a_case(house: Any) -> None:
    one = mondays(house)
    publish(WEEKLY.replace("form: [week]", "form: [week, more]"), "weekly", 2)
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        (run,) = begin_due(house.robot)
    assert run.reason == "The start needs: More"
    assert not Case.objects.exists() and again(one).next_at == at("2026-12-07", "09:00")


def test_the_same_case_running_by_hand_is_trouble_not_a_second_case(house: Any) -> None:
    mondays(house)
    mondays(house, title="The same again")
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        states = sorted(one.state for one in begin_due(house.robot))
    assert states == [RunState.BEGUN, RunState.FAILED] and Case.objects.count() == 1


def test_the_initiator_is_the_one_nearest_to_the_department(house: Any) -> None:
    with given():
        Holding.objects.filter(person=house.chen).update(ends_at=timezone.now())
    boss = person("Boss", house.specialist, house.company)
    person("Far", house.specialist, house.data)
    mondays(house)
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        (run,) = begin_due(house.robot)
    assert run.case is not None and run.case.initiator == boss


def away(who: Person, **more: Any) -> None:
    with given():
        make(Absence, person=who, starts_at=at("2026-11-29"), ends_at=at("2026-12-03"), **more)


def test_an_absent_starter_has_a_substitute_or_another_one_begins_it(house: Any) -> None:
    """Who stands in does on their behalf what falls to the initiator; nobody stands in: the next above begins it."""
    one = mondays(house)
    far = person("Far", house.specialist, house.data)
    with given():
        Mandate.objects.filter(position=house.specialist).update(may=["cases.*"])
    away(house.chen, substitute=far)
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        assert initiator(one) == house.chen
        (run,) = begin_due(house.robot)
        assert run.case is not None and run.case.initiator == house.chen
        item = WorkItem.objects.get(case=run.case, node="write", status="open").no
        perform("cases.complete", {"item": item}, Call(by=far), on=run.case.pk)
        done = CaseEvent.objects.get(case=run.case, node="write", verb="completed")
        assert (done.by, done.behalf) == (far, house.chen)
        boss = person("Boss", house.specialist, house.company)
        with given():
            Absence.objects.update(substitute=None)
        assert initiator(one) == boss
        su = person("Su", house.specialist, house.ops)
        assert initiator(one) == su, "a colleague who is here comes before those above"


def test_the_case_says_which_run_it_is_to_whoever_sees_it(house: Any) -> None:
    one = mondays(house)
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        (run,) = begin_due(house.robot)
        assert run.case is not None
        page = signed_in(house.lin).get(run.case.get_absolute_url()).content.decode()
        assert "Recurring: Weekly report, the run of 2026-11-30" in page and one.get_absolute_url() in page


def test_the_clock_does_nothing_before_its_time(house: Any) -> None:
    one = mondays(house)
    with pytest.raises(Refused, match="not time"):
        actions.begin(one, by=house.robot)


def test_opsloop_run_begins_them_too(house: Any) -> None:
    mondays(house)
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        (done,) = jobs.series_due(Due(house.robot, timezone.now()))
    assert (done.text, done.failed) == ("Begun by its rule: Weekly report · 2026-11-30", False)


def test_a_changed_calendar_plans_anew(house: Any) -> None:
    one = mondays(house)
    with given():
        Series.objects.filter(pk=one.pk).update(next_at=at("2026-11-29", "09:00"))
    actions.replan(again(one), by=house.robot)
    assert again(one).next_at == at("2026-11-30", "09:00")
    with operation(Call(by=house.robot)):
        changed(Change(None, date(2026, 11, 27)))
    assert Job.objects.filter(task=jobs.REPLAN).count() == 1


def test_the_database_itself_takes_a_day_once(house: Any) -> None:
    one = mondays(house)
    make(Run, series=one, day=date(2026, 11, 30), state="missed", at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        make(Run, series=one, day=date(2026, 11, 30), state="missed", at=timezone.now())


def test_pages_show_what_there_is_and_close_to_others(house: Any) -> None:
    client = signed_in(house.lin)
    assert "Set up what begins" in client.get("/series/").content.decode()
    one = mondays(house)
    assert "Weekly report" in client.get("/series/?q=weekly").content.decode()
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Planned" in page and "Monday 09:00" in page
    with time_machine.travel(at("2026-11-30", "09:02"), tick=False):
        begin_due(house.robot)
        actions.pause(again(one), by=house.lin, reason="Renovation")
        page = signed_in(house.lin).get(one.get_absolute_url()).content.decode()
        assert Case.objects.get().get_absolute_url() in page and "It is paused" in page
    assert client.get("/series/999999/").status_code == 404
    assert client.get("/act/series.create/").status_code == 200
    outsider = person("Far", house.specialist, house.data)
    assert signed_in(outsider).get(one.get_absolute_url()).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_workers_begin_a_day_once(cast: Cast) -> None:
    publish(WEEKLY, "weekly")
    one = mondays(cast, rhythm=Rhythm.WORKDAYS, weekdays=None, catch_up=CatchUp.EVERY)
    with given():
        past = timezone.now() - timedelta(minutes=1)
        Series.objects.filter(pk=one.pk).update(next_at=past)
    start, made = Barrier(2), list[Run]()

    def work() -> None:
        try:
            start.wait()
            made.extend(begin_due(cast.robot))
        finally:
            connection.close()

    team = [Thread(target=work) for _n in range(2)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    assert len(made) == 1 and Case.objects.count() == 1 and Run.objects.count() == 1
