"""Each due moment fires exactly once or is skipped by policy, whatever the clock and the machine do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

import pytest
import time_machine
from hypothesis import given as examples
from hypothesis import strategies as some

from opsloop.base.jobs import schedules
from opsloop.base.jobs.api import drop_schedule, put_schedule, task
from opsloop.base.jobs.cron import check_cron, due_after
from opsloop.base.jobs.models import Job, RunState, Schedule, ScheduleRun
from opsloop.base.jobs.tasks import planned

START = datetime(2026, 11, 2, 0, 5, tzinfo=UTC)  # Monday 08:05 in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@task("testclock.work", "Work")
def work(ctx, n=0):
    return n


@task("testclock.other", "Other")
def other(ctx):
    return None


def moments(line, zone, start, end):
    return list(takewhile(lambda m: m <= end, due_after(line, zone, start)))


# --- cron lines


@pytest.mark.parametrize("line", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "daily"])
def test_a_line_that_is_no_cron_or_never_due_is_refused(line):
    with pytest.raises(ValueError, match="cron"):
        check_cron(line)


def test_hours_are_those_of_the_company():
    assert next(due_after("0 6 * * *", "Asia/Shanghai", START)) == datetime(2026, 11, 2, 22, 0, tzinfo=UTC)


def test_a_fixed_hour_that_the_clock_skips_is_due_once_right_after_the_gap():
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = moments("30 2 * * *", "Europe/Berlin", start, start + 2 * DAY)
    assert found == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]


def test_a_fixed_hour_that_comes_twice_is_due_once():
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = moments("30 2 * * *", "Europe/Berlin", start, start + 2 * DAY)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_every_quarter_of_an_hour_follows_real_time_over_both_changes():
    for day in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        found = moments("*/15 * * * *", "Europe/Berlin", day, day + DAY)
        assert len(found) == 96 and all(b - a == timedelta(minutes=15) for a, b in pairwise(found))


LINES = ["30 2 * * *", "0 2,3 * * *", "0,30 1-3 * * *", "*/20 * * * *", "15 */2 * * *", "0 6 * * MON"]


@examples(
    some.sampled_from(LINES),
    some.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]),
    some.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]),
    some.lists(some.integers(0, 3 * 24 * 60), max_size=6),
)
def test_looking_in_several_steps_finds_the_same_moments_as_looking_once(line, zone, start, minutes):
    end = start + 3 * DAY
    steps = [start, *(start + timedelta(minutes=m) for m in sorted(minutes)), end]
    parts = [moment for a, b in pairwise(steps) for moment in moments(line, zone, a, b)]
    assert parts == moments(line, zone, start, end)


# --- firing


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as moved:
        yield moved


def put(**more):
    return put_schedule("s", "testclock.work", {"n": 4}, **{"cron": "0 6 * * *", **more})


def fired():
    return list(ScheduleRun.objects.filter(state=RunState.FIRED).order_by("due").values_list("due", flat=True))


def skipped():
    return sum(ScheduleRun.objects.filter(state=RunState.SKIPPED).values_list("count", flat=True))


pytestmark = [pytest.mark.both]
database = pytest.mark.django_db(transaction=True)


@database
def test_a_new_schedule_does_not_fire_for_the_past_and_fires_once_when_due(clock):
    put()
    assert schedules.tick() == 0
    clock.shift(22 * HOUR)
    assert (schedules.tick(), schedules.tick()) == (1, 0)
    job = Job.objects.get()
    assert job.args == '{"n": 4}' and job.behalf is None and job.scheduled_for == fired()[0]
    assert Schedule.objects.get().next_at == datetime(2026, 11, 3, 22, 0, tzinfo=UTC)


@database
@pytest.mark.parametrize(
    ("policy", "max_age_s", "fires", "skips"),
    [
        ("every", None, 7 * 24, 0),
        ("every", 6 * 3600, 6, 7 * 24 - 6),
        ("latest", None, 1, 7 * 24 - 1),
        ("latest", 60, 0, 7 * 24),
        ("skip", None, 0, 7 * 24),
    ],
)
def test_seven_days_of_downtime(clock, policy, max_age_s, fires, skips):
    put(cron="0 * * * *", catch_up=policy, max_age_s=max_age_s)
    clock.shift(7 * DAY + timedelta(minutes=25))  # 08:30: the last full hour is half an hour ago
    assert schedules.tick() == fires
    assert (len(fired()), skipped()) == (fires, skips)
    assert Job.objects.count() == fires == len(set(Job.objects.values_list("scheduled_for", flat=True)))
    assert schedules.tick() == 0
    clock.shift(timedelta(minutes=30))  # back in rhythm: the next one is on time
    assert schedules.tick() == 1


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(schedules, "BATCH", 20)


@database
@pytest.mark.usefixtures("small_batches")
def test_more_missed_moments_than_one_batch_lose_and_double_none(clock):
    put(cron="* * * * *", catch_up="every")
    clock.shift(timedelta(minutes=2 * schedules.BATCH + 7))
    assert schedules.tick() == 2 * schedules.BATCH + 7
    found = fired()
    assert all(b - a == timedelta(minutes=1) for a, b in pairwise(found))


@database
@pytest.mark.usefixtures("small_batches")
def test_only_the_very_latest_of_several_batches_fires(clock):
    put(cron="* * * * *", catch_up="latest")
    clock.shift(timedelta(minutes=2 * schedules.BATCH + 7))
    assert schedules.tick() == 1 and skipped() == 2 * schedules.BATCH + 6
    assert fired() == [START + timedelta(minutes=2 * schedules.BATCH + 7)]


@database
@pytest.mark.parametrize("policy", ["skip", "latest", "every"])
@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_and_comes_back_fires_each_moment_at_most_once(clock, policy, jump):
    put(cron="*/10 * * * *", catch_up=policy)
    for step in (*[timedelta(minutes=5)] * 20, jump, *[timedelta(minutes=5)] * 4, -jump, *[timedelta(minutes=5)] * 40):
        clock.shift(step)
        schedules.tick()
    found = fired()
    assert len(found) == len(set(found)) == Job.objects.count()
    # 320 minutes of real time: 32 moments, none lost but by policy, when the clock ran ahead and skipped its hour
    lost = set(moments("*/10 * * * *", "UTC", START, START + timedelta(minutes=320))) - set(found)
    assert len(lost) <= skipped()
    if policy == "every":
        assert not lost


@database
def test_a_clock_that_had_run_a_year_ahead_does_not_silence_a_schedule_for_a_year(clock):
    put(catch_up="skip")
    clock.shift(365 * DAY)
    schedules.tick()
    clock.shift(-365 * DAY)
    schedules.tick()
    schedules.watch_clock()
    clock.shift(22 * HOUR)
    assert schedules.tick() == 1


@database
def test_summer_time_fires_once_a_day_through_both_changes(clock):
    for day in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        clock.move_to(day)
        ScheduleRun.objects.all().delete()
        Schedule.objects.all().delete()
        put(cron="30 2 * * *", zone="Europe/Berlin", catch_up="every")
        for _n in range(4 * 24 * 4):
            clock.shift(timedelta(minutes=15))
            schedules.tick()
        assert len(fired()) == 4


@database
def test_a_moment_that_was_handled_is_never_fired_again(clock):
    row = put()
    clock.shift(22 * HOUR)
    schedules.tick()
    Schedule.objects.filter(pk=row.pk).update(seen_until=START, next_at=START)
    assert schedules.tick() == 0 and Job.objects.count() == 1


@database
def test_a_changed_rhythm_begins_now(clock):
    put(catch_up="every")
    clock.shift(3 * DAY)
    put(cron="0 * * * *", catch_up="every")
    assert schedules.tick() == 0


@database
def test_a_dropped_schedule_fires_no_more_and_can_come_back(clock):
    put(catch_up="every")
    drop_schedule("s")
    clock.shift(3 * DAY)
    assert schedules.tick() == 0
    put(catch_up="every")
    assert schedules.tick() == 0
    clock.shift(DAY)
    assert schedules.tick() == 1


@database
def test_schedules_in_code_reach_the_table_and_leave_it(clock, monkeypatch):
    schedules.sync_schedules()
    assert {row.name for row in Schedule.objects.filter(next_at__isnull=False)} == set(planned)
    assert "jobs.sweep" in planned
    monkeypatch.delitem(planned, "jobs.sweep")
    schedules.sync_schedules()
    assert Schedule.objects.get(name="jobs.sweep").next_at is None


@database
def test_a_schedule_whose_task_is_gone_is_skipped_not_stuck(clock):
    put(catch_up="every")
    Schedule.objects.update(task="testclock.gone")
    clock.shift(3 * DAY)
    assert schedules.tick() == 0 and skipped() == 3


def test_due_moments_never_stand_still():
    found = list(islice(due_after("* * * * *", "Asia/Shanghai", START), 3))
    assert found == [START + timedelta(minutes=n) for n in (1, 2, 3)]
