"""What I am told: unread first, by day; opening a line reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.inbox.kinds import notice_kinds
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.queries import mark_read, notices
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.ui.formats import day
from opsloop.ui.page import PersonRequest, page

PER_PAGE = 50
UNREAD = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class Chip:
    """A kind to filter by. name: empty for all kinds."""

    name: str
    title: str
    unread: int


def kind_title(name: str) -> str:
    """What a kind is called; its name where no app knows it any more."""
    known = notice_kinds.get(name)
    return str(known.label) if known else name


def chips(person: Person) -> list[Chip]:
    """All, then each kind that the person has lines of."""
    rows = Notice.objects.filter(person=person).values("kind").order_by("kind")
    counted = rows.annotate(unread=Count("pk", filter=Q(read_at__isnull=True)))
    kinds = [Chip(row["kind"], kind_title(row["kind"]), row["unread"]) for row in counted]
    every = Chip("", _t("All"), sum(one.unread for one in kinds))
    return [every, *sorted(kinds, key=lambda one: one.title)]


def by_day(rows: Iterable[Notice]) -> list[tuple[str, list[Notice]]]:
    """(day in words, its lines), in the order of the rows."""
    found = groupby(rows, key=lambda one: timezone.localtime(one.at).date())
    return [(day_title(when), list(lines)) for when, lines in found]


def day_title(when: date) -> str:
    """Today, yesterday, else the date."""
    today = timezone.localdate()
    if when == today:
        return _t("Today")
    return _t("Yesterday") if when == today - timedelta(days=1) else day(when)


@require_safe
@page(anyone=True)
def inbox(request: PersonRequest) -> HttpResponse:
    """My lines; `kind` narrows, `page` goes back in time."""
    found = chips(request.person)
    asked = request.GET.get("kind", "")
    kind = asked if any(one.name == asked for one in found) else ""
    said = request.GET.get("page", "1")
    number = max(1, int(said)) if said.isdecimal() and len(said) < 6 else 1
    rows = notices(request.person, kind=kind or None).annotate(new=UNREAD).order_by("-new", "-at", "-id")
    start = (number - 1) * PER_PAGE
    lines = list(rows[start : start + PER_PAGE + 1])
    more, lines = len(lines) > PER_PAGE, lines[:PER_PAGE]
    unread = [one for one in lines if one.read_at is None]
    context: dict[str, Any] = {
        "chips": found,
        "kind": kind,
        "sections": [
            (title, by_day(part), new)
            for title, part, new in (
                (_t("Unread"), unread, True),
                (_t("Read"), [one for one in lines if one.read_at is not None], False),
            )
            if part
        ],
        "unread": next(one.unread for one in found if one.name == kind),
        "older": number + 1 if more else None,
        "newer": number - 1 if number > 1 else None,
        "kinds": {one.name: one.title for one in found},
    }
    return render(request, "inbox/inbox.html", context)


@require_safe
@page(anyone=True)
def open_notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Read it, and go where it leads; one that leads nowhere is shown whole."""
    found = notices(request.person).filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such notice."))
    mark_read(request.person, [found.pk])
    if found.link:
        return redirect(found.link)
    return render(request, "inbox/notice.html", {"one": found, "kind": kind_title(found.kind)})


@require_POST
@page(anyone=True)
def read_all(request: PersonRequest) -> HttpResponse:
    """Everything, or everything of one kind, is read; a mark is no act."""
    kind = request.POST.get("kind", "")
    rows = notices(request.person, unread=True, kind=kind or None)
    mark_read(request.person, list(rows.values_list("pk", flat=True)) if kind else None)
    return redirect(f"{reverse('inbox:list')}?kind={kind}" if kind in notice_kinds else reverse("inbox:list"))
