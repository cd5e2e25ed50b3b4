"""Editions of the company's reports, and the reports of people."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.modules.reports.models import Edition, OwnReport, Report
from opsloop.modules.reports.words import WORKING, OwnState, State
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {State.DRAFT: "orange", State.SUBMITTED: "blue", State.ISSUED: "green", State.CORRECTED: "secondary"}


class Editions(Listing):
    """Every edition that one may see; the newest period first."""

    name = "reports"
    model = Edition
    title = _("Reports")
    columns = (
        Column(name="title", link=True, value=lambda row: row.name),
        Column(name="state", tones=TONES),
        Column(name="number"),
        Column(name="warning", value=lambda row: row.warned),
        Column(name="issuer.name", label=_("Issued by")),
        Column(name="issued_at"),
        Column(name="since", on=False),
        Column(name="until", on=False),
        Column(name="writer.name", label=_("Who writes it"), on=False),
        Column(name="due_at", on=False),
        Column(name="snapshot", on=False),
        Column(name="reason", on=False),
    )
    filters = (
        TextFilter(fields=("title", "number")),
        ChoiceFilter(name="state"),
        PickFilter(name="report", model=Report),
        FlagFilter(name="working", label=_("Not issued yet"), when=lambda: Q(state__in=WORKING)),
        DayFilter(name="until"),
    )
    order = ("-until", "-correction")
    empty = _("There is no report yet.")
    empty_hint = _(
        "Reports are files of the standard; each is drafted by itself when it is due, "
        "and its readers see it once it is issued."
    )

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("report", "issuer", "writer")
        return rows


class OwnReports(Listing):
    """One's own weekly reports, and those that were sent to one."""

    name = "own-reports"
    model = OwnReport
    title = _("Weekly reports of people")
    columns = (
        Column(name="person.name", label=_("Person"), link=True),
        Column(name="since"),
        Column(name="until"),
        Column(name="state", tones={OwnState.DRAFT: "orange", OwnState.SENT: "green"}),
        Column(name="sent_at"),
    )
    filters = (PickFilter(name="person", model=Person), ChoiceFilter(name="state"), DayFilter(name="until"))
    order = ("-until", "person__name")
    empty = _("There is no weekly report yet.")
    empty_hint = _("On Friday afternoon yours is drafted from what you did; add a word and send it.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("person")
        return rows
