"""Own tables of base: rows that fit their columns, and of these only what changed since a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from opsloop.base.acts import Call, perform
from opsloop.base.people.models import Holding
from opsloop.base.testing import Cast, own_rows

pytestmark = pytest.mark.both
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def done(sample: SimpleNamespace, may: Cast) -> Cast:
    """An act on operations, recorded an hour late; the next day another on it and data, and a new person."""
    with time_machine.travel(NOW, tick=False) as clock:
        late = Call(by=may.lin, happened=NOW - timedelta(hours=1))
        perform("test.rename", {"title": "新名字", "reason": "new"}, late, on=may.ops.pk)
        clock.shift(timedelta(days=1))
        perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=[may.data.pk, may.ops.pk])
        perform("test.hire", {"name": "Qian"}, Call(by=may.robot, behalf=may.chen, via="job:7"))
    return may


def test_every_act_is_a_row(done: Cast) -> None:
    first, second, third = own_rows("ledger_entries")
    assert first == {
        "id": 1, "parent_id": None, "act": "test.rename", "noun": "test", "object_type": "people.department",
        "object_id": done.ops.pk, "by_id": done.lin.pk, "behalf_id": None, "via": "code", "recorded_late": True,
        "happened_at": NOW - timedelta(hours=1), "recorded_at": NOW,
    }  # fmt: skip
    assert (second["recorded_late"], third["behalf_id"], third["via"]) == (False, done.chen.pk, "job:7")


def test_only_what_was_recorded_since_is_given(done: Cast) -> None:
    assert [row["id"] for row in own_rows("ledger_entries", since=NOW + timedelta(hours=1))] == [2, 3]
    assert own_rows("ledger_entries", since=NOW + timedelta(days=2)) == []


def test_people_and_their_places(done: Cast) -> None:
    people = {row["name"]: row for row in own_rows("people")}
    assert people.keys() == {"Lin", "Chen", "Wu", "Zhao", "Robot", "Qian"}
    assert people["Zhao"]["kind"] == "outsider" and not people["Zhao"]["erased"]
    held = {(row["person_id"], row["position"], row["department"]) for row in own_rows("holdings")}
    assert (done.wu.pk, "data-analyst", "data") in held
    assert len(held) == Holding.objects.count()
    assert {row["code"]: row["part_of"] for row in own_rows("departments")} == {
        "company": None, "operations": "company", "data": "company",
    }  # fmt: skip
    assert "operations-manager" in {row["code"] for row in own_rows("positions")}


def test_rows_that_an_act_changed_come_again(done: Cast) -> None:
    since = NOW + timedelta(hours=1)
    assert {row["code"] for row in own_rows("departments", since)} == {"operations", "data"}  # both by the bulk act
    assert [row["name"] for row in own_rows("people", since)] == ["Qian"]  # made by an act about nothing
    assert own_rows("positions", since) == []
