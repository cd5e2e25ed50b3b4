"""Alerts, monitors, and the days that campaigns mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.engine.monitors.models import Alert, MarkedDays, Monitor
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import State
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {"open": "red", "acknowledged": "blue", "silenced": "secondary", "closed": "green"}
SEVERITIES = {"critical": "red", "warn": "orange"}
VERDICTS = {"fine": "green", "warn": "orange", "critical": "red", "cannot": "red", "ignored": "secondary"}


def late(alert: Alert) -> bool:
    """Is it open beyond its limit?"""
    return alert.state == State.OPEN and alert.due_at < timezone.now()


class Alerts(Listing):
    """What is wrong, and who has it."""

    name = "monitors-alerts"
    model = Alert
    title = _("Alerts")
    columns = (
        Column(name="title", link=True, value=lambda alert: alert.headline),
        Column(name="severity", tones=SEVERITIES),
        Column(name="state", tones=TONES),
        Column(name="sort", on=False),
        Column(name="has", label=_("Who has it"), value=lambda alert: alert.has),
        Column(name="due_at", late=late),
        Column(name="first_day", on=False),
        Column(name="last_day"),
        Column(name="opened_at"),
        Column(name="cause"),
        Column(name="note", on=False),
        Column(name="closed_at", on=False),
        Column(name="closed_by.name", label=_("Closed by"), on=False),
    )
    filters = (
        TextFilter(fields=("title", "note")),
        FlagFilter(name="alive", label=_("Not closed"), when=lambda: Q(state__in=ALIVE)),
        ChoiceFilter(name="state"),
        ChoiceFilter(name="severity"),
        ChoiceFilter(name="sort"),
        ChoiceFilter(name="cause"),
        PickFilter(name="monitor", model=Monitor),
        DayFilter(name="last_day"),
    )
    order = ("-opened_at",)
    empty = _("There is no alert.")
    empty_hint = _("Monitors that are switched on look at every new day of data; what is out of the ordinary is here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).select_related("monitor", "acknowledged_by", "assignment__doer", "closed_by")

    def prepare(self, rows: Sequence[Any], by: Person) -> None:
        titles = posts.titles()
        for row in rows:
            row.has = " · ".join(filter(None, (titles.get(row.owner, row.owner), row.has_it)))


class Monitors(Listing):
    """What is watched, how often it would have spoken, and what it says now."""

    name = "monitors-rules"
    model = Monitor
    title = _("Monitoring rules")
    columns = (
        Column(name="title", link=True, value=lambda row: row.name),
        Column(name="is_on"),
        Column(name="verdict", label=_("Newest look"), value=lambda row: row.verdict),
        Column(name="said", label=_("Said"), value=lambda row: row.told),
        Column(name="a_year", label=_("Alarms a year"), value=lambda row: row.a_year, kind="number"),
        Column(name="holder", label=_("Owner position"), value=lambda row: row.holder),
        Column(name="looked_at", label=_("Looked at"), value=lambda row: row.looked_at, kind="moment"),
        Column(name="number", on=False),
    )
    filters = (
        TextFilter(fields=("title", "ident")),
        FlagFilter(name="on", label=_("Switched on"), when=lambda: Q(is_on=True)),
    )
    order = ("title",)
    empty = _("The standard has no monitors.")
    empty_hint = _("A monitor is a file of the standard: which metric is watched, and who has it when it is wrong.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).filter(withdrawn=False).select_related("look")

    def prepare(self, rows: Sequence[Any], by: Person) -> None:
        titles = posts.titles()
        for row in rows:
            look = getattr(row, "look", None)
            tested = look.backtest if look is not None else {}
            row.holder = titles.get(row.owner, row.owner)
            row.verdict = look.get_verdict_display() if look is not None and look.verdict and row.is_on else ""
            row.told = look.said if look is not None and row.is_on else str(tested.get("cannot") or "")
            row.looked_at = look.looked_at if look is not None else None
            row.a_year = tested.get("a_year") if tested.get("sha256") == row.sha256 else None


class Marks(Listing):
    """Days that campaigns and events mark."""

    name = "monitors-days"
    model = MarkedDays
    title = _("Marked days")
    columns = (
        Column(name="title"),
        Column(name="first_day"),
        Column(name="last_day"),
        Column(name="dropped"),
    )
    filters = (TextFilter(fields=("title",)), DayFilter(name="first_day"))
    order = ("-first_day",)
    acts = ("monitors.mark_days",)
    empty = _("No days are marked.")
    empty_hint = _(
        "Public holidays, 618, double eleven and double twelve are known; mark the days of your own campaigns."
    )
