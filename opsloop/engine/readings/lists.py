"""Readings as lists: mine, and everybody's that I may see, with who is late first."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Department, Person, Position
from opsloop.engine.readings.models import WAITING, Duty, State
from opsloop.engine.readings.queries import mine, of_others
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {
    State.PLANNED: "secondary", State.OPEN: "orange", State.DONE: "green", State.REPLACED: "secondary",
    State.ENDED: "secondary",
}  # fmt: skip


ORDER = (F("done_at").asc(nulls_first=True), "week", F("due_at").asc(nulls_last=True), "id")
"""What waits before what is done; what is open has an earlier week than what is planned. The databases differ in where
they put what is empty."""


def kind_of(row: Duty) -> str:
    return str(kinds[row.kind].title) if row.kind in kinds else row.kind


DOCUMENT = Column(name="title", link=True, value=lambda row: row.name)
STATE = Column(name="state", tones=TONES)
DUE = Column(name="due_at", kind="moment", late=lambda row: row.is_late)
FURTHER = (
    Column(name="week", kind="day", on=False),
    Column(name="opened_at", on=False),
    Column(name="publication.reason", label=_("Why it was published"), on=False),
    Column(name="urgent", on=False),
)


class Readings(Listing):
    """Everybody's that one may see: what is overdue stands first, then what is due, then what is over."""

    name = "readings"
    model = Duty
    title = _("Who has read what")
    columns = (
        Column(name="person.name", label=_("Person")),
        DOCUMENT,
        STATE,
        DUE,
        Column(name="position.title", label=_("Position"), value=lambda row: row.position.name if row.position else ""),
        Column(name="done_at", kind="moment"),
        Column(name="kind", value=kind_of, on=False),
        Column(name="department.title", label=_("Department"), on=False),
        Column(name="tries", on=False),
        Column(name="urged", on=False),
        *FURTHER,
    )
    filters = (
        TextFilter(fields=("title", "person__name", "ident")),
        FlagFilter(name="waiting", label=_("Not read yet"), when=lambda: Q(state__in=WAITING)),
        FlagFilter(name="late", label=_("Overdue"), when=lambda: Q(state=State.OPEN, due_at__lt=timezone.now())),
        ChoiceFilter(name="state"),
        PickFilter(name="position", model=Position),
        PickFilter(name="person", model=Person),
        PickFilter(name="department", model=Department, below=True),
        DayFilter(name="due_at"),
    )
    order = ORDER
    bulk = ("readings.urge_all",)
    empty = _("Nobody has to read anything here.")
    empty_hint = _("Publishing a version gives readings to the positions that it concerns, by itself.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return of_others(by)


class MyReadings(Listing):
    """What I have to read, and what I have read."""

    name = "my-readings"
    model = Duty
    title = _("My readings")
    columns = (
        DOCUMENT,
        STATE,
        DUE,
        Column(name="done_at", kind="moment"),
        Column(name="kind", value=kind_of),
        *FURTHER,
    )
    filters = (
        TextFilter(fields=("title", "ident")),
        ChoiceFilter(name="state"),
        FlagFilter(name="waiting", label=_("Not read yet"), when=lambda: Q(state__in=WAITING)),
    )
    order = ORDER
    empty = _("You have nothing to read.")
    empty_hint = _("When a version is published that concerns your position, it is here with what changed.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return mine(by)
