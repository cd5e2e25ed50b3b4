"""Personal values lie beside the chain and can be erased from there."""

import json
from types import SimpleNamespace

import pytest

from opsloop.base.acts import Call, perform
from opsloop.base.ledger import chain, private
from opsloop.base.ledger.models import Entry, Private
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast

pytestmark = pytest.mark.both


@pytest.fixture
def qian(sample: SimpleNamespace, may: Cast) -> Person:
    made: Person = perform("test.hire", {"name": "钱", "phone": "13800001111"}, Call(by=may.lin))
    return made


def test_no_personal_value_stands_in_the_chain(sample: SimpleNamespace, may: Cast, qian: Person) -> None:
    sample.phone(qian, by=may.lin, phone="13900002222")
    for entry in Entry.objects.all():
        assert "钱" not in entry.body and "13800001111" not in entry.body and "13900002222" not in entry.body
        assert "name" not in json.loads(entry.body)
    shown = private.shown(2)
    place = f"changes/people.person:{qian.pk}/phone"
    assert shown == {"args/phone": "13900002222", f"{place}/0": "13800001111", f"{place}/1": "13900002222"}
    assert chain.verify() == []


def test_the_same_value_leaves_another_trace_each_time(sample: SimpleNamespace, may: Cast, qian: Person) -> None:
    perform("test.hire", {"name": "钱", "phone": "13800001111"}, Call(by=may.lin))
    one, two = (json.loads(e.body)["args"]["phone"] for e in Entry.objects.order_by("id"))
    assert one != two


def test_erasing_a_person_leaves_the_chain_whole(sample: SimpleNamespace, may: Cast, qian: Person) -> None:
    sample.phone(qian, by=may.lin, phone="13900002222")
    other = perform("test.hire", {"name": "Sun", "phone": "13700003333"}, Call(by=may.lin))
    assert private.erase("people.person", qian.pk) == 7
    assert not Private.objects.filter(object_id=qian.pk).exists() and private.shown(3)
    assert Private.objects.filter(object_id=other.pk).count() == 4
    assert chain.verify() == []


@pytest.mark.parametrize("values", [{"text": '"13811112222"'}, {"salt": b"s" * 16}, {"place": "args/email"}])
def test_a_changed_side_row_is_found(qian: Person, values: dict[str, object]) -> None:
    Private.objects.filter(place="args/phone").update(**values)
    assert [f.entry_id for f in chain.verify()] == [1]


@pytest.mark.parametrize("values", [{"object_id": 99}, {"object_type": "people.department"}])
def test_a_side_row_given_to_another_object_is_found(qian: Person, values: dict[str, object]) -> None:
    """It would survive the erasure of its person."""
    Private.objects.filter(place="args/phone").update(**values)
    (fault,) = chain.verify()
    assert fault.entry_id == 1 and "another object" in fault.what
    Private.objects.filter(place="args/phone").update(object_type="people.person", object_id=qian.pk)
    Private.objects.filter(place__startswith="changes/").update(**values)
    assert {f.entry_id for f in chain.verify()} == {1}


def test_a_side_row_of_no_entry_is_found(qian: Person) -> None:
    Private.objects.create(entry_id=77, place="args/phone", salt=b"x", text='"1"')
    assert [f.entry_id for f in chain.verify()] == [77]


def test_a_damaged_body_does_not_stop_the_walk(qian: Person) -> None:
    assert private.at([1, {"a": 2}], "1/a") == 2
    assert private.at({"a": [1]}, "a/7") is None and private.at("x", "a/b") is None
