"""Acts inside acts: one transaction, an entry each, and no no is swallowed."""

import json
from types import SimpleNamespace

import pytest

from opsloop.base.acts import (
    Call,
    Done,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Warned,
    act,
    acting,
    attempt,
    listen,
    operation,
    perform,
    perform_on,
)
from opsloop.base.acts import events as heard
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, hold, person, position
from opsloop.base.things.errors import StaleRow, SwallowedNo
from opsloop.base.things.frame import warn

pytestmark = pytest.mark.both


def test_each_act_leaves_its_entry_the_outer_first(sample: SimpleNamespace, may: Cast) -> None:
    perform("test.both", {"title": "New"}, Call(by=may.lin, behalf=may.wu, via="api"), on=may.ops.pk)
    entries = list(Entry.objects.order_by("id"))
    assert [(e.act, e.parent) for e in entries] == [("test.both", None), ("test.rename", 1), ("test.close", 1)]
    assert {(e.via, e.behalf_id) for e in entries} == {("api", may.wu.pk)}
    assert "changes" not in json.loads(entries[0].body) and "changes" in json.loads(entries[2].body)
    assert chain.verify() == []


def test_a_no_of_an_inner_act_undoes_all(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Refused):
        sample.both(may.ops, by=may.lin, title="None")
    assert not Entry.objects.exists()


