"""The clock: what is taken from drop/, what is fetched, what is late and who is told."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from opsloop.base.acts import Call, operation
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs import lease, run
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.robot import robot
from opsloop.base.testing import Cast, cast, make
from opsloop.base.things.errors import OutsideError
from opsloop.data.lake import manifest
from opsloop.data.sources import actions, arrivals, due
from opsloop.data.sources.arrivals import Arrival
from opsloop.data.sources.kinds.arrives import Database
from opsloop.data.sources.loading import collect_and_load, files, load
from opsloop.data.sources.models import Attempt, Late, Load, LoadState, Source
from opsloop.data.sources.tests import samples

HEAD = "order_id,paid_at,amount,status\n"
FETCHED = samples.ORDERS.replace('{drop: "orders-*"}', "{database: shop, query: select 1}").replace(
    "timezone:", 'expected_by: "06:00"\ntimezone:'
)


@pytest.fixture
def fetched(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A source that a database brings: two rows whenever it is asked."""

    def fetch(source: Source, since: date | None, folder: Path) -> list[Arrival]:
        path = folder / "a.csv"
        path.write_text(HEAD + f"A1,2026-03-01,1,\nA2,{since or '2026-03-01'},1,\n", encoding="utf-8")
        return [Arrival(path, "shop")]

    from opsloop.data.sources.arrivals import collecting

    assert collecting  # it registers its own first
    monkeypatch.setitem(arrivals.collectors, Database, fetch)
    return samples.source(FETCHED)


def at(day: int, hour: int) -> datetime:
    """An hour of March 2026 in Shanghai."""
    return datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_what_is_fetched_is_loaded(fetched: Source, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (result,) = collect_and_load(fetched, by=cast.lin)
    assert (result.file, result.kept) == ("shop", 2)


def test_a_database_that_goes_away_is_one_failed_load(
    fetched: Source, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(source: Source, since: date | None, folder: Path) -> list[Arrival]:
        raise OutsideError("the database does not answer; ask its administrator")

    (first,) = collect_and_load(fetched, by=cast.lin)
    monkeypatch.setitem(arrivals.collectors, Database, gone)
    (result,) = collect_and_load(fetched, by=cast.lin, since=date(2026, 3, 1))
    last = manifest.newest("orders")
    assert last is not None and last.pk == first.snapshot, "the old version stays"
    assert (result.state, result.message) == (
        LoadState.FAILED,
        "订单: the database does not answer; ask its administrator",
    )
    assert Load.objects.get(pk=result.load).due_on == date(2026, 3, 1)


def test_a_source_is_fetched_an_hour_before_it_is_expected_until_it_is_there(fetched: Source, cast: Cast) -> None:
    assert list(due.to_collect(at(5, 4))) == [(fetched, None)]  # nothing was ever loaded: the day before is due
    began = at(4, 5)
    make(
        Load, id=900, source=fetched, source_version=1, file="x", state=LoadState.LOADED, due_on=date(2026, 3, 3),
        first_day=date(2026, 3, 3), last_day=date(2026, 3, 3), began_at=began, ended_at=began, by_id=cast.lin.pk,
    )  # fmt: skip
    assert list(due.to_collect(at(5, 4))) == []
    assert list(due.to_collect(at(5, 5))) == [(fetched, date(2026, 3, 3))]
    make(
        Load, id=901, source=fetched, source_version=1, file="x", state=LoadState.FAILED, due_on=date(2026, 3, 4),
        began_at=at(5, 5), ended_at=at(5, 5), by_id=cast.lin.pk,
    )  # fmt: skip
    assert list(due.to_collect(at(5, 5) + timedelta(minutes=5))) == []
    assert list(due.to_collect(at(5, 5) + timedelta(minutes=20))) == [(fetched, date(2026, 3, 3))]


@pytest.mark.both
def test_late_days_are_told_of_once(fetched: Source, cast: Cast) -> None:
    began = at(4, 5)
    make(
        Load, id=900, source=fetched, source_version=1, file="x", state=LoadState.LOADED, due_on=date(2026, 3, 2),
        began_at=began, ended_at=began, by_id=cast.lin.pk,
    )  # fmt: skip
    assert list(due.late_days(at(4, 5))) == []
    assert list(due.late_days(at(4, 7))) == [(fetched, date(2026, 3, 3))]
    actions.miss(fetched, by=cast.lin, day=date(2026, 3, 3))
    actions.miss(fetched, by=cast.lin, day=date(2026, 3, 3))
    assert list(due.late_days(at(4, 7))) == []
    assert Late.objects.count() == 1
    assert [one.person for one in Notice.objects.all()] == [cast.wu]  # who holds the position that owns the source


def test_owners_are_told_of_failed_and_held_loads(cast: Cast, tmp_path: Path) -> None:
    source = samples.source(samples.ORDERS + "hold_if: {set_aside: 10%}\n")
    (tmp_path / "a.csv").write_text("nothing", encoding="utf-8")
    (tmp_path / "b.csv").write_text(HEAD + "A1,2026-03-01,x,\n", encoding="utf-8")
    load(source, [tmp_path / "a.csv", tmp_path / "b.csv"], by=cast.lin)
    assert sorted(Notice.objects.values_list("kind", "person__name")) == [
        ("sources.failed", "Wu"), ("sources.held", "Wu"),
    ]  # fmt: skip


def test_attempts_of_killed_loads_are_closed_after_a_day(cast: Cast) -> None:
    began = timezone.now() - timedelta(days=2)
    for at in (began, timezone.now()):
        Attempt.objects.create(source=samples.source(), by=cast.lin, file="x", began_at=at, prepared={"mended": ["x"]})
    assert files.close_lost_attempts() == 1
    lost, new = Attempt.objects.order_by("began_at")
    assert (lost.prepared, new.prepared) == (None, {"mended": ["x"]})
    assert lost.ended_at is not None and new.ended_at is None


def work(task: str) -> Job:
    """Let a worker do a task."""
    from opsloop.base.jobs.queue import enqueue

    with operation(Call(by=robot())):
        job = enqueue(task, {}, key=f"test:{task}")
    assert job is not None
    while (claimed := lease.claim()) is not None:
        run.run(claimed)
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db(transaction=True)
def test_the_job_takes_what_lies_quiet_in_drop() -> None:
    cast()
    samples.source()
    old, new = (settings.WORKSPACE.drop / f"orders-{n}.csv" for n in (8, 9))
    for path in (old, new):
        path.write_text(HEAD + f"{path.stem},2026-03-01,1,\n", encoding="utf-8")
    os.utime(old, (time.time() - 60, time.time() - 60))
    job = work("sources.take")
    assert (job.state, job.error) == (JobState.DONE, "")
    assert list(Load.objects.values_list("file", "state", "by__number")) == [("orders-8.csv", "loaded", robot().number)]
    assert new.exists()  # somebody may still be writing it
    new.unlink()
