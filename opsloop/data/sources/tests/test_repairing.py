"""Rows aside that people correct or give up: into the lake or back, once, with a trace."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.testing import Cast
from opsloop.data.lake import store
from opsloop.data.sources.loading import load, release
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.repairing import dismiss, repair
from opsloop.data.sources.tests import samples
from opsloop.data.sources.tests.test_loading import HEAD, aside, rows

BODY = HEAD + "A1,2026-03-01,1,\nA2,2026-03-01,abc,\nA3,2026-03-02,-1,\nA4,2026-03-0\nA5,2026-03-02,x,\n"


def loaded(source: Source, tmp_path: Path, cast: Cast, body: str = BODY, name: str = "a.csv") -> Load:
    path = tmp_path / name
    path.write_text(body, encoding="utf-8")
    (result,) = load(source, [path], by=cast.lin)
    return Load.objects.get(pk=result.load)


@pytest.mark.both
def test_corrected_rows_leave_for_the_lake_and_others_stay_with_new_reasons(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(), tmp_path, cast)
    new = {"order_id": "A4", "paid_at": "2026-03-03", "amount": "4"}
    result = repair(first, {3: {"amount": "2"}, 4: {"paid_at": "nothing"}, 5: new}, by=cast.lin, reason="Typed wrong")
    assert (result.rows_in, result.kept, result.duplicates, result.set_aside) == (3, 2, 0, 1)
    assert rows() == [("A1", Decimal(1)), ("A2", Decimal(2)), ("A4", Decimal(4))]
    assert aside() == [(4, ["paid_at:not_datetime", "amount:at_least"]), (6, ["amount:not_money"])]
    second = Load.objects.get(pk=result.load)
    assert (second.repairs, second.file) == (first, "a.csv")
    trace = Repair.objects.get(line=3)
    assert (trace.load, trace.before["amount"], trace.after["amount"], trace.result) == (first, "abc", "2", second)
    again = repair(second, {4: {"paid_at": "2026-03-02", "amount": "1"}}, by=cast.lin, reason="Once more")
    assert (again.kept, len(rows()), aside()) == (1, 4, [(6, ["amount:not_money"])])


@pytest.mark.both
def test_a_row_is_corrected_once(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(), tmp_path, cast)
    repair(first, {3: {"amount": "2"}}, by=cast.lin, reason="Typed wrong")
    with pytest.raises(Refused, match="line 3"):
        repair(first, {3: {"amount": "9"}}, by=cast.lin, reason="Again")
    assert rows(where="order_id = 'A2'") == [("A2", Decimal(2))]


def test_a_newer_row_of_the_key_is_not_undone_by_a_late_repair(tmp_path: Path, cast: Cast) -> None:
    source = samples.source()
    first = loaded(source, tmp_path, cast)
    loaded(source, tmp_path, cast, HEAD + "A2,2026-03-01,7,\n", "b.csv")
    result = repair(first, {3: {"amount": "2"}}, by=cast.lin, reason="Typed wrong")
    assert (result.kept, result.duplicates) == (0, 1)
    assert rows(where="order_id = 'A2'") == [("A2", Decimal(7))]


@pytest.mark.parametrize("brings", ["days", "whole"])
@pytest.mark.parametrize("key", ["", "key: [order_id]\n"])
def test_a_repaired_row_joins_its_day_and_replaces_none(brings: str, key: str, tmp_path: Path, cast: Cast) -> None:
    text = samples.ORDERS.replace("key: [order_id]\n", key) + f"brings: {brings}\n"
    first = loaded(samples.source(text), tmp_path, cast)
    repair(first, {3: {"amount": "2"}}, by=cast.lin, reason="Typed wrong")
    repair(first, {6: {"amount": "5"}}, by=cast.lin, reason="Typed wrong too")
    assert rows() == [("A1", Decimal(1)), ("A2", Decimal(2)), ("A5", Decimal(5))]


def test_a_repair_of_a_day_that_came_anew_meanwhile_changes_nothing(tmp_path: Path, cast: Cast) -> None:
    source = samples.source(samples.ORDERS.replace("key: [order_id]\n", "brings: days\n"))
    first = loaded(source, tmp_path, cast)
    loaded(source, tmp_path, cast, HEAD + "A1,2026-03-01,1,\nA2,2026-03-01,2,\n", "b.csv")
    result = repair(first, {3: {"amount": "9"}}, by=cast.lin, reason="Typed wrong")
    assert (result.kept, result.duplicates) == (0, 1)
    assert rows() == [("A1", Decimal(1)), ("A2", Decimal(2))]


@pytest.mark.both
def test_rows_are_given_up_with_a_reason(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(), tmp_path, cast)
    dismiss(first, [3, 4, 5], by=cast.lin, reason="Tests of the shop")
    assert aside() == [(6, ["amount:not_money"])]
    assert [(one.line, one.after, one.reason) for one in Repair.objects.order_by("line")] == [
        (3, None, "Tests of the shop"), (4, None, "Tests of the shop"), (5, None, "Tests of the shop"),
    ]  # fmt: skip
    dismiss(first, [6], by=cast.lin, reason="That too")
    assert store.fetch("select count(*) from orders__aside", ["orders__aside"]) == [(0,)]
    with pytest.raises(Refused, match="not aside any more"):
        dismiss(first, [6], by=cast.lin, reason="Again")


def test_repairs_of_a_key_source_wait_for_a_second_person(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(samples.ORDERS + "key_source: true\n"), tmp_path, cast)
    result = repair(first, {3: {"amount": "2"}}, by=cast.lin, reason="Typed wrong")
    held = Load.objects.get(pk=result.load)
    assert (held.state, held.hold_reasons[0]["code"], held.repairs) == (LoadState.HELD, "repaired", first)
    assert (rows(), len(aside())) == ([("A1", Decimal(1))], 4)
    with pytest.raises(Refused, match="second person"):
        release(held, by=cast.lin, reason="Mine is right")
    done = release(held, by=cast.robot, reason="Compared with the till roll")
    assert (done.state, done.kept, done.set_aside) == (LoadState.LOADED, 1, 0)
    assert (rows(), len(aside())) == ([("A1", Decimal(1)), ("A2", Decimal(2))], 3)


def test_columns_that_are_not_there_and_empty_choices_are_refused(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(), tmp_path, cast)
    with pytest.raises(Refused, match="no column price"):
        repair(first, {3: {"price": "2"}}, by=cast.lin, reason="Typed wrong")
    empty: list[Any] = [{}, {n: {} for n in range(5001)}]
    for one in empty:
        with pytest.raises(Refused):
            repair(first, one, by=cast.lin, reason="Typed wrong")


def test_who_may_not_repair_changes_nothing(tmp_path: Path, cast: Cast) -> None:
    first = loaded(samples.source(), tmp_path, cast)
    with pytest.raises(Forbidden):
        repair(first, {3: {"amount": "2"}}, by=cast.wu, reason="Typed wrong")
    with pytest.raises(Forbidden):
        dismiss(first, [3], by=cast.wu, reason="Away")
    assert len(aside()) == 4
