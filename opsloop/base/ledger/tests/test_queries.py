"""What was done with a thing, the auditors' search, and taking entries out of the house."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from opsloop.base.acts import Call, Forbidden, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.ledger.queries import Filters, entries_of, search_entries
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, position

pytestmark = pytest.mark.both
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def five(sample: SimpleNamespace, may: Cast) -> Cast:
    """Renamed (late), founded below operations, a bulk act, hired by the robot, closed by a token."""
    with time_machine.travel(NOW, tick=False) as clock:
        call = Call(by=may.lin, happened=NOW - timedelta(hours=1))
        perform("test.rename", {"title": "新名字", "reason": 'he said "so"'}, call, on=may.ops.pk)
        clock.shift(3600)
        perform("test.found", {"code": "shop", "title": "Shop", "parent": may.ops.pk}, Call(by=may.lin, via="page"))
        perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=[may.data.pk, may.ops.pk])
        clock.shift(3600)
        perform("test.hire", {"name": "Qian"}, Call(by=may.robot, behalf=may.chen, via="job:7"))
        perform("test.close", {}, Call(by=may.lin, via="token:3"), on=may.data.pk)
    return may


def ids(rows) -> list[int]:
    return [entry.pk for entry in rows]


def found(person: Person, **filters) -> list[int]:
    return ids(search_entries(person, Filters(**filters)))


def test_an_object_knows_everything_that_was_done_with_it(five: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert ids(entries_of(five.ops)) == [3, 2, 1]
    assert ids(entries_of(five.data)) == [5, 3]
    assert ids(entries_of(Person.objects.get(name="Qian"))) == [4]
    assert entries_of(five.ops)[:2].count() == 2


def test_auditors_find_by_every_filter(five: Cast) -> None:
    everything = [5, 4, 3, 2, 1]
    assert found(five.wu) == everything
    assert found(five.wu, who=five.robot.pk) == [4] == found(five.wu, behalf=five.chen.pk)
    assert found(five.wu, act="test.close") == [5] and found(five.wu, act="test.*") == everything
    assert found(five.wu, act="tes") == []
    assert found(five.wu, object_type="people.department", object_id=five.ops.pk) == [3, 2, 1]
    assert found(five.wu, object_type="people.person") == [4]
    assert found(five.wu, via="page") == [2] and found(five.wu, via="token:") == [5]
    assert found(five.wu, late=True) == [1]
    assert found(five.wu, since=NOW) == [5, 4, 3, 2]  # by when it happened
    assert found(five.wu, since=NOW, until=NOW + timedelta(hours=2)) == [3, 2]
    assert found(five.wu, text="新名字") == [3, 2, 1] and found(five.wu, text='said "so"') == [1]
    assert found(five.wu, text="shop", act="test.calendar", who=five.lin.pk) == [3]


def test_one_reads_no_more_of_the_ledger_than_ones_level(five: Cast) -> None:
    assert found(five.zhao) == []
    assert found(five.chen) == [5, 4, 3, 2, 1]  # Chen sees her department: Lin's, the robot's, and on her behalf
    own = Person.objects.get(name="Qian")
    hold(own, position("own", may=[], sees={"ledger": "own"}), five.data)
    assert found(own) == []
    hold(five.zhao, position("data-lead", may=[], sees={"ledger": "subtree"}), five.data)
    assert found(five.zhao) == []


def test_an_export_is_recorded_with_its_filters_and_count(five: Cast) -> None:
    hold(five.wu, position("auditor", may=["ledger.export"], sees={"*": "all"}), five.data)
    raw = {"reason": "Sample of the quarter", "doing": "test.*", "since": "2026-11-21T17:00", "late": False}
    assert perform("ledger.export", raw, Call(by=five.wu, via="page")) == 4
    entry = Entry.objects.latest("id")
    assert '"answer":4' in entry.body and '"doing":"test.*"' in entry.body and "2026-11-21T17:00:00+08:00" in entry.body
    with pytest.raises(Refused):
        perform("ledger.export", {"reason": "Nothing fits", "doing": "none.at_all"}, Call(by=five.wu))
    with pytest.raises(Forbidden):
        perform("ledger.export", raw, Call(by=five.zhao))
