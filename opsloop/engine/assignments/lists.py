"""Assignments as lists: what I do, what I gave, what I am kept informed of, everything I may see; and the series."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.engine.assignments.models import RUNNING, Assignment, Series, State
from opsloop.engine.assignments.queries import LIMIT, copied_to, given_by, to_do
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {
    State.OPEN: "orange", State.ACCEPTED: "blue", State.DONE: "green", State.DECLINED: "red",
    State.WITHDRAWN: "secondary",
}  # fmt: skip


class Assignments(Listing):
    """Everything that one may see; what is due first stands first."""

    name = "assignments"
    model = Assignment
    title = _("All assignments")
    columns = (
        Column(name="title", link=True, value=lambda row: row.name),
        Column(name="state", tones=TONES),
        Column(
            name="limit", label=_("By when"), value=lambda row: row.limit_at, kind="moment", late=lambda r: r.is_late
        ),
        Column(name="doer.name", label=_("Who does it"), value=lambda row: row.whose),
        Column(name="asked_by.name", label=_("Asked by")),
        Column(name="department.title", label=_("Department"), on=False),
        Column(name="asked_at", on=False),
        Column(name="due_at", label=_("Asked for"), on=False),
        Column(name="done_at", on=False),
        Column(name="moved", on=False),
        Column(name="urged", on=False),
    )
    filters = (
        TextFilter(fields=("title", "note", "word")),
        ChoiceFilter(name="state"),
        FlagFilter(name="running", label=_("Not done yet"), when=lambda: Q(state__in=RUNNING)),
        FlagFilter(name="late", label=_("Overdue"), when=lambda: Q(state__in=RUNNING, limit__lt=timezone.now())),
        DayFilter(name="due_at"),
        PickFilter(name="doer", model=Person),
        PickFilter(name="asked_by", model=Person),
        PickFilter(name="department", model=Department, below=True),
    )
    order = ("limit", "id")
    acts = ("assignments.give",)
    empty = _("No assignment here.")
    empty_hint = _("Write who, what and by when in one line; several lines at once work too.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows = super().rows(by).annotate(limit=LIMIT)
        found: QuerySet[Any] = rows.select_related("doer", "position", "asked_by", "department")
        return found


class MyAssignments(Assignments):
    """待办: what I have to do, or may take on for my post."""

    name = "my-assignments"
    title = _("Mine to do")
    empty = _("Nothing is given to you.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return to_do(by)


class GivenAssignments(Assignments):
    """我发起: what I asked of others; overdue ones first."""

    name = "given-assignments"
    title = _("Given by me")
    empty = _("You have given nothing to anybody.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return given_by(by)


class CopiedAssignments(Assignments):
    """抄送我."""

    name = "copied-assignments"
    title = _("Copied to me")

    def rows(self, by: Person) -> QuerySet[Any]:
        return copied_to(by)


class AllSeries(Listing):
    """What comes round, and when next."""

    name = "assignment-series"
    model = Series
    title = _("Recurring assignments")
    columns = (
        Column(name="title", link=True),
        Column(name="doer.name", label=_("Who does it"), value=lambda row: row.whose),
        Column(name="rhythm"),
        Column(name="next_on", kind="day"),
        Column(name="asked_by.name", label=_("Asked by")),
        Column(name="ends_on", on=False),
        Column(name="stopped_at", on=False),
    )
    filters = (
        TextFilter(fields=("title", "note")),
        ChoiceFilter(name="rhythm"),
        FlagFilter(name="running", label=_("Still running"), when=lambda: Q(stopped_at=None, next_on__isnull=False)),
        PickFilter(name="doer", model=Person),
    )
    order = ("next_on", "id")
    acts = ("assignments.repeat",)
    empty = _("Nothing comes round yet.")
    empty_hint = _("Set up what has to be done every day, week or month once; it is given by itself.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("doer", "position", "asked_by")
        return rows
