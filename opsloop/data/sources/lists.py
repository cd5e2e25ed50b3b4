"""Every load of every source."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.sources.models import Load, Source
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, Listing, PickFilter, TextFilter

TONES = {"loaded": "green", "held": "orange", "turned_back": "secondary", "failed": "red", "same": "secondary"}


class Loads(Listing):
    """What came, and what became of its rows."""

    name = "sources-loads"
    model = Load
    title = _("Loads")
    columns = (
        Column(name="file", link=True),
        Column(name="source.title", label=_("Source"), value=lambda load: load.source.name),
        Column(name="state", tones=TONES),
        Column(name="due_on"),
        Column(name="rows_in"),
        Column(name="kept"),
        Column(name="duplicates"),
        Column(name="set_aside", late=lambda load: load.set_aside > 0),
        Column(name="seconds", label=_("Seconds"), value=lambda load: round(load.seconds, 1), kind="number"),
        Column(name="ended_at"),
        Column(name="by.name", label=_("By"), on=False),
        Column(name="first_day", on=False),
        Column(name="last_day", on=False),
        Column(name="message", on=False),
    )
    filters = (
        TextFilter(fields=("file", "message")),
        PickFilter(name="source", model=Source),
        ChoiceFilter(name="state"),
        DayFilter(name="due_on"),
    )
    order = ("-ended_at",)
    empty = _("Nothing was loaded yet.")
    empty_hint = _("Put a file into the drop folder, or load one here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).select_related("source", "by")
