"""Recurring cases: the next run, where the last one stands, what is paused or in trouble."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.engine.series.models import Series
from opsloop.ui.lists import ChoiceFilter, Column, FlagFilter, Listing, PickFilter, TextFilter


def _last(row: Series) -> str:
    if row.last_run is None:
        return ""
    return f"{row.last_run.day.isoformat()} · {row.last_run.standing[0]}"


class AllSeries(Listing):
    """What comes round next stands first."""

    name = "series"
    model = Series
    title = _("Recurring cases")
    columns = (
        Column(name="title", link=True),
        Column(name="stopped_at", label=_("State"), value=lambda row: row.standing[0], kind="text"),
        Column(name="rhythm", label=_("Rule"), value=lambda row: row.rule, kind="text"),
        Column(name="next_at", kind="moment"),
        Column(name="last_run.day", label=_("Last run"), value=_last, kind="text"),
        Column(name="position.title", label=_("Starter")),
        Column(name="department.title", label=_("Department")),
        Column(name="sop", on=False),
        Column(name="owner.name", label=_("Set up by"), on=False),
        Column(name="trouble", on=False),
        Column(name="ends_on", on=False),
    )
    filters = (
        TextFilter(fields=("title", "sop")),
        ChoiceFilter(name="rhythm"),
        FlagFilter(name="paused", label=_("Paused"), when=lambda: Q(paused_at__isnull=False, stopped_at=None)),
        FlagFilter(name="trouble", label=_("Could not begin"), when=lambda: ~Q(trouble="") & Q(stopped_at=None)),
        FlagFilter(name="going", label=_("Not stopped"), when=lambda: Q(stopped_at=None)),
        PickFilter(name="department", model=Department, below=True),
    )
    order = ("next_at", "id")
    acts = ("series.create",)
    empty, empty_hint = (
        _("No case comes round yet."),
        _("Set up what begins every day, week or month once: the weekly report, the monthly cost review."),
    )

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by)
        return rows.select_related("position", "department", "owner", "last_run__case")
