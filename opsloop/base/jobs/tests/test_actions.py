"""What people may do with jobs, schedules and messages."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, NotFound, Refused, perform
from opsloop.base.jobs import lease
from opsloop.base.jobs.actions import (
    discard_job,
    make_robot,
    pause_schedule,
    resend_message,
    resume_schedule,
    retry_job,
    run_now,
)
from opsloop.base.jobs.api import enqueue, post, put_schedule, robot, task
from opsloop.base.jobs.jobs import CHUNK, sweep
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox, Schedule, ScheduleRun
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@task("testacts.work", "Work")
def work(ctx):
    return 1


@pytest.fixture
def dead(cast):
    job = enqueue(work, behalf=cast.chen)
    Job.objects.filter(pk=job.pk).update(state=JobState.DEAD, due_at=None, attempt=5, error="x")
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def schedule(cast):
    return put_schedule("s", "testacts.work", cron="0 6 * * *", catch_up="every")


@pytest.fixture
def stuck(cast):
    row = post("mail", "a@example.com", {"subject": "s", "text": "t"}, "k")
    Outbox.objects.filter(pk=row.pk).update(state=LetterState.DEAD, due_at=None, attempts=8)
    return Outbox.objects.get(pk=row.pk)


def changes(act):
    return json.loads(Entry.objects.get(act=act).body)["changes"]


def test_a_failed_job_tried_again_has_all_its_attempts(cast, dead):
    retry_job(dead, by=cast.lin)
    assert lease.claim().attempt == 1
    assert changes("jobs.retry")[f"jobs.job:{dead.pk}"]["state"] == ["dead", "waiting"]


def test_only_a_failed_job_is_tried_again(cast):
    job = enqueue(work, behalf=None)
    with pytest.raises(Refused):
        retry_job(job, by=cast.lin)


def test_a_discarded_job_does_not_run_and_one_that_runs_cannot_finish(cast):
    job, running = enqueue(work, behalf=None, priority=90), enqueue(work, behalf=None)
    claimed = lease.claim()
    assert claimed.pk == running.pk
    for one in (job, running):
        discard_job(one, by=cast.lin, reason="not needed")
    assert lease.claim() is None and not run(claimed)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DISCARDED}
    with pytest.raises(Refused):
        discard_job(job, by=cast.lin, reason="again")


def test_a_paused_schedule_rests_and_goes_on_from_now(cast, schedule):
    pause_schedule(schedule, by=cast.lin, reason="holidays")
    Schedule.objects.update(seen_until=timezone.now() - timedelta(days=3))
    schedule.refresh_from_db()
    assert schedule.next_at is None
    with pytest.raises(Refused):
        pause_schedule(schedule, by=cast.lin, reason="twice")
    resume_schedule(schedule, by=cast.lin)
    assert schedule.next_at > timezone.now() and ScheduleRun.objects.get().count == 3
    assert changes("jobs.resume_schedule")[f"jobs.schedule:{schedule.pk}"]["paused"] == [True, False]
    with pytest.raises(Refused):
        resume_schedule(schedule, by=cast.lin)


def test_code_that_changes_a_paused_schedule_does_not_wake_it(cast, schedule):
    pause_schedule(schedule, by=cast.lin, reason="holidays")
    assert put_schedule("s", "testacts.work", cron="0 7 * * *").next_at is None


def test_run_now_runs_it_as_the_robot(cast, schedule):
    job = run_now(schedule, by=cast.lin)
    assert job.behalf is None and run(lease.claim())
    Schedule.objects.update(task="testacts.gone")
    with pytest.raises(Refused):
        run_now(schedule, by=cast.lin)


def test_a_dead_message_is_sent_again(cast, stuck):
    resend_message(stuck, by=cast.lin)
    assert (stuck.state, stuck.attempts) == (LetterState.WAITING, 0) and stuck.due_at
    with pytest.raises(Refused):
        resend_message(stuck, by=cast.lin)


def test_who_was_not_given_these_acts_may_not_do_them(cast, dead, schedule, stuck):
    for what in (
        lambda: retry_job(dead, by=cast.chen),
        lambda: discard_job(dead, by=cast.chen, reason="mine"),
        lambda: pause_schedule(schedule, by=cast.wu, reason="no"),
        lambda: resume_schedule(schedule, by=cast.wu),
        lambda: run_now(schedule, by=cast.wu),
        lambda: resend_message(stuck, by=cast.wu),
        lambda: make_robot(by=cast.chen),
    ):
        with pytest.raises(Forbidden):
            what()


def test_a_person_sees_the_jobs_they_asked_for_and_neither_schedules_nor_messages(cast, dead, schedule, stuck):
    others = enqueue(work, behalf=cast.lin)
    assert list(visible(cast.chen, Job)) == [dead]
    assert not visible(cast.chen, Schedule).exists() and not visible(cast.chen, Outbox).exists()
    assert visible(cast.lin, Job).count() == 2
    with pytest.raises(NotFound):
        perform("jobs.retry", {}, Call(by=cast.chen), on=others.pk)


def test_the_robot_enters_itself_once_and_holds_no_rights_by_itself():
    first, second = robot(), robot()
    assert first.pk == second.pk and Person.objects.filter(kind="robot").count() == 1
    assert Entry.objects.filter(act="jobs.make_robot").count() == 1
    assert not can(robot(), "jobs.make_robot") and not can(robot(), "jobs.retry")


def test_the_sweep_deletes_what_is_long_over_and_nothing_else(cast):
    old, now = timezone.now() - timedelta(days=31), timezone.now()
    rows = [(JobState.DONE, old), (JobState.DONE, now), (JobState.DEAD, old), (JobState.WAITING, None)]
    for state, at in rows:
        job = enqueue(work, behalf=None, run_at=now + timedelta(days=1))
        Job.objects.filter(pk=job.pk).update(state=state, finished_at=at)
    Job.objects.bulk_create(
        Job(task="x", state=JobState.DONE, finished_at=old, made_at=old, run_at=old) for _n in range(CHUNK + 1)
    )
    job = enqueue(sweep, behalf=None)
    assert run(lease.claim())
    job.refresh_from_db()
    assert json.loads(job.result)["jobs"] == CHUNK + 2
    assert Job.objects.exclude(pk=job.pk).count() == 3


def test_failed_jobs_tried_again_together_are_one_decision_and_the_rest_is_passed_over(cast, dead):
    other = enqueue(work, behalf=None)
    assert perform("jobs.retry_many", {}, Call(by=cast.lin), on=[dead.pk, other.pk]) == 1
    assert list(changes("jobs.retry_many")) == [f"jobs.job:{dead.pk}"]
    with pytest.raises(Refused):
        perform("jobs.retry_many", {}, Call(by=cast.lin), on=[dead.pk, other.pk])
    with pytest.raises((Forbidden, NotFound)):
        perform("jobs.retry_many", {}, Call(by=cast.wu), on=[dead.pk])


def test_jobs_discarded_together_are_one_decision_with_its_reason(cast, dead):
    other = enqueue(work, behalf=None)
    assert perform("jobs.discard_many", {"reason": "no use"}, Call(by=cast.lin), on=[dead.pk, other.pk]) == 2
    assert set(changes("jobs.discard_many")) == {f"jobs.job:{dead.pk}", f"jobs.job:{other.pk}"}
    assert lease.claim() is None
    with pytest.raises(Refused):
        perform("jobs.discard_many", {"reason": "again"}, Call(by=cast.lin), on=[dead.pk])
    with pytest.raises((Forbidden, NotFound)):
        perform("jobs.discard_many", {"reason": "mine"}, Call(by=cast.wu), on=[dead.pk])


def test_messages_sent_again_together_are_one_decision(cast, stuck):
    assert perform("jobs.resend_many", {}, Call(by=cast.lin), on=[stuck.pk]) == 1
    assert changes("jobs.resend_many")[f"jobs.outbox:{stuck.pk}"]["state"] == ["dead", "waiting"]
    with pytest.raises(Refused):
        perform("jobs.resend_many", {}, Call(by=cast.lin), on=[stuck.pk])
    with pytest.raises((Forbidden, NotFound)):
        perform("jobs.resend_many", {}, Call(by=cast.wu), on=[stuck.pk])
