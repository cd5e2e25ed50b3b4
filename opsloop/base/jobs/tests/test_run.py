"""What a task may do, as whom, and what becomes of its failures."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import get_language

from opsloop.base.acts import Reason, act
from opsloop.base.jobs import lease
from opsloop.base.jobs.api import Context, LostLease, enqueue, robot, task
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import TimedOut, run
from opsloop.base.ledger.chain import verify
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.policy import scopes
from opsloop.base.testing import given, hold, position
from opsloop.base.things.errors import OutsideError, Refused, Stale

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
seen: dict[str, object] = {}


@act("testjobs.rename", "Rename", done="{by} renamed it")
def rename(department: Department, *, by: Person, title: str, reason: Reason = "because") -> Department:
    """Rename a department."""
    department.title = title
    department.save()
    return department


@pytest.fixture(autouse=True)
def _mine(cast, monkeypatch):
    monkeypatch.setitem(scopes._scopes, Department, scopes.Scope("testjobs"))
    seen.clear()


@task("testjobs.rename", "Rename", may=("testjobs.rename",))
def rename_it(ctx, pk, title):
    seen["language"] = get_language()
    return rename(Department.objects.get(pk=pk), by=ctx.by, title=title)


@task("testjobs.fail", "Fail", max_attempts=3)
def fail(ctx, kind, pk=0, title=""):
    if pk:
        rename(Department.objects.get(pk=pk), by=ctx.by, title=title)
    errors = {
        "bug": ValueError("a bug"),
        "refused": Refused("the rule says no"),
        "stale": Stale("changed"),
        "away": OutsideError("away"),
        "gone": OutsideError("gone", permanent=True),
        "late": TimedOut(),
    }
    raise errors[kind]


@task("testjobs.prepare", "Prepare", prepare=True, may=("testjobs.rename",))
def prepare(ctx, pk, title):
    seen["in transaction"] = connection.in_atomic_block
    ctx.progress(1, 2, "half")
    seen["shown"] = Job.objects.get().message
    return lambda: rename(Department.objects.get(pk=pk), by=ctx.by, title=title)


@task("testjobs.chunks", "Chunks", prepare=True, may=("testjobs.rename",))
def chunks(ctx, pk, until):
    for n in range(ctx.kept.get("next", 0), 4):
        if n == until:
            raise OutsideError("away")
        with ctx.checkpoint(next=n + 1):
            ctx.progress(n + 1, 4)
            department = Department.objects.get(pk=pk)
            rename(department, by=ctx.by, title=department.title + str(n))
    return "all"


def go(what, args, behalf=None, **more):
    job = enqueue(what, args, behalf=behalf, **more)
    done = run(lease.claim())
    job.refresh_from_db()
    return job, done


def test_effect_and_acknowledgement_come_together_as_the_robot_for_who_asked(cast):
    job, done = go(rename_it, {"pk": cast.ops.pk, "title": "New"}, cast.lin)
    entry = Entry.objects.get(act="testjobs.rename")
    cast.ops.refresh_from_db()
    assert done and job.state == JobState.DONE and cast.ops.title == "New"
    assert json.loads(job.result) == ["people.department", cast.ops.pk]
    assert (entry.by_id, entry.behalf_id, entry.via) == (robot().pk, cast.lin.pk, f"job:{job.pk}")
    assert verify() == []


def test_it_has_the_rights_of_who_asked_and_no_more(cast):
    job, done = go(rename_it, {"pk": cast.ops.pk, "title": "New"}, cast.chen)
    assert not done and job.state == JobState.DEAD and "Forbidden" in job.error
    hold(cast.chen, position("renamer", may=["testjobs.rename"], sees={"*": "all"}), cast.ops)
    assert go(rename_it, {"pk": cast.ops.pk, "title": "New"}, cast.chen)[1]


def test_it_has_no_more_rights_than_the_token_it_was_asked_with(cast):
    job = enqueue(rename_it, {"pk": cast.ops.pk, "title": "New"}, behalf=cast.lin)
    Job.objects.filter(pk=job.pk).update(narrowed='["tickets.*"]')
    assert not run(lease.claim())
    assert "Forbidden" in Job.objects.get().error


def test_who_has_left_meanwhile_has_no_rights(cast):
    job = enqueue(rename_it, {"pk": cast.ops.pk, "title": "New"}, behalf=cast.lin)
    with given(), atomic():
        Person.objects.filter(pk=cast.lin.pk).update(left_on=timezone.localdate() - timedelta(days=1))
    assert not run(lease.claim())
    job.refresh_from_db()
    assert job.state == JobState.DEAD


def test_for_itself_the_robot_may_do_what_the_task_names_and_nothing_else(cast):
    job, done = go(rename_it, {"pk": cast.ops.pk, "title": "New"})
    assert done and Entry.objects.get(act="testjobs.rename").behalf_id is None
    job, done = go(fail, {"kind": "bug", "pk": cast.ops.pk, "title": "x"})
    assert not done and "Forbidden" in job.error and job.state == JobState.DEAD


def test_it_speaks_the_language_of_who_asked(cast):
    with given(), atomic():
        Person.objects.filter(pk=cast.lin.pk).update(language="en")
    go(rename_it, {"pk": cast.ops.pk, "title": "New"}, Person.objects.get(pk=cast.lin.pk))
    assert seen["language"] == "en"
    go(rename_it, {"pk": cast.ops.pk, "title": "New"})
    assert seen["language"] == "zh-hans"


def test_a_failure_leaves_nothing_of_the_effect(cast):
    job, done = go(fail, {"kind": "bug", "pk": cast.ops.pk, "title": "Half"}, cast.lin)
    cast.ops.refresh_from_db()
    assert not done and cast.ops.title == "operations" and not Entry.objects.filter(act="testjobs.rename").exists()
    assert job.state == JobState.WAITING and "ValueError: a bug" in job.error and job.attempt == 1


@pytest.mark.parametrize(
    ("kind", "state"),
    [("refused", "dead"), ("gone", "dead"), ("stale", "waiting"), ("away", "waiting"), ("late", "waiting")],
)
def test_a_rules_no_is_final_and_trouble_is_tried_again(cast, kind, state):
    job, done = go(fail, {"kind": kind})
    assert not done and job.state == state and job.error


def test_the_last_attempts_failure_is_final(cast):
    job = enqueue(fail, {"kind": "away"}, behalf=None)
    for _n in range(3):
        Job.objects.update(due_at=timezone.now())
        run(lease.claim())
    job.refresh_from_db()
    assert job.state == JobState.DEAD and lease.claim() is None


def test_a_job_of_a_task_that_is_gone_waits_for_a_version_that_has_it():
    enqueue(fail, {"kind": "away"}, behalf=None)
    Job.objects.update(task="testjobs.gone")
    assert not run(lease.claim())
    assert Job.objects.get().state == JobState.WAITING


def test_preparation_is_outside_the_transaction_and_what_it_publishes_inside(cast):
    job, done = go(prepare, {"pk": cast.ops.pk, "title": "Published"})
    cast.ops.refresh_from_db()
    assert done and seen == {"in transaction": False, "shown": "half"} and cast.ops.title == "Published"
    assert job.percent == 100


def test_an_attempt_that_lost_its_lease_publishes_nothing(cast):
    enqueue(prepare, {"pk": cast.ops.pk, "title": "Late"}, behalf=None)
    old = lease.claim()
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    new = lease.claim()
    assert not run(old)
    cast.ops.refresh_from_db()
    assert cast.ops.title == "operations"
    assert run(new)


def test_a_long_job_goes_on_from_its_last_chunk(cast):
    job, done = go(chunks, {"pk": cast.ops.pk, "until": 2})
    cast.ops.refresh_from_db()
    assert not done and cast.ops.title == "operations01" and job.percent == 50
    Job.objects.update(due_at=timezone.now(), args=json.dumps({"pk": cast.ops.pk, "until": 9}))
    assert run(lease.claim())
    cast.ops.refresh_from_db()
    assert cast.ops.title == "operations0123" and verify() == []


def test_a_stopping_worker_gives_a_long_job_back(cast):
    stopping = threading.Event()
    stopping.set()
    job = enqueue(chunks, {"pk": cast.ops.pk, "until": 9}, behalf=None)
    assert not run(lease.claim(), stopping)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.WAITING, 0)


def test_a_job_that_was_discarded_while_it_ran_notices_it(cast):
    enqueue(chunks, {"pk": cast.ops.pk, "until": 9}, behalf=None)
    job = lease.claim()
    from opsloop.base.jobs.tasks import tasks

    ctx = Context(job, tasks[job.task])
    Job.objects.update(state=JobState.DISCARDED)
    with pytest.raises(LostLease):
        ctx.progress(4, 4)


def test_a_job_asked_for_in_a_job_is_still_for_the_same_person(cast):
    @task("testjobs.nest", "Nest", prepare=True)
    def nest(ctx):
        return lambda: enqueue(rename_it, {"pk": cast.ops.pk, "title": "x"}).pk

    go(nest, {}, cast.lin)
    assert Job.objects.get(task="testjobs.rename").behalf == cast.lin
