"""Publishing a data version: one act, old versions stay readable, races are refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast
from opsloop.data.lake import manifest, store
from opsloop.data.lake.actions import publish_snapshot

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
