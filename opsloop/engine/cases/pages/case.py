"""One case: where it stands, what it carries, and what happened."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.inbox.api import mark_read_about
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.cases import building
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.ui.page import PersonRequest, page


@require_safe
@page(see="cases")
def case_page(request: PersonRequest, pk: int) -> HttpResponse:
    """The present work with who has it, and the history."""
    rows = visible(request.person, Case).select_related("initiator", "department", "parent")
    case = rows.filter(pk=pk).first()
    if case is None:
        raise NotFound(_t("There is no such case."))
    mark_read_about(request.person, case)
    blocks = building.program(case.edition).blocks
    work = WorkItem.objects.filter(case=case, status="open").exclude(kind="copy").select_related("assignee")
    steps = [(one, blocks[one.node].title or case.title) for one in work.order_by("no")]
    return render(request, "cases/case.html", {"one": case, "steps": steps})
