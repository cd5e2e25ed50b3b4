"""The machine room: who sees what, what failed in words, decisions on many, progress, constant queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.api import task
from opsloop.base.jobs.models import Beat, Job, JobState, LetterState, Outbox, RunState, Schedule, ScheduleRun
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.ui.jobs.rhythm import in_words
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
ERROR = "OutsideError: the shop does not answer\nTraceback: secret value 42"


@task("testpages.build", "Build a thing")
def build(ctx: Any) -> None: ...


def job(state: str = "dead", behalf: Person | None = None, **values: Any) -> Job:
    now = timezone.now()
    ended = state in ("dead", "done", "discarded")
    said = {"made_at": now, "run_at": now, "finished_at": now if ended else None, "started_at": now, "attempt": 5}
    return Job.objects.create(
        task="testpages.build", state=state, behalf=behalf, due_at=None if ended else now + timedelta(hours=1),
        **{**said, **values},
    )  # fmt: skip


def letter(n: int, **values: Any) -> Outbox:
    return Outbox.objects.create(
        key=f"k{n}", channel="mail", to="lin@example.com", payload='{"text": "private words"}',
        made_at=timezone.now(), **values,
    )  # fmt: skip


def schedule(**values: Any) -> Schedule:
    now = timezone.now()
    said = {"cron": "0 6 * * *", "seen_until": now, "next_at": now + timedelta(hours=1), "catch_up": "every"}
    return Schedule.objects.create(name="testpages.build", task="testpages.build", **{**said, **values})


@pytest.fixture
def lin(cast: Cast) -> Client:
    return signed_in(cast.lin)


def blind(cast: Cast) -> Client:
    """Chen's position sees nothing of jobs, as a specialist's in the standard."""
    with given():
        mandate = Mandate.objects.get(position=cast.specialist)
        mandate.sees = {**mandate.sees, "jobs": "none"}
        mandate.save()
    return signed_in(cast.chen)


PAGES = ("", "running/", "all/", "schedules/", "outbox/")


@pytest.mark.parametrize("at", PAGES)
def test_the_pages_need_a_sign_in_and_the_right(cast: Cast, lin: Client, at: str) -> None:
    assert Client().get(f"/jobs/{at}").status_code == 302
    assert blind(cast).get(f"/jobs/{at}").status_code == 403
    assert lin.get(f"/jobs/{at}").status_code == 200


def test_what_failed_says_what_happened_and_what_to_do(lin: Client) -> None:
    failed = job(error=ERROR)
    text = lin.get("/jobs/").content.decode()
    for part in ("Build a thing", "Another system failed", "the shop does not answer", "can be reached"):
        assert part in text
    assert "secret value" not in text
    page = lin.get(f"/jobs/{failed.pk}/").content.decode()
    assert "secret value 42" in page and "What to do" in page
    assert f"/act/jobs.retry/{failed.pk}/" in page and "5 of at most 5" in page


def test_failed_jobs_are_tried_again_together_and_others_are_passed_over(lin: Client) -> None:
    one, two, done = job(error="x"), job(error="y"), job("done")
    assert 'formaction="/act/jobs.retry_many/"' in lin.get("/jobs/").content.decode()
    assert lin.post("/act/jobs.retry_many/", {"_on": [one.pk, two.pk, done.pk]}).status_code == 302
    states = Job.objects.order_by("pk").values_list("state", "attempt")
    assert list(states) == [("waiting", 0), ("waiting", 0), ("done", 5)]


def test_discarding_together_needs_a_reason(lin: Client) -> None:
    one = job(error="x")
    assert lin.post("/act/jobs.discard_many/", {"_on": [one.pk]}).status_code == 422
    assert Job.objects.get().state == JobState.DEAD
    assert lin.post("/act/jobs.discard_many/", {"_on": [one.pk], "reason": "No use."}).status_code == 302
    assert Job.objects.get().state == JobState.DISCARDED


def test_progress_is_asked_for_while_it_moves_and_no_longer(lin: Client) -> None:
    going = job("running", progress=30, total=120, message="page 30", attempt=2)
    text = lin.get(f"/jobs/{going.pk}/state/").content.decode()
    assert 'hx-trigger="every 2s"' in text and 'value="25"' in text and "page 30" in text
    assert "page 30" in lin.get("/jobs/running/").content.decode()
    Job.objects.filter(pk=going.pk).update(state=JobState.DONE, due_at=None, finished_at=timezone.now())
    assert "every 2s" not in lin.get(f"/jobs/{going.pk}/state/").content.decode()


def test_who_asked_sees_their_job_though_their_position_sees_none(cast: Cast) -> None:
    chen = blind(cast)
    mine, other = job(error=ERROR, behalf=cast.chen), job(error=ERROR, behalf=cast.lin)
    text = chen.get(f"/jobs/{mine.pk}/").content.decode()
    assert "the shop does not answer" in text and "secret value" not in text and "jobs.retry" not in text
    assert chen.get(f"/jobs/{other.pk}/").status_code == 404
    assert chen.get(f"/jobs/{other.pk}/state/").status_code == 404
    assert f"/jobs/{mine.pk}/" in (page := chen.get("/jobs/mine/").content.decode())
    assert f"/jobs/{other.pk}/" not in page


def test_opening_a_job_reads_what_the_inbox_says_of_it(lin: Client, cast: Cast) -> None:
    failed = job(error="x")
    about = Notice.objects.create(person=cast.lin, kind="jobs.dead", title="t", link=f"/jobs/{failed.pk}/")
    Notice.objects.create(person=cast.lin, kind="jobs.dead", title="other", link="/jobs/1234567/")
    lin.get(f"/jobs/{failed.pk}/")
    assert list(Notice.objects.filter(read_at__isnull=False)) == [about]


def test_a_done_job_leads_to_what_it_made(lin: Client, cast: Cast) -> None:
    planned = schedule()
    done = job("done", result=f'["jobs.schedule", {planned.pk}]')
    assert f'href="/jobs/schedules/{planned.pk}/"' in lin.get(f"/jobs/{done.pk}/").content.decode()
    for odd in ("null", "3", '["no.model", 1]', '["x", 1]', '["jobs.schedule", 99999]', '["people.person", 1]'):
        Job.objects.filter(pk=done.pk).update(result=odd)
        assert lin.get(f"/jobs/{done.pk}/").status_code == 200


def test_a_schedule_tells_its_rhythm_runs_and_what_it_makes_up_for(lin: Client) -> None:
    planned = schedule(max_age_s=7200)
    made = job("dead", error="x")
    now = timezone.now()
    ScheduleRun.objects.create(schedule=planned, due=now, state=RunState.FIRED, job_id=made.pk)
    ScheduleRun.objects.create(schedule=planned, due=now - timedelta(days=9), state=RunState.SKIPPED, count=7)
    text = lin.get(f"/jobs/schedules/{planned.pk}/").content.decode()
    for part in ("every day at 06:00", "Every missed one", "older than 2 hours: never", "7 times", "Failed"):
        assert part in text
    assert f"/act/jobs.pause_schedule/{planned.pk}/" in text and f"/act/jobs.run_now/{planned.pk}/" in text
    assert "every day at 06:00" in lin.get("/jobs/schedules/").content.decode()
    Schedule.objects.update(paused=True, next_at=None)
    assert "jobs.resume_schedule" in lin.get(f"/jobs/schedules/{planned.pk}/").content.decode()


def test_an_outgoing_message_shows_where_it_stands_and_not_what_it_says(lin: Client, cast: Cast) -> None:
    stuck = letter(1, state=LetterState.DEAD, error="OutsideError: refused", maybe_twice=True)
    wu = signed_in(cast.wu)
    page = wu.get("/jobs/outbox/").content.decode()
    assert "l***@example.com" in page and "lin@example.com" not in page
    text = lin.get(f"/jobs/outbox/{stuck.pk}/").content.decode()
    assert "lin@example.com" in text and "may have got it twice" in text and "private words" not in text
    letter(2, state=LetterState.SENT)
    assert lin.post("/act/jobs.resend_many/", {"_on": [stuck.pk]}).status_code == 302
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts) == (LetterState.WAITING, 0)


@pytest.mark.parametrize("at", ["999999/", "999999/state/", "schedules/999999/", "outbox/999999/"])
def test_what_is_not_there_is_not_found(lin: Client, at: str) -> None:
    assert lin.get(f"/jobs/{at}").status_code == 404


def test_a_stopped_worker_is_said_with_its_remedy(lin: Client) -> None:
    assert "opsloop serve" in lin.get("/jobs/").content.decode()
    Beat.objects.create(name="here:1", seen_at=timezone.now())
    text = lin.get("/jobs/").content.decode()
    assert "opsloop serve" not in text and "worker seen" in text


@pytest.mark.parametrize("at", ["", "running/", "all/", "schedules/", "outbox/"])
def test_more_rows_make_no_more_queries(lin: Client, cast: Cast, at: str) -> None:
    def fill(start: int, n: int) -> int:
        for i in range(start, start + n):
            job(error=ERROR, behalf=cast.chen)
            job("running", behalf=cast.wu)
            letter(i, state=LetterState.DEAD, error="x")
            Schedule.objects.create(
                name=f"s{i}", task="testpages.build", cron="* * * * *", seen_until=timezone.now(),
                next_at=timezone.now(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as caught:
            assert lin.get(f"/jobs/{at}").status_code == 200
        return len(caught)

    lin.get("/jobs/")
    assert fill(0, 2) == fill(2, 9)


def test_rhythms_are_read_aloud() -> None:
    said = {
        "* * * * *": "every minute", "*/10 * * * *": "every 10 minutes", "5 * * * *": "every hour at minute 5",
        "30 8 * * 1-5": "Monday to Friday at 08:30", "0 6 * * 0": "every Sunday at 06:00",
        "15 3 1 * *": "on day 1 of each month at 03:15", "0 6 1 2 *": "0 6 1 2 *", "0 6,18 * * *": "0 6,18 * * *",
        "x": "x", "0 6 1 * 1": "0 6 1 * 1",
    }  # fmt: skip
    with translation.override("en"):
        assert {line: in_words(line) for line in said} == said
