"""Entries read as sentences, in the reader's language and with what the reader may see."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Call, perform, registry
from opsloop.base.acts.changes import changes
from opsloop.base.acts.sentences import sentence, sentences
from opsloop.base.ledger import private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, given, hold

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def last(reader: Person) -> str:
    return sentence(Entry.objects.latest("id"), reader)


def test_a_sentence_names_who_what_and_the_values(sample: SimpleNamespace, may: Cast) -> None:
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    assert last(may.wu) == "Lin renamed New to New: because"


def test_the_objects_name_is_the_one_of_then(sample: SimpleNamespace, may: Cast) -> None:
    sample.close(may.ops, by=may.lin)
    sample.rename(may.ops, by=may.lin, title="Later", reason="because")
    assert sentence(Entry.objects.get(pk=1), may.wu) == "Lin closed operations"


def test_a_persons_name_is_the_one_of_now_and_gone_when_erased(sample: SimpleNamespace, may: Cast) -> None:
    made = perform("test.hire", {"name": "Qian", "phone": "13800001111"}, Call(by=may.lin))
    assert last(may.wu) == "Lin hired Qian"
    with given():
        row = Person.objects.get(pk=made.pk)
        row.name = "Qian Er"
        row.save()
    assert last(may.wu) == "Lin hired Qian Er"
    with given():
        row = Person.objects.get(pk=made.pk)
        row.erased_at = NOW
        row.save()
    assert last(may.wu) == "Lin hired ***"


def test_personal_values_are_shown_masked_or_gone(sample: SimpleNamespace, may: Cast) -> None:
    made = perform("test.hire", {"name": "Qian", "phone": "13800001111"}, Call(by=may.lin))
    sample.phone(made, by=may.lin, phone="13900002222")
    assert last(may.lin) == "Lin set the phone of Qian to 13900002222"  # reads contacts
    assert last(may.wu) == "Lin set the phone of Qian to 139****2222"
    assert last(made) == "Lin set the phone of Qian to 13900002222"  # one's own
    private.erase("people.person", made.pk)
    assert last(may.lin) == "Lin set the phone of Qian to ***"


def test_values_of_every_kind_are_told_in_the_readers_manner(sample: SimpleNamespace, may: Cast) -> None:
    hold(may.wu, may.analyst, may.ops)
    raw = {"lines": [{"what": "a", "amount": 1}], "kind": "acting", "keeper": may.wu.pk, "day": "2026-11-21",
           "fixed": True, "money": "1234.50"}  # fmt: skip
    perform("test.plan", raw, Call(by=may.lin), on=may.ops.pk)
    told = last(may.lin)
    assert told.startswith("Lin planned operations: 1 row, Acting, Wu, ") and ", Yes, " in told and "2026" in told
    assert told.endswith("50")


def test_on_behalf_bulk_and_results_are_told(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.calendar", {"calendar": "shop"}, Call(by=may.robot, behalf=may.wu), on=[may.ops.pk, may.data.pk])
    assert last(may.lin) == "Robot (for Wu) gave 2 departments the calendar shop"
    sample.count(may.ops, by=may.lin)
    assert last(may.lin) == "Lin counted operations: 3"


def test_made_objects_are_told_by_their_name(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.found", {"code": "shop", "title": "Shop"}, Call(by=may.lin))
    assert last(may.lin) == "Lin founded Shop"


@time_machine.travel(NOW, tick=False)
def test_what_was_recorded_later_shows_both_times(sample: SimpleNamespace, may: Cast) -> None:
    call = Call(by=may.lin, happened=NOW - timedelta(hours=1))
    perform("test.rename", {"title": "New", "reason": "because"}, call, on=may.ops.pk)
    told = last(may.lin)
    assert told.startswith("Lin renamed New to New: because (happened ") and "8:30" in told and "9:30" in told


def test_an_act_of_a_removed_app_is_still_told(sample: SimpleNamespace, may: Cast) -> None:
    sample.close(may.ops, by=may.lin)
    this = registry.pop("test.close")
    assert last(may.lin) == "Lin did test.close: operations"
    this.done = _("{by} closed {department} for {years} years")
    registry["test.close"] = this  # the act learnt a value since
    assert last(may.lin) == "Lin closed operations for … years"


def test_braces_that_people_type_are_left_alone(sample: SimpleNamespace, may: Cast) -> None:
    sample.rename(may.ops, by=may.lin, title="{by.name} {0}", reason="{reason}")
    assert last(may.lin) == "Lin renamed {by.name} {0} to {by.name} {0}: {reason}"


def test_many_sentences_take_no_more_queries_than_few(
    sample: SimpleNamespace, may: Cast, django_assert_max_num_queries
) -> None:
    for n in range(12):
        made = perform("test.hire", {"name": f"P{n}", "phone": "13800001111"}, Call(by=may.lin))
        sample.phone(made, by=may.lin, phone=f"1390000{n:04}")
        sample.drop(hold(made, may.analyst, may.ops), by=may.lin)
    entries = list(Entry.objects.order_by("id"))
    reader = Person.objects.get(pk=may.wu.pk)
    sentences(entries[:1], reader)
    with django_assert_max_num_queries(3):  # people, holdings (gone), private values
        told = sentences(entries, reader)
    assert told[33:35] == ["Lin hired P11", "Lin set the phone of P11 to 139****0011"]
    assert told[35].startswith("Lin dropped holding ")


def test_a_body_that_was_tampered_with_is_told_without_values(sample: SimpleNamespace, may: Cast) -> None:
    sample.close(may.ops, by=may.lin)
    entry = Entry.objects.get()
    entry.body = "{"
    assert sentence(entry, may.lin) == "Lin closed operations"


def test_changes_are_told_by_label_with_old_and_new(sample: SimpleNamespace, may: Cast) -> None:
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    (one,) = changes(Entry.objects.get(), may.lin)
    assert (one.label, one.old, one.new, one.object_name, one.column) == ("Name", "operations", "New", "", "title")


def test_changes_of_other_rows_name_them_and_foreign_keys_are_names(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.found", {"code": "shop", "title": "Shop", "parent": may.ops.pk}, Call(by=may.lin))
    told = {c.column: (c.old, c.new) for c in changes(Entry.objects.latest("id"), may.lin)}
    assert told["parent_id"] == ("", "operations") and told["code"] == ("", "shop")
    sample.calendar([may.ops, may.data], by=may.lin, calendar="shop")
    assert [(c.object_name, c.old, c.new) for c in changes(Entry.objects.latest("id"), may.lin)] == [
        ("operations", "", "shop"), ("data", "", "shop"),
    ]  # fmt: skip
    holding = hold(may.wu, may.analyst, may.ops)
    sample.drop(holding, by=may.lin)
    told = {c.column: c for c in changes(Entry.objects.latest("id"), may.lin)}
    assert told["person_id"].old == "Wu" and told["kind"].old == "Permanent" and told["starts_at"].old
    assert told["person_id"].new == ""


def test_changes_of_personal_values_are_masked_or_gone(sample: SimpleNamespace, may: Cast) -> None:
    made = perform("test.hire", {"name": "Qian", "phone": "13800001111"}, Call(by=may.lin))
    sample.phone(made, by=may.lin, phone="13900002222")
    entry = Entry.objects.latest("id")
    shown = {reader.name: [(c.old, c.new) for c in changes(entry, reader)] for reader in (may.lin, may.wu)}
    assert shown == {"Lin": [("13800001111", "13900002222")], "Wu": [("138****1111", "139****2222")]}
    private.erase("people.person", made.pk)
    assert [(c.old, c.new) for c in changes(entry, may.lin)] == [("***", "***")]


def test_changes_of_an_app_that_is_gone_keep_their_columns(sample: SimpleNamespace, may: Cast) -> None:
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    entry = Entry.objects.get()
    entry.body = json.dumps({"args": {}, "changes": {"gone.thing:3": {"size": [1, [2, 3]]}}})
    (one,) = changes(entry, may.lin)
    assert (one.object_name, one.label, one.old, one.new) == ("gone.thing 3", "size", "1", "[2, 3]")
    assert Department.objects.count() == 3
