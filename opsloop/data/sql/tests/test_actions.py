"""Queries are kept, shared, put on a rhythm and archived by their owner; everything is recorded without the text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from opsloop.base.acts import Forbidden, Invalid, Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job, Schedule
from opsloop.base.jobs.queue import enqueue
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, given
from opsloop.data.lake.retention import named
from opsloop.data.sql import actions, asking
from opsloop.data.sql.listeners import forget_runs
from opsloop.data.sql.models import Run, RunState, SavedQuery
from opsloop.data.sql.tests.shop import fill

TEXT = "select count(*) as n from shop where phone = '13812345671'"


@pytest.fixture
def there(cast: Cast) -> Cast:
    """Wu, the analyst, may do all of sql; Chen may as well but owns nothing."""
    fill(cast.lin)
    with given():
        for post in (cast.analyst, cast.specialist):
            mandate = Mandate.objects.get(position=post)
            mandate.may = [*mandate.may, "sql.*"]
            mandate.save()
    return cast


def keep(cast: Cast, **more: Any) -> SavedQuery:
    return actions.save_query(by=cast.wu, **{"title": "Receipts", "text": TEXT, **more})


@pytest.mark.both
def test_a_query_is_saved_for_oneself_and_recorded(there: Cast) -> None:
    query = keep(there, note="How many?")
    assert (query.owner, query.shared, str(query)) == (there.wu, False, "Receipts")
    assert Entry.objects.get(act="sql.save").object_id == query.pk
    assert list(visible(there.chen, SavedQuery)) == []


@pytest.mark.both
@pytest.mark.parametrize("text", ["delete from shop", "select * from nothing", "select 1; select 2"])
def test_what_could_not_be_run_is_not_saved(there: Cast, text: str) -> None:
    with pytest.raises(Refused):
        keep(there, text=text)
    query = keep(there)
    with pytest.raises(Refused):
        actions.correct_query(query, by=there.wu, title="x y", text=text)


@pytest.mark.both
def test_a_query_is_changed_shared_and_kept_to_oneself_again(there: Cast) -> None:
    query = keep(there)
    actions.correct_query(query, by=there.wu, title="Receipts now", text="select 1 from shop", note="n")
    query.refresh_from_db()
    assert (query.title, query.text) == ("Receipts now", "select 1 from shop")
    actions.share_query(query, by=there.wu)
    assert list(visible(there.chen, SavedQuery)) == [query]
    query = SavedQuery.objects.get()
    with pytest.raises(Refused, match="shared already"):
        actions.share_query(query, by=there.wu)
    actions.unshare_query(SavedQuery.objects.get(), by=there.wu)
    assert list(visible(there.chen, SavedQuery)) == []
    with pytest.raises(Refused, match="not shared"):
        actions.unshare_query(SavedQuery.objects.get(), by=there.wu)


CHANGES: list[Callable[[SavedQuery, Any], object]] = [
    lambda q, by: actions.correct_query(q, by=by, title="mine", text=TEXT),
    lambda q, by: actions.unshare_query(q, by=by),
    lambda q, by: actions.schedule_query(q, by=by, rhythm=actions.Rhythm.DAILY),
    lambda q, by: actions.archive_query(q, by=by, reason="not needed"),
]


@pytest.mark.both
@pytest.mark.parametrize("change", CHANGES)
def test_who_sees_a_shared_query_does_not_change_it(there: Cast, change: Callable[[SavedQuery, Any], object]) -> None:
    actions.share_query(keep(there), by=there.wu)
    with pytest.raises(Forbidden):
        change(SavedQuery.objects.get(), there.chen)


@pytest.mark.both
def test_a_rhythm_makes_a_schedule_and_ends_with_the_archive(there: Cast) -> None:
    query = keep(there)
    with pytest.raises(Invalid):
        actions.schedule_query(query, by=there.wu, rhythm=actions.Rhythm.DAILY, clock="25:00")
    actions.schedule_query(SavedQuery.objects.get(), by=there.wu, rhythm=actions.Rhythm.WORKDAYS, clock="8:30")
    planned = Schedule.objects.get(name=f"{actions.TASK}:{query.pk}")
    assert planned.cron == "30 8 * * 1-5" and planned.next_at is not None
    actions.unschedule_query(SavedQuery.objects.get(), by=there.wu)
    planned.refresh_from_db()
    assert planned.next_at is None
    with pytest.raises(Refused):
        actions.unschedule_query(SavedQuery.objects.get(), by=there.wu)
    actions.schedule_query(SavedQuery.objects.get(), by=there.wu, rhythm=actions.Rhythm.MONTHLY, clock="08:00")
    actions.archive_query(SavedQuery.objects.get(), by=there.wu, reason="not needed")
    planned.refresh_from_db()
    assert planned.next_at is None
    with pytest.raises(Refused, match="archived"):
        actions.share_query(SavedQuery.objects.get(), by=there.wu)


@pytest.mark.both
def test_asking_is_recorded_with_the_tables_and_without_the_text(there: Cast) -> None:
    done = asking.ask(there.wu, TEXT)
    assert (done.state, done.rows, list(asking.running.read_rows(done.file, 9))) == (RunState.DONE, 1, [[0]])
    entry = Entry.objects.get(act="sql.ask")
    assert json.loads(entry.body)["args"]["tables"] == "shop"
    assert not any("13812345671" in body for body in Entry.objects.values_list("body", flat=True))
    assert done.file.stat().st_mode & 0o077 == 0


@pytest.mark.both
def test_what_is_wrong_stands_in_the_run_and_who_may_not_ask_is_forbidden(there: Cast) -> None:
    failed = asking.ask(there.wu, "select nothing\nfrom shop")
    assert (failed.state, failed.line, failed.column) == (RunState.FAILED, 1, 8)
    assert not failed.file.exists()
    refused = asking.ask(there.wu, "drop view shop")
    assert refused.state == RunState.FAILED and "Only a SELECT" in refused.fault
    assert asking.ask(there.wu, "select 1 from shop", at=0).state == RunState.FAILED
    with given():
        Mandate.objects.filter(position=there.specialist).update(may=[])
    chen = type(there.chen).objects.get(pk=there.chen.pk)
    chen.__dict__.pop("_standings", None)
    runs = Run.objects.count()
    with pytest.raises(Forbidden):
        asking.ask(type(there.zhao).objects.get(pk=there.zhao.pk), "select 1")
    assert Run.objects.count() == runs


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_clock_runs_it_with_the_owners_rights_and_tells_the_owner(there: Cast) -> None:
    query = keep(there, text="select phone from shop where basket = 1")
    job = work(query)
    assert job.state == "done", job.error
    done = Run.objects.get()
    assert (done.person, done.query, done.state) == (there.wu, query, RunState.DONE)
    assert list(asking.running.read_rows(done.file, 9)) == [["138****5671"]]
    notice = Notice.objects.get(person=there.wu)
    assert notice.title.startswith("Receipts") and "1" in notice.title and notice.link == f"/sql/?run={done.pk}"
    assert done.version in named(), "retention keeps what it rested on"
    entry = Entry.objects.get(act="sql.ask")
    assert entry.behalf_id == there.wu.pk and entry.by_id != there.wu.pk


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_an_archived_query_or_one_without_a_rightful_owner_is_passed_over(there: Cast) -> None:
    query = keep(there)
    actions.archive_query(query, by=there.wu, reason="not needed")
    assert work(query).state == "done" and not Run.objects.exists()


def work(query: SavedQuery) -> Job:
    job = enqueue(actions.TASK, {"query": query.pk}, behalf=None)
    taken = claim()
    assert taken is not None and taken.pk == job.pk
    run(taken)
    return Job.objects.get(pk=job.pk)


def test_results_go_after_a_week_and_with_a_person(there: Cast) -> None:
    old, new = asking.ask(there.wu, "select 1"), asking.ask(there.wu, "select 2")
    Run.objects.filter(pk=old.pk).update(asked_at=old.asked_at - 2 * asking.KEEP_RESULTS)
    assert asking.sweep() == 1
    assert (old.file.exists(), new.file.exists()) == (False, True)
    forget_runs(there.wu)
    assert not new.file.exists() and set(Run.objects.values_list("text", flat=True)) == {""}
