"""The lake looks after itself: merging, letting go, sweeping, erasing; whoever reads meanwhile notices nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from opsloop.base.acts import Forbidden, Invalid, Refused
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.queue import enqueue
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast
from opsloop.data.lake import actions, compaction, erasing, keys, manifest, retention, store
from opsloop.data.lake.models import DataFile, Snapshot

DAY = "date '2026-03-01' + cast(i % 40 as integer)"
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_lake() -> None:
    for folder in (settings.WORKSPACE.lake, settings.WORKSPACE.run / "lake", settings.WORKSPACE.var / "bi"):
        shutil.rmtree(folder, ignore_errors=True)
    settings.WORKSPACE.lake.mkdir(parents=True)


def load(cast: Cast, table: str, first: int, n: int, **more: Any) -> Snapshot:
    select = f"select {DAY} as day, i, 'H' || (i % 5) as household, '1381234' || i as phone"
    select += f" from range({first}, {first + n}) t(i)"
    files = store.write_partitions(table, select, by="strftime(day, '%Y-%m')")
    columns = store.columns_of(files, {"household": "identity", "phone": "contact"})
    return actions.publish_snapshot(
        by=cast.lin, table=table, batch=f"b{first}", reason="t", added=files, columns=columns, **more
    )


def work(task: str, **args: Any) -> Job:
    """Run a task as the worker does."""
    job = enqueue(task, args, behalf=None)
    taken = claim()
    assert taken is not None and taken.pk == job.pk
    run(taken)
    return Job.objects.get(pk=job.pk)


def figures(table: str, at: int | None = None) -> list[tuple[Any, ...]]:
    found = manifest.as_of(table, at)
    assert found is not None
    return store.fetch(f"select count(*), sum(i), min(day), max(day) from {table}", [table], {table: found})


def on_disk() -> set[str]:
    root = settings.WORKSPACE.lake
    return {str(f.relative_to(root)) for f in root.rglob("*.parquet")}


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_small_files_become_one_and_no_row_changes(cast: Cast) -> None:
    for n in range(5):
        load(cast, "shop", n * 40, 40)
    old = manifest.newest("shop")
    assert old is not None and manifest.files_of(old).count() == 10
    before = figures("shop")
    assert work("lake.compact").state == "done"
    new = manifest.newest("shop")
    assert new is not None and new.pk > old.pk and new.columns == old.columns
    assert [(f.partition, f.rows) for f in manifest.files_of(new)] == [("2026-03", 155), ("2026-04", 45)]
    assert figures("shop") == before == figures("shop", old.pk)
    assert work("lake.compact").state == "done" and manifest.newest("shop") == new, "nothing is left to merge"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_merged_files_with_other_rows_are_refused_and_so_is_a_load_in_between(cast: Cast) -> None:
    for n in range(4):
        load(cast, "shop", n * 10, 10)
    found = compaction.compact("shop")
    assert found is not None
    given = {"by": cast.lin, "table": "shop", "removed": found.removed}
    with pytest.raises(Refused, match="same number"):
        actions.compact_table(**given, after=found.after, added=[replace(f, rows=f.rows + 1) for f in found.added])
    load(cast, "shop", 40, 10)
    with pytest.raises(Refused, match="meanwhile"):
        actions.compact_table(**given, after=found.after, added=found.added)
    with pytest.raises(Forbidden):
        actions.compact_table(**{**given, "by": cast.chen}, after=found.after, added=found.added)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_old_versions_go_after_their_time_but_for_those_that_something_names(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NOW - timedelta(days=200), tick=False):
        first = load(cast, "shop", 0, 40)
        second = load(cast, "shop", 40, 40, removed=[f.path for f in manifest.files_of(first)])
        named = load(cast, "shop", 80, 40, removed=[f.path for f in manifest.files_of(second)])
        load(cast, "stock", 0, 4)
    with time_machine.travel(NOW - timedelta(days=100), tick=False):
        between = load(cast, "shop", 120, 40, removed=[f.path for f in manifest.files_of(named)])
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        last = load(cast, "shop", 160, 40, removed=[f.path for f in manifest.files_of(between)])
    kept = {s.pk: figures("shop", s.pk) for s in (named, between, last)}
    gone = [f.path for s in (first, second) for f in manifest.files_of(s)]
    monkeypatch.setattr(retention, "_keepers", [lambda: [named.pk + 1]])  # the number of another table's version
    with time_machine.travel(NOW, tick=False):
        assert work("lake.retire").state == "done"
    assert not DataFile.objects.filter(path__in=gone).exists()
    for pk, said in kept.items():
        assert figures("shop", pk) == said
    for pk in (first.pk, second.pk):
        with pytest.raises(Refused, match="no longer kept"):
            manifest.as_of("shop", pk)
    assert figures("stock")[0][0] == 4
    entry = Entry.objects.get(act="lake.retire")
    assert "90" in json.loads(entry.body)["args"]["reason"]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_newest_version_and_files_that_are_needed_are_not_let_go(cast: Cast) -> None:
    first = load(cast, "shop", 0, 10)
    second = load(cast, "shop", 10, 10)
    path = manifest.files_of(first)[0].path
    given = {"by": cast.lin, "table": "shop", "reason": "t"}
    with pytest.raises(Refused, match="newest"):
        actions.retire_versions(**given, versions=[second.pk], files=[])
    with pytest.raises(Refused, match="needs the file"):
        actions.retire_versions(**given, versions=[first.pk], files=[path])
    with pytest.raises(Forbidden):
        actions.retire_versions(**{**given, "by": cast.chen}, versions=[first.pk], files=[])
    assert figures("shop", first.pk)[0][0] == 10


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_files_of_no_version_go_when_two_sweeps_a_day_apart_found_them(cast: Cast) -> None:
    load(cast, "shop", 0, 10)
    kept = on_disk()
    with time_machine.travel(NOW, tick=False):
        orphan = store.write_partitions("shop", "select date '2026-01-01' as day", by="'all'")[0]
        work("lake.sweep")
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        work("lake.sweep")
        assert orphan.path in on_disk()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        work("lake.sweep")
    assert on_disk() >= kept and orphan.path not in on_disk()
    assert not (settings.WORKSPACE.lake / orphan.path).parent.exists()
    assert figures("shop")[0][0] == 10


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_sweep_spares_what_was_published_meanwhile(cast: Cast) -> None:
    made = load(cast, "shop", 0, 10)
    path = manifest.files_of(made)[0].path
    assert actions.sweep_files(by=cast.lin, files=[path, "shop/nothing.parquet"]) == 1
    assert path in on_disk()
    with pytest.raises(Forbidden):
        actions.sweep_files(by=cast.chen, files=[path])


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("manner", list(erasing.Manner))
def test_a_person_is_taken_out_of_every_version_and_nobody_else(cast: Cast, manner: erasing.Manner) -> None:
    first = load(cast, "shop", 0, 40)
    load(cast, "shop", 40, 20, removed=[f.path for f in manifest.files_of(first)])
    load(cast, "homes", 0, 5)
    before = {at: figures("shop", at) for at in (first.pk, None)}
    reading = store.relation(first)
    actions.ask_erasure(by=cast.lin, subject=keys.pseudonym("H3"), reason="asked by letter", manner=manner)
    taken = claim()
    assert taken is not None
    run(taken)
    assert Job.objects.get(pk=taken.pk).state == "done"
    for table in ("shop", "homes"):
        for version in Snapshot.objects.filter(table=table):
            said = store.fetch(
                f"select count(*) from {table} where household = 'H3' or phone like '%3'", [table], {table: version}
            )
            assert said == [(0,)]
            assert version.rows == store.fetch(f"select count(*) from {table}", [table], {table: version})[0][0]
    if manner == erasing.Manner.DETACH:
        assert {at: figures("shop", at) for at in before} == before
        strangers = store.fetch("select distinct household from shop where phone is null", ["shop"])
        assert len(strangers) == 1 and strangers[0][0] not in {keys.pseudonym("H3"), "H3"}
        assert store.fetch("select count(distinct household) from shop", ["shop"]) == [(5,)]
    else:
        assert figures("shop", first.pk)[0][0] == 32 and figures("shop")[0][0] == 16
    others = store.fetch("select count(*) from shop where household = 'H2' and phone is not null", ["shop"])
    assert others == [(4,)]
    assert store.connect().execute(f"select count(*) from {reading}").fetchall() == [(40,)], "old files stay a while"
    assert not any("H3" in body for body in Entry.objects.values_list("body", flat=True))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        work("lake.sweep")
    assert len(on_disk()) == DataFile.objects.count()


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_version_published_during_the_search_makes_the_erasure_search_again(cast: Cast) -> None:
    made = load(cast, "shop", 0, 40)
    found = [r for _table, r in erasing.rewrites([keys.pseudonym("H1")], erasing.Manner.REMOVE)]
    load(cast, "shop", 40, 40)
    given = {"table": "shop", "after": made.pk, "rewrites": found, "rows": 8, "files": len(found)}
    with pytest.raises(Refused):
        actions.put_rewrites(by=cast.lin, **given)
    with pytest.raises(Forbidden):
        actions.put_rewrites(by=cast.chen, **given)


@pytest.mark.django_db(transaction=True)
def test_only_a_pseudonym_orders_an_erasure(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.ask_erasure(by=cast.lin, subject="13812345678", reason="asked by letter")
    with pytest.raises(Forbidden):
        actions.ask_erasure(by=cast.chen, subject="a" * 16, reason="asked by letter")
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["compact", "erase"])
def test_killed_at_any_moment_the_old_state_stays_and_the_next_try_ends_it(cast: Cast, what: str) -> None:
    """The work is done in a child with its own DuckDB, killed a little later each time, then once in peace."""
    for n in range(4):
        load(cast, "shop", n * 40, 40)
    before = figures("shop")
    files = set(DataFile.objects.values_list("path", flat=True))
    connection.close()
    command = [sys.executable, "-m", "opsloop.data.lake.tests.interrupted", what, str(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        for n in range(8):
            child.stdin.write(f"{0.02 * n}\n")
            child.stdin.flush()
            assert child.stdout.readline().strip() in ("0", "-9"), "it ended well or was killed, and never crashed"
            assert set(DataFile.objects.values_list("path", flat=True)) == files
            assert figures("shop") == before
        child.stdin.close()
    job = (
        work("lake.compact") if what == "compact" else work("lake.erase", subject=keys.pseudonym("H1"), manner="detach")
    )
    assert job.state == "done", job.error
    assert figures("shop") == before


def test_a_person_who_is_erased_is_taken_out_by_the_staff_number(cast: Cast) -> None:
    from opsloop.data.lake.listeners import forget_in_lake

    cast.chen.number = "S001"
    forget_in_lake(cast.chen)
    job = Job.objects.get(task="lake.erase")
    assert keys.pseudonym("S001") in job.args and "S001" not in job.args
