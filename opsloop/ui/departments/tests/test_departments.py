"""Departments: the tree with heads and numbers, and one department."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsloop.base.people.models import Department, Position
from opsloop.base.testing import Cast, department, given, hold, person
from opsloop.ui.departments.queries import tree
from opsloop.ui.people.tests.test_people import shown
from opsloop.ui.testing import signed_in


@pytest.fixture
def lin(cast: Cast) -> Client:
    return signed_in(cast.lin)


def report(cast: Cast) -> None:
    """The specialist reports to the manager; operations plans two specialists."""
    with given():
        post = Position.objects.get(pk=cast.specialist.pk)
        post.reports_to, post.headcount, post.department = cast.manager, 2, cast.ops
        post.save()


def told(cast: Cast) -> dict[str, tuple[list[str], int, int]]:
    found = tree(cast.lin)
    return {n.department.code: ([str(h) for h in n.heads], len(n.here), len(n.below)) for n in found}


def test_the_tree_counts_everyone_once_and_names_who_leads(cast: Cast) -> None:
    report(cast)
    hold(cast.chen, cast.specialist, cast.data)
    hold(cast.wu, cast.analyst, cast.ops, starts_at=timezone.now() + timedelta(days=1))
    assert told(cast) == {
        "company": ([], 1, 4), "operations": (["Lin"], 2, 2), "data": ([], 2, 2),
    }  # fmt: skip


def test_brothers_stand_under_their_parent(cast: Cast, lin: Client) -> None:
    department("shop", "Shop", cast.ops)
    text = shown(lin, "/departments/")
    assert text.index(">operations<") < text.index(">Shop<") < text.index(">data<")
    assert f'href="/people/?department={cast.company.pk}"' in text


def test_closed_departments_are_shown_when_asked_for(cast: Cast, lin: Client) -> None:
    old = department("old", "Old shop", cast.ops)
    with given():
        row = Department.objects.get(pk=old.pk)
        row.closed_at = timezone.now()
        row.save()
    assert "Old shop" not in shown(lin, "/departments/")
    assert "Old shop" in shown(lin, "/departments/?closed=1")


def test_a_department_shows_people_positions_open_places_and_hours(cast: Cast, lin: Client) -> None:
    report(cast)
    text = shown(lin, f"/departments/{cast.ops.pk}/")
    assert "Chen" in text and "1 place open" in text and "Working hours" in text and "09:00–12:00" in text
    assert 'href="/playbook/position/operations-specialist/"' in text
    for act in ("rename", "move", "close"):
        assert f"/act/departments.{act}/{cast.ops.pk}/" in text
    assert f"/act/departments.found/?parent={cast.ops.pk}" in text
    assert "/act/departments.move/" not in shown(lin, f"/departments/{cast.company.pk}/")


def test_pages_need_sign_in_and_the_right_to_see(cast: Cast) -> None:
    chen, zhao = signed_in(cast.chen), signed_in(cast.zhao)
    for address in ("/departments/", f"/departments/{cast.ops.pk}/"):
        assert Client().get(address).status_code == 302
        assert zhao.get(address).status_code == 403
        assert "/act/departments." not in shown(chen, address)
    assert chen.get("/departments/99999/").status_code == 404
    assert "Wu" not in shown(chen, f"/departments/{cast.data.pk}/")  # people of others are not hers to see


def test_the_number_of_queries_does_not_grow(cast: Cast, lin: Client) -> None:
    shown(lin, "/departments/")
    with CaptureQueriesContext(connection) as few:
        shown(lin, "/departments/")
    for n in range(12):
        person(f"P{n}", cast.specialist, department(f"d{n}", parent=cast.ops))
    with CaptureQueriesContext(connection) as many:
        shown(lin, "/departments/")
    assert len(many) == len(few) and Department.objects.count() == 15