def test_a_swallowed_no_stops_everything(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(SwallowedNo):
        sample.sly(may.ops, by=may.lin)
    assert not Entry.objects.exists() and Department.objects.get(pk=may.ops.pk).title == "operations"


@pytest.mark.parametrize("inner", ["forbidden", "not found", "invalid", "when", "direct"])
def test_no_kind_of_no_may_be_swallowed(sample: SimpleNamespace, may: Cast, inner: str) -> None:
    asks = {
        "forbidden": lambda: sample.close(may.ops, by=may.chen),
        "not found": lambda: perform("test.close", {}, Call(by=may.lin), on=999_999),
        "invalid": lambda: perform("test.rename", {}, Call(by=may.lin), on=may.ops.pk),
        "when": lambda: (sample.close(may.ops, by=may.lin), sample.close(may.ops, by=may.lin)),
        "direct": lambda: sample.rename(may.ops, by=may.lin, title="None", reason="because"),
    }
    noes = pytest.raises((Forbidden, NotFound, Invalid, Refused))
    with pytest.raises(SwallowedNo), operation(Call(by=may.lin)), noes:
        asks[inner]()
    assert not Entry.objects.exists()


def test_attempt_lives_with_a_no_and_drops_only_that_part(sample: SimpleNamespace, may: Cast) -> None:
    with operation(Call(by=may.lin)):
        sample.rename(may.data, by=may.lin, title="Kept", reason="because")
        got, no = attempt(lambda: sample.both(may.ops, by=may.lin, title="None"))
    assert got is None and isinstance(no, Refused)
    assert Entry.objects.get().object_id == may.data.pk and chain.verify() == []


def test_attempt_does_not_hide_a_no_that_was_swallowed_before(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(SwallowedNo), operation(Call(by=may.lin)):
        with pytest.raises(Refused):
            sample.rename(may.ops, by=may.lin, title="None", reason="because")
        attempt(lambda: sample.rename(may.ops, by=may.lin, title="None", reason="because"))


def test_attempt_puts_the_instances_back(sample: SimpleNamespace, may: Cast) -> None:
    @act("test.outer", "Outer", done="")
    def outer(department: Department, *, by: Person, inner: bool) -> Department:
        """Writes, tries, and writes on with the same instance."""
        department.title = "before"
        department.save()
        if inner:
            attempt(lambda: half(department, by=by))
        department.calendar = "after"
        department.save()
        return department

    @act("test.half", "Half", done="")
    def half(department: Department, *, by: Person) -> None:
        """Writes and then refuses."""
        warn("half", "Half done.")
        department.title, department.parent = "half", may.data
        department.save()
        department.calendar = "half"
        raise Refused("No.")

    outer(may.ops, by=may.lin, inner=True)
    row = Department.objects.get(pk=may.ops.pk)
    assert (row.title, row.calendar, row.parent) == ("before", "after", may.company) == (
        may.ops.title, may.ops.calendar, may.ops.parent
    )  # fmt: skip
    changes = json.loads(Entry.objects.get().body)["changes"][f"people.department:{may.ops.pk}"]
    assert changes == {"title": ["operations", "before"], "calendar": ["", "after"]}


def test_what_was_first_read_inside_a_refused_part_must_be_read_again(sample: SimpleNamespace, may: Cast) -> None:
    @act("test.outer", "Outer", done="")
    def outer(department: Department, *, by: Person) -> None:
        """Goes on with an instance that only the refused part had locked."""
        attempt(lambda: sample.rename(may.data, by=by, title="None", reason="because"))
        may.data.title = "old values"
        may.data.save()

    with pytest.raises(StaleRow):
        outer(may.ops, by=may.lin)


def test_attempt_gives_back_the_outer_acts_warnings(sample: SimpleNamespace, may: Cast) -> None:
    @act("test.outer", "Outer", done="")
    def outer(department: Department, *, by: Person) -> None:
        """Warns inside an attempt that is refused."""

        def part() -> None:
            warn("lost", "This part was dropped.")
            raise Refused("No.")

        attempt(part)

    outer(may.ops, by=may.lin)
    assert Entry.objects.count() == 1


def test_soft_rules_inside_an_attempt_are_its_no(sample: SimpleNamespace, may: Cast) -> None:
    with operation(Call(by=may.lin)):
        _got, no = attempt(lambda: sample.risky(may.ops, by=may.lin))
    assert isinstance(no, Warned) and not Entry.objects.exists()


def test_a_bulk_act_tries_each_of_its_objects(sample: SimpleNamespace, may: Cast) -> None:
    sample.close(may.data, by=may.lin)
    assert sample.try_all([may.ops, may.data], by=may.lin, title="New") == 2
    assert sample.try_all([may.ops, may.data], by=may.lin, title="None") == 0
    assert [e.act for e in Entry.objects.order_by("id")][-3:] == ["test.rename", "test.rename", "test.try_all"]


def test_perform_on_reaches_another_apps_act_with_the_same_instance(sample: SimpleNamespace, may: Cast) -> None:
    @act("people.note", "Note", done="{by} noted {department}")
    def note(department: Department, *, by: Person, day: int) -> Department:
        """Stands for another app's act."""
        department.calendar = f"d{day}"
        department.save()
        return department

    @act("test.through", "Through", done="")
    def through(department: Department, *, by: Person) -> None:
        """Calls it by its verb and goes on writing."""
        perform_on(department, "note", by=by, day="3")
        department.title = "after"
        department.save()

    sun = person("Sun", position("half", may=["test.*"], sees={"*": "all"}), may.ops)
    with pytest.raises(Forbidden):  # its own permission is checked
        through(may.ops, by=sun)
    hold(sun, position("noter", may=["people.note"], sees={"*": "all"}), may.ops)
    with pytest.raises(Invalid):
        perform_on(may.ops, "note", by=sun, day="x")
    through(may.ops, by=sun)
    row = Department.objects.get(pk=may.ops.pk)
    assert (row.title, row.calendar) == ("after", "d3")
    with acting(Call(by=may.robot, behalf=may.wu, via="job:1")):
        perform_on(may.ops, "note", by=sun, day=4)
    assert Entry.objects.latest("id").via == "job:1"


@pytest.fixture
def ears():
    kept = {name: list(fns) for name, fns in heard._listeners.items()}
    yield
    heard._listeners.clear()
    heard._listeners.update(kept)


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_after_the_commit_and_harm_nobody(sample: SimpleNamespace, may: Cast, ears: None) -> None:
    seen: list[Done] = []

    @listen("test.rename")
    def broken(done: Done) -> None:
        raise ValueError("a listener's own trouble")

    @listen("test.rename")
    def follow(done: Done) -> None:
        seen.append(done)
        sample.close(Department.objects.get(pk=done.object_id), by=may.robot)

    with pytest.raises(Refused):
        sample.rename(may.ops, by=may.lin, title="None", reason="because")
    assert not seen
    sample.rename(may.ops, by=may.lin, title="New", reason="because")
    assert [(d.act, d.entry_id, d.by_id, d.object_id) for d in seen] == [("test.rename", 1, may.lin.pk, may.ops.pk)]
    assert [(e.act, e.parent) for e in Entry.objects.order_by("id")] == [("test.rename", None), ("test.close", None)]
    assert Department.objects.get(pk=may.ops.pk).closed_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_dropped_part_sends_no_event(sample: SimpleNamespace, may: Cast, ears: None) -> None:
    seen: list[str] = []
    listen("*")(lambda done: seen.append(done.act))
    with operation(Call(by=may.lin)):
        sample.rename(may.data, by=may.lin, title="Kept", reason="because")
        attempt(lambda: sample.both(may.ops, by=may.lin, title="None"))
    perform("test.close", {}, Call(by=may.lin, dry=True), on=may.ops.pk)
    assert seen == ["test.rename"]
