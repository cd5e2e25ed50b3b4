"""One decision over many objects, and many decisions from a list of rows."""

import json
from types import SimpleNamespace

import pytest

from opsloop.base.acts import Call, Forbidden, Invalid, NotFound, Refused, Warned, each, perform
from opsloop.base.acts import run as running
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Absence, Department
from opsloop.base.testing import LONG_AGO, Cast, department, make

pytestmark = pytest.mark.both
OKAY = {"title": "New", "reason": "because"}


def test_a_bulk_act_is_one_entry_with_every_change_and_an_index(sample: SimpleNamespace, may: Cast) -> None:
    ids = [may.ops.pk, may.company.pk, may.data.pk]
    assert perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=ids) == 3
    entry = Entry.objects.get()
    body = json.loads(entry.body)
    assert body["args"]["on"] == ids and len(body["changes"]) == 3 and body["answer"] == 3
    assert body["names"] == ["operations", "company", "data"] and entry.object_id is None
    assert set(EntryObject.objects.values_list("object_type", "object_id")) == {("people.department", i) for i in ids}
    assert chain.verify() == []


def test_one_that_may_not_be_seen_stops_a_bulk_act(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(NotFound, match="999999"):
        perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=[may.ops.pk, 999_999])
    with pytest.raises(Forbidden):
        sample.calendar([may.ops], by=may.wu, calendar="shop")
    assert Department.objects.filter(calendar="shop").count() == 0


def test_nothing_and_too_much_are_refused(sample: SimpleNamespace, may: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert running.BULK_LIMIT == 1000
    monkeypatch.setattr(running, "BULK_LIMIT", 2)
    with pytest.raises(Invalid):
        perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=[])
    with pytest.raises(Refused):
        sample.calendar([], by=may.lin, calendar="shop")
    with pytest.raises(Refused):
        ids = [may.ops.pk, may.company.pk, may.data.pk]
        perform("test.calendar", {"calendar": "shop"}, Call(by=may.lin), on=ids)


def test_the_callers_instances_of_a_bulk_act_are_refreshed_in_one_query(
    sample: SimpleNamespace, may: Cast, django_assert_max_num_queries
) -> None:
    many = [department(f"d{n}") for n in range(30)]
    sample.rename(many[0], by=may.lin, title="Other", reason="because")
    many[0].title = "stale"
    with django_assert_max_num_queries(30 + 15):
        sample.calendar(many, by=may.lin, calendar="shop")
    assert many[0].title == "Other"


def test_a_substitutes_part_of_a_bulk_act_is_on_behalf(sample: SimpleNamespace, may: Cast) -> None:
    make(Absence, person=may.lin, substitute=may.zhao, starts_at=LONG_AGO)
    perform("test.calendar", {"calendar": "shop"}, Call(by=may.zhao), on=[may.ops.pk])
    assert Entry.objects.get().behalf_id == may.lin.pk


def test_a_bad_row_spoils_only_itself(sample: SimpleNamespace, may: Cast) -> None:
    rows = [
        (may.ops.pk, OKAY),
        (999_999, OKAY),
        (may.data.pk, {"title": "", "reason": "because"}),
        (may.data.pk, {**OKAY, "title": "None"}),
        ("x", OKAY),
        (may.data.pk, OKAY),
    ]
    out = list(each("test.rename", rows, Call(by=may.lin, via="import")))
    assert [type(o.error) for o in out] == [type(None), NotFound, Invalid, Refused, Invalid, type(None)]
    assert [o.row for o in out] == list(range(6))
    entries = Entry.objects.order_by("id")
    assert [e.object_id for e in entries] == [may.ops.pk, may.data.pk] and {e.via for e in entries} == {"import"}
    assert chain.verify() == []


def test_rows_go_in_chunks_and_an_import_repeated_with_its_key_does_only_what_is_missing(
    sample: SimpleNamespace, may: Cast
) -> None:
    rows = [(None, {"code": f"c{n}", "title": f"C {n}"}) for n in range(7)]
    call = Call(by=may.lin, key="import-1")
    first = each("test.found", iter(rows), call, chunk=3)
    for _n in range(3):
        next(first)
    first.close()  # the process died after the first chunk
    assert Department.objects.filter(code__startswith="c").exclude(code="company").count() == 3
    out = list(each("test.found", rows, call, chunk=4))
    assert all(o.error is None for o in out) and Department.objects.filter(code__regex="^c[0-9]").count() == 7
    assert [hasattr(o.result, "_repeated") for o in out] == [True] * 3 + [False] * 4
    assert Entry.objects.filter(key__startswith="import-1:").count() == 7


def test_each_row_names_its_own_soft_rules(sample: SimpleNamespace, may: Cast) -> None:
    out = list(each("test.risky", [(may.ops.pk, {}), (may.data.pk, {})], Call(by=may.lin)))
    assert [type(o.error) for o in out] == [Warned, Warned]
    told = Call(by=may.lin, overrides={"far": "we know", "deep": "we know"})
    assert [o.error for o in each("test.risky", [(may.ops.pk, {})], told)] == [None]


def test_a_dry_import_is_a_preview(sample: SimpleNamespace, may: Cast) -> None:
    out = list(each("test.rename", [(may.ops.pk, OKAY), (999_999, OKAY)], Call(by=may.lin, dry=True)))
    assert [type(o.error) for o in out] == [type(None), NotFound] and not Entry.objects.exists()


def test_a_key_that_leaves_no_room_for_row_numbers_is_invalid(sample: SimpleNamespace, may: Cast) -> None:
    with pytest.raises(Invalid):
        list(each("test.rename", [(may.ops.pk, OKAY)], Call(by=may.lin, key="k" * 75)))
