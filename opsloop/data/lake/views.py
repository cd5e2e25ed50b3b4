"""What the numbers rest on: tables with their newest version, older versions, the files behind each."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.lake import erasing, keys
from opsloop.data.lake.comparing import compare
from opsloop.data.lake.lists import Versions
from opsloop.data.lake.manifest import files_of, newest
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.queries import published_by, tables
from opsloop.data.lake.reading import LakeColumn, columns_for
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

MOST_FILES = 500
MOST_OTHERS = 200
CLASSES = {
    "contact": _("Contact"),
    "identity": _("Identity"),
    "health": _("Health"),
    "pay": _("Pay"),
    "appraisal": _("Appraisal"),
    "complaint": _("Complaint"),
}


@require_safe
@page(see="lake")
def table_list(request: PersonRequest) -> HttpResponse:
    """Is each table as new as it should be, and where did it come from?"""
    return render(request, "lake/tables.html", {"tables": tables(), "erases": can(request.person, "lake.ask_erasure")})


@page(see="lake")
def version_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Versions, template="lake/versions.html")


@require_safe
@page(see="lake")
def version_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One version: who published it and why, and the files it is made of."""
    found = visible(request.person, Snapshot).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such data version."))
    files = files_of(found)
    older = Snapshot.objects.filter(table=found.table, pk__lt=found.pk, retired_at__isnull=True).exists()
    last = newest(found.table)
    count = files.count()
    context = {
        "columns": _columns(request.person, found),
        "version": found,
        "by": published_by([found.pk]).get(found.pk),
        "files": list(files[:MOST_FILES]),
        "count": count,
        "more": max(0, count - MOST_FILES),
        "size": files.aggregate(size=Sum("size"))["size"] or 0,
        "older": older and found.retired_at is None,
        "newest": last if last is not None and last.pk != found.pk else None,
    }
    return render(request, "lake/version.html", context)


def _columns(person: Person, version: Snapshot) -> list[tuple[LakeColumn, str]]:
    """(column, its class of sensitivity in words)."""
    if not version.columns:
        return []
    return [(one, str(CLASSES.get(one.personal, one.personal))) for one in columns_for(person, version)]


@require_safe
@page(see="lake")
def compare_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What a load changed: the version beside the one before it, or beside any other."""
    rows = visible(request.person, Snapshot).filter(retired_at__isnull=True)
    after = rows.filter(pk=pk).first()
    others = rows.filter(table=after.table).exclude(pk=pk) if after is not None else rows.none()
    asked = request.GET.get("with", "")
    wanted = others.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else others.filter(pk__lt=pk)
    before = wanted.order_by("-pk").first()
    if after is None or before is None:
        raise NotFound(_t("There is no such data version."))
    context = {
        "before": before,
        "after": after,
        "others": others.order_by("-pk")[:MOST_OTHERS],
        "rows": after.rows - before.rows,
        "found": compare(before, after),
    }
    return render(request, "lake/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="lake.ask_erasure")
def erasure_page(request: PersonRequest) -> HttpResponse:
    """Where a person's rows lie, before they are erased. The value is posted, so that no log has it."""
    value = request.POST.get("value", "").strip()[:200]
    subject = keys.pseudonym(value) if value else ""
    rows = erasing.held(subject) if subject else []
    return render(request, "lake/erasure.html", {"subject": subject, "rows": rows})
