"""Every day that was compared, for a file or a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.reconciliation.agreements import agreements
from opsloop.data.reconciliation.models import Control
from opsloop.data.sources.models import Source
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, Listing

TONES = {"within": "green", "checked": "green", "explained": "orange", "open": "red", "waiting": "secondary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFilter(ChoiceFilter):
    """One of the sources that have an agreement."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return [(one.source, one.title) for one in agreements()]


class Days(Listing):
    """Ours, control, difference, cause and who checked it."""

    name = "reconciliation-days"
    model = Control
    title = _("All reconciled days")
    columns = (
        Column(name="day", link=True),
        Column(name="source", value=lambda row: row.source_title or row.source),
        Column(name="ours", kind="number"),
        Column(name="control", kind="number"),
        Column(name="difference", label=_("Difference"), value=lambda row: row.difference, kind="number"),
        Column(name="rate", label=_("Rate"), value=lambda row: row.rate, kind="percent"),
        Column(name="state", tones=TONES),
        Column(name="cause"),
        Column(name="note", on=False),
        Column(name="origin", on=False),
        Column(name="remark", on=False),
        Column(name="entered_by.name", label=_("Entered by"), on=False),
        Column(name="checked_by.name", label=_("Who checked it")),
        Column(name="snapshot", on=False),
    )
    filters = (
        SourceFilter(name="source"),
        ChoiceFilter(name="state"),
        ChoiceFilter(name="cause"),
        DayFilter(name="day"),
    )
    order = ("-day",)
    empty = _("No day has been reconciled yet.")
    empty_hint = _("A source with a control figure in its file stands here once it was loaded.")

    def rows(self, by: Person) -> QuerySet[Any]:
        titles = Source.objects.filter(ident=OuterRef("source")).values("title")[:1]
        rows: QuerySet[Any] = super().rows(by).select_related("entered_by", "checked_by")
        found: QuerySet[Any] = rows.annotate(source_title=Subquery(titles))
        return found
