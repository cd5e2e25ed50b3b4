"""Calling an act as a function and through `perform`: done, refused, forbidden, recorded."""

import json
from types import SimpleNamespace

import pytest
from django.db.models import Q
from django.utils import translation

from opsloop.base.acts import Call, Forbidden, Invalid, NotFound, Refused, Stale, Warned, perform
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Absence, Department
from opsloop.base.policy.rules import narrow
from opsloop.base.policy.scopes import scoped
from opsloop.base.testing import LONG_AGO, Cast, make, person, position

pytestmark = pytest.mark.both
OKAY = {"title": "New", "reason": "because"}


def test_an_act_is_done_and_written_down(sample: SimpleNamespace, may: Cast) -> None:
    got = sample.rename(may.ops, by=may.lin, title="New", reason="because")
    assert got is may.ops and Department.objects.get(pk=may.ops.pk).title == "New"
    entry = Entry.objects.get()
    assert (entry.act, entry.by_id, entry.behalf_id, entry.via) == ("test.rename", may.lin.pk, None, "code")
    assert (entry.object_type, entry.object_id, entry.parent) == ("people.department", may.ops.pk, None)
    body = json.loads(entry.body)
    assert body["changes"] == {f"people.department:{may.ops.pk}": {"title": ["operations", "New"]}}
    assert body["args"] == {"title": "New", "reason": "because"} and body["name"] == "New"
    assert entry.at == entry.happened and chain.verify() == []


def test_a_refusal_leaves_nothing(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Refused) as no:
        perform("test.rename", {**OKAY, "title": "None"}, Call(by=may.lin), on=may.ops.pk)
    assert no.value.answer() == {"code": "refused", "message": "No.", "field": "title"}
    assert not Entry.objects.exists() and Department.objects.get(pk=may.ops.pk).title == "operations"


def test_seen_but_not_allowed_is_forbidden(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Forbidden):
        perform("test.rename", OKAY, Call(by=may.chen), on=may.ops.pk)
    with pytest.raises(Forbidden):
        sample.rename(may.ops, by=may.chen, title="New", reason="because")


def test_invisible_and_missing_have_the_same_answer(sample: SimpleNamespace, may: Cast) -> None:
    answers = []
    for by, on in ((may.chen, may.data.pk), (may.lin, 999_999)):
        with pytest.raises(NotFound) as no:
            perform("test.rename", OKAY, Call(by=by), on=on)
        answers.append(no.value.answer())
    assert answers[0] == answers[1]


def test_a_value_that_does_not_fit_says_so_before_the_database_is_asked(
    sample: SimpleNamespace, may: Cast, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0), translation.override("en"), pytest.raises(Invalid) as no:
        perform("test.rename", {"title": "", "reason": "x", "colour": 1}, Call(by=may.lin), on=may.ops.pk)
    assert no.value.errors == {
        "title": ["Please fill this in."],
        "reason": ["At least 3 characters."],
        "colour": ["There is no such field."],
    }


def test_an_act_that_is_not_there_is_not_found(may: Cast) -> None:
    with pytest.raises(NotFound):
        perform("test.nothing", {}, Call(by=may.lin))


@pytest.mark.parametrize("on", [None, "x", [1]])
def test_an_object_is_one_whole_number(sample: SimpleNamespace, may: Cast, on: object) -> None:
    with pytest.raises(Invalid) as no:
        perform("test.rename", OKAY, Call(by=may.lin), on=on)
    assert list(no.value.errors) == ["on"]


def test_an_act_that_makes_something_takes_no_object(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Invalid):
        perform("test.found", {"code": "a", "title": "A"}, Call(by=may.lin), on=may.ops.pk)


def test_a_made_object_is_the_entrys_object(sample: SimpleNamespace, may: Cast) -> None:
    made = perform("test.found", {"code": "shop", "title": "Shop", "parent": may.ops.pk}, Call(by=may.lin, via="api"))
    entry = Entry.objects.get()
    assert (entry.object_type, entry.object_id, entry.via) == ("people.department", made.pk, "api")
    body = json.loads(entry.body)
    assert body["args"]["parent"] == [may.ops.pk, "operations"] and body["about"] == [["people.department", may.ops.pk]]
    assert body["changes"][f"people.department:{made.pk}"]["code"] == [None, "shop"]


def test_a_revision_that_is_old_is_stale(sample: SimpleNamespace, may: Cast) -> None:
    seen = Department.objects.get(pk=may.ops.pk).revision
    perform("test.rename", OKAY, Call(by=may.lin, revision=seen), on=may.ops.pk)
    with pytest.raises(Stale):
        perform("test.rename", OKAY, Call(by=may.lin, revision=seen), on=may.ops.pk)


def test_the_callers_instance_is_refreshed_in_place(sample: SimpleNamespace, may: Cast) -> None:
    other = Department.objects.get(pk=may.ops.pk)
    sample.rename(other, by=may.lin, title="First", reason="because")
    assert may.ops.title == "operations"
    sample.close(may.ops, by=may.lin)
    assert may.ops.title == "First" and Department.objects.get(pk=may.ops.pk).title == "First"


