"""The acts of a load: what they publish, refuse, forbid and record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make
from opsloop.data.lake import manifest, store
from opsloop.data.sources import actions
from opsloop.data.sources.models import Attempt, Load, LoadState, Repair, Source
from opsloop.data.sources.prepared import Mended, Part, Prepared
from opsloop.data.sources.tests import samples

SELECT = "select date '2026-03-01' as day, i as amount, 1 as _load from range({n}) t(i)"


def attempt(source: Source, by: Person, n: int = 3, sha256: str = "a" * 64, **more: Any) -> int:
    """An attempt that prepared n rows."""
    last = manifest.newest(source.table)
    files = store.write_partitions(source.table, SELECT.format(n=n), by="strftime(day, '%Y-%m')")
    part = Part(source.table, tuple(files), (), last.pk if last else 0)
    prepared = Prepared(rows_in=n, kept=n, main=part, last_day=date(2026, 3, 1), **more)
    return Attempt.objects.create(
        source=source, by=by, file="orders-1.csv", size=10, sha256=sha256, began_at=timezone.now(),
        prepared=prepared.plain(),
    ).pk  # fmt: skip


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source()


@pytest.mark.both
def test_a_load_publishes_its_rows_and_is_recorded(cast: Cast, source: Source) -> None:
    pk = attempt(source, cast.lin)
    load = actions.load_prepared(source, by=cast.lin, attempt=pk)
    assert (load.pk, load.state, load.kept, load.rows_in) == (pk, LoadState.LOADED, 3, 3)
    assert load.snapshot == manifest.newest("orders")
    assert store.fetch("select count(*) from orders", ["orders"]) == [(3,)]
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == ["sources.load"]
    assert Attempt.objects.get(pk=pk).prepared is None


@pytest.mark.both
def test_the_same_content_is_not_loaded_twice(cast: Cast, source: Source) -> None:
    actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    with pytest.raises(Refused, match="came already"):
        actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    assert Load.objects.count() == 1
    assert store.fetch("select count(*) from orders", ["orders"]) == [(3,)]


def test_an_attempt_is_published_once(cast: Cast, source: Source) -> None:
    pk = attempt(source, cast.lin, sha256="")
    actions.load_prepared(source, by=cast.lin, attempt=pk)
    with pytest.raises(Refused, match="over"):
        actions.load_prepared(source, by=cast.lin, attempt=pk)


def test_that_it_came_again_is_noted(cast: Cast, source: Source) -> None:
    first = actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    pk = Attempt.objects.create(
        source=source, by=cast.lin, file="b.csv", began_at=timezone.now(),
        prepared=Prepared(rows_in=3, duplicates=3).plain(),
    ).pk  # fmt: skip
    load = actions.recognise(source, by=cast.lin, attempt=pk, snapshot=first.snapshot)
    assert (load.state, load.duplicates, load.kept, load.snapshot) == (LoadState.SAME, 3, 0, first.snapshot)


@pytest.mark.both
def test_a_held_load_waits_and_comes_in_when_it_is_released(cast: Cast, source: Source) -> None:
    held = actions.hold(source, by=cast.robot, attempt=attempt(source, cast.robot))
    assert (held.state, manifest.newest("orders")) == (LoadState.HELD, None)
    again = attempt(source, cast.lin)
    load = actions.release_held(held, by=cast.lin, reason="A holiday", attempt=again)
    assert (load.state, load.decided_by, load.decision) == (LoadState.LOADED, cast.lin, "A holiday")
    assert load.snapshot == manifest.newest("orders")
    with pytest.raises(Refused, match="not held"):
        actions.release_held(held, by=cast.lin, reason="Again", attempt=attempt(source, cast.lin))


def test_a_held_load_is_turned_back_for_good(cast: Cast, source: Source) -> None:
    held = actions.hold(source, by=cast.robot, attempt=attempt(source, cast.robot))
    load = actions.turn_back(held, by=cast.lin, reason="Half a file")
    assert (load.state, manifest.newest("orders")) == (LoadState.TURNED_BACK, None)
    with pytest.raises(Refused):
        actions.turn_back(held, by=cast.lin, reason="Again")


def test_who_repaired_a_key_source_does_not_release_it(cast: Cast, source: Source) -> None:
    key = samples.source(samples.ORDERS + "key_source: true\n")
    first = actions.load_prepared(key, by=cast.robot, attempt=attempt(key, cast.robot))
    mended = (Mended(4, {"amount": "x"}, {"amount": "1"}),)
    held = actions.hold(key, by=cast.lin, attempt=attempt(key, cast.lin, mended=mended), repairs=first)
    with pytest.raises(Refused, match="second person"):
        actions.release_held(held, by=cast.lin, reason="Mine is right", attempt=attempt(key, cast.lin))
    done = actions.release_held(held, by=cast.robot, reason="Checked", attempt=attempt(key, cast.robot))
    assert done.state == LoadState.LOADED


def test_a_failed_load_says_why(cast: Cast, source: Source) -> None:
    load = actions.fail(source, by=cast.lin, attempt=attempt(source, cast.lin), message="orders-1.csv: cut off")
    assert (load.state, load.message, manifest.newest("orders")) == (LoadState.FAILED, "orders-1.csv: cut off", None)
    assert Entry.objects.get().act == "sources.fail"


def test_a_repair_leaves_its_trace(cast: Cast, source: Source) -> None:
    first = actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    mended = (Mended(4, {"amount": "x"}, {"amount": "1"}),)
    pk = attempt(source, cast.lin, n=1, sha256="", mended=mended)
    result = actions.repair_prepared(first, by=cast.lin, reason="Typed wrong", attempt=pk)
    trace = Repair.objects.get()
    assert (result.repairs, trace.load, trace.line, trace.result) == (first, first, 4, result)
    assert (trace.before, trace.after, trace.by) == ({"amount": "x"}, {"amount": "1"}, cast.lin)
    assert "Typed wrong" in Entry.objects.get(act="sources.repair").body
    assert '"x"' not in Entry.objects.get(act="sources.repair").body  # raw values lie in erasable side rows


def test_dismissing_nothing_is_refused(cast: Cast, source: Source) -> None:
    first = actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
    pk = Attempt.objects.create(
        source=source, by=cast.lin, file="b.csv", began_at=timezone.now(), prepared=Prepared().plain()
    ).pk
    with pytest.raises(Refused, match="aside any more"):
        actions.dismiss_prepared(first, by=cast.lin, reason="Tests of the shop", attempt=pk)


@pytest.mark.parametrize("name", ["load_prepared", "recognise", "hold"])
def test_who_may_not_load_is_forbidden(name: str, cast: Cast, source: Source) -> None:
    with pytest.raises(Forbidden):
        getattr(actions, name)(source, by=cast.wu, attempt=attempt(source, cast.wu))
    assert Load.objects.count() == 0


def test_who_may_not_decide_is_forbidden(cast: Cast, source: Source) -> None:
    held = actions.hold(source, by=cast.robot, attempt=attempt(source, cast.robot))
    for name in ("release_held", "repair_prepared", "dismiss_prepared"):
        with pytest.raises(Forbidden):
            getattr(actions, name)(held, by=cast.wu, reason="Because", attempt=attempt(source, cast.wu))
    with pytest.raises(Forbidden):
        actions.turn_back(held, by=cast.wu, reason="Because")
    with pytest.raises(Forbidden):
        actions.fail(source, by=cast.wu, attempt=attempt(source, cast.wu), message="no")


def test_nothing_is_loaded_into_a_withdrawn_source(cast: Cast) -> None:
    source = make(Source, ident="gone", number=1, sha256="0" * 64, title="Gone", withdrawn=True)
    with pytest.raises(Refused, match="withdrawn"):
        actions.load_prepared(source, by=cast.lin, attempt=attempt(source, cast.lin))
