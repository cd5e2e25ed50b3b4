"""Departments: the tree, and one of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.people.models import Department
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.ui.departments import queries
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="people")
def tree_page(request: PersonRequest) -> HttpResponse:
    """The whole company at a glance: who leads what, with how many people."""
    closed = request.GET.get("closed") == "1"
    return render(request, "departments/tree.html", {
        "nodes": queries.tree(request.person, closed=closed), "closed": closed,
    })  # fmt: skip


@require_safe
@page(see="people")
def department_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One department: people, positions planned and held, what is below it, and its working hours."""
    by = request.person
    one = visible(by, Department).select_related("parent").filter(pk=pk).first()
    if one is None:
        raise NotFound(_t("There is no such {what}.").format(what=Department._meta.verbose_name))
    held = [holding for holding in queries.held_now(by) if holding.department_id == one.pk]
    nodes = queries.tree(by, closed=True)
    calendar = queries.calendar_of(one)
    context = {
        "one": one,
        "held": held,
        "node": next(node for node in nodes if node.department.pk == pk),
        "below": [node for node in nodes if node.department.parent_id == pk],
        "posts": queries.posts(one, held),
        "calendar": calendar,
        "week": queries.week(calendar),
    }
    return render(request, "departments/department.html", context)