def test_soft_rules_are_asked_at_once_and_their_reasons_kept(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Warned) as no:
        perform("test.risky", {}, Call(by=may.lin), on=may.ops.pk)
    assert list(no.value.warnings) == ["far", "deep"] and not Entry.objects.exists()
    assert Department.objects.get(pk=may.ops.pk).calendar == ""
    with pytest.raises(Warned) as no:
        perform("test.risky", {}, Call(by=may.lin, overrides={"far": "we know", "deep": "  "}), on=may.ops.pk)
    assert list(no.value.warnings) == ["deep"]
    reasons = {"far": "we know", "deep": "it is fine"}
    perform("test.risky", {}, Call(by=may.lin, overrides={**reasons, "never-asked": "x"}), on=may.ops.pk)
    assert json.loads(Entry.objects.get().body)["overrides"] == reasons


def test_a_dry_run_judges_and_keeps_nothing(sample: SimpleNamespace, may: Cast) -> None:
    got = perform("test.rename", OKAY, Call(by=may.lin, dry=True, key="k"), on=may.ops.pk)
    assert got.title == "New"
    assert not Entry.objects.exists() and Department.objects.get(pk=may.ops.pk).title == "operations"
    with pytest.raises(Refused):
        perform("test.rename", {**OKAY, "title": "None"}, Call(by=may.lin, dry=True), on=may.ops.pk)


def test_when_is_checked_under_the_lock_and_tells_the_button(sample: SimpleNamespace, may: Cast) -> None:
    stale = Department.objects.get(pk=may.ops.pk)
    sample.close(may.ops, by=may.lin)
    with pytest.raises(Refused) as no:
        sample.close(stale, by=may.lin)
    assert no.value.text == "It is closed." == sample.close.act.why_not(stale)


def test_a_substitutes_act_is_recorded_on_behalf(sample: SimpleNamespace, may: Cast) -> None:
    make(Absence, person=may.lin, substitute=may.zhao, starts_at=LONG_AGO)
    sample.rename(may.ops, by=may.zhao, title="New", reason="because")
    entry = Entry.objects.get()
    assert (entry.by_id, entry.behalf_id) == (may.zhao.pk, may.lin.pk)


def test_the_doors_behalf_is_recorded(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.rename", OKAY, Call(by=may.robot, behalf=may.chen, via="job:12"), on=may.ops.pk)
    assert Entry.objects.values_list("by_id", "behalf_id", "via").get() == (may.robot.pk, may.chen.pk, "job:12")


def test_a_token_does_no_more_than_it_names(sample: SimpleNamespace, may: Cast) -> None:
    narrow(may.lin, ["test.clos*"])
    with pytest.raises(Forbidden):
        sample.rename(may.ops, by=may.lin, title="New", reason="because")
    with pytest.raises(Forbidden):  # nor by a detour through an act that it names
        narrow(may.lin, ["test.both"])
        sample.both(may.ops, by=may.lin, title="New")
    narrow(may.lin, ["test.close"])
    sample.close(may.ops, by=may.lin)
    assert Entry.objects.count() == 1


def test_calling_with_wrong_arguments_is_a_type_error(sample: SimpleNamespace, may: Cast) -> None:
    for args, values in (((), {}), ((may.ops, 1), {}), ((may.ops,), {"colour": 1}), ((may.ops,), {"title": "x"})):
        with pytest.raises(TypeError):
            sample.rename(*args, **values)
    assert sample.rename(department=may.ops, by=may.lin, title="New", reason="because").title == "New"


def test_an_object_that_was_deleted_meanwhile_is_not_found(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(NotFound):
        sample.rename(Department(pk=999_999, title="x"), by=may.lin, title="New", reason="because")


def test_a_deleted_object_keeps_its_place_in_the_entry(sample: SimpleNamespace, may: Cast) -> None:
    holding = may.chen.holdings.get()
    pk = holding.pk
    sample.drop(holding, by=may.lin)
    entry = Entry.objects.get()
    assert (entry.object_type, entry.object_id) == ("people.holding", pk)
    assert json.loads(entry.body)["changes"][f"people.holding:{pk}"]["person_id"] == [may.chen.pk, None]


def test_a_key_or_reason_that_is_too_long_is_invalid(sample: SimpleNamespace, may: Cast) -> None:
    for call in (Call(by=may.lin, key="k" * 81), Call(by=may.lin, overrides={"far": "x" * 2001})):
        with pytest.raises(Invalid):
            perform("test.rename", OKAY, call, on=may.ops.pk)


def test_a_lock_reaches_through_a_nullable_join(sample: SimpleNamespace, may: Cast) -> None:
    scoped(Department, noun="test", rows=lambda _p, s, _l: Q(parent__path__startswith=s.department_path) | Q(pk=0))
    sun = person("Sun", position("half", may=["test.*"], sees={"*": "department"}), may.company)
    perform("test.rename", OKAY, Call(by=sun), on=may.ops.pk)
    perform("test.calendar", {"calendar": "shop"}, Call(by=sun), on=[may.ops.pk, may.data.pk])
    with pytest.raises(NotFound):
        perform("test.rename", OKAY, Call(by=sun), on=may.company.pk)
