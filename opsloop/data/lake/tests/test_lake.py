"""Publishing a data version: one act, old versions stay readable, races are refused."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.utils import timezone

from opsloop.base.acts import Call, Forbidden, Refused
from opsloop.base.acts.run import operation
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, given
from opsloop.base.things.frame import Line, Op
from opsloop.data.lake import manifest, store
from opsloop.data.lake.actions import publish_snapshot
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import ColumnRow, Version, put_versions
from opsloop.data.lake.queries import published_by
from opsloop.data.lake.writing import writer

SELECT = "select date '2026-03-01' + to_days(cast(i as integer)) as day, i as amount from range({n}) t(i)"
MONTH = "strftime(day, '%Y-%m')"


def _publish(cast: Cast, n: int, **more: object) -> int:
    files = store.write_partitions("shop", SELECT.format(n=n), by=MONTH)
    return publish_snapshot(by=cast.lin, table="shop", batch=f"b{n}", reason="test", added=files, **more).pk  # type: ignore[arg-type]


@pytest.mark.both
def test_a_version_is_published_with_its_files_and_one_entry(cast: Cast) -> None:
    pk = _publish(cast, 40)
    snapshot = manifest.newest("shop")
    assert snapshot is not None
    assert (snapshot.pk, snapshot.rows) == (pk, 40)
    assert (snapshot.first_day, snapshot.last_day) == (date(2026, 3, 1), date(2026, 4, 9))
    assert [f.partition for f in manifest.files_of(snapshot)] == ["2026-03", "2026-04"]
    assert all((settings.WORKSPACE.lake / f.path).exists() for f in manifest.files_of(snapshot))
    entry = Entry.objects.get()
    assert (entry.act, entry.object_type, entry.object_id) == ("lake.publish", "lake.snapshot", pk)
    assert store.fetch("select count(*), sum(amount) from shop", ["shop"]) == [(40, 780)]


@pytest.mark.both
def test_a_replaced_file_leaves_the_new_version_and_stays_in_the_old(cast: Cast) -> None:
    _publish(cast, 10)
    old = manifest.newest("shop")
    assert old is not None
    path = manifest.files_of(old).get().path
    _publish(cast, 3, removed=[path], after=old.pk)
    assert store.fetch("select count(*) from shop", ["shop"]) == [(3,)]
    assert store.fetch("select count(*) from shop", ["shop"], {"shop": old}) == [(10,)]


@pytest.mark.both
def test_a_version_published_in_between_is_refused(cast: Cast) -> None:
    _publish(cast, 2)
    with pytest.raises(Refused):
        _publish(cast, 3, after=0)
    assert Entry.objects.count() == 1


@pytest.mark.both
def test_replacing_a_file_that_is_not_there_is_refused(cast: Cast) -> None:
    _publish(cast, 2)
    with pytest.raises(Refused, match="gone"):
        _publish(cast, 3, removed=["gone.parquet"])


def test_who_may_not_publish_is_forbidden(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        publish_snapshot(by=cast.chen, table="shop", batch="b", reason="test", added=[])


def test_a_table_never_loaded_is_named(cast: Cast) -> None:
    with pytest.raises(LookupError, match="nothing"):
        store.fetch("select 1 from nothing", ["nothing"])


@pytest.mark.both
def test_a_version_keeps_its_columns_and_the_next_one_inherits_them(cast: Cast) -> None:
    files = store.write_partitions("shop", SELECT.format(n=2), by=MONTH)
    first = publish_snapshot(
        by=cast.lin,
        table="shop",
        batch="a",
        reason="test",
        added=files,
        columns=store.columns_of(files, {"amount": "pay"}),
    )
    assert first.columns == [
        {"name": "day", "type": "TIMESTAMP", "personal": ""},
        {"name": "amount", "type": "BIGINT", "personal": "pay"},
    ]
    _publish(cast, 3)
    last = manifest.newest("shop")
    assert last is not None and last.pk > first.pk and last.columns == first.columns


@pytest.mark.parametrize(
    "columns", [[ColumnRow("a", "DATE", "gossip")], [ColumnRow("a", "DATE"), ColumnRow("A", "DATE")]]
)
def test_an_unknown_class_or_a_doubled_column_is_refused(cast: Cast, columns: list[ColumnRow]) -> None:
    with pytest.raises(Refused):
        _publish(cast, 1, columns=columns)


@pytest.mark.both
def test_a_table_is_read_as_the_lake_stood_at_a_version(cast: Cast) -> None:
    first = _publish(cast, 1)
    other = publish_snapshot(by=cast.lin, table="stock", batch="b", reason="test", added=[]).pk
    last = _publish(cast, 2)
    found = [manifest.as_of("shop", n) for n in (first - 1, first, other, last, None)]
    assert [f.pk if f else None for f in found] == [None, first, first, last, last]
    assert manifest.as_of("stock", first) is None


@pytest.mark.both
def test_a_version_to_come_is_refused_in_words(cast: Cast) -> None:
    last = _publish(cast, 1)
    with pytest.raises(Refused, match="There is no data version"):
        manifest.as_of("shop", last + 1)


@pytest.mark.both
def test_a_version_that_retention_let_go_is_refused_in_words(cast: Cast) -> None:
    first = _publish(cast, 1)
    _publish(cast, 2)
    with given():
        Snapshot.objects.filter(pk=first).update(retired_at=timezone.now())
    with pytest.raises(Refused, match="no longer kept"):
        manifest.as_of("shop", first)


@pytest.mark.both
def test_two_tables_are_published_together_or_not_at_all(cast: Cast) -> None:
    files = store.write_partitions("shop", SELECT.format(n=2), by=MONTH)
    aside = store.write_partitions("shop__aside", SELECT.format(n=1), by=MONTH)
    both = [
        Version(table="shop", batch="a", reason="load", added=files, after=0),
        Version(table="shop__aside", batch="a", reason="load", added=aside, after=7),
    ]
    with pytest.raises(Refused), operation(Call(by=cast.lin)) as op:
        _in_act(op, cast, both)
    assert manifest.newest("shop") is None
    with operation(Call(by=cast.lin)) as op:
        made = _in_act(op, cast, [both[0], replace(both[1], after=0)])
    assert [(s.table, s.rows) for s in made] == [("shop", 2), ("shop__aside", 1)]
    assert published_by([s.pk for s in made]) == {made[0].pk: "Lin", made[1].pk: "Lin"}


def _in_act(op: Op, cast: Cast, versions: list[Version]) -> list[Snapshot]:
    """What an act of an app above does."""
    op.lines.append(Line("sources.load", cast.lin, None, {}))
    op.stack.append(0)
    return put_versions(versions)


def test_a_version_without_files_has_its_columns_and_no_row(cast: Cast) -> None:
    publish_snapshot(by=cast.lin, table="shop", batch="a", reason="t", added=[], columns=[ColumnRow("a b", "DATE")])
    assert store.fetch('select count("a b") from shop', ["shop"]) == [(0,)]


def test_only_one_writer_prepares_a_table_at_a_time() -> None:
    with writer(["b", "a"]):
        with pytest.raises(Refused), writer(["a"], wait_s=0):
            pass
        with writer(["c"], wait_s=0):
            pass
    with writer(["a"], wait_s=0):
        pass


def test_a_writer_that_is_killed_holds_nothing() -> None:
    """The lock is the process's: no lease has to run out."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with writer(["a"]):
            os.write(writing, b"x")
            time.sleep(60)
        os._exit(0)
    assert os.read(reading, 1) == b"x"
    with pytest.raises(Refused), writer(["a"], wait_s=0):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with writer(["a"], wait_s=0):
        pass
