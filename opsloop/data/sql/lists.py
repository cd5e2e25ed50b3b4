"""Queries that are kept: one's own and those that others share."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.sql.models import SavedQuery
from opsloop.ui.jobs.rhythm import in_words
from opsloop.ui.lists import Column, FlagFilter, Listing, PickFilter, TextFilter


class Queries(Listing):
    """Find the query that answers it already."""

    name = "sql-queries"
    model = SavedQuery
    title = _("Saved queries")
    columns = (
        Column(name="title", link=True),
        Column(name="note"),
        Column(name="owner.name", label=_("Owner")),
        Column(name="shared", kind="flag"),
        Column(name="cron", value=lambda row: in_words(row.cron) if row.cron else ""),
        Column(name="saved_at"),
    )
    filters = (
        TextFilter(fields=("title", "note", "text")),
        PickFilter(name="owner", model=Person),
        FlagFilter(name="rhythm", label=_("Runs by itself"), when=lambda: ~Q(cron="")),
        FlagFilter(name="archived", label=_("Archived"), when=lambda: Q(archived_at__isnull=False)),
    )
    order = ("-saved_at",)
    empty = _("No query has been saved yet.")
    empty_hint = _("Write one under “SQL queries”, run it, and save it when it answers something you will ask again.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("owner")
        return rows
