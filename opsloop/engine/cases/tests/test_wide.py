"""A case's own row goes by fixed statements: what they read, write and refuse is what the ORM's would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsloop.base.acts import Call, NotFound, perform
from opsloop.base.testing import Cast, given, make
from opsloop.base.things.errors import Stale, StaleRow
from opsloop.base.things.frame import running
from opsloop.base.things.querysets import whole
from opsloop.engine.cases.models import Case, Edition
from opsloop.engine.cases.tests.crewed import start

pytestmark = pytest.mark.both


@pytest.fixture
def case(crew: Cast) -> Case:
    """One with something in every column."""
    edition = make(Edition, sop="refund", number=9, sha256="x", definition={})
    at = timezone.now()
    above = make(Case, edition=edition, sop="refund", title="Above", initiator=crew.lin)
    return make(
        Case, edition=edition, sop="refund", title="退款 “1”", key="k", status="running", initiator=crew.lin,
        department=crew.ops, values={"amount": "12.50", "rows": [{"a": None}]}, level="high", judged="low",
        started=at, happened=at - timedelta(days=1), due=at + timedelta(days=1), suspended=at, ended=at, last_no=7,
        last_event=8, acted=True, approved=3, doers={"s1": [crew.lin.pk]}, pauses=[["a", "b"]], kept={"m": [{"x": 1}]},
        parent=above, parent_activation=4, subject_type="people.person", subject_id=crew.lin.pk, alert=5, raised=[1, 2],
    )  # fmt: skip


def test_the_row_is_read_as_the_orm_reads_it(case: Case) -> None:
    with given():
        found = Case.under_lock(case.pk)
        same = Case.objects.get(pk=case.pk)
    assert found is not None and all(value not in (None, "", 0, {}, []) for value in whole(found).values())
    assert whole(found) == whole(same)
    assert (found.pk, found.revision, found._state.db) == (same.pk, same.revision, same._state.db)
    assert not found._state.adding and not found.get_deferred_fields()


def test_it_is_locked_where_rows_are_locked(case: Case) -> None:
    with given(), CaptureQueriesContext(connection) as asked:
        Case.under_lock(case.pk)
    assert asked[0]["sql"].endswith(" for update") is connection.features.has_select_for_update


@pytest.mark.parametrize("number", [0, -1, 4711, 2**63 - 1, 2**63, 10**40])
def test_what_is_no_case_is_not_there(number: int, crew: Cast) -> None:
    with given():
        assert Case.under_lock(number) is None
    with pytest.raises(NotFound):
        perform("cases.comment", {"text": "Hello"}, Call(by=crew.lin), on=number)


def test_who_may_not_see_it_does_not_reach_it(case: Case, crew: Cast) -> None:
    mine = start(crew.wang)
    assert perform("cases.comment", {"text": "Hello"}, Call(by=crew.wang), on=mine.pk).pk == mine.pk
    for by in (crew.wang, crew.zhao):
        with pytest.raises(NotFound):
            perform("cases.comment", {"text": "Hello"}, Call(by=by), on=case.pk)


def test_a_save_writes_every_kind_of_column(case: Case) -> None:
    new: dict[str, Any] = {
        "title": "New", "key": None, "values": {}, "due": None, "ended": timezone.now(), "acted": False,
        "pauses": [["c", None]], "raised": [], "department_id": None, "alert": 2**40,
    }  # fmt: skip
    with given():
        row = Case.objects.get(pk=case.pk)
        for name, value in new.items():
            setattr(row, name, value)
        row.save()
        diff = running().lines[-1].changes[f"cases.case:{case.pk}"]
        again = Case.objects.get(pk=case.pk)
    assert diff.keys() == new.keys()
    assert {name: getattr(again, name) for name in new} == new
    assert again.revision == case.revision + 1 == row.revision


def test_an_expression_is_worked_out_by_the_database(case: Case) -> None:
    with given():
        row = Case.objects.get(pk=case.pk)
        row.last_no = F("last_no") + 1
        row.save()
    assert (row.last_no, row.revision) == (8, case.revision + 1)


def test_a_write_between_is_not_lost(case: Case) -> None:
    with given():
        row = Case.objects.get(pk=case.pk)
        Case.objects.filter(pk=case.pk).update(title="Between")
        row.level = "low"
        with pytest.raises(StaleRow):
            row.save()
    with given():
        row = Case.objects.get(pk=case.pk)
        row._was = {**(row._was or {}), "revision": row.revision - 1}
        row.level = "low"
        with pytest.raises(Stale):
            row.save()
    assert Case.objects.get(pk=case.pk).level == "high"
