"""All sheets, for a search or a file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.data.sources.models import Source
from opsloop.data.submissions.models import TO_FILL, Submission
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter

TONES = {"open": "secondary", "submitted": "blue", "returned": "orange", "approved": "green"}


class Sheets(Listing):
    """Source, period, department, deadline, state and who filled in and checked."""

    name = "submissions"
    model = Submission
    title = _("All sheets")
    columns = (
        Column(name="source.title", label=_("Sheet to fill in"), value=lambda sheet: sheet.source.name, link=True),
        Column(name="day"),
        Column(name="department.title", label=_("Department")),
        Column(name="due_at", late=lambda sheet: sheet.overdue),
        Column(name="state", tones=TONES),
        Column(name="late"),
        Column(name="submitted_by.name", label=_("Submitted by")),
        Column(name="submitted_at"),
        Column(name="checked_by.name", label=_("Reviewed by")),
        Column(name="checked_at", on=False),
    )
    filters = (
        PickFilter(name="source", model=Source),
        ChoiceFilter(name="state"),
        DayFilter(name="day"),
        PickFilter(name="department", model=Department, below=True),
        FlagFilter(name="overdue", label=_("Overdue"), when=lambda: Q(state__in=TO_FILL, due_at__lt=timezone.now())),
        FlagFilter(name="late", label=_("Handed in late"), when=lambda: Q(late=True)),
    )
    order = ("-day",)
    empty = _("There is no sheet yet.")
    empty_hint = _("A source that arrives by a form opens one for each period.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).select_related("source", "department", "submitted_by", "checked_by")
