"""Putting work in, claiming it, and letting it go."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Call, operation
from opsloop.base.jobs import lease, queries
from opsloop.base.jobs.api import SLOW, LostLease, enqueue, task
from opsloop.base.jobs.models import Beat, Job, JobState
from opsloop.base.policy.rules import narrow

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@task("testqueue.plain", "Plain", max_attempts=2)
def plain(ctx, n=0):
    return n


@task("testqueue.slow", "Slow", queue=SLOW, prepare=True)
def slow(ctx):
    return None


def later(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def test_a_job_enqueued_in_an_act_that_fails_does_not_exist(cast):
    with pytest.raises(ZeroDivisionError), operation(Call(by=cast.lin)):
        enqueue(plain)
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_a_job_remembers_who_asked_their_language_and_their_tokens_limits(cast):
    narrow(cast.chen, ["tickets.*"])
    with operation(Call(by=cast.chen)):
        job = enqueue("testqueue.plain", {"n": 3})
    job = Job.objects.get(pk=job.pk)
    assert (job.behalf, job.language, job.args, job.narrowed) == (cast.chen, "zh-hans", '{"n": 3}', '["tickets.*"]')


def test_a_key_makes_one_job_however_often_it_is_used():
    first, second = enqueue(plain, key="k"), enqueue(plain, {"n": 5}, key="k")
    assert first.pk == second.pk and Job.objects.count() == 1


def test_wrong_arguments_and_names_are_refused_at_once():
    with pytest.raises(TypeError):
        enqueue(plain, {"m": 1})
    with pytest.raises(LookupError):
        enqueue("testqueue.nothing")
    with pytest.raises(TypeError):
        enqueue(plain, {"n": object()})


def test_the_most_urgent_due_job_is_claimed_first():
    usual, urgent = enqueue(plain), enqueue(plain, priority=10)
    enqueue(plain, run_at=timezone.now() + timedelta(hours=1), priority=1)
    assert [lease.claim().pk, lease.claim().pk, lease.claim()] == [urgent.pk, usual.pk, None]


def test_a_slot_may_leave_slow_jobs_to_another():
    job = enqueue(slow)
    assert lease.claim(without=(SLOW,)) is None
    assert lease.claim().pk == job.pk


def test_a_lease_that_ended_is_claimed_again_and_the_old_bearer_can_do_nothing():
    enqueue(plain)
    old = lease.claim(lease_s=30)
    assert lease.claim() is None
    with later(31):
        new = lease.claim()
        assert (new.pk, new.attempt, new.token) == (old.pk, 2, old.token + 1)
        for what in (lease.finish, lease.extend, lease.release, lambda j: lease.fail(j, "x")):
            with pytest.raises(LostLease):
                what(old)
        lease.finish(new, 7)
    assert Job.objects.get().result == "7"


def test_a_lease_that_is_extended_is_not_claimed():
    enqueue(plain)
    job = lease.claim(lease_s=30)
    with later(20):
        lease.extend(job, 30)
    with later(45):
        assert lease.claim() is None


def test_a_job_that_kills_its_worker_again_and_again_is_dead():
    enqueue(plain)
    for seconds in (0, 60):
        with later(seconds):
            assert lease.claim() is not None
    with later(120):
        assert lease.claim() is None
    job = Job.objects.get()
    assert job.state == JobState.DEAD and "2" in job.error and job.due_at is None


def test_failures_wait_longer_each_time_and_end_as_dead():
    waits = [lease.wait(n).total_seconds() for n in (1, 2, 3, 4)]
    assert all(15 * 2**n * 0.75 <= waits[n] <= 15 * 2**n * 1.25 for n in range(4))
    assert lease.wait(30).total_seconds() <= 3600 * 1.25
    enqueue(plain)
    lease.fail(lease.claim(), "first")
    job = Job.objects.get()
    assert job.state == JobState.WAITING and job.due_at > timezone.now() + timedelta(seconds=10)
    with later(60):
        lease.fail(lease.claim(), "second")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DEAD, "second")


def test_a_job_given_back_by_a_stopping_worker_has_not_lost_an_attempt():
    enqueue(plain)
    lease.release(lease.claim())
    job = lease.claim()
    assert job.attempt == 1 and job.token == 3


def test_the_queue_says_how_it_is():
    assert queries.worker_stopped() and queries.late_jobs() == 0 and queries.dead_letters() == (0, 0)
    Beat.objects.create(name="here:1", seen_at=timezone.now())
    enqueue(plain)
    assert not queries.worker_stopped()
    lease.fail(lease.claim(), "no", permanent=True)
    enqueue(plain)
    with later(600):
        assert queries.worker_stopped() and queries.late_jobs() == 1 and queries.dead_letters() == (1, 0)
