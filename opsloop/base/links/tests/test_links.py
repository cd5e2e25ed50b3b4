from __future__ import annotations

import pytest

from opsloop.base.acts import Call, perform
from opsloop.base.acts.about import ref
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.links.actions import bind, tie, tie_things, untie_things
from opsloop.base.links.kinds import link_kind, link_kinds
from opsloop.base.links.models import Link
from opsloop.base.links.queries import has_link, linked, linked_all
from opsloop.base.people.models import Department, Holding, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, given, person, position
from opsloop.base.things.errors import Forbidden, Invalid, NotFound, Refused

pytestmark = pytest.mark.both


@pytest.fixture
def clerk(cast: Cast) -> Person:
    return person("Qian", position("clerk", may=["links.*"], sees={"*": "department"}), cast.ops)


@pytest.fixture
def in_ops(cast: Cast) -> Holding:
    return Holding.objects.get(person=cast.lin)


@pytest.fixture
def in_data(cast: Cast) -> Holding:
    return Holding.objects.get(person=cast.wu)


def told(obj: object, who: Person, kind: str | None = None) -> list[tuple[str, object]]:
    return [(one.link.kind + (">" if one.forward else "<"), one.other) for one in linked(obj, who, kind)]


def test_a_link_reads_both_ways(cast: Cast, in_ops: Holding) -> None:
    tie(cast.ops, "caused-by", in_ops, by=cast.lin)
    assert told(cast.ops, cast.lin) == [("caused-by>", in_ops)]
    assert told(in_ops, cast.lin) == [("caused-by<", cast.ops)]
    assert [str(one.label) for one in linked(in_ops, cast.lin)] != [
        str(one.label) for one in linked(cast.ops, cast.lin)
    ]


def test_the_same_link_is_kept_once(cast: Cast, in_ops: Holding) -> None:
    assert tie(cast.ops, "caused-by", in_ops, by=cast.lin) == tie(cast.ops, "caused-by", in_ops, by=cast.lin)
    assert tie(cast.ops, "related", in_ops, by=cast.lin) == tie(in_ops, "related", cast.ops, by=cast.lin)
    assert Link.objects.count() == 2


def test_a_link_to_what_one_does_not_see_is_not_there(cast: Cast, in_data: Holding, clerk: Person) -> None:
    made = tie(cast.ops, "related", in_data, by=cast.lin)
    assert told(cast.ops, cast.wu) == [("related<", in_data)] or told(cast.ops, cast.wu) == [("related>", in_data)]
    assert told(cast.ops, clerk) == [] and told(in_data, clerk) == []
    assert not visible(clerk, Link).exists() and visible(cast.wu, Link).count() == 1
    with pytest.raises(Forbidden):
        untie_things(made, by=clerk)
    with pytest.raises(NotFound):
        perform("links.untie", {}, Call(by=clerk), on=made.pk)


def test_tying_to_what_one_does_not_see_finds_nothing(cast: Cast, in_data: Holding, clerk: Person) -> None:
    with pytest.raises(NotFound):
        tie(cast.ops, "related", in_data, by=clerk)
    assert Link.objects.count() == 0


def test_senseless_links_are_refused(cast: Cast, in_ops: Holding) -> None:
    with pytest.raises(Refused):
        tie(cast.ops, "related", cast.ops, by=cast.lin)
    with pytest.raises(Invalid) as no:
        tie(cast.ops, "married-to", in_ops, by=cast.lin)
    assert "caused-by" in no.value.errors["kind"][0]
    link_kind("test-only", "runs", "is run by", a=["people.holding"], b=["people.department"])
    try:
        assert tie(in_ops, "test-only", cast.ops, by=cast.lin)
        with pytest.raises(Refused):
            tie(cast.ops, "test-only", in_ops, by=cast.lin)
    finally:
        del link_kinds["test-only"]


def test_tying_needs_the_right_and_is_recorded_at_both_ends(cast: Cast, in_ops: Holding) -> None:
    with pytest.raises(Forbidden):
        tie(cast.ops, "related", in_ops, by=cast.chen)
    made = tie_things(by=cast.lin, a=ref(cast.ops), kind="related", b=ref(in_ops), note="why")
    entry = Entry.objects.get()
    assert (entry.act, entry.object_type, entry.object_id) == ("links.tie", "links.link", made.pk)
    ends = set(EntryObject.objects.filter(entry_id=entry.pk).values_list("object_type", "object_id"))
    assert {("people.department", cast.ops.pk), ("people.holding", in_ops.pk)} <= ends


def test_untying_removes_and_is_recorded(cast: Cast, in_ops: Holding, clerk: Person) -> None:
    made = tie(cast.ops, "related", in_ops, by=cast.lin)
    with pytest.raises(Forbidden):
        untie_things(made, by=cast.wu)
    number = made.pk
    untie_things(made, by=clerk)
    assert Link.objects.count() == 0 and told(cast.ops, cast.lin) == []
    entry = Entry.objects.get(act="links.untie")
    assert entry.object_id == number
    assert EntryObject.objects.filter(entry_id=entry.pk, object_type="people.department").exists()


def test_another_apps_act_ties_under_its_own_permission(cast: Cast, in_ops: Holding) -> None:
    with given():
        bind(cast.ops, "related", in_ops, by=cast.chen)
    assert Link.objects.count() == 1


def test_a_page_of_rows_asks_a_constant_number_of_times(cast: Cast, django_assert_num_queries: object) -> None:
    holdings = list(Holding.objects.all())
    for one in holdings:
        tie(cast.ops, "related", one, by=cast.lin)
        tie(one, "caused-by", cast.company, by=cast.lin)
    visible(cast.lin, Holding).exists()
    with django_assert_num_queries(3):
        found = linked_all(holdings, cast.lin)
    assert all(len(found[one.pk]) == 2 for one in holdings)
    assert all(len(links) == 1 for links in linked_all(holdings, cast.lin, "caused-by").values())


def test_open_loops_are_one_query(cast: Cast, in_ops: Holding) -> None:
    tie(in_ops, "caused-by", cast.ops, by=cast.lin)
    assert list(Department.objects.filter(has_link("caused-by", Department, backward=True))) == [cast.ops]
    assert in_ops not in Holding.objects.filter(~has_link("caused-by", Holding))
    assert not Holding.objects.filter(has_link("caused-by", Holding, to=Person)).exists()
