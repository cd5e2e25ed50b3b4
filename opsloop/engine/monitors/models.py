"""Monitors in force, what the newest look said, and alerts with their parts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.data.metrics.period_names import days_name
from opsloop.data.metrics.periods import end
from opsloop.data.sources.models import Source
from opsloop.engine.assignments.models import Assignment
from opsloop.engine.monitors.words import Cause, Every, Severity, Sides, Sort, State, Verdict

SOURCE = "source"
"""What the cause key of missing data begins with; the source's id follows after a colon."""


class Monitor(Compiled):
    """预警规则: a published definition, as it is in force. It judges only while it is switched on."""

    kind = "monitor"
    is_on = models.BooleanField(_("Switched on"), default=False)
    switched_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Switched by")
    )
    switched_at = models.DateTimeField(_("Switched at"), null=True)

    class Meta(Compiled.Meta):
        verbose_name = _("monitor")
        verbose_name_plural = _("monitors")

    def get_absolute_url(self) -> str:
        return f"/monitors/rules/{self.ident}/"

    @property
    def owner(self) -> str:
        """The id of the position that has its alerts."""
        return str(self.definition.get("owner", ""))

    @property
    def metric(self) -> str:
        """The id of the watched metric."""
        return str(self.definition.get("watches", ""))


class Look(models.Model):
    """Technique: the newest judgement and the back-test of a monitor, made anew at any time."""

    monitor = models.OneToOneField(Monitor, on_delete=models.PROTECT, related_name="look", primary_key=True)
    looked_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    said = models.CharField(max_length=300, blank=True)
    backtest = models.JSONField(default=dict)
    """As `backtesting.Backtest.plain` has it; sha256 names the definition that it is of."""
    backtested_at = models.DateTimeField(null=True)


class Alert(Thing):
    """预警: one cause, however many metrics show it. owner: the id of the position that has it."""

    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("Monitor"))
    title = models.CharField(_("Title"), max_length=200)
    sort = models.CharField(_("Sort"), max_length=10, choices=Sort)
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity)
    state = models.CharField(_("State"), max_length=14, choices=State, default=State.OPEN)
    key = models.CharField(_("Cause key"), max_length=160)
    every = models.CharField(_("Period"), max_length=6, choices=Every)
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last affected day"))
    snapshot = models.BigIntegerField(_("Data version"), null=True)
    owner = models.SlugField(_("Owner position"), max_length=60)
    opens = models.SlugField(_("SOP"), max_length=60, blank=True)
    opened_at = models.DateTimeField(_("Raised at"))
    due_at = models.DateTimeField(_("To be acknowledged by"))
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Assignment")
    )
    """What its owner post has to do. Who has the alert is who has this; both end together."""
    escalated_at = models.DateTimeField(_("Escalated at"), null=True)
    acknowledged_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Acknowledged by")
    )
    acknowledged_at = models.DateTimeField(_("Acknowledged at"), null=True)
    silenced_until = models.DateTimeField(_("Silenced until"), null=True)
    cause = models.CharField(_("Cause"), max_length=10, choices=Cause, blank=True)
    note = models.CharField(_("What was found"), max_length=1000, blank=True)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Closed by")
    )
    closed_at = models.DateTimeField(_("Closed at"), null=True)
    joined = models.PositiveSmallIntegerField(_("Causes that joined"), default=0)

    class Meta(Thing.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(state="closed"), name="alert_once_a_cause"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="alert_state")]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return f"/monitors/alerts/{self.pk}/"

    @property
    def name(self) -> str:
        """What it is about, as the reader reads it: by its source where data is missing, else by its monitor.

        The title as it was stored stands where the standard has no words in the reader's language.
        """
        if not self.monitor.texts.get("title"):
            return self.title
        kind, _colon, ident = self.key.partition(":")
        source = Source.objects.filter(ident=ident).first() if kind == SOURCE else None
        if source is None:
            return self.monitor.name
        text = _t("{source}: the data of {day} is not there.")
        return text.format(source=source.name, day=self.last_day)

    @property
    def headline(self) -> str:
        """Its name, and how many causes joined it because the day was full."""
        if not self.joined:
            return self.name
        return ngettext("{title} and {n} more", "{title} and {n} more", self.joined).format(
            title=self.name, n=self.joined
        )

    @property
    def days(self) -> str:
        """The days it is about: one, or from the first to the last, of weeks Monday to Sunday."""
        last = end(self.last_day, "week") if self.every == Every.WEEK else self.last_day
        if last == self.first_day:
            return date_format(last, "DATE_FORMAT")
        return days_name(self.first_day, last)

    @property
    def causes(self) -> set[str]:
        """The keys of all causes in it."""
        return {self.key, *self.parts.exclude(cause="").values_list("cause", flat=True)}

    @property
    def has_it(self) -> str:
        """The name of who has it; empty while nobody took it on."""
        have = self.assignment.doer if self.assignment is not None else self.acknowledged_by
        return have.name if have is not None else ""


class AlertPart(Thing):
    """One metric in one period. severity is empty for a metric that stands there for comparison and is as usual."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="parts", verbose_name=_("Alert"))
    cause = models.CharField(_("Cause key"), max_length=160, blank=True, default="")
    """Empty for the cause that the alert was raised for; the key of one that joined it because the day was full."""
    monitor = models.SlugField(_("Monitor"), max_length=60)
    metric = models.SlugField(_("Metric"), max_length=60)
    sort = models.CharField(_("Sort"), max_length=10, choices=Sort)
    side = models.CharField(_("Side"), max_length=6, choices=Sides, blank=True)
    day = models.DateField(_("Day"))
    hour = models.PositiveSmallIntegerField(_("Hour"), null=True)
    value = models.FloatField(_("Value"), null=True)
    expected = models.FloatField(_("Expected"), null=True)
    low = models.FloatField(_("Usual from"), null=True)
    high = models.FloatField(_("Usual to"), null=True)
    score = models.FloatField(_("Scatters off"), null=True)
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity, blank=True)
    said = models.CharField(_("Said"), max_length=300, blank=True)
    snapshot = models.BigIntegerField(_("Data version"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("part of an alert")
        verbose_name_plural = _("parts of alerts")
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "monitor", "metric", "day"], condition=Q(hour=None), name="alert_part_once"
            ),
            models.UniqueConstraint(
                fields=["alert", "monitor", "metric", "day", "hour"],
                condition=Q(hour__isnull=False),
                name="alert_part_once_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"

    @property
    def rate(self) -> float | None:
        """How far it is off the expected value, relative to it."""
        if self.value is None or not self.expected:
            return None
        return (self.value - self.expected) / abs(self.expected)

    def plain(self) -> dict[str, Any]:
        """As JSON, for programs."""
        names = ("monitor", "metric", "sort", "side", "value", "expected", "low", "high", "score", "severity", "said")
        return {"day": self.day.isoformat(), "hour": self.hour, **{name: getattr(self, name) for name in names}}


class MarkedDays(Thing):
    """活动日: days of a campaign or event, on which the numbers are expected to be different."""

    title = models.CharField(_("Title"), max_length=100)
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last affected day"))
    dropped = models.BooleanField(_("Taken back"), default=False)

    class Meta(Thing.Meta):
        verbose_name = _("marked days")
        verbose_name_plural = _("marked days")
        ordering = ["-first_day"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return "/monitors/rules/"
