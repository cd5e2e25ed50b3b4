"""The queue: what is wanted by when, who works on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.data.requests.models import RUNNING, Receiver, Request, State
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter


class Requests(Listing):
    """Everything that one may see; what runs is due in this order."""

    name = "requests"
    model = Request
    title = _("Data requests")
    columns = (
        Column(name="title", link=True),
        Column(
            name="state",
            tones={
                State.OPEN: "orange", State.ACCEPTED: "blue", State.DELIVERED: "green", State.REFUSED: "red",
                State.CLOSED: "secondary", State.WITHDRAWN: "secondary",
            },
        ),
        Column(name="due_on", label=_("Due"), value=lambda row: row.due_on, kind="day", late=lambda row: row.is_late),
        Column(name="asked_by.name", label=_("Asked by")),
        Column(name="department.title", label=_("Department")),
        Column(name="owner.name", label=_("Who works on it")),
        Column(name="personal", kind="flag"),
        Column(name="sort", on=False),
        Column(name="wanted_on", on=False),
        Column(name="asked_at", on=False),
        Column(name="delivered_at", on=False),
    )  # fmt: skip
    filters = (
        TextFilter(fields=("title", "purpose", "content")),
        ChoiceFilter(name="state"),
        FlagFilter(name="running", label=_("Not delivered yet"), when=lambda: Q(state__in=RUNNING)),
        FlagFilter(
            name="late",
            label=_("Overdue"),
            when=lambda: (
                Q(state__in=RUNNING)
                & (Q(promised_on__lt=timezone.localdate()) | Q(promised_on=None, wanted_on__lt=timezone.localdate()))
            ),
        ),
        FlagFilter(name="personal", label=_("With personal data"), when=lambda: Q(personal=True)),
        DayFilter(name="wanted_on"),
        PickFilter(name="asked_by", model=Person),
        PickFilter(name="owner", model=Person),
        PickFilter(name="department", model=Department, below=True),
    )
    order = ("wanted_on", "id")
    acts = ("requests.ask",)
    empty = _("No data request yet.")
    empty_hint = _("Ask for figures with purpose and date; analysts see it here and promise a day.")

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).select_related("asked_by", "owner", "department")
        return rows


class MyRequests(Requests):
    """What I asked for, and what I may receive."""

    name = "my-requests"
    title = _("My requests")
    order = ("-wanted_on", "-id")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).filter(Q(asked_by=by) | Q(pk__in=by_receiver(by)))


def by_receiver(person: Person) -> QuerySet[Any, int]:
    """The requests whose answer this person may receive."""
    return Receiver.objects.filter(person=person).values_list("request_id", flat=True)
