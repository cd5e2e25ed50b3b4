"""From the clock to the lake: sheets open, people are reminded, accepted figures are loaded as any other data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from opsloop.base.acts import Call
from opsloop.base.due import Due
from opsloop.base.inbox.models import Notice
from opsloop.data.lake import store
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.submissions import jobs
from opsloop.data.submissions.actions import approve
from opsloop.data.submissions.models import State, Submission
from opsloop.data.submissions.tests.conftest import DAY, NOON, Shops, cells
from opsloop.data.submissions.working import correct, submit

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=True) as found:
        yield found


def ctx(shops: Shops) -> Any:
    return SimpleNamespace(by=shops.robot, call=lambda: Call(by=shops.robot, via="job:1"))


def there(source: Source) -> list[tuple[Any, ...]]:
    query = "select shop, goods, amount from losses order by all"
    return [(shop, goods, str(amount)) for shop, goods, amount in store.fetch(query, [source.table])]


def test_each_shop_gets_a_sheet_when_the_day_has_come_and_only_once(
    shops: Shops, clock: time_machine.Coordinates
) -> None:
    jobs.go_round(ctx(shops))
    jobs.go_round(ctx(shops))
    found = Submission.objects.filter(source=shops.losses).values_list("department__code", "day")
    assert set(found) == {("north", DAY), ("south", DAY)} and len(found) == 2
    (company,) = Submission.objects.filter(source=shops.prices)
    assert company.department in (shops.north, shops.south)
    clock.shift(timedelta(days=1))
    jobs.go_round(ctx(shops))
    assert Submission.objects.filter(source=shops.losses).count() == 4


def test_people_are_reminded_two_hours_before_and_at_the_deadline(
    shops: Shops, clock: time_machine.Coordinates
) -> None:
    def told() -> list[str]:
        rows = Notice.objects.filter(person=shops.ning, title__startswith="Losses").order_by("id")
        return [title.rpartition(" · North ")[2] for title in rows.values_list("title", flat=True)]

    jobs.go_round(ctx(shops))
    assert told() == []
    clock.move_to(datetime(2026, 11, 20, 11, 31, tzinfo=UTC))  # 19:31; the deadline is 21:30
    jobs.go_round(ctx(shops))
    jobs.go_round(ctx(shops))
    assert told() == ["is to be filled in"]
    clock.move_to(datetime(2026, 11, 20, 13, 31, tzinfo=UTC))
    jobs.go_round(ctx(shops))
    jobs.go_round(ctx(shops))
    assert told() == ["is to be filled in", "is overdue"]


def test_who_has_handed_in_is_not_reminded(shops: Shops, clock: time_machine.Coordinates) -> None:
    jobs.go_round(ctx(shops))
    submit(shops.sheet(), cells({"amount": "1"}), Call(by=shops.ning), leave_out=True)
    clock.move_to(datetime(2026, 11, 20, 13, 31, tzinfo=UTC))
    jobs.go_round(ctx(shops))
    assert not Notice.objects.filter(person=shops.ning, title__startswith="Losses").exists()
    assert Notice.objects.filter(person=shops.song, title__startswith="Losses").exists()


def test_opsloop_run_opens_reminds_and_loads(shops: Shops, clock: time_machine.Coordinates) -> None:
    at = datetime(2026, 11, 20, 13, 31, tzinfo=UTC)
    clock.move_to(at)
    said = [one.text for one in jobs.fill_due(Due(shops.robot, at))]
    assert "Opened: Losses 2026-11-20 · North" in said and len(said) == 3
    assert Notice.objects.filter(person=shops.ning, title__endswith="is overdue").exists()
    clock.shift(60)
    sheet = approve(submit(shops.sheet(), cells({"amount": "1"}), Call(by=shops.ning), leave_out=True), by=shops.wu)
    clock.shift(60)
    (done,) = jobs.fill_due(Due(shops.robot, at + timedelta(minutes=3)))
    assert done.data["state"] == "loaded" and not done.failed and sheet.late


def fill(shops: Shops, clock: time_machine.Coordinates) -> tuple[Submission, Submission]:
    north = submit(shops.sheet(), cells({"amount": "12.5"}, {"amount": "0"}), Call(by=shops.ning), leave_out=True)
    south = submit(shops.sheet(place=shops.south), cells({"amount": "4"}), Call(by=shops.song), leave_out=True)
    clock.shift(1)
    return approve(north, by=shops.wu), approve(south, by=shops.wu)


def test_what_was_accepted_is_in_the_lake_with_day_and_place(shops: Shops, clock: time_machine.Coordinates) -> None:
    fill(shops, clock)
    jobs.load_filled(ctx(shops), shops.losses.pk)
    load = Load.objects.get()
    assert (load.state, load.rows_in, load.kept, load.set_aside, load.due_on) == (LoadState.LOADED, 3, 3, 0, DAY)
    assert there(shops.losses) == [("north", "Fruit", "12.50"), ("north", "Meat", "0.00"), ("south", "Fruit", "4.00")]
    clock.shift(60)
    jobs.load_filled(ctx(shops), shops.losses.pk)
    jobs.gather(ctx(shops))
    assert Load.objects.count() == 1, "nothing new is nothing to load"


def test_a_correction_replaces_the_day_and_correcting_back_does_so_again(
    shops: Shops, clock: time_machine.Coordinates
) -> None:
    north, _south = fill(shops, clock)
    jobs.load_filled(ctx(shops), shops.losses.pk)
    for amount, reason in (("13", "Counted again"), ("12.5", "It was right before")):
        clock.shift(60)
        correct(north, cells({"amount": amount}, {"amount": "0"}), reason, Call(by=shops.ning), leave_out=True)
        jobs.load_filled(ctx(shops), shops.losses.pk)  # what waits for a check is no data yet
        north.refresh_from_db()
        approve(north, by=shops.wu)
        clock.shift(60)
        jobs.load_filled(ctx(shops), shops.losses.pk)
        assert ("north", "Fruit", f"{float(amount):.2f}") in there(shops.losses)
        assert len(there(shops.losses)) == 3
    assert Load.objects.filter(state=LoadState.LOADED).count() == 3


def test_at_the_deadline_what_is_there_is_loaded_and_the_rest_comes_later(
    shops: Shops, clock: time_machine.Coordinates
) -> None:
    south = shops.sheet(place=shops.south)
    north = submit(shops.sheet(), cells({"amount": "1"}), Call(by=shops.ning), leave_out=True)
    clock.shift(1)
    approve(north, by=shops.wu)
    jobs.gather(ctx(shops))
    assert not Load.objects.exists(), "the south is waited for"
    clock.move_to(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    jobs.gather(ctx(shops))
    assert there(shops.losses) == [("north", "Fruit", "1.00")]
    clock.shift(60)
    late = approve(submit(south, cells({"amount": "2"}), Call(by=shops.song), leave_out=True), by=shops.wu)
    assert late.late and late.state == State.APPROVED
    clock.shift(1)
    jobs.load_filled(ctx(shops), shops.losses.pk)
    assert there(shops.losses) == [("north", "Fruit", "1.00"), ("south", "Fruit", "2.00")]
