"""Business rows are written in acts only, and what changed is known without anybody saying it."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connections
from django.db.models import F

from opsloop.base.acts import Call, operation
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.base.things.errors import Stale, StaleRow, WriteOutsideAct
from opsloop.base.things.frame import running, warn

pytestmark = pytest.mark.both


def changes(model: type, pk: int) -> dict[str, Any]:
    """What the running operation will write down of one row."""
    return running().lines[-1].changes.get(f"{model._meta.label_lower}:{pk}", {})


def test_every_write_outside_an_act_raises(cast: Cast) -> None:
    row = Department.objects.get(pk=cast.ops.pk)
    writes = [
        row.save,
        row.delete,
        lambda: Department.objects.update(title="x"),
        lambda: Department.objects.filter(pk=1).delete(),
        lambda: Department.objects.bulk_create([Department(code="x", title="x")]),
        lambda: Department.objects.create(code="x", title="x"),
        lambda: cast.company.children.update(title="x"),
        lambda: cast.company.children.add(row, bulk=True),
        lambda: Department._base_manager.update(title="x"),
    ]
    for write in writes:
        with pytest.raises(WriteOutsideAct):
            write()
    with given(), pytest.raises(NotImplementedError):
        Department.objects.bulk_update([row], ["title"])


def test_an_operation_without_an_act_is_outside_too(cast: Cast) -> None:
    with operation(Call(by=cast.lin)):
        row = Department.objects.get(pk=cast.ops.pk)
        with pytest.raises(WriteOutsideAct):
            row.save()
        with pytest.raises(RuntimeError):
            warn("code", "text")


def test_a_save_notes_the_first_old_and_the_last_new_value(cast: Cast) -> None:
    with given():
        row = Department.objects.get(pk=cast.ops.pk)
        for title in ("A", "B"):
            row.title = title
            row.save()
        assert changes(Department, row.pk) == {"title": ("operations", "B")}
    assert Department.objects.get(pk=cast.ops.pk).revision == row.revision


def test_a_row_read_before_or_in_part_is_stale(cast: Cast) -> None:
    early = Department.objects.get(pk=cast.ops.pk)
    with given():
        for row in (early, Department.objects.only("title").get(pk=cast.ops.pk)):
            for write in (row.save, row.delete):
                with pytest.raises(StaleRow):
                    write()
        early.refresh_from_db()
        early.title = "read again"
        early.save()
        for row in Department.objects.filter(pk=early.pk).iterator():
            row.title = "read by iterator"
            row.save()


def test_the_second_instance_of_a_row_does_not_overwrite_the_first(cast: Cast) -> None:
    with given():
        one, two = (Department.objects.get(pk=cast.ops.pk) for _n in range(2))
        one.title = "one"
        one.save()
        two.calendar = "two"
        with pytest.raises(StaleRow):
            two.save(update_fields=["calendar"])


def test_an_instance_read_before_an_update_of_many_is_stale(cast: Cast) -> None:
    with given():
        row = Department.objects.get(pk=cast.ops.pk)
        Department.objects.filter(pk=row.pk).update(calendar="by update")
        with pytest.raises(StaleRow):
            row.save()


def test_a_row_that_another_process_wrote_is_stale(cast: Cast) -> None:
    with given():
        row = Department.objects.get(pk=cast.ops.pk)
        with connections["default"].cursor() as cursor:  # stands for the other process
            cursor.execute("update people_department set revision = revision + 1 where id = %s", [row.pk])
        with pytest.raises(Stale):
            row.save()


def test_a_chosen_key_never_overwrites_the_row_that_has_it(cast: Cast) -> None:
    with pytest.raises(IntegrityError), given():
        Department(pk=cast.ops.pk, code="other", title="Other").save()


def test_update_fields_note_only_what_is_saved_and_forget_nothing(cast: Cast) -> None:
    with given():
        row = Department.objects.get(pk=cast.ops.pk)
        row.title, row.calendar = "T", "shop"
        row.save(update_fields=["title"])
        assert changes(Department, row.pk) == {"title": ("operations", "T")}
        row.save()
        assert changes(Department, row.pk) == {"title": ("operations", "T"), "calendar": ("", "shop")}
        row.parent = None
        row.save(update_fields=["parent"])
        assert changes(Department, row.pk)["parent_id"] == (cast.company.pk, None)


def test_a_list_changed_in_place_is_a_change(cast: Cast) -> None:
    mandate = make(Mandate, position=cast.manager, from_day=date(2026, 1, 1), version="2", may=["a.*"])
    with given():
        row = Mandate.objects.get(pk=mandate.pk)
        row.may.append("b.*")
        row.save()
        row.may.append("not saved")
        assert changes(Mandate, row.pk) == {"may": (["a.*"], ["a.*", "b.*"])}


def test_an_expression_is_noted_as_the_value_it_became(cast: Cast) -> None:
    with given():
        row = Position.objects.get(pk=cast.manager.pk)
        row.headcount = F("headcount") + 2
        row.save()
        assert row.headcount == 3 and changes(Position, row.pk) == {"headcount": (1, 3)}


def test_an_update_of_many_notes_each_row_and_raises_the_revision(cast: Cast) -> None:
    before = {d.pk: d.revision for d in Department.objects.all()}
    with given():
        assert (
            Department.objects.filter(parent=cast.company).order_by("-title").update(title=F("code"), calendar="c") == 2
        )
        assert changes(Department, cast.ops.pk) == {"calendar": ("", "c")}
        assert changes(Department, cast.company.pk) == {}
    after = {d.pk: d.revision for d in Department.objects.all()}
    assert {pk for pk in after if after[pk] != before[pk]} == {cast.ops.pk, cast.data.pk}


def test_an_update_through_a_join_and_distinct_locks_and_notes(cast: Cast) -> None:
    with given():
        rows = Person.objects.filter(holdings__department__parent=cast.company).distinct()
        assert rows.update(language="en") == 3
        assert changes(Person, cast.chen.pk) == {"language": ("zh-hans", "en")}


def test_what_is_made_in_bulk_is_noted_and_may_be_saved(cast: Cast) -> None:
    with given():
        (row,) = Department.objects.bulk_create([Department(code="a", title="A")])
        assert changes(Department, row.pk)["code"] == (None, "a")
        row.title = "B"
        row.save()
        assert changes(Department, row.pk)["title"] == (None, "B")
        with pytest.raises(NotImplementedError):
            Department.objects.bulk_create([Department(code="a", title="A")], ignore_conflicts=True)


def test_what_is_deleted_is_noted_whole_as_it_was_read(cast: Cast) -> None:
    with given():
        row = cast.chen.holdings.get()
        pk, row.kind = row.pk, "acting"
        row.delete()
        assert changes(Holding, pk)["kind"] == ("permanent", None)
        other = cast.wu.holdings.get().pk
        assert Holding.objects.filter(person=cast.wu).delete()[0] == 1
        assert changes(Holding, other)["person_id"] == (cast.wu.pk, None)


def test_an_update_of_a_field_that_is_not_there_is_djangos_error(cast: Cast) -> None:
    with given(), pytest.raises(FieldDoesNotExist):
        Department.objects.update(colour="red")


def test_reading_outside_an_act_costs_no_copy(cast: Cast) -> None:
    assert Department.objects.get(pk=cast.ops.pk)._was is None
    assert json.dumps(sorted(Department.objects.values_list("code", flat=True)))
