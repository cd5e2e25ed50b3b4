"""Findings as a list: everything that one may see, to filter, keep and export."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person, Position
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import past_due
from opsloop.engine.findings.transitions import ALIVE
from opsloop.engine.findings.words import Outcome, State
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {
    State.NEW: "orange", State.ACCEPTED: "orange", State.DOING: "blue", State.DONE: "purple", State.VERIFIED: "green",
    State.CLOSED: "secondary", State.MERGED: "secondary",
}  # fmt: skip
OUTCOMES = {
    Outcome.EFFECTIVE: "green", Outcome.NO_DIFFERENCE: "secondary", Outcome.WORSE: "red", Outcome.UNCLEAR: "orange",
    Outcome.WAIVED: "secondary",
}  # fmt: skip


class Findings(Listing):
    """Newest first."""

    name = "findings"
    model = Finding
    title = _("All findings")
    columns = (
        Column(name="number", label=_("No."), value=lambda row: row.code),
        Column(name="title", link=True, value=lambda row: row.name),
        Column(name="state", tones=TONES),
        Column(name="origin"),
        Column(name="owner.title", label=_("Owner position"), value=lambda row: row.owner.name if row.owner else ""),
        Column(name="person.name", label=_("Who has it")),
        Column(name="due_on", late=lambda row: row.is_late),
        Column(name="verify_on", on=False),
        Column(name="outcome", tones=OUTCOMES),
        Column(name="raised_by.name", label=_("Raised by"), on=False),
        Column(name="raised_at"),
        Column(name="done_at", on=False),
        Column(name="verified_at", on=False),
        Column(name="department.title", label=_("Department"), on=False),
        Column(name="reopened", on=False),
    )
    filters = (
        TextFilter(fields=("title", "seen", "measure", "word")),
        ChoiceFilter(name="state"),
        ChoiceFilter(name="origin"),
        FlagFilter(name="alive", label=_("Not over"), when=lambda: Q(state__in=ALIVE)),
        FlagFilter(name="late", label=_("Overdue"), when=lambda: past_due(timezone.localdate())),
        ChoiceFilter(name="outcome"),
        PickFilter(name="owner", model=Position),
        PickFilter(name="person", model=Person),
        PickFilter(name="department", model=Department, below=True),
        DayFilter(name="raised_at"),
    )
    order = ("-number",)
    acts = ("findings.suggest",)
    empty = _("No findings yet.")
    empty_hint = _("Alerts, reports and everyone's suggestions end up here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("owner", "person", "raised_by", "department")
        return rows
