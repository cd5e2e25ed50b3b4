"""Late entries, jobs that do acts and acknowledge together, crashes, and many at once."""

import json
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, connections

from opsloop.base.acts import Call, Refused, Warned, acting, operation, perform
from opsloop.base.ledger import chain, write
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department
from opsloop.base.testing import Cast

pytestmark = pytest.mark.both
OKAY = {"title": "New", "reason": "because"}
NOW = datetime(2026, 11, 21, 9, 0, 0, 123457, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
def test_what_happened_earlier_keeps_both_times(sample: SimpleNamespace, may: Cast) -> None:
    happened = NOW - timedelta(minutes=119, microseconds=3)
    perform("test.rename", OKAY, Call(by=may.lin, happened=happened), on=may.ops.pk)
    entry = Entry.objects.get()
    assert entry.at == write.micros(NOW) and entry.at % 1_000_000 == 123457
    assert entry.at - entry.happened == 119 * 60 * 1_000_000 + 3


@time_machine.travel(NOW, tick=False)
def test_what_is_recorded_late_needs_a_reason(sample: SimpleNamespace, may: Cast) -> None:
    happened = NOW - timedelta(hours=2, seconds=1)
    with pytest.raises(Warned) as no:
        perform("test.both", {"title": "New"}, Call(by=may.lin, happened=happened), on=may.ops.pk)
    assert list(no.value.warnings) == ["late-entry"]
    call = Call(by=may.lin, happened=happened, overrides={"late-entry": "the line was down"})
    perform("test.both", {"title": "New"}, call, on=may.ops.pk)
    entries = Entry.objects.order_by("id")
    assert {e.happened for e in entries} == {write.micros(happened)}
    assert json.loads(entries[0].body)["overrides"] == {"late-entry": "the line was down"}


@time_machine.travel(NOW, tick=False)
def test_nothing_happened_in_the_future(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Refused) as no:
        perform("test.rename", OKAY, Call(by=may.lin, happened=NOW + timedelta(minutes=2)), on=may.ops.pk)
    assert no.value.field == "happened" and not Entry.objects.exists()


def test_acting_lends_its_behalf_and_via_to_plain_calls(sample: SimpleNamespace, may: Cast) -> None:
    with acting(Call(by=may.robot, behalf=may.wu, via="listener", key="not-for-the-acts", revision=99)):
        sample.rename(may.ops, by=may.robot, title="New", reason="because")
        sample.close(may.ops, by=may.robot)
    assert set(Entry.objects.values_list("behalf_id", "via", "key")) == {(may.wu.pk, "listener", None)}
    sample.rename(may.ops, by=may.lin, title="Newer", reason="because")
    assert Entry.objects.latest("id").via == "code"


def test_an_act_inside_somebodys_own_transaction_is_refused_by_django(
    sample: SimpleNamespace, transactional_db: None
) -> None:
    from django.db import transaction

    from opsloop.base.people.models import Person

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sample.found(by=Person(name="x"), code="a", title="A")


@pytest.mark.django_db(transaction=True)
def test_a_job_does_its_acts_and_acknowledges_in_one_transaction(sample: SimpleNamespace, may: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists test_job (id integer, state varchar(10))")
        cursor.execute("insert into test_job values (1, 'run')")

    def state() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select state from test_job")
            return cursor.fetchone()[0]

    def job(crash: bool) -> None:
        with operation(Call(by=may.robot, behalf=may.chen, via="job:1")), connection.cursor() as cursor:
            sample.rename(may.ops, by=may.robot, title="New", reason="because")
            sample.close(may.data, by=may.robot)
            cursor.execute("update test_job set state = 'done' where state = 'run'")
            if crash:
                raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            job(crash=True)
        assert state() == "run" and not Entry.objects.exists()
        assert Department.objects.get(pk=may.ops.pk).title == "operations"
        job(crash=False)
        assert state() == "done"
        assert list(Entry.objects.order_by("id").values_list("act", "via", "behalf_id", "parent")) == [
            ("test.rename", "job:1", may.chen.pk, None),
            ("test.close", "job:1", may.chen.pk, None),
        ]
        assert chain.verify() == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop table test_job")


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_the_same_keys_do_each_thing_once(sample: SimpleNamespace, may: Cast) -> None:
    calls, threads = 12, 8
    start, trouble, repeated = threading.Barrier(threads), list[Exception](), list[int]()

    def work() -> None:
        try:
            start.wait()
            for n in range(calls):
                raw = {"title": f"T{n}", "reason": "because"}
                got = perform("test.rename", raw, Call(by=may.lin, key=f"k{n}"), on=may.ops.pk)
                repeated.append(hasattr(got, "_repeated"))
                made = perform("test.found", {"code": f"m{n}", "title": "M"}, Call(by=may.lin, key=f"m{n}"))
                repeated.append(hasattr(made, "_repeated"))
        except Exception as error:
            trouble.append(error)
        finally:
            connections.close_all()

    team = [threading.Thread(target=work) for _n in range(threads)]
    for one in team:
        one.start()
    for one in team:
        one.join()
    assert trouble == []
    assert (repeated.count(False), repeated.count(True)) == (2 * calls, 2 * calls * (threads - 1))
    assert Entry.objects.count() == 2 * calls and chain.verify() == []
    assert Department.objects.filter(code__startswith="m").count() == calls


@pytest.mark.django_db(transaction=True)
def test_many_at_once_on_one_object_lose_no_change(sample: SimpleNamespace, may: Cast) -> None:
    before = Department.objects.get(pk=may.ops.pk).revision

    def work(n: int) -> None:
        for m in range(5):
            sample.rename(may.ops if n == 0 else Department.objects.get(pk=may.ops.pk), by=may.lin,
                          title=f"{n}-{m}", reason="because")  # fmt: skip
        connections.close_all()

    team = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for one in team:
        one.start()
    for one in team:
        one.join()
    assert Department.objects.get(pk=may.ops.pk).revision == before + 20
    olds = [
        json.loads(e.body)["changes"][f"people.department:{may.ops.pk}"]["title"] for e in Entry.objects.order_by("id")
    ]
    assert all(olds[i][0] == olds[i - 1][1] for i in range(1, 20)) and chain.verify() == []
