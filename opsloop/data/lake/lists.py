"""The versions of the tables, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.titles import table_titles
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, Listing, TextFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFilter(ChoiceFilter):
    """One of the tables that have versions."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        names = Snapshot.objects.order_by("table").values_list("table", flat=True).distinct()
        titles = table_titles()
        return [(name, f"{titles[name]} · {name}" if name in titles else name) for name in names]


class Versions(Listing):
    """What was published when, why, and how much of it was new."""

    name = "lake-versions"
    model = Snapshot
    title = _("Data versions")
    columns = (
        Column(name="version", label=_("Version"), value=lambda row: f"#{row.pk}", sort="pk", link=True),
        Column(name="table"),
        Column(name="at"),
        Column(name="rows"),
        Column(name="first_day", on=False),
        Column(name="last_day"),
        Column(name="new", label=_("New files"), value=lambda row: row.new_files, kind="number", sort="new_files"),
        Column(name="gone", label=_("Replaced files"), value=lambda row: row.gone_files, kind="number", on=False),
        Column(name="reason"),
    )
    filters = (TableFilter(name="table"), TextFilter(fields=("reason",)), DayFilter(name="at"))
    empty = _("Nothing has been loaded yet.")
    empty_hint = _("Each load of a source publishes a version; the first one will stand here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        new, gone = Count("added", distinct=True), Count("removed", distinct=True)
        rows: QuerySet[Any] = visible(by, Snapshot).annotate(new_files=new, gone_files=gone)
        return rows
