"""The idempotency key: done once, answered twice."""

from types import SimpleNamespace

import pytest

from opsloop.base.acts import Call, Refused, operation, perform
from opsloop.base.ledger import private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, hold
from opsloop.base.things.errors import KeyReused

pytestmark = pytest.mark.both
OKAY = {"title": "New", "reason": "because"}


def test_the_same_call_again_is_answered_from_the_entry(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, key="k1")
    first = perform("test.rename", OKAY, call, on=may.ops.pk)
    again = perform("test.rename", OKAY, call, on=str(may.ops.pk))
    assert first == again and again._repeated and not hasattr(first, "_repeated") and Entry.objects.count() == 1


def test_the_key_with_other_values_or_another_object_or_act_is_reused(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, key="k1")
    perform("test.rename", OKAY, call, on=may.ops.pk)
    for name, raw, on in (
        ("test.rename", {**OKAY, "reason": "other"}, may.ops.pk),
        ("test.rename", OKAY, may.data.pk),
        ("test.close", {}, may.ops.pk),
    ):
        with pytest.raises(KeyReused):
            perform(name, raw, call, on=on)


def test_another_person_may_use_the_same_key(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.rename", OKAY, Call(by=may.lin, key="k1"), on=may.ops.pk)
    perform("test.rename", OKAY, Call(by=may.robot, key="k1"), on=may.ops.pk)
    assert Entry.objects.count() == 2


def test_what_was_made_is_made_once(sample: SimpleNamespace, may: Cast) -> None:
    raw, call = {"code": "shop", "title": "Shop"}, Call(by=may.lin, key="k1")
    assert perform("test.found", raw, call) == perform("test.found", raw, call)
    assert Department.objects.filter(code="shop").count() == 1


def test_a_refused_act_kept_nothing_so_it_is_judged_afresh(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, key="k1")
    with pytest.raises(Refused):
        perform("test.rename", {**OKAY, "title": "None"}, call, on=may.ops.pk)
    perform("test.rename", OKAY, call, on=may.ops.pk)


def test_personal_values_are_compared_by_their_side_rows(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, key="k1")
    made = perform("test.hire", {"name": "Qian", "phone": "13800001111"}, call)
    assert perform("test.hire", {"name": "Qian", "phone": "13800001111"}, call) == made
    with pytest.raises(KeyReused):
        perform("test.hire", {"name": "Qian", "phone": "13800002222"}, call)
    private.erase("people.person", made.pk)
    with pytest.raises(KeyReused):  # nobody can tell any more whether the values are the same
        perform("test.hire", {"name": "Qian", "phone": "13800001111"}, call)
    assert Person.objects.filter(name="Qian").count() == 1


def test_values_of_every_kind_are_compared(sample: SimpleNamespace, may: Cast) -> None:
    hold(may.wu, may.analyst, may.ops)
    raw = {
        "lines": [{"what": "a", "amount": "1.50"}, {"what": "b", "amount": 2, "who": may.wu.pk}],
        "kind": "acting",
        "keeper": may.wu.pk,
        "day": "2026-11-21",
        "at": "2026-11-21T08:30",
        "money": 3,
        "tags": ["x"],
    }
    call = Call(by=may.lin, key="k1")
    perform("test.plan", raw, call, on=may.ops.pk)
    assert perform("test.plan", raw, call, on=may.ops.pk)._repeated
    other = {**raw, "lines": [*raw["lines"][:1], {"what": "b", "amount": 2, "who": may.lin.pk}]}
    with pytest.raises(KeyReused):
        perform("test.plan", other, call, on=may.ops.pk)


def test_a_bulk_acts_key_and_plain_answer_hold_too(sample: SimpleNamespace, may: Cast) -> None:
    call, ids = Call(by=may.lin, key="k1"), [may.data.pk, may.ops.pk, may.data.pk]
    assert perform("test.calendar", {"calendar": "shop"}, call, on=ids) == 2
    assert perform("test.calendar", {"calendar": "shop"}, call, on=ids) == 2
    with pytest.raises(KeyReused):
        perform("test.calendar", {"calendar": "shop"}, call, on=ids[:1])
    assert Entry.objects.count() == 1


def test_a_key_inside_a_running_operation_is_known_there_too(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, key="k1")
    with operation(Call(by=may.lin)):
        first = perform("test.rename", OKAY, call, on=may.ops.pk)
        assert perform("test.rename", OKAY, call, on=may.ops.pk) is first
    with operation(Call(by=may.lin)):
        assert perform("test.rename", OKAY, call, on=may.ops.pk)._repeated
    assert Entry.objects.count() == 1


def test_an_empty_key_is_no_key(sample: SimpleNamespace, may: Cast) -> None:
    for _n in range(2):
        perform("test.rename", OKAY, Call(by=may.lin, key=""), on=may.ops.pk)
    assert list(Entry.objects.values_list("key", flat=True)) == [None, None]
