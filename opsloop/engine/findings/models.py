"""Findings, where they came from, the data behind them, and what was measured afterwards."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person, Position
from opsloop.base.things.models import Thing
from opsloop.engine.findings.naming import read
from opsloop.engine.findings.transitions import ALIVE
from opsloop.engine.findings.words import Ground, Origin, Outcome, Side, State, Verdict, Way

BY_MACHINES = frozenset({Origin.ALERT, Origin.CASE})
"""Origins whose findings may have been titled by no person."""


class Finding(Thing):
    """改进项. `cause` and `period` are the key by which further sights of the same thing are added to it."""

    number = models.PositiveIntegerField(_("No."), unique=True)
    title = models.CharField(_("Title"), max_length=200)
    seen = models.TextField(_("What was seen"), max_length=4000, blank=True)
    origin = models.CharField(_("Origin"), max_length=12, choices=Origin)
    cause = models.CharField(_("Cause key"), max_length=160, blank=True)
    period = models.CharField(_("Period"), max_length=20, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW)
    simulated = models.BooleanField(_("Simulated"), default=False)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Raised by"))
    raised_at = models.DateTimeField(_("Came up at"))
    owner = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner position")
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Who has it")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    due_on = models.DateField(_("Due on"), null=True)
    triaged_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Triaged by")
    )
    triaged_at = models.DateTimeField(_("Triaged at"), null=True)
    exception = models.CharField(_("Why beyond the limit of work in hand"), max_length=2000, blank=True)
    excepted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Exception granted by")
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", verbose_name=_("Merged into")
    )
    ground = models.CharField(_("Why not"), max_length=12, choices=Ground, blank=True)
    reason = models.TextField(_("Reason"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True)
    measure = models.TextField(_("What will be done"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Decided by")
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True)
    way = models.CharField(_("How it will be verified"), max_length=8, choices=Way, blank=True)
    metric = models.SlugField(_("Metric"), max_length=60, blank=True)
    where = models.CharField(_("Part of the metric"), max_length=300, blank=True)
    side = models.CharField(_("Expected"), max_length=4, choices=Side, blank=True)
    verify_on = models.DateField(_("Verified on"), null=True)
    waiver = models.CharField(_("Why it is not verified"), max_length=2000, blank=True)
    waived_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Waived by")
    )
    word = models.TextField(_("What was done about it"), max_length=2000, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Finished by")
    )
    done_at = models.DateTimeField(_("Done at"), null=True)
    outcome = models.CharField(_("Outcome"), max_length=14, choices=Outcome, blank=True)
    found = models.TextField(_("What verification found"), max_length=2000, blank=True)
    verified_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verified by")
    )
    verified_at = models.DateTimeField(_("Verified at"), null=True)
    reopened = models.PositiveSmallIntegerField(_("Times reopened"), default=0)
    told_late = models.BooleanField(_("Told that it is overdue"), default=False)

    class Meta(Thing.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="finding_state"),
            models.Index(fields=["cause", "period"], name="finding_cause"),
            models.Index(fields=["owner", "state"], name="finding_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The title as the reader reads it: that of the thing which raised it, if no person wrote one."""
        if self.origin not in BY_MACHINES:
            return self.title
        first = self.sources.order_by("pk").first()
        return self.title if first is None else read(self.title, first.thing_type, first.thing_id, first.part)

    @property
    def code(self) -> str:
        """GJ-031."""
        return f"GJ-{self.number:03d}"

    def get_absolute_url(self) -> str:
        return f"/findings/{self.pk}/"

    @property
    def whose(self) -> str:
        """Who has it, or the post while nobody of it has taken it."""
        return str(self.person or self.owner or "")

    @property
    def next_on(self) -> date | None:
        """The day by which something must happen: done by, then verified on."""
        if self.state == State.DONE:
            return self.verify_on
        return self.due_on if self.state in ALIVE else None

    @property
    def is_late(self) -> bool:
        return self.next_on is not None and self.next_on < timezone.localdate()


class Source(Thing):
    """Where a finding came from, once for each sight of it. `part` tells apart several of one thing, as advice."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="sources", verbose_name=_("Finding"))
    origin = models.CharField(_("Origin"), max_length=12, choices=Origin)
    thing_type = models.CharField(max_length=60, blank=True, editable=False)
    thing_id = models.BigIntegerField(null=True, editable=False)
    part = models.CharField(_("Part"), max_length=60, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    seen = models.TextField(_("What was seen"), max_length=4000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Raised by"))
    at = models.DateTimeField(_("Came up at"))

    class Meta(Thing.Meta):
        verbose_name = _("origin of a finding")
        verbose_name_plural = _("origins of findings")
        ordering = ["pk"]
        indexes = [models.Index(fields=["thing_type", "thing_id"], name="finding_source_thing")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As `Finding.name`."""
        return read(self.title, self.thing_type, self.thing_id, self.part) if self.origin in BY_MACHINES else self.title


class Evidence(Thing):
    """数据依据: a figure as it stood when it was seen, with the data version that it was computed from."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("Finding"))
    said = models.CharField(_("Said"), max_length=300, blank=True)
    metric = models.SlugField(_("Metric"), max_length=60, blank=True)
    where = models.CharField(_("Part of the metric"), max_length=300, blank=True)
    since = models.DateField(_("First day"), null=True)
    until = models.DateField(_("Until"), null=True)
    value = models.FloatField(_("Value"), null=True)
    expected = models.FloatField(_("Expected"), null=True)
    snapshot = models.BigIntegerField(_("Data version"), null=True)
    href = models.CharField(_("Where it can be seen"), max_length=500, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("data behind a finding")
        verbose_name_plural = _("data behind findings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.said or self.metric

    @property
    def rate(self) -> float | None:
        """How far it is off the expected value, relative to it."""
        if self.value is None or not self.expected:
            return None
        return (self.value - self.expected) / abs(self.expected)


class Measurement(Thing):
    """A metric before and after, as `analytics.before_after` compares them; the newest one counts.

    effect, low, high: relative change (0.05 is +5 %), None when it cannot be told. days: [[day, value], ...] of both
    spans, so that the picture stays what was judged.
    """

    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="measurements", verbose_name=_("Finding")
    )
    at = models.DateTimeField(_("Measured at"))
    metric = models.SlugField(_("Metric"), max_length=60)
    verdict = models.CharField(_("Result"), max_length=4, choices=Verdict)
    effect = models.FloatField(_("Effect"), null=True)
    low = models.FloatField(_("Effect at least"), null=True)
    high = models.FloatField(_("Effect at most"), null=True)
    before_n = models.PositiveIntegerField(_("Days before"), default=0)
    after_n = models.PositiveIntegerField(_("Days after"), default=0)
    before_mean = models.FloatField(_("Average before"), null=True)
    after_mean = models.FloatField(_("Average after"), null=True)
    changed_on = models.DateField(_("Changed on"))
    days = models.JSONField(default=list)
    snapshot = models.BigIntegerField(_("Data version"), null=True)
    said = models.CharField(_("Said"), max_length=300, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("measurement of a finding")
        verbose_name_plural = _("measurements of findings")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.metric}: {self.get_verdict_display()}"
